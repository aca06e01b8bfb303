package api_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/store"
	"wherewithal/web/api"
)

// mirror is what a partner keeps of what it may see.
type mirror struct {
	*program
	at   string
	have map[string]int64 // version by listing
	told map[string]bool  // every id that was ever told of
	pics map[string]int   // photos by listing
}

func (p *program) mirror() *mirror {
	return &mirror{program: p, have: map[string]int64{}, told: map[string]bool{}, pics: map[string]int{}}
}

// follow reads until there is no more, a few at a time.
func (m *mirror) follow() {
	m.t.Helper()
	for {
		path := "/changes?limit=7"
		if m.at != "" {
			path += "&cursor=" + m.at
		}
		page := read[api.Changes](m.ask("GET", path, "").want(200))
		for _, c := range page.Items {
			m.told[c.ID] = true
			delete(m.have, c.ID)
			if c.Listing != nil {
				m.have[c.ID], m.pics[c.ID] = c.Listing.Version, len(c.Listing.Photos)
			}
		}
		if m.at = page.Next; !page.More {
			return
		}
	}
}

// found is what the search finds, all pages of it.
func (p *program) found() map[string]int64 {
	p.t.Helper()
	all, path := map[string]int64{}, "/search?limit=10"
	for cursor := ""; ; {
		page := read[api.Found](p.ask("GET", path+cursor, "").want(200))
		for _, hit := range page.Items {
			all[hit.Listing.ID] = hit.Listing.Version
		}
		if page.Next == "" {
			return all
		}
		cursor = "&cursor=" + page.Next
	}
}

// A copy made of the changes while others write, and while a transaction that began before them is open, is in the end what
// the search shows: nothing is missing that the open one wrote, and nothing is there that may no longer be seen.
func TestACopyMadeOfTheChangesIsWhatTheSearchShows(t *testing.T) {
	h := openWith(t, unlimited)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	home := h.networkOf("home", n.group.ID)
	whole, _ := h.partnerIn(n)
	one, _ := h.partnerIn(other, home)
	var ids []market.ID
	for i := range 12 {
		who := []neighbour{n, other}[i%2]
		l := read[api.Listing](who.ask("POST", "/listings", write(with(hall(who), "title", fmt.Sprint("Hall ", i)))).want(201))
		ids = append(ids, market.ID(l.ID))
	}
	copies := []*mirror{whole.mirror(), one.mirror()}
	for _, c := range copies {
		c.follow()
	}

	late := read[api.Listing](n.ask("POST", "/listings", write(with(hall(n), "title", "Late hall", "circle", "city"))).want(201))
	held, err := h.store.Pool().Begin(h.ctx)
	h.must(err)
	_, err = held.Exec(h.ctx, `update listings set circle = 'anyone', version = version + 1 where id = $1`, late.ID)
	h.must(err)
	var work sync.WaitGroup
	for w := range 3 {
		work.Go(func() { h.writes(rand.New(rand.NewPCG(1, uint64(w))), n, other, ids) })
	}
	for range 5 {
		for _, c := range copies {
			c.follow()
		}
	}
	if copies[0].told[late.ID] {
		t.Error("a change that is not committed was told")
	}
	work.Wait()
	h.must(held.Commit(h.ctx))
	h.indexed()
	for i, c := range copies {
		c.follow()
		if diff := cmp.Diff(c.found(), c.have); diff != "" {
			t.Errorf("copy %d is not what the search shows: %s", i, diff)
		}
	}
	if _, ok := copies[0].have[late.ID]; !ok {
		t.Error("what the open transaction wrote is missing")
	}
	if len(copies[1].have) == 0 || len(copies[1].have) >= len(copies[0].have) {
		t.Errorf("the copies hold %d and %d", len(copies[0].have), len(copies[1].have))
	}
}

