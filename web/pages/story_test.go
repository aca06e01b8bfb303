package pages

import (
	"context"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching/meaning"
)

// The sentence that the first page gives as an example.
const theNeed = "Room for 25, weekly, Thursday evenings, step-free, within 3 km of SE10, from 1 February for 12 weeks"

// street is a house with somebody who has a hall, and somebody who looks for one.
type street struct {
	*house
	giver, taker *browser
	hall, choir  market.ID
	offer        market.ID
}

func openStreet(t *testing.T) *street {
	s := &street{house: open(t)}
	if err := s.site.Preview.(*listing.Pool).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := indexOf(s.site).Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.giver, s.taker = s.browser(), s.browser()
	s.giver.signIn("host@hall.example", "Joan")
	s.taker.signIn("guest@choir.example", "Ama")
	s.hall, s.choir = s.giver.found("Maze Hill Rooms"), s.taker.found("Creekside Choir")
	s.offer = s.giver.says("/offer", "Church hall for 80, step-free, Thursdays 6 to 10 pm")
	return s
}

// says posts a sentence as it was read.
func (b *browser) says(path, text string) market.ID {
	b.t.Helper()
	p := b.get(path).want(200).fill(path, "description", text, "do", "read").want(200, "We read this").
		fill(path, "do", "post", "every", "weekly").want(200, "Posted.")
	return market.ID(strings.TrimPrefix(p.url.Path, "/listings/"))
}

// worked does what the worker does for a listing, without a worker.
func (s *street) worked(id market.ID) {
	s.t.Helper()
	ctx := context.Background()
	pool := s.site.Preview.(*listing.Pool)
	if err := introduction.New(s.store, pool, introduction.Caps{}).Match(ctx, id, s.now); err != nil {
		s.t.Fatal(err)
	}
	if err := listing.NewIndexer(s.store, indexOf(s.site)).Index(ctx, id, s.now); err != nil {
		s.t.Fatal(err)
	}
}

// letterLink is the path of the link that a letter about an introduction holds for the person at an address.
func (s *street) letterLink(in market.ID, address string) string {
	s.t.Helper()
	p, err := s.store.PersonAt(context.Background(), address)
	if err != nil {
		s.t.Fatal(err)
	}
	return "/i/" + introduction.Links{Secret: []byte(s.site.Config.TokenSecret)}.Token(in, p.ID)
}

func (s *street) only() market.Introduction {
	s.t.Helper()
	var id string
	if err := s.store.Pool().QueryRow(context.Background(), `select id::text from introductions`).Scan(&id); err != nil {
		s.t.Fatal(err)
	}
	in, err := s.store.Introduction(context.Background(), market.System, market.ID(id))
	if err != nil {
		s.t.Fatal(err)
	}
	return in
}

func (p page) without(words ...string) page {
	p.t.Helper()
	for _, w := range words {
		if strings.Contains(p.text, w) {
			p.t.Errorf("%s tells %q:\n%s", p.url, w, p.text)
		}
	}
	return p
}

