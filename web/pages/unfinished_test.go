package pages

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

const halfANeed = "Something for our carers’ tea, nobody knows yet what\r\n“100 %” of us like ċikkulata & <cake>"

// halfDone is a need in the middle of being written: what is typed cannot be posted, and some of it is nothing that we could read.
func (p page) halfDone() url.Values {
	p.t.Helper()
	typed := p.fieldsAt("/ask")
	for name, values := range map[string][]string{"description": {halfANeed}, "title": {"Tea for carers"}, "tags": {"carers, tea"}, "quantity": {"about three"},
		"when": {"mo-evening", "th-afternoon"}, "hour_from": {"18:30"}, "needed_by": {"2027-03-01"}, "exceptions": {"some day in May"}, "place": {"Nowhere at All"}, "reach": {"2"},
		"terms": {"at_cost"}, "amount": {"£4"}, "per": {""}, "features": {"step_free", "quiet_room"}, "uses": {"children"}, "circle": {"networks"}, "urgent": {"yes"},
		"fact_room_seated": {"25"}, "language": {"mt"}} {
		typed[name] = values
	}
	return typed
}

var aDraft = regexp.MustCompile(`/drafts/[0-9a-f-]{36}`)

// draft is the path of the only form that is not finished, as the page of one's own lists it.
func (b *browser) draft() string {
	b.t.Helper()
	path := aDraft.FindString(b.get("/mine").want(200, "Drafts that are not finished").text)
	if path == "" {
		b.t.Fatal("no draft is listed")
	}
	return path
}

func TestHalfANeedIsKeptAndPostedFromAnotherDevice(t *testing.T) {
	s := openStreet(t)
	typed := s.taker.get("/ask").halfDone()
	typed.Set("do", "draft")
	p := s.taker.post("/ask", typed).want(200, "Kept as you left it", "Drafts that are not finished", "Tea for carers", `lang="mt"`, "Needed, saved today at 18:04, kept until Wednesday 14 April")
	p.fill("/sign-out").want(200, "You are signed out.")
	path := aDraft.FindString(p.text)
	s.taker.get(path).want(200, "Please sign in first").without("carers")

	phone := s.browser()
	phone.signIn2("guest@choir.example")
	phone.get("/ask").want(200, "You have a draft that is not finished.").without("Tea for carers")
	again := phone.get(phone.draft()).want(200, "This is your draft, saved today at 18:04. Only you see it.")
	shown := again.fieldsAt("/ask")
	for _, form := range []url.Values{typed, shown} {
		for _, name := range []string{"once", "do", "read_text", "version"} { // what nobody types
			form.Del(name)
		}
		for _, values := range form { // boxes come in the order of the page
			slices.Sort(values)
		}
	}
	typed.Set("description", strings.ReplaceAll(halfANeed, "\r", ""))
	if diff := cmp.Diff(typed, shown); diff != "" {
		t.Errorf("typed and shown again: %s", diff)
	}

	for range 2 { // pressed twice
		again.fill("/ask", "do", "draft", "tags", "carers").want(200, "Kept as you left it")
	}
	if n := s.count("unfinished_forms"); n != 1 {
		t.Fatalf("%d are kept of one form", n)
	}
	ready := []string{"do", "post", "kind", "room", "quantity", "", "exceptions", "", "place", "", "every", "weekly", "hour_from", "", "description", "Room for our carers’ tea"}
	phone.get(path).fill("/ask", append(ready, "title", "")...) // the words give one
	phone.get("/mine").want(200, "Room for our carers").without("Drafts that are not finished")
	phone.get(path).want(200, "This draft was posted", "Room for our carers")
	s.nothingIsLeftOfDrafts()
}

// nothingIsLeftOfDrafts holds that of drafts that were posted nothing is kept but which listings they became.
func (s *street) nothingIsLeftOfDrafts() {
	s.t.Helper()
	left := s.count("unfinished_forms") // the release before takes each of these for a draft
	if left += s.count("posted_forms f where not exists (select from listings l where l.id = f.listing_id)"); left != 0 {
		s.t.Errorf("%d are kept after posting", left)
	}
}

