package pages

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wherewithal/market"
)

func TestAGroupIsFoundedChangedAndPaused(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	id := b.found("Creekside Choir", "does", "We sing.\n\nOn Thursdays.", "size", "25", "languages", "English, Twi", "link", "https://choir.example/")
	path := "/groups/" + string(id)
	b.get(path).want(200, "Creekside Choir", `<p dir="auto">On Thursdays.</p>`, "about 25 people", "English and Twi", "Greenwich", "Change it")
	h.browser().get(path).want(200, "Creekside Choir", `<a href="https://choir.example/" rel="nofollow noopener">`)
	h.browser().get(path+"/edit").want(200, "Sign in")

	b.get(path+"/edit").fill(path+"/edit", "name", "Creekside Singers", "size", "many").
		want(422, "Please write a number here", `value="many"`, "Creekside Singers")
	b.get(path+"/edit").fill(path+"/edit", "name", "Creekside Singers").want(200, "Saved.", "Creekside Singers")
	b.get(path+"/pause").fill(path+"/pause", "until", "2027-03-01", "do", "pause").
		want(200, "No introductions until Monday 1 March 2027.")
	b.get(path+"/pause").fill(path+"/pause", "until", "2020-03-01").want(422, "from tomorrow up to two years")
	b.get(path+"/pause").fill(path+"/pause", "do", "end").want(200, "The pause has ended.")
}

// under is the words of the section that a heading names, with the addresses of its links.
func (p page) under(heading string) (text string, links []string) {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data != "section" || attribute(n, "aria-labelledby") != heading {
			continue
		}
		for inner := range n.Descendants() {
			if inner.Type == html.TextNode {
				text += inner.Data
			}
			if inner.Data == "a" {
				links = append(links, attribute(inner, "href"))
			}
		}
		return text, links
	}
	p.t.Fatalf("%s: no section is named by %q", p.url, heading)
	return "", nil
}

// What a group has posted stands under what it needs or under what it offers; where nothing does, who may post is led on.
func TestAGroupsPageShowsWhatItPostsAndLeadsOn(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	id := ama.found("Creekside Choir")
	path := groupPath(id)
	h.joins(ama, jo, id, "jo@choir.example", "Jo", "reader")
	for heading, side := range map[string]string{"needs": "/ask", "offers": "/offer"} {
		if text, links := ama.get(path).under(heading); !strings.Contains(text, "just now.") || !slices.Equal(links, []string{side + "?group=" + string(id)}) {
			t.Errorf("%s reads %q and leads to %q, want one way on, to %s", heading, text, links, side)
		}
		for _, other := range []*browser{jo, h.browser()} {
			if text, links := other.get(path).under(heading); !strings.Contains(text, "just now.") || len(links) > 0 {
				t.Errorf("who posts nothing for it reads %q under %s, and is led to %q", text, heading, links)
			}
		}
	}
	need := ama.posts("/ask", "Room for 25 people in SE10, Thursdays 6 to 8 pm", "anyone")
	visitor := h.browser().get(path)
	if text, links := visitor.under("needs"); strings.Contains(text, "just now.") || !slices.Contains(links, listingPath(need)) {
		t.Errorf("what it needs reads %q, with links to %q, want the one that it posted", text, links)
	}
	if _, links := visitor.under("offers"); slices.Contains(links, listingPath(need)) {
		t.Error("what it needs stands among what it offers")
	}
	visitor.want(200, `class="poster"`, `<copy-link><a href="`+h.site.Config.Link(path)+`"`)
}

// Whoever posts for two groups and comes from the page of one posts for that one.
func TestAnEmptyListOfAGroupLeadsToPostingForIt(t *testing.T) {
	h := open(t)
	ama := h.browser()
	ama.signIn("ama@choir.example", "Ama")
	ama.found("Creekside Choir")
	second := ama.found("Maze Hill Rooms")
	_, links := ama.get(groupPath(second)).under("offers")
	if len(links) != 1 {
		t.Fatal(links)
	}
	read := ama.get(links[0]).fill("/offer", "description", "Room for 25 people, Thursdays 6 to 8 pm", "do", "read").want(200)
	read.fill("/offer", "do", "post", "every", "weekly").want(200, "Posted.")
	var group market.ID
	if err := h.store.Pool().QueryRow(t.Context(), `select group_id from listings`).Scan(&group); err != nil || group != second {
		t.Errorf("posted for %s, want %s (%v)", group, second, err)
	}
}

