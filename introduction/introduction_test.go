package introduction_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/account"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/safety"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// street is two neighbours in Greenwich on a real database, with the use cases they meet through and a clock that the
// test moves.
type street struct {
	t        *testing.T
	ctx      context.Context
	now      time.Time
	store    *store.Store
	accounts *account.Accounts
	listings *listing.Listings
	intros   *introduction.Introductions
	letters  *letter.Letters
	posted   []mail.Outgoing
	refused  string // an address that the mail server does not know, or everybody
	away     bool   // the mail server asks for patience, whatever comes
	first    func() // what happens elsewhere while a letter is handed over
	says     error  // what the mail server then says of it; nil: to try again
}

// everybody is refused.
const everybody = "*"

func newStreet(t *testing.T) *street { return streetOn(t, storetest.Open(t)) }

func streetOn(t *testing.T, db *store.Store) *street {
	s := &street{t: t, ctx: context.Background(), now: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), store: db}
	s.accounts = account.New(s.store, account.Options{TokenSecret: []byte("tokens"), PlaceSecret: []byte("places")})
	s.listings = listing.New(s.store, photo.NewDarkroom())
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{})
	s.intros.Take(0) // on a busy machine too: what they write is looked at by a clock that stands
	s.letters = letter.New(s.store, s, letter.Options{PublicURL: "https://hub.example", MailDomain: "hub.example", Addresses: letter.Addresses{Domain: "reply.hub.example", Secret: []byte("tokens")},
		SignInLink:  func(id market.ID) string { return s.accounts.LinkSecret(id).String() },
		PersonsLink: introduction.Links{Secret: []byte("tokens")}.Token,
		OutcomeLink: introduction.Links{Secret: []byte("tokens")}.OutcomeToken,
		RingLink:    introduction.Links{Secret: []byte("tokens")}.RingToken,
		RenewLink:   listing.Links{Secret: []byte("tokens")}.RenewToken,
		Suppress:    func(address string) []byte { return market.SuppressHash([]byte("tokens"), address) }})
	return s
}

// Send keeps a letter instead of handing it over: what it says is mail's own test.
func (s *street) Send(_ context.Context, o mail.Outgoing) error {
	if first := s.first; first != nil {
		s.first = nil
		first()
		if s.says != nil {
			return s.says
		}
		return mail.ErrTemporary
	}
	if s.away {
		return errors.Join(mail.ErrTemporary, mail.Answered("4.2.2"))
	}
	if o.To == s.refused || s.refused == everybody {
		return mail.ErrPermanent
	}
	s.posted = append(s.posted, o)
	return nil
}

func (s *street) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// neighbour is a group with one person who may act for it.
type neighbour struct {
	viewer market.Viewer
	person market.Person
	group  market.Group
	place  market.Place
}

func (s *street) neighbour(name, address string) neighbour {
	s.t.Helper()
	var n neighbour
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) (err error) {
		n.person, err = tx.Welcome(s.ctx, address, s.now)
		return err
	}))
	v, err := s.store.ViewerFor(s.ctx, n.person, s.now)
	s.must(err)
	n.group, err = s.accounts.Found(s.ctx, v, market.Group{Name: name, LegalForm: market.Informal}, &market.Place{
		Outcode: "SE10", Borough: "Greenwich", Region: "London", Precision: market.ByPostcode,
		Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, "found-"+name, s.now)
	s.must(err)
	n.viewer, err = s.store.ViewerFor(s.ctx, n.person, s.now)
	s.must(err)
	places, err := s.store.Places(s.ctx, n.group.ID)
	s.must(err)
	n.place = places[0]
	return n
}

// post a listing, and put it to whom it fits.
func (s *street) post(n neighbour, l market.Listing) market.Listing {
	s.t.Helper()
	l = s.publish(n, l)
	_, err := s.store.Pool().Exec(s.ctx, `delete from outbox where kind = 'match' and subject = $1`, l.ID) // its job is done here
	s.must(err)
	s.must(s.intros.Match(s.ctx, l.ID, s.now))
	return l
}

// publish a listing and leave its match job waiting.
func (s *street) publish(n neighbour, l market.Listing) market.Listing {
	s.t.Helper()
	l.GroupID, l.PlaceID, l.Circle, l.Where = n.group.ID, n.place.ID, market.Anyone, market.AtPlace
	if l.Kind == "" {
		l.Kind, l.Quantity, l.Terms = market.Room, 1, market.Terms{Kind: market.Shared}
	}
	l, err := s.listings.Publish(s.ctx, n.viewer, l, market.OnceOnly{ID: string(market.NewID())}, s.now)
	s.must(err)
	return l
}

var thursdays = market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}

func hall(title string) market.Listing {
	return market.Listing{Side: market.Offer, Title: title, Facts: market.Facts{"seated": 80.0}, Has: []market.Feature{market.StepFree},
		When: market.When{Windows: []market.Window{thursdays}}}
}

func choir(from market.Date) market.Listing {
	return market.Listing{Side: market.Need, Title: "Room for a choir", Facts: market.Facts{"seated": 25.0},
		Requires: []market.Feature{market.StepFree}, ReachKM: 3,
		When: market.When{Windows: []market.Window{thursdays}, Every: market.Weekly, Times: 12, Duration: 120, From: from}}
}

// deliver sends every letter that waits, and gives those that were sent.
func (s *street) deliver() []mail.Outgoing {
	s.t.Helper()
	s.posted = nil
	waiting, err := s.store.LettersFrom(s.ctx, s.now, 100) // those of a time to come wait
	s.must(err)
	for _, id := range waiting {
		s.must(s.letters.Send(s.ctx, id, s.now))
	}
	return s.posted
}

func (s *street) only(n neighbour) market.Introduction {
	s.t.Helper()
	all, err := s.store.IntroductionsAfter(s.ctx, n.viewer, "", "", 10)
	s.must(err)
	if len(all) != 1 {
		s.t.Fatalf("%d introductions, want 1", len(all))
	}
	return all[0]
}

