package partner_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"wherewithal/account"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/store"
	"wherewithal/webhook"
)

// message is one message as a receiver got it.
type message struct {
	path, id, signature string
	body                []byte
	header              http.Header
	Type                market.Announced
	Timestamp           time.Time
	Data                struct{ ID market.ID }
}

// square is a town whose partner is let in by the network above, with groups that post, and a server of the partner's, with TLS.
type square struct {
	*town
	courier  *partner.Courier
	listings *listing.Listings
	accounts *account.Accounts
	hall     market.Viewer // of a group in the network below the one that let the partner in
	halls    market.ID
	place    market.ID
	far      market.Viewer // of a group in another network
	fars     market.ID
	farPlace market.ID
	url      string

	mu     sync.Mutex
	got    []message
	answer func(w http.ResponseWriter, r *http.Request) // nil: 200
}

func openSquare(t *testing.T) *square {
	w := &square{town: open(t)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(w.receive))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	w.url = server.URL
	secret := []byte(strings.Repeat("p", 32))
	w.partners = partner.New(w.store, partner.Options{PlaceSecret: secret, TokenSecret: secret, Sender: webhook.New(webhook.Options{Loopback: roots})})
	w.courier = &partner.Courier{Partners: w.partners, Clock: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler)}
	w.listings, w.accounts = listing.New(w.store, photo.NewDarkroom()), account.New(w.store, account.Options{PlaceSecret: secret, TokenSecret: secret})
	w.hall, w.halls, w.place = w.group("Larkhollow Hall", "host@hall.test", w.below)
	w.far, w.fars, w.farPlace = w.group("Tansy Yard Choir", "guest@choir.test", w.elsewhere)
	w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
	w.must(w.partners.Announce(w.ctx, w.now)) // from here on
	return w
}

func (w *square) group(name, address string, network market.ID) (v market.Viewer, group, place market.ID) {
	w.Helper()
	var person market.Person
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) (err error) { person, err = tx.Welcome(w.ctx, address, w.now); return err }))
	g, err := w.accounts.Found(w.ctx, market.Viewer{Person: person.ID}, market.Group{Name: name, LegalForm: market.Informal}, &market.Place{Outcode: "SE10", Borough: "Greenwich",
		Region: "London", Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, name, w.now)
	w.must(err)
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.KeepMember(w.ctx, market.NetworkMember{NetworkID: network, GroupID: g.ID, AskedAt: &w.now, InvitedAt: &w.now, AgreedAt: &w.now})
	}))
	v, err = w.store.ViewerFor(w.ctx, person, w.now)
	w.must(err)
	places, err := w.store.Places(w.ctx, g.ID)
	w.must(err)
	return v, g.ID, places[0].ID
}

func (w *square) posts(v market.Viewer, group, place market.ID, circle market.Circle) market.ID {
	w.Helper()
	l, err := w.listings.Publish(w.ctx, v, market.Listing{GroupID: group, PlaceID: place, Side: market.Offer, Kind: market.Room, Title: "Church hall", Quantity: 1,
		Where: market.AtPlace, Terms: market.Terms{Kind: market.Shared}, Circle: circle}, market.OnceOnly{ID: string(market.NewID())}, w.now)
	w.must(err)
	return l.ID
}

func (w *square) receive(out http.ResponseWriter, r *http.Request) {
	h := message{path: r.URL.Path, id: r.Header.Get("webhook-id"), signature: r.Header.Get("webhook-signature"), header: r.Header.Clone()}
	h.body, _ = io.ReadAll(r.Body)
	_ = json.Unmarshal(h.body, &h)
	w.mu.Lock()
	answer := w.answer
	w.got = append(w.got, h)
	w.mu.Unlock()
	if answer != nil {
		answer(out, r)
	}
}