func (h *house) count(table string) (n int) {
	h.t.Helper()
	if err := h.store.Pool().QueryRow(context.Background(), `select count(*) from `+table).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestFromANeedToTwoNames(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	need := s.taker.says("/ask", theNeed)
	s.taker.get("/listings/"+string(need)).want(200, "Room for 25", "Thursdays 18:00 to 22:00", "12 times", "1 February 2027", "Step-free")
	s.worked(need)
	in := s.only()
	path, mine, theirs := "/introductions/"+string(in.ID), s.letterLink(in.ID, "guest@choir.example"), s.letterLink(in.ID, "host@hall.example")
	s.giver.get(path).want(404) // nobody is disturbed by a mere proposal
	s.giver.get("/introductions").want(200).without(path)
	s.taker.get("/mine").want(200, "Church hall for 80", path, "Waiting for your answer")
	s.taker.get("/introductions").want(200, path, "Waiting for your answer")

	asked := s.browser().get(mine).want(200, "Yes, introduce us", "Not this one", "Maze Hill Rooms", "Seats 80").
		without("Joan", "host@hall.example", "@reply")
	asked.fill(mine+"/yes").want(200, "Thank you. We have told them that you would like this.")
	s.browser().get(theirs).want(200, "Creekside Choir would like this").without("Ama", "guest@choir.example").
		fill(theirs+"/yes").want(200, "You are connected", "Ama")
	in = s.only()
	if in.State != market.Connected {
		t.Fatalf("%s, want connected", in.State)
	}
	s.taker.get(path).want(200, "Joan", "Your conversation").without("host@hall.example", in.OfferMask) // nobody passes mail on here
	s.giver.get(path).want(200, "Ama", "Your conversation").without("guest@choir.example", in.NeedMask, in.OfferMask)
}

var (
	aListed  = regexp.MustCompile(`href="(/introductions/[0-9a-f-]{36})"`)
	nextPage = regexp.MustCompile(`href="([^"]+)" rel="next"`)
)

// However many there are, each stands on one page of the list, and what waits for the reader on the first. Whoever may only look
// back has nothing waiting for them.
func TestTheListOfIntroductionsIsPagedAndWaitsForWhoMayAnswer(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	waits := introPath(s.only().ID)
	_, err := s.store.Pool().Exec(t.Context(), `insert into introductions (id, offer_id, need_id, offer_group_id, need_group_id, state, amount, reasons, fit, proposed_at, ended_at, settled_at)
		select gen_random_uuid(), offer_id, need_id, offer_group_id, need_group_id, 'lapsed', 1, reasons, fit, proposed_at, proposed_at, proposed_at from introductions, generate_series(1, 120)`)
	s.must(err)
	seen, path := map[string]int{}, "/introductions"
	for n := 0; path != ""; n++ {
		p := s.taker.get(path).want(200)
		for _, found := range aListed.FindAllStringSubmatch(p.text, -1) {
			seen[found[1]]++
		}
		if n == 0 && (seen[waits] != 1 || !strings.Contains(p.text, "lines-waiting")) || n > 5 {
			t.Fatalf("page %d of %d introductions", n, len(seen))
		}
		path = ""
		if next := nextPage.FindStringSubmatch(p.text); next != nil {
			path = next[1]
		}
	}
	for in, times := range seen {
		if times != 1 {
			t.Errorf("%s stands in the list %d times", in, times)
		}
	}
	if len(seen) != 121 {
		t.Errorf("%d of 121 introductions are listed", len(seen))
	}
	for _, wrong := range []string{"x", "3." + string(market.NewID()), "1.x", "-1." + string(market.NewID())} {
		s.taker.get("/introductions?after=" + wrong).want(404)
	}
	kit := s.browser()
	s.joins(s.taker, kit, s.choir, "kit@choir.example", "Kit", "reader")
	kit.get("/introductions").want(200, "Waiting for a colleague’s answer").without("lines-waiting", "Waiting for your answer")
	if n, err := s.store.WaitingFor(t.Context(), market.Viewer{Roles: map[market.ID]market.Role{s.choir: market.Reader}}); err != nil || n != 0 {
		t.Errorf("%d wait for one who may not answer (%v)", n, err)
	}
}

func TestEitherSideMayStopAndTheOtherLosesTheName(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	path := "/introductions/" + string(s.only().ID)
	s.taker.get(path).fill(path+"/yes").want(200, "Thank you. We have told them that you would like this.")
	s.giver.get(path).without(path+"/stop").fill(path+"/yes").want(200, "You are connected", "Ama")
	s.browser().post(path+"/stop", nil).want(200, "Please sign in first")
	if in := s.only(); in.State != market.Connected {
		t.Fatalf("stopped by somebody else: %s", in.State)
	}
	s.giver.get(path).want(200, "Stop this introduction").fill(path+"/stop").
		want(200, "Stopped. The other group is told kindly.", "You stopped this.").without("Ama")
	s.taker.get(path).want(200, "It is not to be this time.").without("Joan", path+"/stop", "You stopped")
	if in := s.only(); in.State != market.Undone {
		t.Errorf("%s, want withdrawn", in.State)
	}
}

// A double tap on "change my no to yes", or a second try after a line that broke, must not change it back again.
func TestTakingBackTwiceTakesBackOnce(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	path := "/introductions/" + string(s.only().ID)
	said := s.taker.get(path).fill(path + "/no").want(200)
	said.fill(path + "/take-back").want(200)
	said.fill(path+"/take-back").want(200, "already")
	if in := s.only(); in.NeedAnswer != market.Yes || in.State != market.Asked {
		t.Errorf("after two taps: %q, %s", in.NeedAnswer, in.State)
	}
}

func TestReadingASentenceKeepsNothing(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.taker.get("/ask")
	before := s.rows()
	p := s.taker.get("/ask?text=hello").want(200, ">hello</textarea>").fill("/ask", "description", theNeed, "do", "read")
	p.want(200, "1 group could help", "Church hall for 80", "within 3 km", "Thursdays 18:00 to 22:00", "12 times", `value="25"`, `value="2027-02-01"`)
	s.taker.post("/ask/could-help", p.fieldsAt("/ask")).want(200, "1 group could help").without("<html")
	s.browser().post("/ask/could-help", p.fieldsAt("/ask")).want(200, "within 3 km")
	if after := s.rows(); !maps.Equal(before, after) {
		t.Error("reading changed the database")
	}
}

// slow reads a text when it is let.
type slow struct{ let chan struct{} }

func (r slow) Read(market.Listing) market.Meaning {
	<-r.let
	return market.Meaning{Model: meaning.Model, Vectors: make([]byte, market.VectorBytes)}
}

// TestAPreviewAsksAgainWhileItsTextIsRead: words answer at once, and the page without JavaScript is whole without more.
func TestAPreviewAsksAgainWhileItsTextIsRead(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	let := make(chan struct{})
	s.site.Preview.(*listing.Pool).Meanings = listing.NewMeaningsBy(s.store, func() (listing.Reader, error) { return slow{let}, nil })
	const again, waits = `hx-trigger="every 1s"`, "/ask/could-help?waits=1"
	fields := s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").want(200, "1 group could help", again).fieldsAt("/ask")
	s.taker.post("/ask/could-help", fields).want(200, "1 group could help", again, waits)
	s.taker.post(waits, fields).want(204)
	close(let)
	for range 1000 {
		if p := s.taker.post(waits, fields); p.status != 204 {
			p.want(200, "1 group could help").without(again)
			return
		}
	}
	t.Error("it is never read")
}

func TestADoubleClickPostsOnce(t *testing.T) {
	s := openStreet(t)
	form := s.taker.get("/ask").fill("/ask", "description", theNeed+" and a store in SE3", "do", "read").want(200)
	one := form.fill("/ask", "do", "post", "place", "SE3").want(200, "Posted.")
	two := form.fill("/ask", "do", "post", "place", "SE3").want(200)
	if one.url.Path != two.url.Path || s.count("listings") != 2 {
		t.Errorf("%s and %s, %d listings", one.url, two.url, s.count("listings"))
	}
	if n := s.count("places"); n != 3 {
		t.Errorf("%d places, want those of both groups and SE3", n)
	}
}

func TestAFormWithFaultsComesBackAsTyped(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").
		fill("/ask", "do", "post", "title", "x", "quantity", "many", "from", "2027-02-31", "place", "Atlantis", "language", "klingon").
		want(422, "at least 3 characters", "Please write a number", "could not read this day", "We do not know this place", `id="e-language">Please choose a language`,
			`value="many"`, `value="2027-02-31"`, `value="Atlantis"`, theNeed[:20])
	if n := s.count("listings"); n != 1 {
		t.Errorf("%d listings", n)
	}
}

func TestANumberBelowOneIsRefusedAndNamed(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").
		fill("/ask", "do", "post", "quantity", "-4").want(422, "How many: Please choose a number from 1", `value="-4"`)
	if n := s.count("listings"); n != 1 {
		t.Errorf("%d listings", n)
	}
}

// Each part of the form says what it holds and stays closed; one with a fault is open.
func TestThePartsOfAFormSayWhatTheyHold(t *testing.T) {
	s := openStreet(t)
	read := s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").want(200, "Room for 25 · Room · 25 people",
		"Every week · Thursdays 18:00 to 22:00 · 12 times · From Monday 1 February 2027", "At the place · SE10, Greenwich · within 3 km", "Step-free",
		"Creekside Choir · shown to all London").without(`<details class="form-part" open`)
	again := read.fill("/ask", "do", "post", "from", "soon").want(422)
	if n := strings.Count(again.text, `<details class="form-part" open`); n != 1 {
		t.Errorf("%d parts are open, want that of the day alone", n)
	}
}