func TestTwoDevicesKeepOneDraft(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/ask").fill("/ask", "do", "draft", "title", "Tea for carers", "description", "hm").want(200, "Kept as you left it")
	path := s.taker.draft()
	phone := s.browser()
	phone.signIn2("guest@choir.example")
	old := phone.get(path).want(200)
	laptop := s.taker.get(path)
	for range 2 { // pressed twice
		laptop.fill("/ask", "do", "draft", "title", "Tea for two").want(200, "Kept as you left it", "Tea for two")
	}
	s.now = s.now.Add(time.Hour)

	told := []string{"This draft was kept since this form was opened", "here or on another device", "today at 18:04", "Tea for two", `value="Coffee for carers"`, `href="` + path + `">Open the draft as it was kept`}
	for _, do := range []string{"draft", "post"} {
		old.fill("/ask", "do", do, "title", "Coffee for carers", "kind", "room", "every", "weekly").want(409, told...)
		phone.get(path).want(200, `value="Tea for two"`)
	}
	late := old.fill("/ask", "do", "draft", "title", "Coffee for carers", "exceptions", "some day in May", "kind", "<b>").want(409, told...)
	again := late.fill("/ask", "do", "read").want(200, `value="Coffee for carers"`) // looked at before it is decided
	again.fill("/ask", "do", "draft").want(200, "Kept as you left it", "Coffee for carers").without("Tea for two")
	old.fill("/ask", "do", "draft", "version", "nonsense").want(409, "Coffee for carers")
	s.taker.get(path).fill(path+"/delete").want(200, "Thrown away.")
	old.fill("/ask", "do", "draft", "title", "Kept after all").want(200, "Kept after all")
	old.fill("/ask", "do", "draft", "title", "From a third").want(409, "Kept after all") // as old as the one that was thrown away
}

func TestAFormToWhichOneGoesBackIsOlderThanItsDraft(t *testing.T) {
	s := openStreet(t)
	form := s.taker.get("/ask")
	form.fill("/ask", "do", "draft", "title", "Tea for carers").want(200, "Kept as you left it")
	for _, do := range []string{"draft", "post"} { // with Back, and typed on
		form.fill("/ask", "do", do, "title", "Tea for two", "kind", "room", "every", "weekly").
			want(409, "This draft was kept since this form was opened", "<dt>Title</dt><dd>Tea for carers</dd>", `value="Tea for two"`)
	}
}

func TestAStaleDraftSaysAllThatDiffers(t *testing.T) {
	s := openStreet(t)
	second := s.taker.found("Creekside Band")
	phone := s.browser()
	phone.signIn2("guest@choir.example")
	long := strings.Repeat("x", 200)
	for _, c := range []struct{ field, kept, typed, row string }{
		{"place", "Nowhere at All", "Elsewhere", "<dt>Postcode or place</dt><dd>Nowhere at All</dd>"},
		{"place", "Nowhere at All", "", "<dt>Postcode or place</dt><dd>Nowhere at All</dd>"},
		{"reach", "7", "8", "<dt>Within</dt><dd>within 7 km</dd>"},
		{"reach", "", "8", "<dt>Within</dt><dd>Nothing</dd>"},
		{"group", string(second), string(s.choir), "<dt>Posting for</dt><dd>Creekside Band</dd>"},
		{"urgent", "yes", "", "<dt>It is urgent</dt><dd>Yes</dd>"},
		{"widens", "", "yes", "<dt>Show it further if nobody answers</dt><dd>No</dd>"},
		{"description", long + "y", long + "z", "<dd>" + long + "y</dd>"},
		{"quantity", "1", "3", "<dt>How many?</dt><dd>1</dd>"},
		{"quantity", "about three", "about four", "<dt>How many?</dt><dd>about three</dd>"},
		{"exceptions", "some day in May", "9 April", "<dt>Not on these days</dt><dd>some day in May</dd>"},
		{"fact_room_seated", "", "25", "<dt>People seated</dt><dd>Nothing</dd>"},
		{"fact_room_seated", "some", "25", "<dt>People seated</dt><dd>some</dd>"},
	} {
		s.taker.get("/ask").fill("/ask", "do", "draft", "title", "Tea", "description", "hm", "kind", "room", "times", "never").want(200, "Kept as you left it")
		path := s.taker.draft()
		old := phone.get(path)
		s.taker.get(path).fill("/ask", "do", "draft", c.field, c.kept).want(200)
		told := old.fill("/ask", "do", "draft", c.field, c.typed).want(409)
		if _, there, _ := strings.Cut(told.text, `id="stale"`); !strings.Contains(there, c.row) || strings.Count(there, "<dt>") != strings.Count(told.text, "<dt>") {
			there, _, _ = strings.Cut(there, "<form")
			t.Errorf("%s %q, where %q is kept:\n%s", c.field, c.typed, c.kept, there)
		}
		s.taker.get(path).fill(path+"/delete").want(200, "Thrown away.")
	}
}