func TestTwoYesesConnectAndOnlyThenDoTheyLearnOfEachOther(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	if in.State != market.Proposed || len(in.Slots) != 12 {
		t.Fatalf("%s with %d slots, want proposed with 12", in.State, len(in.Slots))
	}
	if got := s.deliver(); len(got) != 1 || got[0].To != "guest@choir.test" {
		t.Fatalf("letters %v: the group that needs is told first, and alone", got)
	}
	in, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now)
	s.must(err)
	if got := s.deliver(); in.State != market.Asked || len(got) != 1 || got[0].To != "host@hall.test" {
		t.Fatalf("%s, letters %v: now the group that gives is asked", in.State, got)
	}
	in, err = s.intros.Answer(s.ctx, giver.viewer, in.ID, market.Yes, "", s.now)
	s.must(err)
	got := s.deliver()
	if in.State != market.Connected || len(got) != 2 {
		t.Fatalf("%s, letters %v: want both connected", in.State, got)
	}
	for _, o := range got {
		if o.ReplyTo == "" || o.ReplyTo == "guest@choir.test" || o.ReplyTo == "host@hall.test" {
			t.Errorf("answers go to %q, want a masked address", o.ReplyTo)
		}
	}
	s.must(s.intros.Fill(s.ctx, in.NeedID, s.now))
	need, err := s.store.EntryFor(s.ctx, market.System, in.NeedID, s.now)
	s.must(err)
	if need.Listing.Life != market.Fulfilled {
		t.Errorf("the need is %s, want fulfilled", need.Listing.Life)
	}
}

func TestTheGiverMayActFirst(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := s.post(giver, hall("Church hall"))
	need := s.post(taker, choir("2027-02-01"))
	s.deliver()
	in, err := s.intros.Begin(s.ctx, giver.viewer, offer.ID, need.ID, s.now)
	s.must(err)
	if in.State != market.Proposed || in.OfferAnswer != market.Yes || !in.KnownTo(giver.viewer) {
		t.Errorf("%s, the giver's side %q: want proposed with its yes", in.State, in.OfferAnswer)
	}
	if got := s.deliver(); len(got) != 0 {
		t.Errorf("%d letters, want none: the other side was told already", len(got))
	}
	if _, err := s.intros.Begin(s.ctx, giver.viewer, offer.ID, need.ID, s.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("again: %v", err)
	}
	if in, err = s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now); err != nil || in.State != market.Connected {
		t.Errorf("the second yes: %s, %v", in.State, err)
	}
}

// Of a group that acted first no mail says that it does not know, and each says that its yes is there.
func TestMailsSayWhoIsWillingAlready(t *testing.T) {
	s := newStreet(t)
	first, second := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	refuses, willing := s.post(first, hall("Church hall")), s.post(second, hall("Long room"))
	need := s.post(taker, choir("2027-02-01"))
	_, err := s.intros.Begin(s.ctx, second.viewer, willing.ID, need.ID, s.now)
	s.must(err)
	says := func(wants string, yeses int, never string) {
		t.Helper()
		got := s.deliver()
		if len(got) != 1 || got[0].To != "guest@choir.test" {
			t.Fatalf("letters %v, want one to the group that needs", got)
		}
		text := strings.Join(strings.Fields(got[0].Text), " ")
		if !strings.Contains(text, wants) || strings.Count(text, "have said yes already.") != yeses || strings.Contains(text, never) {
			t.Errorf("it says\n%s", got[0].Text)
		}
	}
	says("Who has said yes already gets your name then", 1, "only then do we tell")
	_, err = s.store.Pool().Exec(s.ctx, `update introductions set yes_told_at = null`) // as if that mail had not said it
	s.must(err)
	in, err := s.intros.Begin(s.ctx, taker.viewer, need.ID, refuses.ID, s.now)
	s.must(err)
	s.deliver()
	_, err = s.intros.Answer(s.ctx, first.viewer, in.ID, market.No, "", s.now)
	s.must(err)
	s.now = s.now.Add(market.ChangeMind + time.Minute)
	s.must(s.intros.Turn(s.ctx, s.now))
	says("The next that fits is from Orpine Rooms.", 1, "have not been told about you")
	told, err := s.store.IntroductionsFor(s.ctx, willing.ID)
	s.must(err)
	for _, in := range told {
		if in.YesToldAt == nil {
			t.Error("what the mails said is not kept")
		}
	}
}

// A proposal that its mail left out, since its giver had just taken a yes back, is told of by another where that is given again: its clock runs
// from then.
func TestWhatAMailLeftOutIsNotTold(t *testing.T) {
	s := newStreet(t)
	first, second := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(first, hall("Church hall"))
	offer := s.post(second, hall("Long room"))
	need := s.post(taker, choir("2027-04-01"))
	in, err := s.intros.Begin(s.ctx, second.viewer, offer.ID, need.ID, s.now)
	s.must(err)
	in = s.say(second, in, market.No)
	if got := s.deliver(); len(got) != 1 || strings.Contains(got[0].Text, "Orpine") {
		t.Fatalf("letters %v, want one that leaves it out", got)
	}
	s.now = s.now.Add(5 * time.Minute)
	s.say(second, in, market.Yes)
	told := func() (n int, at *time.Time) {
		all, err := s.store.IntroductionsFor(s.ctx, need.ID)
		s.must(err)
		for _, one := range all {
			if one.NeedToldAt != nil {
				n++
			}
			if one.ID == in.ID {
				at = one.NeedToldAt
			}
		}
		return n, at
	}
	s.must(s.intros.LookAgain(s.ctx, s.now))
	if n, at := told(); n != 1 || at != nil {
		t.Errorf("%d told, the one that was left out at %v", n, at)
	}
	if to := s.to(taker, s.mondayAfter(0)); len(to) != 1 {
		t.Fatalf("digests %q", to)
	}
	if n, at := told(); n != 2 || at == nil || !at.Equal(s.now) {
		t.Errorf("%d told, the one that was left out at %v, want it when its digest went", n, at)
	}
}