func TestADoubleClickFoundsOneGroup(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	form := b.get("/groups/new")
	one := form.fill("/groups", "name", "Creekside Choir", "place", "SE10").want(200)
	two := form.fill("/groups", "name", "Creekside Choir", "place", "SE10").want(200)
	if one.url.Path != two.url.Path {
		t.Errorf("%s and %s", one.url, two.url)
	}
}

func TestAnAliasHidesNameLinkAndPlace(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@refuge.example", "Ama")
	id := b.found("Rosehip Refuge", "hide_name", "yes", "alias", "A women’s group", "link", "https://rosehip.example/")
	path := "/groups/" + string(id)
	con := h.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together")
	h.belongs(b, con, id, network)
	b.says("/offer", "Church hall for 80, Thursdays 6 to 10 pm")
	for _, who := range []*browser{b, con} {
		who.get(path).want(200, "Maze Hill Together")
		who.get(network).want(200, "Church hall for 80")
	}
	other := h.browser()
	other.signIn("jo@choir.example", "Jo")
	other.found("Creekside Choir")
	other.get(network).want(200).without("Church hall for 80", "A women’s group")
	other.get(path).want(200, "Church hall for 80").without("Maze Hill Together")
	b.get(path).want(200, "Rosehip Refuge")
	p := h.browser().get(path).want(200, "A women’s group", "only after both say yes")
	for _, secret := range []string{"Rosehip", "rosehip.example", "Greenwich", "Maze Hill Together"} {
		if strings.Contains(p.text, secret) {
			t.Errorf("a stranger reads %q", secret)
		}
	}
}

// A form that was opened before somebody else hid the name knows nothing of that: its box is not ticked.
func TestAnOlderFormShowsNoNameThatWasHiddenMeanwhile(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@refuge.example", "Ama")
	id := b.found("Rosehip Refuge", "link", "https://rosehip.example/")
	path, edit := "/groups/"+string(id), "/groups/"+string(id)+"/edit"
	old := b.get(edit).want(200)
	hides := b.get(edit)
	for range 2 { // a double click
		hides.fill(edit, "hide_name", "yes", "alias", "A women’s group").want(200, "Saved.")
	}
	old.fill(edit, "name", "").want(422).fill(edit, "name", "Rosehip Refuge").want(409) // a fault does not make it younger
	late := old.fill(edit, "does", "We meet on Tuesdays.").
		want(409, "Somebody changed this", "We meet on Tuesdays.</textarea>", "<dt>Show our name only after both say yes</dt><dd>Yes</dd>", "<dd>A women’s group</dd>", `<a href="`+path+`">See the group as it is now`)
	h.browser().get(path).want(200, "A women’s group").without("Rosehip", "rosehip.example", "Tuesdays")
	late.fill(edit).want(200, "Saved.") // having read that, it is a decision: to write that sentence, not to show the name
	h.browser().get(path).want(200, "A women’s group", "We meet on Tuesdays.").without("Rosehip", "rosehip.example")
	b.get(edit).fill(edit, "seen", "", "does", "We meet on Mondays.").want(409)
	shown := b.get(edit).without("See the group as it is now")
	shown.fill(edit, "hide_name", "").want(200, "Saved.")
	h.browser().get(path).want(200, "Rosehip Refuge")
}

// A form that the release before drew has no field for what it was drawn over: it is saved, and shows no name that is hidden by now.
func TestAFormOfTheReleaseBeforeIsSaved(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@refuge.example", "Ama")
	path := "/groups/" + string(b.found("Rosehip Refuge"))
	edit := path + "/edit"
	drawn := func(pairs ...string) page {
		fields, _ := b.get(edit).form(edit)
		fields.Del("seen")
		for i := 0; i+1 < len(pairs); i += 2 {
			fields.Set(pairs[i], pairs[i+1])
		}
		return b.post(edit, fields)
	}
	drawn("does", "We meet on Mondays.").want(200, "Saved.")
	drawn("hide_name", "yes", "alias", "A women’s group").want(200, "Saved.")
	drawn("does", "We meet on Tuesdays.").want(200, "Saved.")
	drawn("hide_name", "").want(409, "Somebody changed this")
	h.browser().get(path).want(200, "A women’s group", "We meet on Tuesdays.").without("Rosehip")
}