// A photo that was hidden or taken away leaves every copy: whoever keeps one is told of its listing again, without it.
func TestPhotosComeWithTheirListingAndLeaveTheCopies(t *testing.T) {
	h := openWith(t, unlimited)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	whole, _ := h.partnerIn(n)
	c := whole.mirror()
	at := "/listings/" + l.ID
	var ids []string
	for _, step := range []struct {
		does string
		do   func()
		want int
	}{
		{"nothing", func() {}, 0},
		{"add two", func() {
			for range 2 {
				ids = append(ids, read[api.Photo](n.sends(at+"/photos?alt=The+hall", phototest.Phone).want(201)).ID)
			}
		}, 2},
		{"hide one", func() {
			h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return tx.HidePhoto(h.ctx, market.ID(ids[0]), &h.now) }))
		}, 1},
		{"delete the other", func() { n.ask("DELETE", at+"/photos/"+ids[1], "").want(204) }, 0},
	} {
		clear(c.told)
		step.do()
		c.follow()
		if !c.told[l.ID] || c.pics[l.ID] != step.want {
			t.Errorf("%s: told %v, %d photos in the copy, want %d", step.does, c.told[l.ID], c.pics[l.ID], step.want)
		}
		if got := read[api.Listing](h.public().ask("GET", at, "").want(200)).Photos; len(got) != step.want {
			t.Errorf("%s: the listing itself has %+v", step.does, got)
		}
	}
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return tx.HidePhoto(h.ctx, market.ID(ids[0]), nil) }))
	c.follow()
	h.indexed()
	hit := read[api.Found](h.public().ask("GET", "/search", "").want(200)).Items[0].Listing
	if c.pics[l.ID] != 1 || len(hit.Photos) != 1 || hit.Photos[0].Alt != "The hall" || hit.Photos[0].Width != 64 || !strings.HasSuffix(hit.Photos[0].Large, "/photos/"+ids[0]+"/large") {
		t.Errorf("shown again: %d in the copy; the search says %+v", c.pics[l.ID], hit.Photos)
	}
}

// That two are introduced, that something is lent and that one blocks the other changes nothing that a partner sees, so
// nothing is told of it: listings that come up side by side would tell who has to do with whom.
func TestWhoHasToDoWithWhomIsNotToldByWhatChanges(t *testing.T) {
	h := openWith(t, unlimited)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer, need := n.posts(hall(n)), other.posts(choir(other))
	whole, _ := h.partnerIn(n)
	c := whole.mirror()
	c.follow()
	clear(c.told)
	all, err := h.store.IntroductionsFor(h.ctx, market.ID(need.ID))
	h.must(err)
	for _, who := range []neighbour{other, n} {
		_, err := h.intros.Answer(h.ctx, who.viewer, all[0].ID, market.Yes, "", h.now)
		h.must(err)
	}
	h.must(h.intros.Block(h.ctx, n.viewer, n.group.ID, other.group.ID, h.now))
	var inward int
	h.must(h.store.Pool().QueryRow(h.ctx, `select count(*) from changes where inward`).Scan(&inward))
	if inward < 4 {
		t.Fatalf("%d changes for the engine alone", inward)
	}
	c.follow()
	if c.told[offer.ID] {
		t.Error("told of the offer, of which nothing that can be seen has changed")
	}
}

func TestACursorOfAnotherDatabaseIsTooOld(t *testing.T) {
	h, elsewhere := openWith(t, unlimited), openWith(t, unlimited) // with the same secrets, as after a backup was put back
	before, _ := h.partnerIn(h.neighbour("Larkhollow Hall", "host@hall.test"))
	after, _ := elsewhere.partnerIn(elsewhere.neighbour("Larkhollow Hall", "host@hall.test"))
	page := read[api.Changes](before.ask("GET", "/changes", "").want(200))
	if p := after.ask("GET", "/changes?cursor="+page.Next, "").want(400); !strings.Contains(p.text, "cursor_old") {
		t.Errorf("answered %s", p.text)
	}
}

// writes has people pause, close, open and keep back what they posted, post more, and a group leave and join its network.
func (h *house) writes(r *rand.Rand, n, other neighbour, ids []market.ID) {
	for i := range 25 {
		id := ids[r.IntN(len(ids))]
		who := n
		if l, err := h.store.EntryFor(h.ctx, market.System, id, h.now); err == nil && l.Listing.GroupID == other.group.ID {
			who = other
		}
		switch r.IntN(5) {
		case 0:
			_ = h.listings.Move(h.ctx, who.viewer, id, market.Paused, nil, h.now) // which some other may have done
		case 1:
			_ = h.listings.Move(h.ctx, who.viewer, id, market.Open, nil, h.now)
		case 2:
			_ = h.listings.Move(h.ctx, who.viewer, id, market.Withdrawn, nil, h.now)
		case 3:
			e, err := h.store.EntryFor(h.ctx, market.System, id, h.now)
			if err == nil {
				e.Listing.Circle = []market.Circle{market.Anyone, market.InCity}[r.IntN(2)]
				err = h.listings.Edit(h.ctx, who.viewer, e.Listing, string(market.NewID()), h.now)
			}
			if err != nil && !errors.Is(err, market.ErrConflict) && !errors.Is(err, market.ErrWrongState) {
				h.t.Error(err)
			}
		default:
			_, err := h.listings.Publish(h.ctx, who.viewer, market.Listing{GroupID: who.group.ID, PlaceID: who.place.ID, Side: market.Offer, Kind: market.Room, Title: fmt.Sprint("More room ", i),
				Quantity: 1, Where: market.AtPlace, Terms: market.Terms{Kind: market.Shared}, Circle: market.Anyone}, market.OnceOnly{ID: string(market.NewID())}, h.now)
			if err != nil {
				h.t.Error(err)
			}
		}
	}
}