// answers has the receiver answer so from now on.
func (w *square) answers(do func(http.ResponseWriter, *http.Request)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = do
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// taken is what came since it was asked last.
func (w *square) taken() []message {
	w.mu.Lock()
	defer w.mu.Unlock()
	got := w.got
	w.got = nil
	return got
}

// told announces, delivers what is due, and says what came, as "type id".
func (w *square) told() (all []string) {
	w.Helper()
	w.must(w.partners.Announce(w.ctx, w.now))
	w.must(w.courier.Turn(w.ctx))
	for _, h := range w.taken() {
		all = append(all, string(h.Type)+" "+string(h.Data.ID))
	}
	return all
}

func (w *square) wantTold(what string, want ...string) {
	w.Helper()
	if diff := cmp.Diff(want, w.told()); diff != "" {
		w.Errorf("%s (-want +got): %s", what, diff)
	}
}

func (w *square) hook(path string, test bool) (market.Webhook, string) {
	w.Helper()
	h, secret, err := w.partners.AddWebhook(w.ctx, w.asker, w.theirs.ID, market.Webhook{URL: w.url + path, Types: market.AnnouncedTypes, Test: test}, market.OnceOnly{ID: string(market.NewID())}, w.now)
	w.must(err)
	return h, secret
}

// of is a webhook as it is kept.
func (w *square) of(h market.Webhook) market.Webhook {
	w.Helper()
	h, err := w.partners.WebhookOf(w.ctx, w.asker, w.theirs.ID, h.ID)
	w.must(err)
	return h
}

func (w *square) log(h market.Webhook) []market.Delivery {
	w.Helper()
	all, err := w.store.Deliveries(w.ctx, h.ID, "", 0, 100)
	w.must(err)
	return all
}

// Of a network that did not let the partner in nothing is heard: not that a listing is there, not that it goes, not when its group
// or the listing itself leaves.
func TestAWebhookHearsWhatItsPartnerSeesAndNothingElse(t *testing.T) {
	w := openSquare(t)
	w.hook("/sandbox", true) // which makes the sandbox: it is told of
	if n := len(w.told()); n < 10 {
		t.Errorf("a webhook of the sandbox heard of %d listings", n)
	}
	h, secret := w.hook("/hooks", false)
	mine, theirs := w.posts(w.hall, w.halls, w.place, market.Anyone), w.posts(w.far, w.fars, w.farPlace, market.Anyone)
	second := w.posts(w.hall, w.halls, w.place, market.Anyone)
	kept := w.posts(w.hall, w.halls, w.place, market.InCity)
	w.must(w.partners.Announce(w.ctx, w.now))
	w.must(w.courier.Turn(w.ctx))
	got := w.taken()
	verify, err := standard.NewWebhook(secret)
	w.must(err)
	if len(got) != 2 || got[0].Data.ID != mine || got[1].Data.ID != second {
		t.Fatalf("heard of %d", len(got))
	}
	for _, m := range got {
		if err := verify.VerifyIgnoringTimestamp(m.body, m.header); err != nil || m.Type != market.ListingChanged || !m.Timestamp.Equal(w.now) || m.path != "/hooks" {
			t.Errorf("%v: %+v", err, m)
		}
	}
	w.wantTold("nothing new")
	w.must(w.listings.Move(w.ctx, w.hall, mine, market.Withdrawn, nil, w.now))
	w.must(w.listings.Move(w.ctx, w.far, theirs, market.Paused, nil, w.now))
	w.must(w.listings.Move(w.ctx, w.hall, kept, market.Paused, nil, w.now))
	w.wantTold("one was withdrawn", "listing.gone "+string(mine))
	w.must(w.listings.Move(w.ctx, w.far, theirs, market.Open, nil, w.now))
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error { return tx.DropMember(w.ctx, w.elsewhere, w.fars) }))
	_, err = w.store.Pool().Exec(w.ctx, `delete from listings where id = $1`, theirs)
	w.must(err)
	w.wantTold("another network's came back, left and was deleted")
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error { return tx.DropMember(w.ctx, w.below, w.halls) }))
	w.wantTold("their group left the network", "listing.gone "+string(second))
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.KeepMember(w.ctx, market.NetworkMember{NetworkID: w.below, GroupID: w.halls, AskedAt: &w.now, InvitedAt: &w.now, AgreedAt: &w.now})
	}))
	w.wantTold("it came back", "listing.changed "+string(second))
	_, err = w.store.Pool().Exec(w.ctx, `delete from listings where id = $1`, second)
	w.must(err)
	w.wantTold("it was deleted", "listing.gone "+string(second))

	third := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.wantTold("one more", "listing.changed "+string(third))
	_, err = w.store.Pool().Exec(w.ctx, `delete from webhooks where test`) // all listings of the site are looked at now
	w.must(err)
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error { return tx.Untie(w.ctx, w.below, w.above) }))
	w.wantTold("the network left the one that let the partner in", "listing.gone "+string(third))
	_, err = w.store.Pool().Exec(w.ctx, `delete from partings`) // which are forgotten before the log is
	w.must(err)
	gone := w.log(h)[0]
	w.must(w.partners.Replay(w.ctx, w.asker, w.theirs.ID, h.ID, gone.ID, market.OnceOnly{}, w.now))
	w.wantTold("it is told again", "listing.gone "+string(third))
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.Nest(w.ctx, market.NetworkParent{ChildID: w.below, ParentID: w.above, AskedAt: &w.now, InvitedAt: &w.now, AgreedAt: &w.now})
	}))
	w.told()

	w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.must(w.partners.Announce(w.ctx, w.now))
	w.must(w.partners.End(w.ctx, w.connector, w.wish(w.above).ID, "", w.now))
	w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.wantTold("what was granted has ended")
}

// hides has the hall's group show an alias, or its name again.
func (w *square) hides(yes bool) {
	w.Helper()
	g, err := w.store.Group(w.ctx, market.System, w.halls)
	w.must(err)
	g.NameHidden, g.Alias = yes, "A women’s group"
	w.must(w.accounts.Edit(w.ctx, w.hall, g, "", w.now))
}