// A giver who acted first may think again until a mail said so to the side that needs: then Stop is the way out, and that side
// hears of it.
func TestAGiversYesIsTakenBackUntilTheNeedsSideWasTold(t *testing.T) {
	for name, c := range map[string]struct {
		told bool
		tell func(s *street, in market.Introduction, taker neighbour) // what comes after the giver's yes
	}{
		"told before it was said": {false, func(s *street, _ market.Introduction, _ neighbour) {}},
		"in the proposal":         {true, func(s *street, _ market.Introduction, _ neighbour) { s.deliver() }},
		"in a digest": {true, func(s *street, in market.Introduction, taker neighbour) {
			s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.SetDigestDue(s.ctx, taker.person.ID, s.now, s.now.Add(-time.Hour)) }))
			s.must(s.intros.Digests(s.ctx, s.now))
			s.deliver()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			offer := s.post(giver, hall("Church hall"))
			need := s.post(taker, choir("2027-02-01"))
			if name != "in the proposal" {
				s.deliver()
			}
			s.now = s.now.Add(time.Minute)
			in, err := s.intros.Begin(s.ctx, giver.viewer, offer.ID, need.ID, s.now)
			s.must(err)
			c.tell(s, in, taker)
			_, err = s.intros.Answer(s.ctx, giver.viewer, in.ID, market.No, "", s.now)
			if c.told != errors.Is(err, market.ErrWrongState) || !c.told && err != nil {
				t.Errorf("taking it back: %v", err)
			}
			if c.told {
				_, err := s.intros.Stop(s.ctx, giver.viewer, in.ID, s.now)
				s.must(err)
			}
			s.now = s.now.Add(market.ChangeMind + time.Minute)
			s.must(s.intros.Turn(s.ctx, s.now))
			if got := s.to(taker, s.deliver()); (len(got) == 1) != c.told {
				t.Errorf("the side that needs got %q", got)
			}
		})
	}
}

// What the governor holds back may be begun by either side; the caps of the other side's mails stay.
func TestWhoBeginsGoesAroundNoCap(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	need := s.post(taker, choir("2027-02-01"))
	var givers []neighbour
	var offers []market.Listing
	for i := range 5 {
		giver := s.neighbour(fmt.Sprintf("Orpine Rooms %c", 'A'+i), fmt.Sprintf("rooms%d@orpine.test", i))
		givers, offers = append(givers, giver), append(offers, s.post(giver, hall("Long room")))
		if i == 0 {
			s.must(s.intros.Fill(s.ctx, need.ID, s.now)) // proposed and told of, as the answer to the posting
		}
	}
	s.deliver()
	for i, want := range []error{1: nil, 2: nil, 3: market.ErrWrongState} {
		if i == 0 {
			continue
		}
		in, err := s.intros.Begin(s.ctx, givers[i].viewer, offers[i].ID, need.ID, s.now)
		if !errors.Is(err, want) || err == nil && (in.State != market.Proposed || in.NeedToldAt != nil) {
			t.Errorf("%d: %s, %v, want %v", i, in.State, err, want)
		}
	}
	if got := s.deliver(); len(got) != 1 {
		t.Errorf("%d more letters of proposals within a day, want the one beside the answer to the posting", len(got))
	}
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	for _, in := range all {
		_, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.No, "", s.now)
		s.must(err)
	}
	if _, err := s.intros.Begin(s.ctx, givers[0].viewer, offers[0].ID, need.ID, s.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("what they said no to: %v, and no more of it", err)
	}
	in, err := s.intros.Begin(s.ctx, taker.viewer, need.ID, offers[3].ID, s.now)
	if err != nil || in.State != market.Asked {
		t.Fatalf("the side that needs begins: %s, %v", in.State, err)
	}
	if got := s.deliver(); len(got) != 1 || got[0].To != givers[3].person.Address {
		t.Errorf("letters %v, want one that asks the giver", got)
	}
	stranger := s.neighbour("Pennywort Row", "other@row.test")
	for name, try := range map[string][2]market.ID{"not one's own": {offers[4].ID, need.ID}, "two of one side": {offers[4].ID, offers[3].ID}} {
		if _, err := s.intros.Begin(s.ctx, stranger.viewer, try[0], try[1], s.now); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnsweringTwiceChangesNothing(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	_, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now)
	s.must(err)
	if _, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same yes again: %v", err)
	}
	s.deliver()
	if _, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.No, "", s.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("taking a yes back after the other side was told: %v", err)
	}
	stranger := s.neighbour("Pennywort Row", "other@row.test")
	if _, err := s.intros.Answer(s.ctx, stranger.viewer, in.ID, market.Yes, "", s.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a stranger's answer: %v", err)
	}
}

func TestLastUnitGoesToOneAndTheOthersAreToldKindly(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	narrow := hall("Church hall")
	narrow.When.Windows[0].End = 20 * 60 // room for one choir of two hours an evening
	s.post(giver, narrow)
	const n = 3 // as many as may be asked at once
	var ids []market.ID
	for i := range n {
		taker := s.neighbour(fmt.Sprintf("Tansy Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, choir("2027-02-01"))
		in := s.only(taker)
		_, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now)
		s.must(err)
		ids = append(ids, in.ID)
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { _, errs[i] = s.intros.Answer(s.ctx, giver.viewer, id, market.Yes, "", s.now) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, market.ErrTaken):
			t.Errorf("a loser got %v, want just gone", err)
		}
	}
	if won != 1 {
		t.Errorf("%d connected on one slot, want 1", won)
	}
}

