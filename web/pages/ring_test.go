package pages

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/photo"
)

// ringed is a house with a ring of three groups, each with a person at a browser.
type ringed struct {
	*house
	hall, gazebo, chairs *browser
	ring                 market.Ring
}

func openRing(t *testing.T) *ringed {
	r := &ringed{house: open(t)}
	thursdays := market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 20 * 60}}}
	hall := market.Listing{Kind: market.Room, Title: "Church hall", Facts: market.Facts{"seated": 80.0}, When: thursdays}
	gazebo, chairs := market.Listing{Kind: market.Equipment, Title: "Gazebo"}, market.Listing{Kind: market.Equipment, Title: "Folding chairs"}
	r.hall = r.lives("host@hall.example", "Joan", "Maze Hill Rooms", hall, chairs)
	r.gazebo = r.lives("guest@choir.example", "Ama", "Creekside Choir", gazebo, hall)
	r.chairs = r.lives("rooms@orpine.example", "Orla", "Orpine House", chairs, gazebo)
	n, err := r.intros().FindRings(t.Context(), r.now)
	if err != nil || n != 1 {
		t.Fatalf("%d rings, %v", n, err)
	}
	ids, err := r.store.OpenRings(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if r.ring, err = r.store.Ring(t.Context(), market.System, ids[0]); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *ringed) intros() *introduction.Introductions {
	return introduction.New(r.store, r.site.Preview.(*listing.Pool), introduction.Caps{})
}

// lives has a person with a group that gives one thing, in return for something, and needs another.
func (r *ringed) lives(address, name, group string, gives, needs market.Listing) *browser {
	r.t.Helper()
	b := r.browser()
	b.signIn(address, name)
	id := b.found(group)
	p, err := r.store.PersonAt(r.t.Context(), address)
	if err != nil {
		r.t.Fatal(err)
	}
	v, err := r.store.ViewerFor(r.t.Context(), p, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	places, err := r.store.Places(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	gives.Side, gives.Terms, needs.Side, needs.Terms = market.Offer, market.Terms{Kind: market.Swap}, market.Need, market.Terms{Kind: market.Loan}
	if needs.Kind == market.Room {
		needs.When.Every, needs.When.Times, needs.When.Duration = market.Weekly, 3, 120
	}
	for _, l := range []market.Listing{gives, needs} {
		l.GroupID, l.PlaceID, l.Circle, l.Where, l.Quantity, l.ReachKM = id, places[0].ID, market.InCity, market.AtPlace, 1, 5
		if _, err := listing.New(r.store, photo.NewDarkroom()).Publish(r.t.Context(), v, l, market.OnceOnly{ID: string(market.NewID())}, r.now); err != nil {
			r.t.Fatal(err)
		}
	}
	return b
}

func (r *ringed) link(address string) string {
	r.t.Helper()
	p, err := r.store.PersonAt(r.t.Context(), address)
	if err != nil {
		r.t.Fatal(err)
	}
	return "/ring/" + introduction.Links{Secret: []byte(r.site.Config.TokenSecret)}.RingToken(r.ring.ID, p.ID)
}

func TestARingIsAnsweredByLinkAndOnTheSite(t *testing.T) {
	r := openRing(t)
	path := ringPath(r.ring.ID)
	r.hall.get("/introductions").want(200, path, "Folding chairs for you, Church hall from you", "Waiting for your answer")
	page := r.hall.get(path).want(200, "A ring of 3 groups", "0 of 3 have said yes", "From Orpine House", "To Creekside Choir", "Yes, we are in", "Not this one").
		without("Orla", "Ama", "@orpine", "@choir")
	page.fill(path+"/yes").want(200, "Thank you. We tell you as soon as all have answered.", "1 of 3 have said yes", "Take back my yes")
	r.hall.get("/introductions").want(200, "1 of 3 have said yes")
	page.fill(path+"/no").want(200, "answered this after the page you had open was made", "1 of 3 have said yes") // a colleague's, of before
	page.fill(path+"/yes").want(200, "That was done already")

	link := r.link("guest@choir.example")
	for range 2 { // looking, signed out, as scanners do, changes nothing
		r.browser().get(link).want(200, "Yes, we are in", "Maze Hill Rooms").without("Joan", "Agree when")
	}
	if got, err := r.store.Ring(t.Context(), market.System, r.ring.ID); err != nil || got.Yeses() != 1 {
		t.Fatalf("looking answered: %d yeses (%v)", got.Yeses(), err)
	}
	r.browser().get(link).want(200).fill(link+"/yes").want(200, "2 of 3 have said yes")
	r.chairs.get(path).want(200).fill(path+"/yes").want(200, "All said yes", "3 of 3 have said yes", "Agree when you get: Gazebo", "Agree when you give: Folding chairs")
	r.chairs.get("/introductions").want(200, "Introduced")
	ring, err := r.store.Ring(t.Context(), market.System, r.ring.ID)
	if err != nil {
		t.Fatal(err)
	}
	gives := ring.Members[ring.MemberOf(r.groupOf("rooms@orpine.example"))].IntroductionID
	r.chairs.get(introPath(gives)).want(200, "Talk to each other", "Joan, Maze Hill Rooms")
	r.browser().get(link).want(200, "All said yes").without("Yes, we are in")

	_, err = r.store.Pool().Exec(t.Context(), `with made as (insert into rings (id, state, worth, proposed_at) select gen_random_uuid(), 'declined', worth, proposed_at from rings, generate_series(1, 60) returning id)
		insert into ring_members (ring_id, position, group_id, offer_id, need_id, amount, fit, live) select made.id, position, group_id, offer_id, need_id, amount, fit, false from made, ring_members`)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	first := r.chairs.get("/introductions").want(200, "More rings")
	further := r.chairs.get(linkTo(first, "/introductions?rings=")).want(200).without("More rings")
	for _, n := range append(slices.Collect(first.root.Descendants()), slices.Collect(further.root.Descendants())...) {
		if href := attribute(n, "href"); strings.HasPrefix(href, "/introductions/rings/") {
			shown[href] = true
		}
	}
	if len(shown) != 61 {
		t.Errorf("two pages show %d of 61 rings", len(shown))
	}
	r.chairs.get("/introductions?rings=nonsense").want(404)
}

func (r *ringed) groupOf(address string) market.ID {
	r.t.Helper()
	p, err := r.store.PersonAt(r.t.Context(), address)
	if err != nil {
		r.t.Fatal(err)
	}
	v, err := r.store.ViewerFor(r.t.Context(), p, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	return v.Groups()[0]
}

func TestANoToARingIsNotTold(t *testing.T) {
	r := openRing(t)
	path := ringPath(r.ring.ID)
	r.chairs.get(path).want(200).fill(path+"/no").want(200, "You said no", "Change my no to yes")
	r.hall.get(path).want(200, "It is not to be this time").without("declined", "Yes, we are in", "said no", "has said")
	r.chairs.get(path).want(200).fill(path+"/yes").want(200, "1 of 3 have said yes")
}

func TestARingIsForItsGroupsAlone(t *testing.T) {
	r := openRing(t)
	path := ringPath(r.ring.ID)
	stranger := r.browser()
	stranger.get(path).want(http.StatusOK, "Your e-mail address") // signed out: asked to sign in
	stranger.signIn("other@row.example", "Sam")
	stranger.get(path).want(404)
	stranger.get("/ring/" + strings.Repeat("A", 64)).want(404)
	page := r.hall.get(path).want(200)
	page.fill(path+"/yes", "group", string(r.groupOf("rooms@orpine.example"))).want(403)
	page.fill(path+"/yes", "group", "nonsense").want(404)
}