// Whoever reads a listing under an alias and hears that it is gone from a network would know where the alias is: it is told once, to
// who could have seen it, when its group hides its name.
func TestOfAnAliasInItsNetworkAWebhookHearsNothing(t *testing.T) {
	w := openSquare(t)
	w.hook("/hooks", false)
	first := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.wantTold("one was posted", "listing.changed "+string(first))
	w.hides(true)
	w.wantTold("its group hid its name", "listing.gone "+string(first))
	second := w.posts(w.hall, w.halls, w.place, market.Anyone)
	for _, id := range []market.ID{first, second} {
		w.must(w.listings.Move(w.ctx, w.hall, id, market.Paused, nil, w.now))
		w.must(w.listings.Move(w.ctx, w.hall, id, market.Open, nil, w.now))
	}
	w.wantTold("one more was posted, and both were paused and opened")
	w.hides(false)
	if got := w.told(); len(got) != 2 {
		t.Errorf("its group showed its name again: %v", got)
	}
	w.hides(true)
	if got := w.told(); len(got) != 2 || !strings.HasPrefix(got[0], "listing.gone ") {
		t.Errorf("it hid its name once more: %v", got)
	}
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error { return tx.Untie(w.ctx, w.below, w.above) }))
	w.wantTold("its network left the one that let the partner in")
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.Nest(w.ctx, market.NetworkParent{ChildID: w.below, ParentID: w.above, AskedAt: &w.now, InvitedAt: &w.now, AgreedAt: &w.now})
	}))
	_, err := w.store.Pool().Exec(w.ctx, `delete from listings where id = $1`, second)
	w.must(err)
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error { return tx.DropMember(w.ctx, w.below, w.halls) }))
	w.wantTold("one was deleted, and its group left")
	settled, _, err := w.store.Frontier(w.ctx)
	w.must(err)
	bound := market.Viewer{Partner: w.theirs.ID, Within: []market.ID{w.above, w.below}}
	for since, want := range map[store.Cursor]int{{}: 2, {XID: settled, Seq: -1}: 0} { // who has read nothing since it was shown by name, and who begins now
		if gone, err := w.store.Forgettable(w.ctx, bound, []market.ID{first, second}, since); err != nil || len(gone) != want {
			t.Errorf("since %v %d are gone, want %d: %v", since, len(gone), want, err)
		}
	}
}

// Nor when it is erased: what somebody met it for stays, under another name, and so do its networks.
func TestOfAnAliasThatIsErasedAWebhookHearsNothing(t *testing.T) {
	w := openSquare(t)
	w.hook("/hooks", false)
	w.hides(true)
	id, need := w.posts(w.hall, w.halls, w.place, market.Anyone), w.posts(w.far, w.fars, w.farPlace, market.Anyone)
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.OpenIntroduction(w.ctx, market.Introduction{ID: market.NewID(), OfferID: id, NeedID: need, OfferGroupID: w.halls, NeedGroupID: w.fars, State: market.Connected, Amount: 1,
			NeedAnswer: market.Yes, OfferAnswer: market.Yes, ProposedAt: w.now, ConnectedAt: &w.now, OfferMask: "o", NeedMask: "n"})
	}))
	settled, _, err := w.store.Frontier(w.ctx)
	w.must(err)
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		if err := tx.CloseGroup(w.ctx, w.halls, w.now); err != nil {
			return err
		}
		_, err := tx.EraseGroup(w.ctx, w.halls, "A group that is no more", w.now)
		return err
	}))
	w.wantTold("its group was erased")
	bound := market.Viewer{Partner: w.theirs.ID, Within: []market.ID{w.above, w.below}}
	if gone, err := w.store.Forgettable(w.ctx, bound, []market.ID{id}, store.Cursor{XID: settled, Seq: -1}); err != nil || len(gone) > 0 {
		t.Errorf("it is told of as gone: %v %v", gone, err)
	}
	if g, err := w.store.Group(w.ctx, market.System, w.halls); err != nil || g.Name != g.PublicName() {
		t.Errorf("it is called %q, and by others %q: %v", g.Name, g.PublicName(), err)
	}
}

// What a test key posted goes after a week, and webhooks of the sandbox hear of it; nobody else does.
func TestWhatGoesFromTheSandboxIsToldThere(t *testing.T) {
	w := openSquare(t)
	secret := []byte(strings.Repeat("p", 32))
	w.partners.Groups, w.partners.Listings = account.New(w.store, account.Options{TokenSecret: secret, PlaceSecret: secret}), w.listings
	_, text := w.key(true)
	b, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	w.hook("/sandbox", true)
	w.told()
	w.asks(b, w.choir("c1", "ama@choir.test"))
	id := w.sends(b, chairs("l1", "c1")).Supplied.ListingID
	w.wantTold("one was posted there", "listing.changed "+string(id))
	w.hook("/live", false)
	w.now = w.now.Add(market.TestLasts + time.Hour)
	w.must(w.partners.Turn(w.ctx, w.now))
	w.must(w.partners.Announce(w.ctx, w.now))
	w.must(w.courier.Turn(w.ctx))
	var got []string
	for _, m := range w.taken() {
		got = append(got, m.path+" "+string(m.Type)+" "+string(m.Data.ID))
	}
	if diff := cmp.Diff([]string{"/sandbox listing.gone " + string(id)}, got); diff != "" {
		t.Errorf("it went: %s", diff)
	}
	if gone, err := w.store.Forgettable(w.ctx, market.Viewer{Partner: w.theirs.ID}, []market.ID{id}, store.Cursor{}); err != nil || len(gone) > 0 {
		t.Errorf("who sees all of the site is told: %v %v", gone, err)
	}
}