func TestAConfusingNameWaits(t *testing.T) {
	h := open(t)
	b, other := h.browser(), h.browser()
	b.signIn("ama@choir.example", "Ama")
	b.found("Creekside Choir")
	other.signIn("jo@choir.example", "Jo")
	id := other.found("The Creeks1de Choir")
	other.get("/groups/"+string(id)).want(200, "Until somebody has looked at it")
	b.get("/groups/"+string(id)).want(404, "We could not find that")
	about := url.Values{"about": {"group:" + string(id)}, "reason": {"wrong"}, "once": {"about what waits"}}
	b.get("/report?about=group:" + string(id)).want(404)
	b.post("/report", about).want(404) // as its form
	id = other.found("Rosehip Refuge", "hide_name", "yes", "alias", "Creekside Choir")
	other.get("/groups/"+string(id)).want(200, "Until somebody has looked at it")
	id = other.found("Tansy Refuge")
	other.get("/groups/"+string(id)+"/edit").fill("/groups/"+string(id)+"/edit", "hide_name", "yes", "alias", "Creekside Choir").
		want(200, "Until somebody has looked at it")
	for _, name := range []string{"Creekside Chior", "Creekside Choirs"} { // one slip of the pen
		other.get("/groups/"+string(other.found(name))).want(200, "Until somebody has looked at it")
	}
	other.get("/groups/" + string(other.found("Creekside Choir 2"))).want(200).without("Until somebody has looked at it")
	// What hides its name is nobody's to find by founding another of that name.
	other.found("Bramble House", "hide_name", "yes", "alias", "A quiet house")
	b.get("/groups/" + string(b.found("Bramble House"))).want(200).without("Until somebody has looked at it")
}

func TestPlacesAreConfirmedWhenUnsure(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	id := b.found("Creekside Choir")
	path := "/groups/" + string(id) + "/places"
	b.get(path).fill(path, "place", "").want(422, "Please write something here")
	b.get(path).fill(path, "place", "Atlantis").want(422, "We do not know this place", `value="Atlantis"`)
	p := b.get(path).fill(path, "place", "deptford", "label", "The hall").want(422, "We are not sure", "Yes, it is in", `value="The hall"`)
	p.fill(path, "confirm", "yes").want(200, "The place is added.", "The hall", "within 800 m")
	p = b.get(path)
	p.fill(path, "place", "SE3", "label", "Store").want(200)
	p.fill(path, "place", "SE3", "label", "Store").want(200)
	if n := strings.Count(b.get(path).text, "<strong>Store</strong>"); n != 1 {
		t.Errorf("a double click made %d places", n)
	}
	for range 3 {
		p = b.get(path)
		for n := range p.root.Descendants() {
			if n.Data == "form" && strings.HasSuffix(attribute(n, "action"), "/remove") {
				p.fill(attribute(n, "action")).want(200, "The place is removed.")
				break
			}
		}
	}
	b.get(path).want(200, "No place yet.")
}

func TestABlockWorksBothWaysAndCanBeTakenBack(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	jo.signIn("jo@hall.example", "Jo")
	choir, hall := ama.found("Creekside Choir"), jo.found("Maze Hill Rooms")
	ama.get("/groups/"+string(hall)).want(200, "Block this group").fill("/groups/"+string(hall)+"/block").
		want(200, "Maze Hill Rooms", "kept apart", "Blocked by Creekside Choir")
	jo.get("/groups/" + string(choir)).want(404)
	reader := h.browser()
	reader.signIn("reads@choir.example", "Rea")
	h.exec(`insert into memberships (id, group_id, person_id, role, since) select gen_random_uuid(), $1, id, 'reader', $2 from people where address = 'reads@choir.example'`,
		string(choir), h.now)
	reader.get("/blocks").want(200, "Maze Hill Rooms").without("/unblock")
	reader.get("/groups/"+string(hall)).want(200).without("/unblock", "/block\"")
	ama.get("/blocks").fill("/groups/"+string(hall)+"/unblock").want(200, "You have blocked nobody.")
	jo.get("/groups/" + string(choir)).want(200)
	reader.get("/groups/" + string(hall)).want(200).without("/block\"")
}