func TestAGiverIsAskedByThreeAtMost(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.post(giver, hall("Church hall"))
	for i := range 5 {
		taker := s.neighbour(fmt.Sprintf("Tansy Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, choir("2027-02-01"))
		_, err := s.intros.Answer(s.ctx, taker.viewer, s.only(taker).ID, market.Yes, "", s.now)
		s.must(err)
	}
	asked := 0
	for _, o := range s.deliver() {
		if o.To == "host@hall.test" {
			asked++
		}
	}
	if asked != 3 {
		t.Errorf("the giver got %d requests, want 3", asked)
	}
}

// However many needs a group posts, who gives is asked about it and the others by turns: also one who is asked about one request at a
// time, so that nothing of the loud group's is open when the next is asked.
func TestALoudGroupTakesTurnsWithAQuietOne(t *testing.T) {
	for most, want := range map[int][]string{3: {"loud", "loud", "loud", "quiet", "quiet", "loud"}, 1: {"loud", "quiet", "loud", "quiet", "loud", "loud"}} {
		t.Run(fmt.Sprintf("%d at a time", most), func(t *testing.T) {
			s := newStreet(t)
			s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Caps: market.Caps{OpenRequests: most}})
			s.intros.Take(0)
			giver, loud, quiet := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Bellwether Bands", "loud@bell.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			var needs []market.Listing
			for _, n := range []neighbour{loud, loud, loud, loud, quiet, quiet} {
				need := s.post(n, choir("2027-02-01"))
				s.say(n, s.introductions(need)[0], market.Yes)
				needs = append(needs, need)
				s.deliver()
				s.now = s.now.Add(time.Minute)
			}
			var told []string
			var open []market.Introduction
			heard := map[market.ID]bool{}
			for range needs {
				for _, need := range needs {
					if in := s.introductions(need)[0]; in.OfferToldAt != nil && !heard[in.ID] {
						heard[in.ID] = true
						told = append(told, map[market.ID]string{loud.group.ID: "loud", quiet.group.ID: "quiet"}[in.NeedGroupID])
						open = append(open, in)
					}
				}
				if len(open) == 0 {
					t.Fatalf("after %q nobody is asked about", told)
				}
				s.say(giver, open[0], market.No)
				open = open[1:]
				s.now = s.now.Add(market.ChangeMind)
				s.must(s.intros.Turn(s.ctx, s.now))
				s.deliver()
			}
			if diff := cmp.Diff(want, told); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSilenceLapsesAfter72HoursAndTheNextIsProposed(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	need := s.post(taker, choir("2027-04-01")) // the clocks go forward meanwhile
	s.deliver()
	s.now = s.now.Add(71 * time.Hour)
	s.must(s.intros.Turn(s.ctx, s.now))
	if in := s.only(taker); in.State != market.Proposed {
		t.Fatalf("after 71 h: %s", in.State)
	}
	s.now = s.now.Add(time.Hour)
	s.must(s.intros.Turn(s.ctx, s.now))
	if in := s.only(taker); in.State != market.Lapsed {
		t.Fatalf("after 72 h: %s", in.State)
	}
	second := s.neighbour("Orpine Rooms", "rooms@orpine.test")
	s.post(second, hall("Long room"))
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	if len(all) != 2 || !all[0].State.Open() {
		t.Errorf("%d introductions, newest %s: want the next best proposed", len(all), all[0].State)
	}
}

func TestGovernorGathersWhatComesAfterTheFirstAnswer(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	first := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.post(first, hall("Church hall"))
	need := s.post(taker, choir("2027-02-01"))
	s.deliver()
	for i := range 3 {
		giver := s.neighbour(fmt.Sprintf("Orpine Rooms %c", 'A'+i), fmt.Sprintf("rooms%d@orpine.test", i))
		s.post(giver, hall("Long room"))
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	}
	if got := s.deliver(); len(got) != 1 {
		t.Errorf("%d more letters of proposals within a day, want the one beside the answer to the posting", len(got))
	}
	s.now = s.now.Add(25 * time.Hour)
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	if got := s.deliver(); len(got) != 1 {
		t.Errorf("%d letters the day after, want one that gathers the rest", len(got))
	}
}

func TestABlockWithdrawsWhatIsOpenAndHidesBoth(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.must(s.intros.Block(s.ctx, taker.viewer, taker.group.ID, giver.group.ID, s.now))
	if in := s.only(taker); in.State != market.Undone {
		t.Errorf("after a block: %s", in.State)
	}
	if _, err := s.store.EntryFor(s.ctx, taker.viewer, offer.ID, s.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("the blocked group's listing: %v, want not found", err)
	}
}

// Who blocked the other knows why it ended, whatever it had said or was asked; who waited for an answer gets the kind mail.
func TestWhoBlockedTheOtherIsNotToldNotThisTime(t *testing.T) {
	for name, c := range map[string]struct{ giverFirst, giverBlocks bool }{
		"the need's group, who was to answer":  {giverFirst: true},
		"the need's group, who had said yes":   {},
		"the giver, who was to answer":         {giverBlocks: true},
		"the giver, who had said yes and told": {giverFirst: true, giverBlocks: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-02-01"))
			first, blocker, blocked := taker, taker, giver
			if c.giverFirst {
				first = giver
			}
			if c.giverBlocks {
				blocker, blocked = giver, taker
			}
			s.say(first, s.only(taker), market.Yes)
			s.deliver()
			s.must(s.intros.Block(s.ctx, blocker.viewer, blocker.group.ID, blocked.group.ID, s.now))
			s.now = s.now.Add(market.ChangeMind + time.Minute)
			s.must(s.intros.Turn(s.ctx, s.now))
			got := s.deliver()
			if len(s.to(blocker, got)) != 0 || len(s.to(blocked, got)) != 1 {
				t.Errorf("who blocked got %q, the other %q: want one letter, to the other", s.to(blocker, got), s.to(blocked, got))
			}
		})
	}
}

func TestALinkAnswersForOneIntroductionAndOnePersonOnly(t *testing.T) {
	s := newStreet(t)
	links := introduction.Links{Secret: []byte("tokens")}
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	token := links.Token(in.ID, taker.person.ID)
	got, v, err := introduction.ByLink(s.ctx, s.store, links, token, s.now)
	s.must(err)
	if got.ID != in.ID || v.Person != taker.person.ID || len(v.Roles) != 1 {
		t.Errorf("the link leads to %v as %v", got.ID, v)
	}
	for name, bad := range map[string]string{"cut": token[1:], "of another house": introduction.Links{Secret: []byte("x")}.Token(in.ID, taker.person.ID),
		"of a stranger": links.Token(in.ID, s.neighbour("Pennywort Row", "other@row.test").person.ID)} {
		if _, _, err := introduction.ByLink(s.ctx, s.store, links, bad, s.now); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("a link %s: %v, want not found", name, err)
		}
	}
}

// anew looks at everything posted so far, whatever other databases of the same server hold back.
func (s *street) anew() {
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{})
}

func (s *street) say(n neighbour, in market.Introduction, a market.Answer) market.Introduction {
	s.t.Helper()
	in, err := s.intros.Answer(s.ctx, n.viewer, in.ID, a, "", s.now)
	s.must(err)
	return in
}

func (s *street) to(n neighbour, letters []mail.Outgoing) (subjects []string) {
	for _, o := range letters {
		if o.To == n.person.Address {
			subjects = append(subjects, o.Subject)
		}
	}
	return subjects
}

func TestALetterThatIsRefusedDoesNotHoldItsIntroductionForEver(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.refused = "host@hall.test"
	s.deliver()
	s.say(taker, s.only(taker), market.Yes)
	s.deliver()
	s.now = s.now.Add(market.AnswerWithin)
	s.must(s.intros.Turn(s.ctx, s.now))
	if in := s.only(taker); in.State != market.Lapsed {
		t.Errorf("72 h after the request was refused by the mail server: %s, want lapsed", in.State)
	}
}

// Somebody moves to another address while the one before turns out to be no mailbox any more: the new one does not count as
// such, and the clock runs.
func TestARequestToAnAddressThatWasLeftDoesNotHoldItsIntroduction(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.deliver()
	s.say(taker, s.only(taker), market.Yes)
	s.says, s.first = fmt.Errorf("%w: %w", mail.ErrPermanent, mail.ErrNoMailbox), func() {
		s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
			return tx.MoveAddress(s.ctx, giver.person.ID, "host@hall.test", "host@new.test", s.now)
		}))
	}
	s.deliver()
	p, err := s.store.Person(s.ctx, giver.person.ID)
	s.must(err)
	if s.first != nil || p.Bounced {
		t.Errorf("the new address counts as one that bounces: %v", p.Bounced)
	}
	s.now = s.now.Add(market.AnswerWithin)
	s.must(s.intros.Turn(s.ctx, s.now))
	if in := s.only(taker); in.State != market.Lapsed {
		t.Errorf("72 h after the request came back: %s, want lapsed", in.State)
	}
}