// What waits while nothing is taken is told once for each listing, as it stands, and in the order in which it came.
func TestWhatWaitsIsToldOnceAndAsItStands(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/", false)
	first, second := w.posts(w.hall, w.halls, w.place, market.Anyone), w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.must(w.partners.Announce(w.ctx, w.now))
	for _, to := range []market.Life{market.Paused, market.Open, market.Paused, market.Open} {
		w.must(w.listings.Move(w.ctx, w.hall, first, to, nil, w.now))
		w.must(w.partners.Announce(w.ctx, w.now))
	}
	w.answers(status(500))
	w.wantTold("the first try fails, and no other is made", "listing.changed "+string(second))
	w.must(w.listings.Move(w.ctx, w.hall, second, market.Paused, nil, w.now))
	w.answers(nil)
	w.now = w.now.Add(10 * time.Second)
	w.wantTold("what failed is passed over for what is newer", "listing.changed "+string(first), "listing.gone "+string(second))
	states := map[market.DeliveryState]int{}
	for _, d := range w.log(h) {
		states[d.State]++
	}
	if states[market.DeliveryDone] != 2 || states[market.DeliveryWaits]+states[market.DeliveryFailed] != 0 || states[market.DeliveryPassed] < 5 {
		t.Errorf("%v", states)
	}
}

// While servers fail, couriers die and the clock goes on, each listing's last word arrives after its last change.
func TestEachChangeIsToldAtLeastOnce(t *testing.T) {
	w := openSquare(t)
	r := rand.New(rand.NewPCG(52, 1))
	w.hook("/a", false)
	w.hook("/b", false)
	w.answers(func(out http.ResponseWriter, _ *http.Request) {
		out.WriteHeader([]int{200, 200, 500, 404, 302}[r.IntN(5)])
	})
	var ids []market.ID
	for range 6 {
		ids = append(ids, w.posts(w.hall, w.halls, w.place, market.Anyone))
	}
	open := map[market.ID]bool{}
	last := map[string]message{}
	for step := range 60 {
		id := ids[r.IntN(len(ids))]
		if step < 40 {
			to := []market.Life{market.Paused, market.Open}[r.IntN(2)]
			if err := w.listings.Move(w.ctx, w.hall, id, to, nil, w.now); err != nil && !errors.Is(err, market.ErrWrongState) {
				t.Fatal(err)
			}
		}
		w.must(w.partners.Announce(w.ctx, w.now))
		if r.IntN(3) == 0 { // a courier takes something and is killed before, or after, it was sent
			all, err := w.store.ClaimWebhooks(w.ctx, market.NewID(), w.now, time.Now(), 30*time.Second, 1)
			w.must(err)
			for _, h := range all {
				if _, err := w.store.NextDelivery(w.ctx, h.ID, h.Lease, w.now); err != nil && !errors.Is(err, market.ErrNotFound) {
					t.Fatal(err)
				}
			}
		}
		w.must(w.courier.Turn(w.ctx))
		if r.IntN(2) == 0 {
			_, err := w.store.Pool().Exec(w.ctx, `update webhooks set lease_until = now() - interval '1 second'`)
			w.must(err)
		}
		w.now = w.now.Add(time.Duration(r.IntN(600)) * time.Second)
		if step == 45 {
			w.answers(nil)
		}
	}
	_, err := w.store.Pool().Exec(w.ctx, `update webhooks set lease_until = null`)
	w.must(err)
	w.now = w.now.Add(9 * time.Hour)
	w.must(w.courier.Turn(w.ctx))
	for _, h := range w.taken() {
		last[h.path+string(h.Data.ID)] = h
	}
	entries, err := w.store.EntriesFor(w.ctx, w.hall, ids, w.now)
	w.must(err)
	for _, e := range entries {
		open[e.Listing.ID] = e.Listing.Life == market.Open
	}
	for _, id := range ids {
		for _, path := range []string{"/a", "/b"} {
			want := market.ListingGone
			if open[id] {
				want = market.ListingChanged
			}
			if h := last[path+string(id)]; h.Type != want {
				t.Errorf("%s heard last of a listing that it is %q, and it is %q", path, h.Type, want)
			}
		}
	}
	if n := w.count(`select count(*) from deliveries where state = 'waiting'`); n != 0 {
		t.Errorf("%d wait still", n)
	}
}

// A webhook that takes listing.gone alone hears of no listing that it is back, and so each time that it goes.
func TestWhatGoesAgainIsToldAgainWhereItsReturnIsNot(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/", false)
	w.must(w.partners.EditWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, h.URL, []market.Announced{market.ListingGone}, w.now))
	id := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.wantTold("it is new")
	for _, nth := range []string{"first", "second", "third"} {
		w.must(w.listings.Move(w.ctx, w.hall, id, market.Withdrawn, nil, w.now))
		w.wantTold("it went for the "+nth+" time", "listing.gone "+string(id))
		w.must(w.listings.Move(w.ctx, w.hall, id, market.Open, nil, w.now))
		w.wantTold("it is back")
	}
}

