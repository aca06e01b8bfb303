package pages

import (
	"net/url"
	"strings"
	"testing"

	"wherewithal/listing"
	"wherewithal/market"
)

func TestAListingIsCopiedIntoAFormWithItsPhotosAndWithoutDaysThatAreOver(t *testing.T) {
	a := openAlbum(t, 1)
	edit := a.listing + "/edit"
	a.giver.get(edit).fill(edit, "until", "2027-03-01", "exceptions", "2027-02-04", "quantity", "2", "unit", "halls", "circle", "anyone").want(200, "Saved.")
	a.taker.get(a.listing + "/copy").want(404)
	a.browser().get(a.listing+"/copy").want(200, "Sign in")
	a.now = a.now.AddDate(0, 2, 0) // both days are over
	a.giver.signIn2("host@hall.example")
	form := a.giver.get(a.listing+"/copy").want(200, "Filled in from “Church hall for 80”", "Copy its photos too", "Church hall for 80, step-free").without("2027-03-01", "4 February")
	if n := a.count("listings"); n != 1 {
		t.Fatalf("looking at the form made a listing: %d", n)
	}
	p := form.fill("/offer", "do", "post", "title", "Church hall, second copy").want(200, "Posted.", "2 halls")
	copied := p.url.Path
	ids, old := p.ids(), a.giver.get(a.listing).ids()
	if copied == a.listing || len(ids) != 1 || len(old) != 1 || ids[0] == old[0] {
		t.Errorf("%s has the photos %v, %s has %v", copied, ids, a.listing, old)
	}
	form.fill("/offer", "do", "post", "title", "Church hall, second copy").want(200) // pressed twice
	if a.count("listings") != 2 || a.count("photos") != 2 {
		t.Errorf("%d listings, %d photos", a.count("listings"), a.count("photos"))
	}
	a.giver.get(a.path).chooses(a.path, nil, "do", "remove:"+old[0]).want(200)
	a.giver.get("/photos/" + ids[0] + "/large.jpg").want(200)
	without := a.giver.get(copied + "/copy").want(200)
	fields, _ := without.form("/offer")
	fields.Del("copy_photos")
	fields.Set("do", "post")
	if p := a.giver.post("/offer", fields).want(200, "Posted."); len(p.ids()) != 0 {
		t.Errorf("photos that nobody wanted: %v", p.ids())
	}
	a.taker.signIn2("guest@choir.example")
	fields.Set("copy_photos", "yes") // of a listing that is another group's
	fields.Set("group", "")
	fields.Set("once", "x")
	fields.Set("place_id", "")
	if p := a.taker.post("/offer", fields).want(200, "Posted."); len(p.ids()) != 0 {
		t.Errorf("another group's photos were copied: %v", p.ids())
	}
}

// signIn2 signs somebody in again who has a name.
func (b *browser) signIn2(address string) {
	b.t.Helper()
	b.get("/sign-in").fill("/sign-in", "email", address).want(200)
	link := b.link(address)
	b.get(link).want(200).fill(link).want(200)
}

func TestADraftIsKeptForItsGroupUntilItIsPosted(t *testing.T) {
	s := openStreet(t)
	read := s.giver.get("/offer").fill("/offer", "description", "Meeting room for 9, Mondays 6 to 10 pm", "do", "read").want(200, "Keep it as a draft")
	p := read.fill("/offer", "do", "draft", "every", "weekly").want(200, "Kept as a draft", "Draft", "Throw it away")
	path := p.url.Path
	s.taker.get(path).want(404)
	read.fill("/offer", "do", "draft", "every", "weekly").want(200) // pressed twice
	if n := s.count("listings"); n != 2 {
		t.Errorf("%d listings", n)
	}
	s.giver.get("/mine").want(200, path)
	edit := path + "/edit"
	s.giver.get(edit).fill(edit, "title", "Meeting room for 10").want(200, "Saved.", "Draft")
	s.giver.get(path).fill(path+"/reopen").want(200, "Open again.")
	s.taker.get(path).want(200, "Meeting room for 10")
	s.giver.get("/offer").fill("/offer", "description", "hm", "do", "draft").want(200, "Kept as you left it")
	s.browser().get("/offer").fill("/offer", "description", "Meeting room for 9, Mondays 6 to 10 pm", "do", "read").want(200).without("Keep it as a draft")
}

// What waits for a look is opened by nobody else: not by the group's own button, and not by way of a draft.
func TestAFirstListingCannotBeOpenedPastItsNetwork(t *testing.T) {
	s := openStreet(t)
	con, kay := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together", "holds", "yes")
	kay.signIn("kay@new.example", "Kay")
	s.belongs(kay, con, kay.found("New Shoots"), network)
	read := kay.get("/offer").fill("/offer", "description", "Church hall for 90, Fridays 6 to 10 pm", "do", "read").want(200)
	waits := read.fill("/offer", "do", "post", "every", "weekly").want(200, "looks at a new group’s first listing").without("/reopen").url.Path
	kay.post(waits+"/reopen", url.Values{"once": {"y"}}).want(200, "looks at a new group’s first listing")
	draft := kay.get("/offer").fill("/offer", "description", "Meeting room for 9, Mondays 6 to 10 pm", "do", "read").fill("/offer", "do", "draft", "every", "weekly").
		want(200, "Kept as a draft").url.Path
	kay.get(draft).fill(draft+"/reopen").want(200, "looks at a new group’s first listing")
	for _, path := range []string{waits, draft} {
		s.taker.get(path).want(404)
	}
	con.get("/reports").want(200, "Church hall for 90", "Meeting room for 9").fill("/held/listings/"+strings.TrimPrefix(draft, "/listings/")).want(200, "It is open now.")
	s.taker.get(draft).want(200, "Meeting room for 9")
}

func TestACopyLeavesOutWhatIsOver(t *testing.T) {
	s := openStreet(t)
	e, err := s.store.EntryFor(t.Context(), market.System, s.offer, s.now)
	if err != nil {
		t.Fatal(err)
	}
	l := e.Listing
	today := market.DateOf(s.now)
	l.Urgent = true
	l.When.From, l.When.Until, l.When.NeededBy = today.AddDays(-1), today, today.AddDays(-3)
	l.When.Exceptions = []market.Date{today.AddDays(-1), today.AddDays(9)}
	l.When.Windows = append(l.When.Windows, market.Window{Repeat: market.Once, On: today.AddDays(-1), Start: 60, End: 120}, market.Window{Repeat: market.Once, On: today, Start: 60, End: 120})
	c := listing.Copied(l, s.now)
	w := c.When
	if w.From != "" || w.Until != today || w.NeededBy != "" || len(w.Exceptions) != 1 || len(w.Windows) != len(l.When.Windows)-1 || c.Urgent || c.ID != "" || c.Life != "" || c.ExpiresAt != nil {
		t.Errorf("%+v", c)
	}
	if len(l.When.Exceptions) != 2 || l.ID == "" {
		t.Error("the listing itself was changed")
	}
}