// A form that is older than its draft, or was posted, adds no place to the group.
func TestAnOldDraftAddsNoPlace(t *testing.T) {
	s := openStreet(t)
	whole := []string{"kind", "room", "title", "Hall on Fridays", "description", "Church hall for 50, Fridays 6 to 10 pm", "when", "fr-evening", "place", "SE3"}
	s.giver.get("/offer").fill("/offer", "do", "draft", "description", "hm").want(200, "Kept as you left it")
	path := s.giver.draft()
	old := s.giver.get(path)
	s.giver.get(path).fill("/offer", "do", "draft", "description", "hm hm").want(200, "Kept as you left it")
	before := s.count("places")
	for _, do := range []string{"draft", "post"} {
		old.fill("/offer", append(whole, "do", do)...).want(409, "This draft was kept since")
	}
	if n := s.count("places"); n != before {
		t.Errorf("%d places, were %d", n, before)
	}
	form := s.giver.get(path)
	for range 2 { // pressed twice
		form.fill("/offer", append(whole, "do", "post")...).want(200, "Hall on Fridays")
	}
	old.fill("/offer", append(whole, "do", "post", "place", "SE13")...).want(409, "This draft became a listing")
	if n := s.count("places"); n != before+1 {
		t.Errorf("%d places, want %d", n, before+1)
	}
}

func TestAPostedDraftIsGoneForGood(t *testing.T) {
	s := openStreet(t)
	s.giver.get("/offer").fill("/offer", "do", "draft", "description", "hm").want(200, "Kept as you left it")
	path := s.giver.draft()
	whole := []string{"kind", "room", "title", "Hall on Fridays", "description", "Church hall for 50, Fridays 6 to 10 pm", "when", "fr-evening"}
	old := s.giver.get(path)
	form := s.giver.get(path)
	posted := form.fill("/offer", append(whole, "do", "post")...).want(200, "Posted.")
	form.fill("/offer", append(whole, "do", "post")...).want(200, "Hall on Fridays") // pressed twice
	if n := s.count("listings where title = 'Hall on Fridays'"); n != 1 {
		t.Fatalf("%d were posted of one draft", n)
	}
	s.giver.post(path+"/delete", nil).want(200, "This draft was posted") // in another tab
	for _, do := range []string{"draft", "post"} {
		old.fill("/offer", append(whole, "do", do, "title", "Hall on Saturdays")...).
			want(409, "This draft became a listing", `href="`+posted.url.Path+`"`, `value="Hall on Saturdays"`)
	}
	form.fill("/offer", "do", "draft").want(409, "This draft became a listing")
	s.nothingIsLeftOfDrafts()
	late := old.fill("/offer", "do", "draft", "title", "Hall on Saturdays")
	s.giver.get("/mine").want(200).without("Hall on Saturdays")
	late.fill("/offer", "do", "draft").want(200, "Kept as you left it", "Hall on Saturdays") // having read that, it is a decision
	s.giver.get(s.giver.draft()).fill("/offer", append(whole, "do", "post", "title", "Hall on Saturdays")...).want(200, "Posted.")
	s.nothingIsLeftOfDrafts()

	s.exec(`update memberships set until = $1 where group_id = $2`, s.now, s.hall)
	old.fill("/offer", "do", "draft").want(409, "This draft became a listing").without(posted.url.Path)
	s.giver.get(path).want(200, "What it became is not shown to you any more", "My listings")
	s.giver.post(path+"/delete", nil).want(200, "What it became is not shown to you any more", "My listings")
}

func TestAFirstListingThatIsHeldEndsItsDraft(t *testing.T) {
	s := openStreet(t)
	con, kay := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together", "holds", "yes")
	kay.signIn("kay@new.example", "Kay")
	s.belongs(kay, con, kay.found("New Shoots"), network)
	kay.get("/offer").fill("/offer", "do", "draft", "description", "hm").want(200, "Kept as you left it")
	old := kay.get(kay.draft())
	kay.get(kay.draft()).fill("/offer", "do", "post", "kind", "room", "title", "Hall on Fridays", "description", "Church hall for 50, Fridays 6 to 10 pm", "when", "fr-evening").
		want(200, "looks at a new group’s first listing")
	old.fill("/offer", "do", "draft").want(409, "This draft became a listing", "See the listing as it is now")
	s.nothingIsLeftOfDrafts()
}