// What a courier was at when it was killed is told by another once its lease is over, under the same id.
func TestWhatAKilledCourierWasAtIsToldUnderTheSameID(t *testing.T) {
	w := openSquare(t)
	w.hook("/", false)
	id := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.must(w.partners.Announce(w.ctx, w.now))
	dead, err := w.store.ClaimWebhooks(w.ctx, market.NewID(), w.now, time.Now(), 30*time.Second, 9)
	w.must(err)
	d, err := w.store.NextDelivery(w.ctx, dead[0].ID, dead[0].Lease, w.now)
	w.must(err)
	w.wantTold("another is at it")
	_, err = w.store.Pool().Exec(w.ctx, `update webhooks set lease_until = now() - interval '1 second'`)
	w.must(err)
	w.must(w.courier.Turn(w.ctx))
	if got := w.taken(); len(got) != 1 || got[0].id != string(d.ID) || got[0].Data.ID != id {
		t.Errorf("heard %+v, want %s", got, d.ID)
	}
	ctx, cancel := context.WithCancel(w.ctx) // a house that closes while a server thinks
	w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.must(w.partners.Announce(w.ctx, w.now))
	w.answers(func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	_ = w.courier.Turn(ctx)
	w.answers(nil)
	first := w.taken()
	w.must(w.courier.Turn(w.ctx))
	if again := w.taken(); len(first) != 1 || len(again) != 1 || first[0].id != again[0].id {
		t.Errorf("heard %+v, then %+v", first, again)
	}
}

func TestASecretIsRotatedWithoutAGap(t *testing.T) {
	w := openSquare(t)
	h, old := w.hook("/", false)
	rotated, err := w.partners.RotateSecret(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{ID: "rotate"}, w.now)
	w.must(err)
	fresh := w.partners.Secret(rotated)
	_, err = w.partners.RotateSecret(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{ID: "rotate"}, w.now)
	w.wants("the same form", market.ErrRepeated, err)
	for _, after := range []time.Duration{0, 23 * time.Hour, 25 * time.Hour} {
		w.now = w.now.Add(after)
		w.must(func() error {
			_, err := w.partners.TestWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{}, w.now)
			return err
		}())
		w.must(w.courier.Turn(w.ctx))
		got := w.taken()
		if len(got) != 1 || got[0].Type != market.WebhookTest || got[0].Data.ID != h.ID {
			t.Fatalf("heard %+v", got)
		}
		for secret, good := range map[string]bool{old: after < 24*time.Hour, fresh: true} {
			v, err := standard.NewWebhook(secret)
			w.must(err)
			if err := v.VerifyIgnoringTimestamp(got[0].body, got[0].header); (err == nil) != good {
				t.Errorf("after %v: %v", after, err)
			}
		}
	}
	var rows string
	w.must(w.store.Pool().QueryRow(w.ctx, `select string_agg(to_jsonb(w)::text, ' ') from webhooks w`).Scan(&rows))
	for _, s := range []string{old, fresh} {
		if strings.Contains(rows, strings.TrimPrefix(s, webhook.SecretPrefix)) || !strings.HasPrefix(s, webhook.SecretPrefix) {
			t.Error("a secret is kept")
		}
	}
}

// Three days of nothing but failures, or one 410, end it, by a mail; what it missed meanwhile is in its log.
func TestAWebhookThatDoesNotAnswerIsDisabledAndCanCatchUp(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/", false)
	w.answers(func(out http.ResponseWriter, _ *http.Request) {
		http.Error(out, "<b>away</b>", http.StatusServiceUnavailable)
	})
	first := w.posts(w.hall, w.halls, w.place, market.Anyone)
	began, tries := w.now, 0
	for w.of(h).Live() && w.now.Before(began.AddDate(0, 0, 5)) {
		tries += len(w.told())
		w.now = w.now.Add(time.Hour)
	}
	off := w.of(h)
	if d := off.DisabledAt.Sub(began); off.Why != market.WebhookFailing || d < market.WebhookPatience || d > market.WebhookPatience+2*time.Hour || tries < 12 || tries > 80 {
		t.Errorf("disabled after %v and %d tries: %+v", d, tries, off)
	}
	if n := w.count(`select count(*) from letters where kind = 'webhook_off'`); n != 1 {
		t.Errorf("%d letters", n)
	}
	if d := w.log(h)[0]; d.State != market.DeliveryFailed || d.Status != 503 || d.Excerpt != "<b>away</b>" || d.Attempts != tries {
		t.Errorf("%+v after %d tries", d, tries)
	}
	w.answers(nil)
	second := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.wantTold("nothing, while it is disabled")
	w.wants("a test meanwhile", market.ErrWrongState, func() error {
		_, err := w.partners.TestWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{}, w.now)
		return err
	}())
	w.must(w.partners.EnableWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, w.now))
	w.wantTold("what is over stays over")
	n, err := w.partners.ReplayFailed(w.ctx, w.asker, w.theirs.ID, h.ID, began, market.OnceOnly{}, w.now)
	w.must(err)
	if n != 2 {
		t.Errorf("%d are replayed", n)
	}
	w.wantTold("all that it missed", "listing.changed "+string(first), "listing.changed "+string(second))
	one := w.log(h)[0]
	w.must(w.partners.Replay(w.ctx, w.asker, w.theirs.ID, h.ID, one.ID, market.OnceOnly{}, w.now))
	w.must(w.courier.Turn(w.ctx))
	if got := w.taken(); len(got) != 1 || got[0].id != string(one.ID) {
		t.Errorf("replayed %+v", got)
	}

	w.must(func() error {
		_, err := w.partners.TestWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{}, w.now)
		return err
	}())
	third := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.must(w.partners.Replay(w.ctx, w.asker, w.theirs.ID, h.ID, one.ID, market.OnceOnly{}, w.now))
	w.wantTold("a test goes before all others", "webhook.test "+string(h.ID), "listing.changed "+string(second), "listing.changed "+string(third))

	w.answers(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Retry-After", "7200")
		out.WriteHeader(429)
	})
	w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.told()
	w.now = w.now.Add(time.Hour)
	w.wantTold("it asked to be left alone for two hours")
	w.now = w.now.Add(61 * time.Minute)
	w.answers(status(410))
	if got := w.told(); len(got) != 1 || w.of(h).Why != market.WebhookGone || w.count(`select count(*) from letters where kind = 'webhook_off'`) != 2 {
		t.Errorf("%v, then %+v", got, w.of(h))
	}
	w.must(w.store.Forget(w.ctx, w.now.Add(market.DeliveryKept+time.Minute)))
	if left := w.log(h); len(left) != 0 {
		t.Errorf("%d are in the log after its time", len(left))
	}
}