func TestABlockCanBeTakenBackWhateverBecameOfTheGroup(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	jo.signIn("jo@hall.example", "Jo")
	choir, hall := ama.found("Creekside Choir"), jo.found("Maze Hill Rooms")
	unblock := "/groups/" + string(hall) + "/unblock"
	for name, c := range map[string]struct{ becomes, was string }{
		"closed":      {`update groups set closed_at = now() where id = $1`, `update groups set closed_at = null where id = $1`},
		"hidden":      {`update groups set removed_at = now() where id = $1`, `update groups set removed_at = null where id = $1`},
		"held":        {`update groups set held_at = now() where id = $1`, `update groups set held_at = null where id = $1`},
		"blocking us": {`insert into blocks (group_id, blocked_id, created_at) values ($1, '` + string(choir) + `', now())`, `delete from blocks where group_id = $1`},
		"joined by her": {`insert into memberships (id, group_id, person_id, role, since) select gen_random_uuid(), $1, id, 'reader', now() - interval '2 years' from people where address = 'ama@choir.example'`,
			`delete from memberships where group_id = $1 and role = 'reader'`},
	} {
		ama.get("/groups/"+string(hall)).fill("/groups/"+string(hall)+"/block").want(200, "Blocked by Creekside Choir")
		h.exec(c.becomes, string(hall))
		list := ama.get("/blocks").want(200, "Maze Hill Rooms")
		for range 2 {
			list.fill(unblock).want(200, "You have blocked nobody.")
		}
		h.exec(c.was, string(hall))
		if t.Failed() {
			t.Fatalf("when it was %s", name)
		}
	}
	ama.post("/groups/"+string(market.NewID())+"/unblock", url.Values{}).want(200, "You have blocked nobody.") // which is no group
	h.browser().post(unblock, url.Values{}).want(200, "Sign in")
}

func TestAGroupsListingsComeInPages(t *testing.T) {
	s := openStreet(t)
	_, err := s.store.Pool().Exec(t.Context(), `insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'title', 'Hall ' || n))).*
		from listings l, generate_series(1, 40) n where l.id = $1`, string(s.offer))
	s.must(err)
	path := "/groups/" + string(s.hall)
	first := s.taker.get(path).want(200, "Show more").without("Back to the start")
	if n := strings.Count(first.text, `class="card offer"`); n != 40 {
		t.Errorf("%d on the first page, want 40", n)
	}
	if text, links := s.giver.get(path).under("needs"); !strings.Contains(text, "None on this page.") || len(links) > 0 { // another may have some
		t.Errorf("of what the first page has none of it reads %q, and leads to %q", text, links)
	}
	_, next, _ := strings.Cut(first.text, `href="`+path+"?after=")
	next, _, _ = strings.Cut(next, `"`)
	if p := s.taker.get(path+"?after="+next).want(200, "Back to the start").without("Show more"); strings.Count(p.text, `class="card offer"`) != 1 {
		t.Error("the second page has not the one that is left")
	}
	s.taker.get(path + "?after=x").want(404)
}

func TestAnybodyCanReportOnce(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	id := b.found("Creekside Choir")
	form := h.browser().get("/report?about=group:"+string(id)).want(200, "About: Creekside Choir", "Something else")
	form.fill("/report").want(422, "Please choose one of these.")
	for range 2 {
		form.fill("/report", "reason", "spam", "text", "An advert").want(200, "Thank you. We have it.")
	}
	var n int
	if err := h.store.Pool().QueryRow(t.Context(), `select count(*) from reports where person_id is null`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d reports, %v", n, err)
	}
	h.browser().get("/report?about=group:nonsense").want(404)
}