func TestAYesTakenBackAndGivenAgainIsTold(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	s.say(taker, in, market.Yes)
	s.say(taker, in, market.No)
	if got := s.to(giver, s.deliver()); len(got) != 0 {
		t.Fatalf("the giver heard %q of a yes that was taken back", got)
	}
	s.say(taker, in, market.Yes)
	if got := s.to(giver, s.deliver()); len(got) != 1 {
		t.Errorf("the giver got %q, want to be asked", got)
	}
}

// twoHalls are both asked about a choir that would like either.
func twoHalls(t *testing.T) (s *street, first, second, taker neighbour, need market.Listing, all []market.Introduction) {
	s = newStreet(t)
	first, second = s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
	taker = s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(first, hall("Church hall"))
	s.post(second, hall("Long room"))
	s.anew()
	need = s.post(taker, choir("2027-02-01"))
	var err error
	all, err = s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	for _, in := range all {
		s.say(taker, in, market.Yes)
	}
	s.deliver()
	return s, first, second, taker, need, all
}

func TestANeedIsFilledByOneHall(t *testing.T) {
	s, first, second, taker, need, all := twoHalls(t)
	var errs []error
	for _, in := range all { // both answer before the need was looked at again
		giver := first
		if in.OfferGroupID == second.group.ID {
			giver = second
		}
		_, err := s.intros.Answer(s.ctx, giver.viewer, in.ID, market.Yes, "", s.now)
		errs = append(errs, err)
	}
	if len(errs) != 2 || errs[0] != nil || !errors.Is(errs[1], market.ErrTaken) {
		t.Fatalf("two halls said yes: %v, want the second to come too late", errs)
	}
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	s.must(s.intros.Turn(s.ctx, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("the group whose need is filled got %q, want word of its hall alone", got)
	}
}

func chairs(side market.Side, n int) market.Listing {
	return market.Listing{Side: side, Kind: market.Equipment, Title: "Folding chairs", Quantity: n, Unit: "chairs", Splittable: true,
		SmallestPart: 1, Terms: market.Terms{Kind: market.Gift}, ReachKM: 3}
}

func TestASecondPartTakesOnlyWhatIsStillWanted(t *testing.T) {
	s := newStreet(t)
	first, second := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offers := []market.Listing{s.post(first, chairs(market.Offer, 30)), s.post(second, chairs(market.Offer, 30))}
	s.anew()
	need := s.post(taker, chairs(market.Need, 40))
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	if len(all) != 2 {
		t.Fatalf("%d introductions, want 2", len(all))
	}
	for _, in := range all {
		s.say(taker, in, market.Yes)
		giver := first
		if in.OfferID == offers[1].ID {
			giver = second
		}
		s.say(giver, in, market.Yes)
	}
	if taken, err := s.store.Taken(s.ctx, need.ID); err != nil || taken != 40 {
		t.Errorf("%d chairs taken (%v), want 40", taken, err)
	}
}

func TestOldNeedsShareOneMailADay(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for range 3 {
		s.post(taker, choir("2027-02-01"))
	}
	s.now = s.now.Add(48 * time.Hour)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.post(giver, hall("Church hall"))
	needs, err := s.store.ListingsOf(s.ctx, taker.group.ID)
	s.must(err)
	s.anew()
	for _, need := range needs {
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	}
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("one new hall brought %d mails for three old needs in a day, want 1", len(got))
	}
}