// One that hangs, and some that are dead, keep nobody waiting.
func TestASlowWebhookKeepsNobodyWaitingAtOnce(t *testing.T) {
	w := openSquare(t)
	hang, slow, heard := make(chan struct{}), make(chan string, 200), make(chan string, 200)
	w.answers(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/slow") {
			slow <- r.URL.Path
			<-hang
		}
		heard <- r.URL.Path
	})
	for i := range 4 {
		w.hook(fmt.Sprint("/slow", i), false)
	}
	w.hook("/fast", false)
	for range 20 {
		w.posts(w.hall, w.halls, w.place, market.Anyone)
	}
	w.must(w.partners.Announce(w.ctx, w.now))
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan struct{})
	go func() { w.courier.Run(ctx); close(ended) }()
	for range 20 {
		select {
		case path := <-heard:
			if path != "/fast" {
				t.Fatal(path)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the slow ones hold up the fast one")
		}
	}
	for range 4 {
		<-slow
	}
	if n := len(slow); n > 0 {
		t.Errorf("%d more are under way to the slow ones, of which each has one", n)
	}
	close(hang)
	cancel()
	<-ended
}

func TestWhoMayDoWhatToAWebhook(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/", false)
	types := market.AnnouncedTypes
	add := func(v market.Viewer, address string, types []market.Announced, test bool) error {
		_, _, err := w.partners.AddWebhook(w.ctx, v, w.theirs.ID, market.Webhook{URL: address, Types: types, Test: test}, market.OnceOnly{ID: string(market.NewID())}, w.now)
		return err
	}
	key := market.Viewer{Partner: w.theirs.ID}
	box := market.Viewer{Partner: w.theirs.ID, Sandbox: true}
	for name, v := range map[string]market.Viewer{"a stranger": w.connector, "nobody": market.Public, "another partner's key": {Partner: market.NewID()}, "a test key": box} {
		_, err := w.partners.WebhookOf(w.ctx, v, w.theirs.ID, h.ID)
		w.wants(name+" reads", market.ErrNotFound, err)
		w.wants(name+" edits", market.ErrNotFound, w.partners.EditWebhook(w.ctx, v, w.theirs.ID, h.ID, w.url, types, w.now))
		w.wants(name+" removes", market.ErrNotFound, w.partners.RemoveWebhook(w.ctx, v, w.theirs.ID, h.ID, w.now))
		_, err = w.partners.RotateSecret(w.ctx, v, w.theirs.ID, h.ID, market.OnceOnly{ID: "x"}, w.now)
		w.wants(name+" rotates", market.ErrNotFound, err)
		_, err = w.partners.TestWebhook(w.ctx, v, w.theirs.ID, h.ID, market.OnceOnly{}, w.now)
		w.wants(name+" tests", market.ErrNotFound, err)
	}
	w.must(w.partners.EditWebhook(w.ctx, key, w.theirs.ID, h.ID, w.url+"/other", types[:1], w.now))
	var invalid *market.Invalid
	for name, err := range map[string]error{"http": add(w.asker, "http://directory.test/", types, false), "no type": add(w.asker, w.url, nil, false),
		"an unknown type": add(w.asker, w.url, []market.Announced{"listing.read"}, false), "a fragment": add(w.asker, w.url+"/#x", types, false),
		"a name and password": add(w.asker, "https://a:b@directory.test/", types, false), "too long": add(w.asker, w.url+strings.Repeat("x", 500), types, false),
		"a control character": add(w.asker, w.url+"/\x01", types, false)} {
		if !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.must(add(key, w.url, types, true)) // which is live, as the key is
	w.must(add(box, w.url, types, false))
	all, err := w.partners.WebhooksOf(w.ctx, key, w.theirs.ID)
	w.must(err)
	if len(all) != 2 || all[0].URL != w.url+"/other" || all[1].Test {
		t.Errorf("a live key sees %+v", all)
	}
	for range market.MaxWebhooks - 3 {
		w.must(add(w.asker, w.url, types, true))
	}
	if err := add(w.asker, w.url, types, true); !errors.As(err, &invalid) {
		t.Errorf("one too many: %v", err)
	}
	w.must(w.partners.RemoveWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, w.now))
	w.must(w.partners.End(w.ctx, w.connector, w.wish(w.above).ID, "", w.now))
	if err := add(w.asker, w.url, types, false); !errors.As(err, &invalid) {
		t.Errorf("a live one without a grant: %v", err)
	}
	w.must(w.partners.EndPartner(w.ctx, w.asker, w.theirs.ID, w.now))
	if all, err := w.store.Webhooks(w.ctx); err != nil || len(all) != 0 {
		t.Errorf("a partner that has ended has %d webhooks, %v", len(all), err)
	}
}