func TestWhatIsTakenOffAChipStaysOff(t *testing.T) {
	s := openStreet(t)
	form := s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").want(200)
	fields := form.fieldsAt("/ask")
	fields.Del("features")
	fields.Set("do", "post")
	fields.Set("every", "weekly")
	p := s.taker.post("/ask", fields).want(200, "Posted.")
	var requires string
	err := s.store.Pool().QueryRow(t.Context(), `select coalesce(requires::text, '') from listings where id = $1`, strings.TrimPrefix(p.url.Path, "/listings/")).Scan(&requires)
	if err != nil || strings.Contains(requires, "step_free") {
		t.Errorf("requires %s, %v", requires, err)
	}
}

func TestAListingIsPausedClosedAndChangedByItsOwnGroup(t *testing.T) {
	s := openStreet(t)
	path := "/listings/" + string(s.offer)
	s.taker.get(path).want(200, "Church hall for 80", "Greenwich", "Maze Hill Rooms", "Report this").without("Change it", "Close it")
	s.browser().get(path).want(404) // shown to all London, not to everyone
	s.taker.post(path+"/close", nil).want(404)
	s.taker.get(path + "/edit").want(404)
	shown := s.giver.get(path).want(200, "Pause", "Close it", "Change it")
	shown.fill(path+"/pause").want(200, "Paused.")
	shown.fill(path+"/pause").want(200, "Paused") // a double click
	s.giver.get(path).fill(path+"/reopen").want(200, "Open again.")
	s.giver.get(path+"/edit").want(200, "Church hall for 80").fill(path+"/edit", "title", "Church hall with a stage").want(200, "Saved.", "Church hall with a stage")
	s.giver.get(path).fill(path+"/close").want(200, "Closed")
	s.taker.get(path).want(410, "This has ended").without("Church hall with a stage")
	s.taker.get("/report?about=listing:"+string(s.offer)).want(200, "something that has closed").without("Church hall with a stage").
		fill("/report", "reason", "wrong").want(200, "Thank you")
	s.giver.get(path).want(200, "Closed").fill(path+"/reopen").want(200, "Open again.")
	s.connected()
	s.giver.get(path).fill(path+"/close").want(200, "Closed")
	s.taker.get(path).want(200, "Closed", "Church hall with a stage") // they were introduced
	s.browser().get(path).want(404)                                   // it never was for everyone
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together")
	con.get(path).want(404)
	s.belongs(s.giver, con, s.hall, network)
	con.get(path).want(200, "Closed")
}