func TestAGiverWhoSaidYesFirstHearsOfSilence(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.deliver()
	s.say(giver, s.only(taker), market.Yes)
	for _, wait := range []time.Duration{market.AnswerWithin, market.ChangeMind} {
		s.now = s.now.Add(wait)
		s.must(s.intros.Turn(s.ctx, s.now))
	}
	if got := s.to(giver, s.deliver()); len(got) != 1 {
		t.Errorf("the giver who waited got %q, want to hear that it came to nothing", got)
	}
}

func TestALetterThatWentStaysSent(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	waiting, err := s.store.WaitingLetters(s.ctx, 10)
	s.must(err)
	if len(waiting) != 1 {
		t.Fatalf("%d letters wait, want 1", len(waiting))
	}
	s.first = func() { s.must(s.letters.Send(s.ctx, waiting[0], s.now)) } // another worker, while this one is slow
	_ = s.letters.Send(s.ctx, waiting[0], s.now)
	s.must(s.letters.Send(s.ctx, waiting[0], s.now)) // tried again
	if l, _, err := s.store.Letter(s.ctx, waiting[0]); err != nil || l.State != market.Sent || len(s.posted) != 1 {
		t.Errorf("%s, handed over %d times (%v): want sent, once", l.State, len(s.posted), err)
	}
}

// connect brings a giver's hall and a taker's need to a connected introduction, with every letter delivered.
func (s *street) connect(giver, taker neighbour) market.Introduction {
	s.t.Helper()
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	s.say(taker, in, market.Yes)
	in = s.say(giver, in, market.Yes)
	s.must(s.intros.Fill(s.ctx, in.NeedID, s.now))
	s.deliver()
	return in
}

func TestStoppingAfterConnectingGivesEverythingBackAndTellsTheOtherOnly(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		t.Run(string(side), func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			in := s.connect(giver, taker)
			stopper, other := taker, giver
			if side == market.Offer {
				stopper, other = giver, taker
			}
			in, err := s.intros.Stop(s.ctx, stopper.viewer, in.ID, s.now)
			s.must(err)
			if in.State != market.Undone {
				t.Errorf("stopped: %s", in.State)
			}
			got := s.deliver()
			if len(s.to(other, got)) != 1 || len(s.to(stopper, got)) != 0 {
				t.Errorf("letters %v, want one, to the other side", got)
			}
			need, err := s.store.EntryFor(s.ctx, market.System, in.NeedID, s.now)
			s.must(err)
			if need.Listing.Life != market.Open {
				t.Errorf("the need is %s, want open again", need.Listing.Life)
			}
			if _, err := s.intros.Stop(s.ctx, stopper.viewer, in.ID, s.now); !errors.Is(err, market.ErrRepeated) {
				t.Errorf("stopping again: %v", err)
			}
			if _, err := s.intros.Answer(s.ctx, other.viewer, in.ID, market.No, "", s.now); !errors.Is(err, market.ErrGone) {
				t.Errorf("answering what was stopped: %v", err)
			}
			s.now = s.now.Add(market.ChangeMind)
			s.must(s.intros.Turn(s.ctx, s.now))
			if got := s.deliver(); len(got) != 0 {
				t.Errorf("later letters %v, want none", got)
			}
		})
	}
}

func TestWhatWasStoppedIsFreeForTheNext(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	narrow := hall("Church hall")
	narrow.When.Windows[0].End = 20 * 60
	s.post(giver, narrow)
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	s.say(taker, in, market.Yes)
	s.say(giver, in, market.Yes)
	late := s.neighbour("Orpine Singers", "late@singers.test")
	second := s.post(late, choir("2027-02-01"))
	if all, err := s.store.IntroductionsFor(s.ctx, second.ID); err != nil || len(all) != 0 {
		t.Fatalf("%d introductions (%v) to a hall that is taken", len(all), err)
	}
	_, err := s.intros.Stop(s.ctx, taker.viewer, in.ID, s.now)
	s.must(err)
	s.anew()
	s.must(s.intros.Fill(s.ctx, second.ID, s.now))
	if got := s.only(late); got.State != market.Proposed {
		t.Errorf("the next choir's introduction is %s, want proposed", got.State)
	}
}

func TestStoppingBeforeTheSecondYesTellsTheGiverWhoWasAsked(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	s.say(taker, in, market.Yes)
	s.deliver()
	_, err := s.intros.Stop(s.ctx, taker.viewer, in.ID, s.now)
	s.must(err)
	got := s.deliver()
	if len(s.to(giver, got)) != 1 || len(s.to(taker, got)) != 0 {
		t.Errorf("letters %v, want one, to the giver who was asked", got)
	}
	stranger := s.neighbour("Pennywort Row", "other@row.test")
	if _, err := s.intros.Stop(s.ctx, stranger.viewer, in.ID, s.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a stranger stops it: %v", err)
	}
}

func TestAnEditThatNoLongerFitsWithdrawsWhatIsOpen(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.say(taker, s.only(taker), market.Yes)
	s.deliver()
	entry, err := s.store.EntryFor(s.ctx, giver.viewer, offer.ID, s.now)
	s.must(err)
	offer = entry.Listing
	offer.Facts = market.Facts{"seated": 10.0}
	s.must(s.listings.Edit(s.ctx, giver.viewer, offer, "edit", s.now))
	s.anew()
	s.must(s.intros.Fill(s.ctx, s.only(taker).NeedID, s.now))
	if in := s.only(taker); in.State != market.Undone {
		t.Fatalf("an introduction to a hall that became too small: %s, want withdrawn", in.State)
	}
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("the choir got %q, want to hear that it goes no further", got)
	}
}