func TestWhatNobodyWasShownIsNotToldAsGone(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	test := h.keyOf(n, theirs, true).mirror()
	m := key.mirror()
	m.follow()
	test.follow()
	sandbox := len(test.have)
	kept := read[api.Listing](n.ask("POST", "/listings", write(with(hall(n), "circle", "city"))).want(201))
	shown := read[api.Listing](n.ask("POST", "/listings", write(hall(n))).want(201))
	m.follow()
	for _, id := range []string{kept.ID, shown.ID} {
		n.ask("POST", "/listings/"+id+"/close", "").want(200)
	}
	m.follow()
	test.follow()
	if m.told[kept.ID] || !m.told[shown.ID] || len(m.have) != 0 {
		t.Errorf("told %v, has %v", m.told, m.have)
	}
	if test.told[kept.ID] || test.told[shown.ID] || len(test.have) != sandbox || sandbox < 10 {
		t.Errorf("a test key is told of %d, and has %d", len(test.told), len(test.have))
	}
}

// A pause that ends is a change, though nobody writes one.
func TestACopySeesAPauseEnd(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	n.posts(hall(n))
	key, _ := h.partnerIn(n)
	m := key.mirror()
	m.follow()
	until := h.now.Add(24 * time.Hour)
	h.must(h.accounts.Pause(h.ctx, n.viewer, n.group.ID, &until, h.now))
	if m.follow(); len(m.have) != 0 {
		t.Errorf("a paused group's listing is in the copy: %v", m.have)
	}
	h.now = until.Add(time.Minute)
	h.must(h.listings.Turn(h.ctx, h.now))
	if m.follow(); len(m.have) != 1 {
		t.Errorf("after the pause the copy has %v", m.have)
	}
}

func TestACursorOfChangesIsOfOneKeysSightAndOfItsTime(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	home := h.networkOf("home", n.group.ID)
	key, theirs := h.partnerIn(n, home)
	other, _ := h.partnerIn(n)
	m := key.mirror()
	m.follow()
	for _, wrong := range []string{"nonsense", m.at + "A", "A" + m.at, strings.ToUpper(m.at), string(market.NewID())} {
		key.ask("GET", "/changes?cursor="+wrong, "").want(400, `"cursor"`)
	}
	other.ask("GET", "/changes?cursor="+m.at, "").want(400, `"cursor_other"`)
	h.keyOf(n, theirs, false).ask("GET", "/changes?cursor="+m.at, "").want(200) // the other key of the same partner
	for _, refused := range []string{"limit=0", "limit=501", "since=1"} {
		key.ask("GET", "/changes?"+refused, "").want(422)
	}
	n.ask("GET", "/changes", "").want(403)
	h.public().ask("GET", "/changes", "").want(401)

	for _, day := range []int{0, 15} {
		n.posts(hall(n))
		h.must(h.store.ForgetChanges(context.Background(), h.now.AddDate(0, 0, day), 14*24*time.Hour))
	}
	key.ask("GET", "/changes?cursor="+m.at, "").want(400, `"cursor_old"`)
	m.at = ""
	m.follow()
	if len(m.have) != 2 {
		t.Errorf("begun anew, the copy has %v", m.have)
	}
}

// However long nothing happens that a key could see, whoever asks all the while goes on from where it was. Within a day the cursor stays the
// same, and so does the answer.
func TestACursorThatIsFollowedGrowsNotTooOld(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	key, _ := h.partnerIn(n)
	m := key.mirror()
	m.follow()
	first := m.at
	inward := func() {
		_, err := h.store.Pool().Exec(h.ctx, `insert into changes (listing_id, inward) values ($1, true)`, l.ID)
		h.must(err)
	}
	for day := range 40 {
		inward()
		h.must(h.store.ForgetChanges(h.ctx, h.now.AddDate(0, 0, day), 14*24*time.Hour))
		m.follow()
	}
	key.ask("GET", "/changes?cursor="+first, "").want(400, `"cursor_old"`)
	at := m.at
	tag := key.ask("GET", "/changes?cursor="+at, "").want(200).header.Get("ETag")
	inward()
	key.ask("GET", "/changes?cursor="+at, "", "If-None-Match", tag).want(304)
	if m.follow(); m.at != at {
		t.Error("the cursor goes on within a day")
	}
	clear(m.told)
	l = n.posts(hall(n))
	if m.follow(); !m.told[l.ID] || len(m.told) != 1 {
		t.Errorf("told of %v, want %s", m.told, l.ID)
	}
}