func TestStrangersFindNoIntroduction(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	in := s.only()
	stranger := s.browser()
	stranger.signIn("nosy@street.example", "Nosy")
	path := "/introductions/" + string(in.ID)
	stranger.get(path).want(404)
	stranger.post(path+"/yes", nil).want(404)
	s.browser().get("/i/" + strings.Repeat("A", 64)).want(404)
	link := s.letterLink(in.ID, "guest@choir.example")
	s.browser().post(link[:len(link)-4]+"AAAA/yes", nil).want(404)
	if s.only().State != market.Proposed {
		t.Error("a stranger answered")
	}
	s.browser().get(link).fill(link+"/no", "reason", "too_far").want(200, "You said no", "Change my no to yes")
	s.giver.get(path).want(404)
}

func TestSearchReadsPlaceAndSizeOutOfTheWords(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.taker.get("/").want(200, "Church hall for 80", "Offered in London", "What groups near you have and need · Wherewithal")
	s.taker.get("/?near=SE10").want(200, "Offered near SE10")
	p := s.taker.get("/find?q=hall+thursday+greenwich").want(200, "Church hall for 80", "1 listing", "data-lat")
	p.without("Joan", "host@")
	s.taker.get("/find?q=hall+for+40+near+SE10").want(200, "near SE10", "40 people or more", "off=place", "about 1 km", "Church hall for 80")
	s.taker.get("/find?q=hall+for+40+people").want(200, "Church hall for 80")
	s.taker.get("/find?q=hall+thursdays+6+to+8+pm+within+3+km+of+SE10").want(200, "Thursdays 18:00 to 20:00", "within 3 km", "Church hall for 80")
	s.taker.get("/find?q=hall+thursdays+5+to+8+pm").want(200, "Thursdays 17:00 to 20:00", "Nothing like that")
	s.taker.get("/find?q=hall+thursday+evenings+from+1+February+until+30+April").want(200, "Thursdays 18:00 to 22:00, free between Monday 1 February", "Church hall for 80")
	s.taker.get("/find?q=hall+thursdays+6+to+8+pm&from=2027-01-18").want(200, "Thursdays 18:00 to 20:00 <", "Church hall for 80")
	s.taker.get("/find?q=hall+in+February&day=3").want(200, "Free between Monday 1 February", "Church hall for 80")
	s.taker.get("/find?q=hall+fridays&day=3").want(200).without("off=when")
	s.taker.get("/find?q=hall+this+weekend").want(200, "Free between Saturday 16 January", "Nothing like that")
	s.taker.get("/find?q=hall+giraffe").want(200, "Nothing has all of your words", "Church hall for 80")
	s.taker.get("/find?q=hall").want(200).without("Nothing has all of your words")
	s.taker.get("/find?q=hall&people=80&from=2027-01-18&until=2027-01-24&terms=shared&terms=gift&terms=loan&terms=at_cost").want(200, "Church hall for 80", `value="2027-01-18"`)
	s.taker.get("/find?q=hall&people=81").want(200, "Nothing like that", "Without “81 people or more”: 1 listing")
	s.taker.get("/find?q=hall&from=2027-01-22&until=2027-01-24").want(200, "Nothing like that", "Without “free from Friday 22 January")
	s.taker.get("/find?q=hall&from=2027-01-24&until=2027-01-22").want(422, "This search cannot be done as it stands")
	s.taker.get("/find?q=hall&from=soon&people=many&terms=%3Cb%3E").want(200, "Nothing like that").without("<b>", `value="many"`)
	s.taker.get("/find?day=3").want(200, "Church hall for 80")
	s.taker.get("/find?day=4").want(200, "Nothing like that").without("Church hall for 80")
	s.taker.get("/find?q=hall+friday+evening").want(200, "Fridays 18:00 to 22:00", "off=when", "Nothing like that")
	s.taker.get("/find?q=hall+on+thursdays").want(200, ">Thursdays", "off=when", "Church hall for 80").without("09:00 to 22:00")
	s.taker.get("/find?q=hall+tomorrow").want(200, "Friday 15 January", "Nothing like that")
	s.taker.get("/find?q=hall+next+thursday").want(200, "Thursday 21 January", "Church hall for 80")
	s.taker.get("/find?q=hall+friday+evening&off=when").want(200, "Church hall for 80").without("off=when&amp;off=when")
	s.taker.get("/find?q=hall+thursday+evening").want(200, "Church hall for 80")
	s.taker.get("/find?q=hall+for+200").want(200, "Nothing like that just now.", "Ask for it", "Without “200 people or more”: 1 listing")
	s.taker.get("/find?q=hall&side=need").want(200, "Nothing like that", "Without “Needed”: 1 listing")
	s.taker.get("/find?q=hall+for+200&day=9&kind=%3Cb%3E&within=x").want(200).without("<b>")
	s.taker.get("/find?q=hall&cursor=nonsense").want(200, "Church hall for 80")
	s.taker.get("/find?q="+url.QueryEscape("ȺȺȺȺȺȺȺȺ hall for 40 near SE10")).want(200, "near SE10")
	r := s.taker.request("GET", "/find?q=hall", nil)
	r.Header.Set("HX-Request", "true")
	s.taker.do(r).want(200, "Church hall for 80").without("<html")
	s.findsArabic()
	s.hidesItsName()
}