// tests presses the button.
func (w *square) tests(h market.Webhook) {
	w.Helper()
	_, err := w.partners.TestWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{}, w.now)
	w.must(err)
}

// One failure is not three days of them, however long ago another was: not a test before the server was up, and not what was
// tried once and is out of date by now.
func TestAWebhookIsNotDisabledForWhatIsOver(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/", false)
	w.answers(status(500))
	w.tests(h)
	w.must(w.courier.Turn(w.ctx))
	w.wants("a test once more, uncounted", market.ErrConflict, w.partners.Replay(w.ctx, w.asker, w.theirs.ID, h.ID, w.log(h)[0].ID, market.OnceOnly{}, w.now))
	if got := w.of(h); got.FailingSince != nil || w.log(h)[0].State != market.DeliveryFailed {
		t.Errorf("after a test that failed: %+v", got)
	}
	id := w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.told()
	w.must(w.listings.Move(w.ctx, w.hall, id, market.Paused, nil, w.now)) // and it is not told: nothing of it is read
	w.now = w.now.Add(9 * time.Hour)
	w.must(w.courier.Turn(w.ctx))
	if got := w.of(h); got.FailingSince != nil || got.RestUntil != nil || w.log(h)[0].State != market.DeliveryPassed {
		t.Errorf("when nothing waits any more: %+v", got)
	}
	w.must(w.partners.Announce(w.ctx, w.now))
	_, err := w.store.Pool().Exec(w.ctx, `delete from deliveries`)
	w.must(err)
	w.now = w.now.Add(4 * 24 * time.Hour)
	w.posts(w.hall, w.halls, w.place, market.Anyone)
	w.told()
	if got := w.of(h); !got.Live() || got.FailingSince == nil || !got.FailingSince.Equal(w.now) {
		t.Errorf("after the first failure in four days: %+v", got)
	}
}

// Not even what it asked for itself, and what hears of the sandbox, is told.
func TestAPartnerThatEndedIsNotCalled(t *testing.T) {
	w := openSquare(t)
	box, _ := w.hook("/sandbox", true)
	w.told()
	_, err := w.store.Pool().Exec(w.ctx, `update listings set version = version + 1 where group_id in (select m.group_id from network_members m join networks n on n.id = m.network_id and n.sandbox)`)
	w.must(err)
	w.must(w.partners.Announce(w.ctx, w.now))
	w.tests(box)
	if n := w.count(`select count(*) from deliveries where state = 'waiting'`); n < 10 {
		t.Fatalf("%d wait", n)
	}
	w.must(w.partners.EndPartner(w.ctx, w.asker, w.theirs.ID, w.now))
	if n := w.count(`select count(*) from deliveries where state = 'waiting' or state = 'failed' and fault <> 'ended'`); n != 0 {
		t.Errorf("%d wait still", n)
	}
	_, err = w.store.Pool().Exec(w.ctx, `update deliveries set state = 'waiting', ended_at = null`) // what was written beside it
	w.must(err)
	w.wantTold("a partner that ended")
	if n := w.count(`select count(*) from deliveries where fault <> 'ended'`); n != 0 {
		t.Errorf("%d did not end with it", n)
	}
}