// A draft that is kept while it is posted is either kept before, and posting says so, or posted before, and keeping says so.
func TestADraftThatIsPostedWhileItIsKept(t *testing.T) {
	s := openStreet(t)
	phone := s.browser()
	phone.signIn2("host@hall.example")
	for round := range 5 {
		form := s.giver.get("/offer").fieldsAt("/offer")
		for name, value := range map[string]string{"kind": "room", "title": fmt.Sprint("Hall ", round), "description": "Church hall for 50, Fridays 6 to 10 pm", "when": "fr-evening"} {
			form.Set(name, value)
		}
		keep, post := maps.Clone(form), maps.Clone(form)
		keep.Set("quantity", "half")
		keep.Set("do", "draft")
		post.Set("do", "post")
		var kept, posted page
		var both sync.WaitGroup
		both.Go(func() { kept = phone.post("/offer", keep) })
		both.Go(func() { posted = s.giver.post("/offer", post) })
		both.Wait()
		waiting := s.count(fmt.Sprintf(`unfinished_forms where fields -> 'title' = '["Hall %d"]'`, round))
		listings := s.count(fmt.Sprintf(`listings where title = 'Hall %d'`, round))
		if waiting+listings != 1 || (kept.status == 409) == (posted.status == 409) {
			t.Errorf("round %d: %d drafts and %d listings, keeping is answered with %d, posting with %d", round, waiting, listings, kept.status, posted.status)
		}
	}
}

func TestADraftIsItsWritersAlone(t *testing.T) {
	s := openStreet(t)
	s.is(market.Owner, s.choir, s.person("host@hall.example")) // of the same group
	typed := s.taker.get("/ask").halfDone()
	typed.Set("do", "draft")
	s.taker.post("/ask", typed).want(200, "Kept as you left it")
	path := s.taker.draft()
	was := s.rows()["unfinished_forms"]
	s.giver.get("/mine").want(200).without("Tea for carers")
	s.giver.get(path).want(404).without("carers")
	s.giver.post(path+"/delete", nil).want(200)
	s.browser().post(path+"/delete", nil).want(200, "Please sign in first")
	if now := s.rows()["unfinished_forms"]; now != was {
		t.Errorf("it was %s\nand is %s", was, now)
	}
	theirs := s.giver.get("/offer").fieldsAt("/offer")
	theirs.Set("draft", strings.TrimPrefix(path, "/drafts/"))
	theirs.Set("description", "My own")
	theirs.Set("do", "draft")
	s.giver.post("/offer", theirs).want(200, "Kept as you left it")
	s.giver.get(path).want(200, "My own").without("ċikkulata", "Tea for carers") // an id says nothing but beneath its person
	s.taker.get(path).want(200, "ċikkulata").without("My own")
	s.giver.get(path).fill("/offer", "do", "post", "description", "Church hall for 50, Fridays 6 to 10 pm", "kind", "room", "title", "Hall on Fridays", "when", "fr-evening").want(200, "Posted.")
	s.taker.get(path).want(200, "ċikkulata").without("My own", "Hall on Fridays")
	if n := s.count("unfinished_forms"); n != 1 {
		t.Errorf("%d are kept", n)
	}
}