// hidesItsName has the hall hide its name while the index lags: nobody learns it by looking for it.
func (s *street) hidesItsName() {
	s.t.Helper()
	by := "/find?off=place&q="
	s.taker.get(by+"maze+rooms").want(200, "Church hall for 80")
	edit := "/groups/" + string(s.hall) + "/edit"
	s.giver.get(edit).fill(edit, "hide_name", "yes", "alias", "A place in the east").want(200)
	s.taker.get(by + "maze+rooms").want(200).without("Church hall for 80")
	s.taker.get("/find").want(200, "Church hall for 80", "A place in the east")
	s.worked(s.offer)
	if _, err := s.store.Pool().Exec(s.t.Context(), `update outbox set state = 'done' where kind = 'index'`); err != nil {
		s.t.Fatal(err)
	}
	s.taker.get(by + "maze+rooms").want(200).without("Church hall for 80")
	s.taker.get(by+"church+east").want(200, "Church hall for 80")
}

const arabicHall = "قاعة مضيئة لخمسين شخصا"

// findsArabic posts a listing in Arabic by the form: wherever its words stand on a page in English, they say so.
func (s *street) findsArabic() {
	s.t.Helper()
	read := s.giver.get("/offer").want(200, `<option value="en-GB" selected`).fill("/offer", "description", arabicHall+"\n\nمع مطبخ", "do", "read").want(200)
	form := read.fill("/offer", "do", "read", "title", arabicHall, "kind", "room", "language", "ar").want(200, arabicHall+`</span> · Room · <span lang="ar" dir="rtl">العربية</span>`)
	p := form.fill("/offer", "do", "post", "every", "weekly").want(200, "Posted.")
	p.foreignWords("h1", arabicHall)
	p.foreignWords("p", arabicHall)
	p.foreignWords("p", "مع مطبخ")
	s.worked(market.ID(strings.TrimPrefix(p.url.Path, "/listings/")))
	s.taker.get("/find?q="+url.QueryEscape("قاعة")).want(200).foreignWords("h3", arabicHall)
	s.taker.get("/find?q=church").want(200, "Church hall for 80").without("<h3 lang", "<h3 dir")
	for _, again := range []string{"/edit", "/copy"} {
		s.giver.get(p.url.Path+again).want(200, `<option value="ar" selected`)
	}
}