// What the server that was called says counts for nothing once another is in its place, or another secret.
func TestAnAnswerOfTheServerBeforeIsNotTheNewOnes(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/old", false)
	for what, change := range map[string]func() error{
		"another address": func() error {
			return w.partners.EditWebhook(w.ctx, w.asker, w.theirs.ID, h.ID, w.url+"/new", market.AnnouncedTypes, w.now)
		},
		"another secret": func() error {
			_, err := w.partners.RotateSecret(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{ID: string(market.NewID())}, w.now)
			return err
		},
	} {
		id := w.posts(w.hall, w.halls, w.place, market.Anyone)
		changed := make(chan error, 2)
		w.answers(func(out http.ResponseWriter, _ *http.Request) {
			w.answers(nil)
			changed <- change()
			out.WriteHeader(http.StatusGone)
		})
		if diff := cmp.Diff([]string{"listing.changed " + string(id), "listing.changed " + string(id)}, w.told()); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		if len(changed) == 0 {
			t.Fatal(what, ": it was not called")
		}
		w.must(<-changed)
		if got := w.of(h); !got.Live() || got.FailingSince != nil || w.log(h)[0].State != market.DeliveryDone {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

// Whoever lost an answer and asks again has not lost the secret that is in use.
func TestTheSecretInUseSignsOnWhileItsTimeRuns(t *testing.T) {
	w := openSquare(t)
	h, old := w.hook("/", false)
	var last string
	for range 2 {
		fresh, err := w.partners.RotateSecret(w.ctx, w.asker, w.theirs.ID, h.ID, market.OnceOnly{ID: string(market.NewID())}, w.now)
		w.must(err)
		last = w.partners.Secret(fresh)
		w.now = w.now.Add(time.Hour)
	}
	w.tests(h)
	w.must(w.courier.Turn(w.ctx))
	got := w.taken()[0]
	for _, secret := range []string{old, last} {
		v, err := standard.NewWebhook(secret)
		w.must(err)
		w.must(v.VerifyIgnoringTimestamp(got.body, got.header))
	}
}

// Whoever posted a listing for a group hears that there is an introduction for it: of a need when it is opened, of an offer when its
// group is asked, and by the listing's own id. The introduction's would tell two partners who has to do with whom.
func TestAPartnerHearsOfIntroductionsForWhatItPosted(t *testing.T) {
	w := openSquare(t)
	h, _ := w.hook("/", false)
	_, err := w.store.Pool().Exec(w.ctx, `update webhooks set types = '["introduction.opened"]' where id = $1`, h.ID)
	w.must(err)
	posted := func(v market.Viewer, group, place market.ID, side market.Side) market.ID {
		id := w.posts(v, group, place, market.Anyone)
		_, err := w.store.Pool().Exec(w.ctx, `update listings set side = $1 where id = $2`, side, id)
		w.must(err)
		_, err = w.store.Pool().Exec(w.ctx, `with m as (insert into mandates (id, partner_id, test, reference, group_id, state, asked_at, lapses_at)
			values (gen_random_uuid(), $1, false, $2, $3, 'given', $4, $4) returning id)
			insert into supplied (id, partner_id, test, reference, mandate_id, listing_id, digest, created_at, sent_at)
			select gen_random_uuid(), $1, false, $2, m.id, $2::uuid, '', $4, $4 from m`, w.theirs.ID, string(id), group, w.now)
		w.must(err)
		return id
	}
	offer, need := posted(w.hall, w.halls, w.place, market.Offer), posted(w.far, w.fars, w.farPlace, market.Need)
	other := w.posts(w.far, w.fars, w.farPlace, market.Anyone) // nobody's but its group's
	in := market.Introduction{ID: market.NewID(), OfferID: offer, NeedID: need, OfferGroupID: w.halls, NeedGroupID: w.fars, State: market.Proposed, Amount: 1, ProposedAt: w.now,
		OfferMask: "o", NeedMask: "n"}
	change := func(do func(*store.Tx) error) { w.must(w.store.InTx(w.ctx, do)) }
	change(func(tx *store.Tx) error { return tx.OpenIntroduction(w.ctx, in) })
	w.wantTold("a need has an introduction", "introduction.opened "+string(need))
	asked := w.now
	change(func(tx *store.Tx) error {
		in, err := tx.LockIntroduction(w.ctx, in.ID)
		in.State, in.NeedAnswer, in.AskedAt = market.Asked, market.Yes, &asked
		return errors.Join(err, tx.ChangeIntroduction(w.ctx, in))
	})
	w.wantTold("its other side is asked", "introduction.opened "+string(offer))
	change(func(tx *store.Tx) error {
		in, err := tx.LockIntroduction(w.ctx, in.ID)
		in.OfferToldAt = &asked
		return errors.Join(err, tx.ChangeIntroduction(w.ctx, in))
	})
	change(func(tx *store.Tx) error {
		return tx.OpenIntroduction(w.ctx, market.Introduction{ID: market.NewID(), OfferID: offer, NeedID: other, OfferGroupID: w.halls, NeedGroupID: w.fars, State: market.Proposed,
			Amount: 1, ProposedAt: w.now, OfferMask: "p", NeedMask: "q"})
	})
	w.wantTold("nothing that is its to hear")

	found := func(offer market.ID, mask string) {
		change(func(tx *store.Tx) error {
			return tx.OpenIntroduction(w.ctx, market.Introduction{ID: market.NewID(), OfferID: offer, NeedID: need, OfferGroupID: w.halls, NeedGroupID: w.fars, State: market.Proposed,
				Amount: 1, ProposedAt: w.now, OfferMask: "o" + mask, NeedMask: "n" + mask})
		})
	}
	first, second := w.posts(w.hall, w.halls, w.place, market.Anyone), w.posts(w.hall, w.halls, w.place, market.Anyone)
	found(first, "1") // which is not told yet
	var mandate market.ID
	w.must(w.store.Pool().QueryRow(w.ctx, `select mandate_id::text from supplied where listing_id = $1`, need).Scan(&mandate))
	w.must(w.listings.Move(w.ctx, w.far, need, market.Paused, nil, w.now)) // by its group, so that the yes that ends pauses nothing
	w.must(w.partners.Withdraw(w.ctx, w.far, w.fars, mandate, w.now))
	w.must(w.listings.Move(w.ctx, w.far, need, market.Open, nil, w.now))
	written := len(w.log(h))
	found(second, "2")
	if n := len(w.log(h)); n != written {
		t.Errorf("%d messages are written about what the group posts by itself now", n-written)
	}
	w.wantTold("its group took its yes back")
	by, err := w.store.PostersOf(w.ctx, []market.ID{offer, need})
	w.must(err)
	if by[offer].PartnerID != w.theirs.ID || by[need].PartnerID != "" {
		t.Errorf("who posted them: %+v", by)
	}
}