func TestALetterThatNeverWentCountsForNoCap(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	need := s.post(taker, choir("2027-02-01"))
	s.now = s.now.Add(2 * time.Hour) // no answer to the posting any more, which counts for none
	s.post(giver, hall("Church hall"))
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	count := func() int {
		n, err := s.store.LettersTo(s.ctx, taker.person.ID, market.PossibleMatch, s.now.Add(-time.Hour))
		s.must(err)
		return n
	}
	if n := count(); n != 1 {
		t.Fatalf("%d letters while it waits, want 1", n)
	}
	s.must(s.intros.Block(s.ctx, giver.viewer, giver.group.ID, taker.group.ID, s.now))
	if got := s.deliver(); len(got) != 0 {
		t.Fatalf("letters %v about what was withdrawn", got)
	}
	if n := count(); n != 0 {
		t.Errorf("%d letters counted that nobody got, want 0", n)
	}
}

func TestAPausedGroupIsLeftAloneAndComesBack(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := s.post(giver, hall("Church hall"))
	need := s.post(taker, choir("2027-03-01"))
	s.say(taker, s.only(taker), market.Yes)
	s.deliver()
	before := s.jobs(offer.ID)
	until := s.now.AddDate(0, 0, 7)
	s.must(s.accounts.Pause(s.ctx, giver.viewer, giver.group.ID, &until, s.now))
	if got := s.jobs(offer.ID); got != before+1 {
		t.Errorf("%d more jobs look at the offer again, want 1", got-before)
	}
	s.must(s.intros.Match(s.ctx, offer.ID, s.now))
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	if in := s.only(taker); in.State != market.Undone {
		t.Fatalf("while the giver pauses: %s, want withdrawn", in.State)
	}
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("the choir that had asked got %q, want word of it", got)
	}
	s.now = until.Add(time.Hour)
	s.anew()
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	if len(all) != 2 || all[0].State != market.Proposed {
		t.Errorf("%d introductions, newest %s: want the pair proposed again after the pause", len(all), all[0].State)
	}
}