// foreignWords looks for an element that holds a text and says that it is Arabic.
func (p page) foreignWords(element, text string) {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data != element || attribute(n, "lang") != "ar" || attribute(n, "dir") != "rtl" {
			continue
		}
		for inner := range n.Descendants() {
			if inner.Type == html.TextNode && inner.Data == text {
				return
			}
		}
	}
	p.t.Errorf("%s has no <%s lang=ar dir=rtl> of %q:\n%s", p.url, element, text, p.text)
}

// fieldsAt is what a browser would send with the form of that action.
func (p page) fieldsAt(action string) url.Values {
	p.t.Helper()
	fields, ok := p.form(action)
	if !ok {
		p.t.Fatalf("no form %q on %s", action, p.url)
	}
	return fields
}

// about is the introduction of a need.
func (s *street) about(need market.ID) market.Introduction {
	s.t.Helper()
	all, err := s.store.IntroductionsFor(context.Background(), need)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d introductions, %v", len(all), err)
	}
	return all[0]
}

func TestTheLastFreeEveningGoesToOneAndTheOtherIsToldKindly(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	late := s.browser()
	late.signIn("late@brass.example", "Sam")
	late.found("Tideway Brass")
	const whole = "Room for 30 people, Thursdays 6 to 10 pm, within 3 km of SE10, from 1 February for 12 weeks"
	first, second := s.taker.says("/ask", whole), late.says("/ask", whole)
	for need, who := range map[market.ID]*browser{first: s.taker, second: late} {
		s.worked(need)
		path := "/introductions/" + string(s.about(need).ID)
		who.get(path).want(200, "Thursdays 18:00 to 22:00").fill(path+"/yes").want(200, "Thank you. We have told them")
	}
	one, two := "/introductions/"+string(s.about(first).ID), "/introductions/"+string(s.about(second).ID)
	open := s.giver.get(two).want(200, "Yes, introduce us")
	s.giver.get(one).fill(one+"/yes").want(200, "You are connected")
	open.fill(two+"/yes").want(200, "You need do nothing").without("Sam", "late@brass.example")
	late.get(two).want(200).without("Joan", "host@hall.example", "Yes, introduce us")
	if got := s.about(second).State; got != market.Undone {
		t.Errorf("%s, want withdrawn", got)
	}
}