func TestWhatIsSentAsADraftIsKeptOrShownAgain(t *testing.T) {
	s := openStreet(t)
	draft := func(pairs ...string) url.Values {
		f := url.Values{"do": {"draft"}, "description": {"hm"}}
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	before := s.rows()
	s.taker.post("/ask", draft("description", strings.Repeat("ש", 40_000))).want(422, "Please shorten this by 36,000", "ששש")
	s.taker.post("/ask", draft("description", "x\x00y")).want(400)
	s.taker.get("/drafts/x").want(404)
	s.taker.post("/drafts/x/delete", nil).want(404)
	if diff := cmp.Diff(before, s.rows()); diff != "" {
		t.Errorf("something was kept: %s", diff)
	}
	s.taker.post("/ask", draft("side", "offer", "draft", "x' or '1", "group", string(s.hall), "kind", "<b>", "when", "9-9")).want(200, "Needed, saved").without("Offered, saved")
	s.taker.get(s.taker.draft()).want(200, `action="/ask"`).without("<b>")
	for n := range market.MaxUnfinished - 1 {
		s.taker.post("/offer", draft("title", fmt.Sprintf("Half %d", n))).want(200)
	}
	full := s.taker.post("/offer", draft("title", "One too many")).want(422, "10 drafts that are not finished are the most", "One too many")
	path := s.taker.draft() // of the last
	s.taker.get(path).fill("/offer", "do", "draft", "title", "Half changed").want(200, "Half changed")
	s.taker.get(path).fill(path+"/delete").want(200, "Thrown away.").without("Half changed")
	s.taker.post(path+"/delete", nil).want(200) // pressed twice
	full.fill("/offer", "do", "draft").want(200, "Kept as you left it", "One too many")
	if n := s.count("unfinished_forms"); n != market.MaxUnfinished {
		t.Errorf("%d are kept", n)
	}
	s.spends(httpx.Rule{Name: "unfinished", Hour: unfinishedPerHour}, "guest@choir.example")
	s.taker.post("/ask", draft("title", "Once too often")).want(422, "kept very often", "Once too often")
}

func TestADraftWaitsNinetyDays(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/ask").fill("/ask", "do", "draft", "description", "hm").want(200, "Kept as you left it")
	path := s.taker.draft()
	s.now = s.now.Add(market.UnfinishedLasts - time.Minute)
	s.forgets()
	s.taker.signIn2("guest@choir.example")
	s.taker.get(path).want(200, "hm")
	s.now = s.now.Add(2 * time.Minute)
	s.taker.get(path).want(404)
	s.taker.get("/mine").want(200).without("Drafts that are not finished")
	s.forgets()
	if n := s.count("unfinished_forms") + s.count("posted_forms"); n != 0 {
		t.Errorf("%d are kept after their time", n)
	}
}

func (h *house) forgets() {
	h.t.Helper()
	if err := h.store.Forget(h.t.Context(), h.now); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhoHasNoGroupYetKeepsADraftToo(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	b.get("/ask").fill("/ask", "do", "draft", "description", theLongNeed).want(200, "Kept as you left it", "Drafts that are not finished")
	path := b.draft()
	group := b.get(path).want(200, "The end of it.").fill("/ask", "do", "post").want(200, "First tell us about your group")
	again := group.fill("/groups", "name", "Creekside Choir", "place", "SE10").want(200, "Now check what you wrote, and post it.", "The end of it.")
	again.fill("/ask", "do", "post", "every", "weekly").want(200, "Posted.", "The end of it.")
	b.get(path).want(200, "This draft was posted", "The end of it.") // it went the long way with the form
}

// What is whole is a draft that the group sees, and not kept twice.
func TestAFinishedDraftIsAListing(t *testing.T) {
	s := openStreet(t)
	s.giver.get("/offer").fill("/offer", "do", "draft", "description", "hm").want(200, "Kept as you left it")
	p := s.giver.get(s.giver.draft()).fill("/offer", "do", "draft", "description", "Meeting room for 9, Mondays 6 to 10 pm", "title", "", "every", "weekly").want(200, "Kept as a draft")
	s.giver.get("/mine").want(200, p.url.Path).without("Drafts that are not finished")
	s.nothingIsLeftOfDrafts()
}

func TestKeepingOneDraftThrowsNoOtherFormAway(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/ask").fill("/ask", "do", "draft", "description", "hm").want(200, "Kept as you left it")
	path := s.taker.draft()
	phone := s.browser()
	phone.get("/ask").fill("/ask", "description", theLongNeed, "do", "post").want(200, "Please sign in first")
	phone.signIn2("guest@choir.example")
	phone.get(path).fill("/ask", "do", "draft", "title", "hm hm").want(200, "Kept as you left it", "hm hm")
	phone.get("/ask").want(200, "The end of it.") // typed before, and kept nowhere else
}

// What is whole but one listing too many for this hour is kept as it was typed.
func TestAFinishedDraftTooManyIsKeptForItsWriter(t *testing.T) {
	s := openStreet(t)
	s.spends(httpx.Rule{Name: "post", Hour: s.site.Config.PostsPerHour}, "host@hall.example")
	s.giver.get("/offer").fill("/offer", "do", "draft", "description", "Meeting room for 9, Mondays 6 to 10 pm", "title", "", "every", "weekly").want(200, "Kept as you left it")
	s.giver.get(s.giver.draft()).want(200, "Meeting room for 9")
}