// jobs counts the looks at a listing that were ever asked for.
func (s *street) jobs(listing market.ID) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from outbox where kind = $1 and subject = $2`, market.MatchJob, listing).Scan(&n))
	return n
}

func TestOnlyAnActOfTheGroupEndsBeingIgnored(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for i := range 3 {
		s.post(s.neighbour(fmt.Sprintf("Orpine Rooms %c", 'A'+i), fmt.Sprintf("rooms%d@orpine.test", i)), hall("Long room"))
	}
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Proposals: 1})
	need := s.post(taker, choir("2027-04-01"))
	for range market.IgnoredInARow {
		s.deliver()
		s.now = s.now.Add(market.AnswerWithin)
		s.must(s.intros.Turn(s.ctx, s.now))
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	}
	proposed := func() int {
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
		all, err := s.store.IntroductionsFor(s.ctx, need.ID)
		s.must(err)
		return len(all)
	}
	if n := proposed(); n != market.IgnoredInARow {
		t.Fatalf("%d proposals, want no more after %d were ignored", n, market.IgnoredInARow)
	}
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		l, err := tx.Listing(s.ctx, need.ID)
		s.must(err)
		l.UpdatedAt = s.now
		return tx.ChangeListing(s.ctx, l)
	}))
	if n := proposed(); n != market.IgnoredInARow {
		t.Errorf("%d proposals: a change by the program began them anew", n)
	}
	stranger := s.neighbour("Owl Lane Scouts", "else@owl.test")
	s.must(s.accounts.Report(s.ctx, stranger.viewer, market.Report{Subject: "listing", SubjectID: need.ID, Reason: "wrong", Words: "Is it true?"}, false, "report", s.now))
	reports, err := s.store.ReportsOn(s.ctx, need.ID)
	s.must(err)
	operator := market.Viewer{Person: stranger.person.ID, Operator: true}
	_, err = safety.New(s.store, s.intros).Decide(s.ctx, operator, reports[0].ID, market.Decision{Act: market.Kept, Reason: "wrong", Words: "It is."}, s.now)
	s.must(err)
	if n := proposed(); n != market.IgnoredInARow {
		t.Errorf("%d proposals: what others said of it began them anew", n)
	}
	if silent, err := s.store.NotToAsk(s.ctx, []market.ID{need.ID}, s.now); err != nil || !silent[need.ID] {
		t.Errorf("a sharing out would ask it again (%v)", err)
	}
	entry, err := s.store.EntryFor(s.ctx, taker.viewer, need.ID, s.now)
	s.must(err)
	entry.Listing.Title = "Room for our choir"
	s.must(s.listings.Edit(s.ctx, taker.viewer, entry.Listing, "edit", s.now))
	if n := proposed(); n != market.IgnoredInARow+1 {
		t.Errorf("%d proposals after the group acted, want one more", n)
	}
}

func TestANeedThatItsOwnerClosedStaysClosed(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.only(taker)
	s.say(taker, in, market.Yes)
	s.say(giver, in, market.Yes)
	s.must(s.listings.Move(s.ctx, taker.viewer, in.NeedID, market.Fulfilled, nil, s.now)) // before the program could
	s.now = s.now.Add(time.Hour)
	_, err := s.intros.Stop(s.ctx, giver.viewer, in.ID, s.now)
	s.must(err)
	need, err := s.store.EntryFor(s.ctx, market.System, in.NeedID, s.now)
	s.must(err)
	if need.Listing.Life != market.Fulfilled {
		t.Errorf("the need that its owner marked as found is %s again", need.Listing.Life)
	}
}

func TestALetterWhoseJobWasGivenUpStartsTheClockAllTheSame(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	waiting, err := s.store.WaitingLetters(s.ctx, 10)
	s.must(err)
	s.first = func() { panic("a fault of ours") }
	func() {
		defer func() { _ = recover() }() // as the queue does, which then gives the job up
		_ = s.letters.Send(s.ctx, waiting[0], s.now)
	}()
	s.now = s.now.Add(market.LetterLasts)
	s.must(s.letters.Turn(s.ctx, s.now))
	if l, _, err := s.store.Letter(s.ctx, waiting[0]); err != nil || l.State != market.Failed {
		t.Errorf("%s (%v) after 72 h, want failed", l.State, err)
	}
	s.now = s.now.Add(market.AnswerWithin)
	s.must(s.intros.Turn(s.ctx, s.now))
	if in := s.only(taker); in.State != market.Lapsed {
		t.Errorf("%s, want lapsed", in.State)
	}
}

// What an outage of the mail server over days kept back is tried as long again as at first once an operator has it sent again.
func TestALetterThatIsSentAgainHasItsTimeAnew(t *testing.T) {
	s := newStreet(t)
	s.post(s.neighbour("Larkhollow Hall", "host@hall.test"), hall("Church hall"))
	s.post(s.neighbour("Tansy Yard Choir", "guest@choir.test"), choir("2027-02-01"))
	waiting, err := s.store.WaitingLetters(s.ctx, 1)
	s.must(err)
	letter := func() market.Letter {
		l, _, err := s.store.Letter(s.ctx, waiting[0])
		s.must(err)
		return l
	}
	s.away = true
	if err := s.letters.Send(s.ctx, waiting[0], s.now); err == nil {
		t.Fatal("it was sent")
	}
	s.now = s.now.Add(market.LetterLasts)
	s.must(s.letters.Turn(s.ctx, s.now))
	if l := letter(); l.State != market.Failed || l.Fault != "away" {
		t.Fatalf("%s %s, want failed since the mail server was away", l.State, l.Fault)
	}
	s.now = s.now.Add(market.LetterLasts)
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		ids, err := tx.SendAgain(s.ctx, waiting[0], time.Time{}, s.now, 1)
		if len(ids) != 1 {
			t.Errorf("%d can be sent again, want 1", len(ids))
		}
		return err
	}))
	s.now = s.now.Add(market.LetterLasts - time.Minute)
	s.must(s.letters.Turn(s.ctx, s.now))
	if err := s.letters.Send(s.ctx, waiting[0], s.now); err == nil || letter().State != market.Waiting {
		t.Errorf("%s (%v), want tried for three days anew", letter().State, err)
	}
	s.now = s.now.Add(time.Minute)
	s.must(s.letters.Turn(s.ctx, s.now))
	if l := letter(); l.State != market.Failed {
		t.Errorf("%s, want ended", l.State)
	}
}

// Who gets such a letter has three days to answer from then, though its failing had started the clock.
func TestWhoIsWrittenToAgainHasThreeDaysFromThen(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		s := newStreet(t)
		giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
		s.post(giver, hall("Church hall"))
		s.post(taker, choir("2027-02-01"))
		mine := map[market.Side]neighbour{market.Need: taker, market.Offer: giver}[side]
		if side == market.Offer {
			s.deliver()
			s.say(taker, s.only(taker), market.Yes)
		}
		s.refused = mine.person.Address
		s.deliver()
		s.sendsAgain(48 * time.Hour)
		s.deliver()
		s.now = s.now.Add(market.AnswerWithin - time.Minute)
		s.must(s.intros.Turn(s.ctx, s.now))
		if in := s.only(taker); !in.State.Open() {
			t.Errorf("the side of the %s: %s less than three days after it was told", side, in.State)
		}
		s.now = s.now.Add(time.Minute)
		s.must(s.intros.Turn(s.ctx, s.now))
		if in := s.only(taker); in.State != market.Lapsed {
			t.Errorf("the side of the %s: %s after three days", side, in.State)
		}
	}
}

func TestWhoIsWrittenToAgainAboutARingHasThreeDaysFromThen(t *testing.T) {
	r := newRound(t)
	r.find()
	r.refused = r.chairs.person.Address
	r.deliver()
	for _, n := range []neighbour{r.hall, r.gazebo} {
		_, err := r.answers(n, market.Yes)
		r.must(err)
	}
	r.sendsAgain(48 * time.Hour)
	r.deliver()
	r.now = r.now.Add(market.AnswerWithin - time.Minute)
	r.must(r.intros.Turn(r.ctx, r.now))
	if ring := r.ring(r.chairs); ring.State != market.Proposed {
		t.Errorf("%s less than three days after the last was told", ring.State)
	}
	r.now = r.now.Add(time.Minute)
	r.must(r.intros.Turn(r.ctx, r.now))
	if ring := r.ring(r.chairs); ring.State != market.Lapsed {
		t.Errorf("%s after three days", ring.State)
	}
}

// sendsAgain has an operator send again what failed, a time after it did, now that no address is refused.
func (s *street) sendsAgain(later time.Duration) {
	s.t.Helper()
	s.now, s.refused = s.now.Add(later), ""
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		_, err := tx.SendAgain(s.ctx, "", time.Time{}, s.now, 100)
		return err
	}))
}

// Each new leader of the schedule looks at all open needs once more; one that waits for that already is not put in the line
// a second time, nor one that was looked at some minutes ago.
func TestLookingAgainAddsNothingToABacklog(t *testing.T) {
	s := newStreet(t)
	need := s.post(s.neighbour("Tansy Yard Choir", "guest@choir.test"), choir("2027-04-01"))
	waiting := func() (n int) {
		s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from outbox where kind = $1 and subject = $2`, market.FillJob, need.ID).Scan(&n))
		return n
	}
	for range 3 {
		s.must(s.intros.LookAgain(s.ctx, s.now))
	}
	if n := waiting(); n != 1 {
		t.Errorf("%d jobs wait for one need", n)
	}
	for _, done := range []struct {
		ago  string
		jobs int
	}{{"4 minutes", 1}, {"6 minutes", 2}} {
		_, err := s.store.Pool().Exec(s.ctx, `update outbox set state = 'done', ended_at = now() - $1::interval where kind = $2`, done.ago, market.FillJob)
		s.must(err)
		s.must(s.intros.LookAgain(s.ctx, s.now))
		if n := waiting(); n != done.jobs {
			t.Errorf("looked at %s ago, and again: %d jobs", done.ago, n)
		}
	}
}