func TestLookingAtTheStoryChangesNothing(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	need := s.taker.says("/ask", theNeed)
	s.worked(need)
	in := s.only()
	link := s.letterLink(in.ID, "guest@choir.example")
	before := s.rows()
	for _, path := range []string{"/", "/find?q=hall", "/mine", "/introductions", "/introductions/" + string(in.ID), link,
		"/listings/" + string(s.offer), "/listings/" + string(need), "/listings/" + string(need) + "/edit", "/ask?text=x", "/offer"} {
		for _, method := range []string{"GET", "HEAD"} {
			s.taker.do(s.taker.request(method, path, nil)).want(200)
		}
	}
	s.browser().get(link + "/yes").want(405) // what a scanner of mails would do
	if after := s.rows(); !maps.Equal(before, after) {
		t.Error("looking changed the database")
	}
}

func TestAnAliasHoldsUntilBothSaidYes(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	refuge := s.browser()
	refuge.signIn("ama@refuge.example", "Amina")
	refuge.found("Rosehip Refuge", "hide_name", "yes", "alias", "A women’s group")
	need := refuge.says("/ask", theNeed)
	s.worked(need)
	s.giver.get("/listings/"+string(need)).want(200, "A women’s group").without("Rosehip", "Amina")
	path := "/introductions/" + string(s.about(need).ID)
	refuge.get(path).fill(path + "/yes").want(200)
	s.giver.get(path).want(200, "A women’s group would like this").without("Rosehip", "Amina").
		fill(path+"/yes").want(200, "Rosehip Refuge", "Amina").without("ama@refuge.example")
}

// A day without hours is not wanted whole: the form says how much of it.
func TestADayWithoutHoursSaysHowLong(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/ask").fill("/ask", "description", "Gazebo on 12 and 13 June", "do", "read").want(200, "3 hours each time", `href="#f-duration"`, `value="180"`, "2 times", `value="2"`)
	s.taker.get("/ask").fill("/ask", "description", "Room on Thursdays", "do", "read").want(200, "2 hours each time", `value="120"`)
	s.taker.get("/ask").fill("/ask", "description", "Room on Thursdays, 6 to 10 pm", "do", "read").want(200).without("hours each time")
}
