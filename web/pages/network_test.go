package pages

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/httpx"
)

// founds makes a network on its page; it answers its path.
func (b *browser) founds(name string, pairs ...string) string {
	b.t.Helper()
	p := b.get("/networks/new").want(200).fill("/networks/new", append([]string{"name", name, "level", "neighbourhood"}, pairs...)...).
		want(200, "The network is here.")
	return strings.TrimSuffix(p.url.Path, "/members")
}

// belongs goes the whole way from asking to belonging.
func (s *house) belongs(asker, connector *browser, group market.ID, path string) {
	s.t.Helper()
	asker.get(path).want(200, "Ask to join").fill(path+"/ask", "group", string(group)).want(200, "has asked to join")
	connector.get(path+"/members").fill(path+"/members", "group", string(group), "do", "yes").want(200, "how it stands now")
}

// spends all that somebody may do under a rule.
func (h *house) spends(rule httpx.Rule, address string) {
	h.t.Helper()
	for h.site.Limits.Allow(h.t.Context(), rule, string(h.person(address))) == nil {
	}
}

func TestAGroupAsksAndANetworkAnswers(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	con.get("/networks/new").fill("/networks/new", "name", "!!", "level", "village", "boundary", "hello").
		want(422, "could not read this. It should be one polygon", "Please choose one of these")
	path := con.founds("Maze Hill Together", "about", "Neighbours.", "boundary", `{"type":"Polygon","coordinates":[[[0,51],[0.1,51],[0.1,51.1],[0,51]]]}`)
	con.get("/networks/new").fill("/networks/new", "name", "Maze Hill, together!", "level", "interest").want(422, "Another network has this name")
	s.browser().get(path).want(200, "Maze Hill Together", "A neighbourhood", "boundary").without("Kit", "Ask to join")
	s.browser().get(path).want(200, "The boundary of Maze Hill Together", "About 7 km from west to east and 11 km from north to south.", `<path class="area" d="M`, ">5 km</text>").without("thin lines")
	s.browser().get(path+"/boundary.geojson").want(200, `"Polygon"`)
	s.browser().get("/networks").want(200, "Maze Hill Together")

	ask := s.giver.get(path).want(200, "Looked after by Kit", "Ask to join")
	for range 2 {
		ask.fill(path+"/ask").want(200, "Maze Hill Rooms has asked to join")
	}
	s.taker.get(path + "/members").want(404)
	s.taker.post(path+"/members", url.Values{"group": {string(s.hall)}, "do": {"yes"}}).want(404)
	s.taker.post(path+"/ask", url.Values{"group": {string(s.hall)}}).want(404)
	s.taker.post(path+"/leave", url.Values{"group": {string(s.hall)}}).want(404)
	sent := s.delivered(market.JoinRequest)
	if len(sent) != 1 || sent[0].To != "kit@network.example" || !strings.Contains(sent[0].Text, "A group: Maze Hill Rooms") {
		t.Fatalf("mails: %+v", sent)
	}
	desk := con.get(path+"/members").want(200, "Maze Hill Rooms")
	desk.fill(path+"/members", "group", string(s.hall), "do", "yes").want(200, "how it stands now")
	desk.fill(path+"/members", "group", string(s.hall), "do", "yes").want(200, "Nothing was done twice")
	if sent := s.delivered(market.NetworkAnswer); len(sent) != 1 || sent[0].To != "host@hall.example" {
		t.Fatalf("mails: %+v", sent)
	}
	s.giver.get("/groups/"+string(s.hall)).want(200, `href="`+path+`"`)
	id := s.networkID(path)
	if diff := cmp.Diff([]string{"network.founded", "network.asked", "network.joined"}, s.events(id)); diff != "" {
		t.Error(diff)
	}
	s.giver.get(path).fill(path+"/leave").want(200, "no longer belongs").without("Leave it with")
	for _, words := range []string{"You have moved away.", ""} {
		s.belongs(s.giver, con, s.hall, path)
		out := con.get(path+"/members").want(200, "Take out Maze Hill Rooms")
		long := strings.Repeat("x ", 1000)
		out.fill(path+"/members", "group", string(s.hall), "do", "remove", "words", long).want(422, long[:900], `href="#f-words-`+string(s.hall)+`"`)
		out.fill(path+"/members", "group", string(s.hall), "do", "remove", "words", words).want(200, "no longer belongs")
		said := map[bool]string{true: "In their words:", false: "They gave no reason."}[words != ""]
		s.tells(market.NetworkOut, "host@hall.example", "Maze Hill Rooms no longer belongs to Maze Hill Together", said, words)
	}

	for _, words := range []string{"We are for these few streets.", ""} {
		s.taker.get(path).fill(path+"/ask").want(200, "Creekside Choir has asked to join")
		desk := con.get(path+"/members").want(200, "Creekside Choir")
		long := "We are for these few streets. " + strings.Repeat("x", 1000)
		desk.fill(path+"/members", "group", string(s.choir), "words", long, "do", "no").want(422, long, `href="#f-words-`+string(s.choir)+`"`)
		desk.fill(path+"/members", "group", string(s.choir), "words", words, "do", "no").want(200, "how it stands now")
		desk.fill(path+"/members", "group", string(s.choir), "words", words, "do", "no").want(200, "no longer possible")
		sent := s.delivered(market.NetworkNo)
		said := map[bool]string{true: "In their words:", false: "They gave no reason."}[words != ""]
		if len(sent) != 1 {
			t.Fatalf("%d mails, want one", len(sent))
		}
		text := strings.Join(strings.Fields(sent[0].Text), " ") // lines are wrapped anywhere
		if sent[0].To != "guest@choir.example" || !strings.Contains(text, said) || !strings.Contains(text, words) || strings.Contains(text, "Kit") {
			t.Errorf("to %s: %s", sent[0].To, text)
		}
	}

	const guest = "guest@choir.example"
	s.spends(httpx.Rule{Name: "ask_network", Day: asksADay}, guest)
	s.taker.get(path).fill(path+"/ask").want(429, "rather often")
	s.giver.get(path).fill(path+"/ask").want(200, "Maze Hill Rooms has asked to join")
	s.spends(httpx.Rule{Name: "group", Day: groupsADay}, guest)
	s.taker.get("/groups/new").fill("/groups", "name", "", "place", "SE10").want(422) // what founds nothing does not count
	s.taker.get("/groups/new").fill("/groups", "name", "Another Choir", "place", "SE10").want(429, "rather often")
	s.spends(httpx.Rule{Name: "network", Day: networksADay}, guest)
	s.taker.get("/networks/new").fill("/networks/new", "name", "Another Street", "level", "neighbourhood").want(429, "rather often")
}

// tells has the mails of a kind delivered, of which there is one, to somebody, under a subject.
func (h *house) tells(kind market.LetterKind, to, subject string, says ...string) {
	h.t.Helper()
	sent := h.delivered(kind)
	if len(sent) != 1 || sent[0].To != to || sent[0].Subject != subject {
		h.t.Errorf("%s: %+v, want one to %s: %s", kind, sent, to, subject)
		return
	}
	for _, words := range says {
		if !strings.Contains(strings.Join(strings.Fields(sent[0].Text), " "), words) { // lines are wrapped anywhere
			h.t.Errorf("no %q in %s", words, sent[0].Text)
		}
	}
}

func (h *house) networkID(path string) market.ID {
	h.t.Helper()
	n, err := h.store.Network(h.t.Context(), strings.TrimPrefix(path, "/networks/"))
	if err != nil {
		h.t.Fatal(err)
	}
	return n.ID
}

func TestANetworkInvitesAndAGroupAnswers(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	s.browser().signIn("bo@choir.example", "Bo")
	s.is(market.Poster, s.choir, s.person("bo@choir.example")) // who is not asked for what is an owner's to say
	desk := con.get(path + "/members")
	desk.fill(path+"/members", "group", "Nobody’s Group", "do", "invite").want(422, "We do not find a group of this name")
	for range 2 {
		desk.fill(path+"/members", "group", "creekside choir", "do", "invite").want(200, "invited, not answered yet")
	}
	con.get(path+"/members").fill(path+"/members", "group", "https://x.example/groups/"+string(s.hall), "do", "invite").want(200, "Maze Hill Rooms")
	if sent := s.delivered(market.NetworkInvitation); len(sent) != 2 || sent[0].To != "guest@choir.example" || sent[1].To != "host@hall.example" || !strings.Contains(sent[0].Text, "/groups/"+string(s.choir)+"/networks") {
		t.Fatalf("mails: %+v", sent)
	}
	page := "/groups/" + string(s.choir) + "/networks"
	s.giver.get(page).want(404)
	s.giver.post(page, url.Values{"network": {string(s.networkID(path))}, "do": {"yes"}}).want(404)
	s.taker.get(page).want(200, "invites you").fill(page, "do", "yes").want(200, "since Thursday 14 January 2027")
	s.tells(market.InvitationAnswered, "kit@network.example", "Creekside Choir now belongs to Maze Hill Together", "they said yes")
	s.taker.get(page).fill(page, "do", "leave").want(200, "no longer belongs")
	theirs := "/groups/" + string(s.hall) + "/networks"
	s.giver.get(theirs).fill(theirs, "do", "no").want(200, "belongs to no network yet")
	s.tells(market.InvitationAnswered, "kit@network.example", "Maze Hill Rooms would rather not join Maze Hill Together")
	con.get(path+"/members").want(200).without("Maze Hill Rooms", "Creekside Choir")
}

// What is kept to a network is seen by its groups, and by those of networks below it, and by nobody else.
func TestATieSaysWhatItShowsBeforeItShowsIt(t *testing.T) {
	s := openStreet(t)
	con, other := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	other.signIn("lee@network.example", "Lee")
	borough := con.founds("Greenwich Web", "level", "borough", "boundary", `{"type":"Polygon","coordinates":[[[0,51],[0.1,51],[0.1,51.1],[0,51]]]}`)
	street := other.founds("Creek Street", "boundary", `{"type":"Polygon","coordinates":[[[0.08,51.02],[0.09,51.02],[0.09,51.03],[0.08,51.02]]]}`)
	s.browser().get(borough).want(200, `<path class="area"`).without(`<path class="within"`)
	s.belongs(s.giver, con, s.hall, borough)
	s.belongs(s.taker, other, s.choir, street)
	edit := "/listings/" + string(s.offer) + "/edit"
	s.giver.get(edit).fill(edit, "circle", string(market.MyNetworks)).want(200, "Saved.")
	listing := "/listings/" + string(s.offer)
	s.taker.get(listing).want(404)
	s.taker.get(borough).want(200, "Maze Hill Rooms").without("Church hall for 80")
	con.get(borough).want(200, "Church hall for 80") // whoever looks after it sees what its circle allows
	other.get(street).want(200).without("Church hall for 80")
	room := s.taker.says("/offer", "Meeting room for 9, Mondays 6 to 10 pm")
	theirs := "/listings/" + string(room) + "/edit"
	s.taker.get(theirs).fill(theirs, "circle", string(market.Anyone)).want(200, "Saved.")
	offered := func(want bool) {
		t.Helper()
		text := s.browser().get(borough).want(200).text
		from, to := strings.Index(text, `id="offers"`), strings.Index(text, `id="needs"`)
		if is := strings.Contains(text[from:to], `href="/listings/`+string(room)+`"`); is != want || strings.Contains(text, string(room)) != want {
			t.Errorf("a visitor reads on the page of the borough what the street offers: %v", is)
		}
	}
	offered(false)

	look := street + "/tie?with=greenwich-web&as=parent"
	before := s.rows()
	tie := other.get(look).want(200, "that is 1 listing, which 1 more group could see", "Ask Greenwich Web")
	if diff := cmp.Diff(before, s.rows()); diff != "" {
		t.Errorf("looking changed something: %s", diff)
	}
	s.taker.get(look).want(404)
	s.taker.post(street+"/tie", url.Values{"with": {"greenwich-web"}, "as": {"parent"}, "do": {"yes"}}).want(404)
	tie.fill(street+"/tie", "do", "yes").want(200, "waits for theirs")
	s.taker.get(listing).want(404)
	if sent := s.delivered(market.JoinRequest); len(sent) == 0 || !strings.Contains(sent[len(sent)-1].Text, "A network: Creek Street") {
		t.Errorf("mails: %+v", sent)
	}
	con.get(borough+"/members").want(200, "waits for your answer")
	answer := con.get(borough+"/tie?with=creek-street&as=child").want(200, "Creek Street has asked", "1 listing")
	answer.fill(borough+"/tie", "do", "yes").want(200, "Done.")
	s.tells(market.TieAnswered, "lee@network.example", "Greenwich Web says yes to Creek Street")
	s.taker.get(listing).want(200, "Church hall for 80")
	s.browser().get(borough).want(200, "Creek Street", `<path class="within"`, "The thin lines are networks in it.").without("Church hall for 80")
	offered(true)

	con.get(borough+"/tie?with=creek-street&as=parent").fill(borough+"/tie", "do", "yes").want(422, "put a network below itself")
	con.get(borough + "/tie?with=nobody&as=child").want(404)
	con.get(borough+"/tie?with=creek-street&as=child").want(200, "It is so now.", "1 listing").fill(borough+"/tie", "do", "end").want(200, "Ended.")
	s.tells(market.TieAnswered, "lee@network.example", "Greenwich Web and Creek Street no longer belong together")
	s.taker.get(listing).want(404)
	offered(false)
	if n := s.countRows("outbox where kind = 'index'"); n == 0 {
		t.Error("nothing is indexed again")
	}
	con.get(borough+"/tie?with=creek-street&as=peer").want(200, "Nothing is seen that was not").fill(borough+"/tie", "do", "yes").want(200, "waits for theirs")
	other.get(street+"/tie?with=greenwich-web&as=peer").fill(street+"/tie", "do", "yes").want(200, "Done.")
	s.tells(market.TieAnswered, "kit@network.example", "Creek Street says yes to Greenwich Web")
	s.browser().get(street).want(200, "Beside it", "Greenwich Web")
	other.get(street+"/tie?with=greenwich-web&as=peer").fill(street+"/tie", "do", "end").want(200, "Ended.")
	s.tells(market.TieAnswered, "kit@network.example", "Creek Street and Greenwich Web no longer belong together")
	con.get(borough+"/tie?with=creek-street&as=child").fill(borough+"/tie", "do", "yes").want(200, "waits for theirs")
	other.get(street+"/tie?with=greenwich-web&as=parent").fill(street+"/tie", "do", "end").want(200)
	s.tells(market.TieAnswered, "kit@network.example", "Creek Street says no to Greenwich Web")
	other.get(look).fill(street+"/tie", "do", "yes").want(200, "waits for theirs")
	other.get(look).fill(street+"/tie", "do", "end").want(200) // who takes a wish back has answered nothing
	if sent := s.delivered(market.TieAnswered); len(sent) > 0 {
		t.Errorf("mails: %+v", sent)
	}
}

// Who sees a listing already gains nothing by a tie, and a group that has closed is nobody who could see it.
func TestATieCountsOnlyWhatItAdds(t *testing.T) {
	s := openStreet(t)
	con, other, band := s.browser(), s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	other.signIn("lee@network.example", "Lee")
	band.signIn("bo@band.example", "Bo")
	borough, lane, street := con.founds("Greenwich Web", "level", "borough"), con.founds("Ropery Lane"), other.founds("Creek Street")
	con.get(lane+"/tie?with=greenwich-web&as=parent").fill(lane+"/tie", "do", "yes").want(200, "Done.")
	edit := "/listings/" + string(s.offer) + "/edit"
	s.giver.get(edit).fill(edit, "circle", string(market.MyNetworks)).want(200, "Saved.")
	listing, look := "/listings/"+string(s.offer), street+"/tie?with=greenwich-web&as=parent"
	const one, none = "that is 1 listing, which 1 more group could see", "Just now that changes nothing"
	s.belongs(s.giver, con, s.hall, borough)
	s.belongs(s.taker, other, s.choir, street)
	other.get(look).want(200, one)

	s.belongs(s.taker, con, s.choir, borough)
	s.taker.get(listing).want(200)
	other.get(look).want(200, none).without("more group")
	s.taker.get(borough).fill(borough+"/leave").want(200, "no longer belongs")
	s.taker.get(listing).want(404)
	other.get(look).want(200, one)
	s.belongs(s.taker, con, s.choir, lane) // which lies in the borough
	s.taker.get(listing).want(200)
	other.get(look).want(200, none)

	players := band.found("Creek Band")
	s.belongs(band, other, players, street)
	other.get(look).want(200, one) // the band alone
	s.exec(`insert into blocks (group_id, blocked_id, created_at) values ($1, $2, $3)`, players, s.hall, s.now)
	other.get(look).want(200, none)
	s.exec(`delete from blocks`)
	s.exec(`update groups set closed_at = $1 where id = $2`, s.now, players)
	other.get(look).want(200, none)
	s.exec(`update groups set closed_at = null`)
	s.belongs(s.giver, other, s.hall, street) // the street sees what is the hall's
	band.get(listing).want(200)
	other.get(look).want(200, none)
}

// A network that was hidden keeps nobody tied to it: either side ends that, and neither is offered anything else or reads its name.
func TestATieWithANetworkThatWasHiddenCanBeEnded(t *testing.T) {
	s := openStreet(t)
	con, other := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	other.signIn("lee@network.example", "Lee")
	borough, street := con.founds("Greenwich Web", "level", "borough"), other.founds("Creek Street")
	tied := func() {
		t.Helper()
		other.get(street+"/tie?with=greenwich-web&as=parent").fill(street+"/tie", "do", "yes").want(200)
		con.get(borough+"/tie?with=creek-street&as=child").fill(borough+"/tie", "do", "yes").want(200, "Done.")
	}
	tied()
	s.exec(`update networks set removed_at = $1 where slug = 'greenwich-web'`, s.now)
	var id string
	if err := s.store.Pool().QueryRow(t.Context(), `select id::text from networks where slug = 'greenwich-web'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	look := street + "/tie?with=" + id + "&as=parent"
	other.get(street+"/members").want(200, "A network that was hidden", strings.ReplaceAll(look, "&", "&amp;")).without("Greenwich Web")
	other.post(street+"/tie", url.Values{"with": {id}, "as": {"parent"}, "do": {"yes"}, "once": {"yes"}}).want(404)
	other.get(street + "/tie?with=" + id + "&as=peer").want(404) // nothing new is asked of it
	other.get(look).want(200, "It is so now.", "A network that was hidden").without("Greenwich Web", `value="yes"`).fill(street+"/tie", "do", "end").want(200, "Ended.")
	other.get(look).want(404)
	s.exec(`update networks set removed_at = null`)
	tied()
	s.exec(`update networks set removed_at = $1 where slug = 'greenwich-web'`, s.now)
	con.get(borough + "/tie?with=creek-street&as=peer").want(404)
	con.get(borough+"/tie?with=creek-street&as=child").want(200, "It is so now.").fill(borough+"/tie", "do", "end").want(200, "Ended.")

	s.exec(`update networks set removed_at = null`)
	other.get(street+"/tie?with=greenwich-web&as=parent").fill(street+"/tie", "do", "yes").want(200)
	s.exec(`update networks set removed_at = $1 where slug = 'greenwich-web'`, s.now)
	for _, do := range []string{"", "yes", "no"} { // nor is what was asked for agreed
		con.post(borough+"/tie", url.Values{"with": {"creek-street"}, "as": {"child"}, "do": {do}, "once": {"answer" + do}}).want(404)
	}
	if n := s.countRows("network_parents where agreed_at is not null"); n != 0 {
		t.Errorf("%d ties are agreed", n)
	}
}

func TestANetworkHasItsOwnWordsAndSaysWhatIsMissing(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	s.belongs(s.giver, con, s.hall, path)
	s.belongs(s.taker, con, s.choir, path)
	words := con.get(path+"/words").want(200, "For “Room”")
	words.fill(path+"/words", "kind_room", "Nest and perch", "tags", "hall is").want(422, "Each line should read")
	words.fill(path+"/words", "kind_room", "Nest and perch", "tags", "hall = big room").want(200, "Saved.")
	con.get(path+"/words").want(200, `value="Nest and perch"`, "hall = big room")
	con.get(path).want(200, "Nest and perch: 1")
	s.taker.get("/offer").want(200, "Room (Nest and perch)", "Separated by commas: choir, carers. So that everybody finds it, write “hall” for big room.")
	con.get("/offer").want(200, "Separated by commas").without("Nest and perch")
	s.worked(s.offer)
	s.taker.get("/find?q=nests+and+perches&network="+string(s.networkID(path))).want(200, "Church hall for 80")
	s.taker.get("/find?q=nests+and+perches").want(200).without("Church hall for 80")
	need := s.taker.says("/ask", theNeed)
	con.get(path).want(200, "Nothing has waited for a week", "Room for 25")
	s.now = s.now.Add(8 * 24 * time.Hour)
	p := con.get(path).want(200)
	if at, then := strings.Index(p.text, `id="missing"`), strings.Index(p.text, `id="needs"`); !strings.Contains(p.text[at:then], string(need)) {
		t.Error("a need that has waited for a week is not missing")
	}
	_, err := s.store.Pool().Exec(t.Context(), `insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'title', 'Newer',
		'opened_at', l.opened_at + interval '8 days'))).* from listings l, generate_series(1, 201) where l.id = $1`, need)
	s.must(err)
	con.get(path).want(200, "Newer", string(need), "Search all that is needed here").want(200, `href="/find?network=`+string(s.networkID(path))+`&amp;side=need"`)
	s.taker.get(path + "/words").want(404)
	s.taker.get(path + "/edit").want(404)
	con.get(path+"/edit").fill(path+"/edit", "about", "Call 020 7946 0999").want(422, "Please leave out phone numbers")
}

// Two connectors have the form open: the later is shown what the other said, and saving it again is a decision.
func TestAnOlderFormOfANetworksWordsWritesOverNothing(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together") + "/words"
	old := con.get(path).want(200)
	con.get(path).fill(path, "kind_room", "Nest and perch", "tags", "hall = big room\nchoir = song").want(200, "Saved.")
	late := old.fill(path, "tags", "hall = ").want(422).fill(path, "tags", "hall = barn"). // a fault does not make it younger
												want(409, "Somebody changed this", "hall = barn</textarea>", "<dt>For “Room”</dt><dd>Nest and perch</dd>", "choir = song, hall = big room", "See the network as it is now")
	con.get(path).want(200, `value="Nest and perch"`, "hall = big room").without("barn")
	late.fill(path).want(200, "Saved.")
	con.get(path).want(200, "hall = barn").without("Nest and perch", "big room")

	fields, _ := con.get(path).form(path)
	fields.Del("seen") // of the release before
	fields.Set("tags", "hall = shed")
	con.post(path, fields).want(200, "Saved.")
}

// A tag stands on the network's page in its own word, whoever wrote it with a capital, and is found by that word within the network alone.
func TestANetworksOwnWordForATagIsShownAndFindsIt(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	s.belongs(s.giver, con, s.hall, path)
	l := plainHall()
	l.Title, l.Tags = "Upper gallery", []string{"hall"}
	s.worked(s.keep(l).ID)
	l.Title, l.Tags = "Lower gallery", []string{"Hall"}
	s.worked(s.keep(l).ID)
	if p := con.get(path); strings.Count(p.text, `href="/find?tags=`) != 1 { // a search makes no difference between the two
		t.Errorf("of one tag in two spellings there are %d", strings.Count(p.text, `href="/find?tags=`))
	}
	find := "/find?q=big+perch&network=" + string(s.networkID(path))
	s.taker.get(find).want(200).without("Upper gallery")
	con.get(path+"/words").fill(path+"/words", "tags", "Hall = big perch").want(200, "Saved.")
	con.get(path).want(200, `">big perch</a>`).without(">hall</a>", ">Hall</a>")
	s.taker.get("/find?tags=hall").want(200, "Upper gallery")
	s.taker.get(find).want(200, "Upper gallery")
	s.taker.get("/find?q=big+perch").want(200).without("Upper gallery")
}

func TestConnectorsAreAddedAndStepDown(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	post := path + "/connectors"
	con.get(path+"/members").fill(post, "do", "down").want(422, "A network needs a connector")
	con.get(path+"/members").fill(post, "do", "add", "address", "host@hall.example").want(422, "Nobody who belongs to a group")
	con.get(path+"/members").fill(post, "do", "add", "address", "nobody@else.example").want(422, "Nobody who belongs to a group")
	s.belongs(s.giver, con, s.hall, path)
	con.get(path+"/members").fill(post, "do", "add", "address", "host@hall.example").want(200, "Joan")
	con.get(path+"/members").fill(post, "do", "down").want(200, "You no longer look after the network.")
	con.get(path + "/members").want(404)
	s.giver.get(path+"/members").want(200, "Joan (you)").without("Remove")

	// An operator sees who they are, and removes one who is told why: the last as well, and is told that nobody is left.
	op, joan := s.browser(), s.person("host@hall.example")
	op.signIn("op@site.example", "Op")
	op.get(path + "/members").want(404)
	s.operates("op@site.example")
	op.get("/operator").want(200, "None: somebody looks after each.").without(path)
	remove := []string{"do", "remove", "person", string(joan)}
	s.giver.post(post, url.Values{"do": {"remove"}, "person": {string(s.person("kit@network.example"))}, "words": {"Out with you."}}).want(404)
	desk := op.get(path).want(200, path+"/members").browser.get(path+"/members").want(200, "Joan", "Nobody else looks after it").without("Invite a group", "Share out", "Add a connector")
	desk.fill(post, append(remove, "words", " ")...).want(422, "Please write something here")
	desk.fill(post, append(remove, "words", "Groups say that nobody answers.")...).want(200, "They get a mail with your words.").without("Joan")
	desk.fill(post, append(remove, "words", "Groups say that nobody answers.")...).want(200, "Nothing was done twice")
	op.post(post, url.Values{"do": {"remove"}, "person": {string(s.person("op@site.example"))}, "words": {"Nobody at all."}}).want(404)
	op.post(path+"/members", url.Values{"do": {"invite"}, "group": {string(s.hall)}}).want(404)
	s.giver.get(path + "/members").want(404)
	sent := s.delivered(market.ConnectorRemoved)
	if len(sent) != 1 || sent[0].To != "host@hall.example" || sent[0].Subject != "You no longer look after Maze Hill Together" ||
		!strings.Contains(sent[0].Text, "Groups say that nobody answers.") {
		t.Errorf("mails: %+v", sent)
	}
	if got := s.notes(0); !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, "connector.removed") }) {
		t.Errorf("no event: %v", got)
	}

	// Who asks a network that nobody looks after waits for the operators to find somebody.
	s.taker.get(path).fill(path+"/ask", "group", string(s.choir)).want(200, "has asked to join")
	s.tells(market.JoinRequest, "op@site.example", "1 waits for an answer of Maze Hill Together", "Nobody looks after Maze Hill Together", "Creekside Choir", path+"/members")
	op.get(path+"/members").want(200, "Nobody looks after it", "Creekside Choir").without("Let it in")
	op.get("/operator").want(200, "Networks that nobody looks after", `<a href="`+path+`/members">Maze Hill Together</a>`).without("somebody looks after each")
}

func TestOperatorsPageThroughNetworksThatNobodyLooksAfter(t *testing.T) {
	h := open(t)
	op := h.browser()
	op.signIn("op@site.example", "Op")
	h.operates("op@site.example")
	kept := op.founds("Maze Hill Together")
	_, err := h.store.Pool().Exec(t.Context(), `insert into networks (id, name, slug, likeness, level, created_at, sandbox)
		select gen_random_uuid(), 'Left ' || n, 'left-' || n, 'left ' || n, 'interest', $1, n = 22 from generate_series(1, 22) n`, h.now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.store.Pool().Exec(t.Context(), `insert into connectors (network_id, person_id, since, until)
		select n.id, p.id, $1, $2 from networks n, people p where n.slug = 'left-1' and p.operator`, h.now.AddDate(0, -1, 0), h.now)
	if err != nil {
		t.Fatal(err)
	}
	first := op.get("/operator").want(200)
	rest := op.get(linkTo(first, "/operator?networks=")).want(200)
	for n := range 21 {
		link := fmt.Sprintf(`"/networks/left-%d/members"`, n+1)
		if strings.Contains(first.text, link) == strings.Contains(rest.text, link) {
			t.Errorf("left-%d is on no page, or on both", n+1)
		}
	}
	rest.without(kept, "left-22", "Next")
	op.get("/operator?networks=nonsense").want(404)
}

func TestAGroupThatHidesItsNameIsCountedOnly(t *testing.T) {
	h := open(t)
	con, ama := h.browser(), h.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	ama.signIn("ama@refuge.example", "Ama")
	id := ama.found("Rosehip Refuge", "hide_name", "yes", "alias", "A women’s group")
	h.belongs(ama, con, id, path)
	con.get(path+"/members").want(200, "A women’s group").without("Rosehip")
	h.browser().get(path).want(200, "and 1 that shows its name only after").without("Rosehip", "A women’s group")
	con.get(path).want(200, "A women’s group").without("Rosehip", "only after") // who looks after it is told
	_, err := h.store.Pool().Exec(t.Context(), `with made as (insert into groups (id, name, likeness, legal_form, created_at)
		select gen_random_uuid(), 'Club ' || lpad(n::text, 5, '0'), 'club ' || n, 'informal', $2 from generate_series(1, 120) n returning id)
		insert into network_members (network_id, group_id, agreed_at) select $1, id, $2 from made`, h.networkID(path), h.now)
	if err != nil {
		t.Fatal(err)
	}
	first := h.browser().get(path).want(200, "Club 00001", "Club 00100", "and 1 that shows its name only").without("Club 00101")
	h.browser().get(linkTo(first, path+"?groups=")).want(200, "Club 00101", "Club 00120").without("Club 00100")
	h.browser().get(path + "?groups=nonsense").want(404)
}

func TestAConnectorHasWhatIsNeededSharedOut(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	s.belongs(s.giver, con, s.hall, path)
	con.get(path+"/members").want(200, "Share out now").fill(path+"/share-out").want(200, "is being shared out", "Look again in a minute")
	s.giver.get(path + "/members").want(404)
	n, err := s.store.Network(t.Context(), strings.TrimPrefix(path, "/networks/"))
	s.must(err)
	_, err = s.store.Pool().Exec(t.Context(), `update outbox set state = 'done', ended_at = now() where kind = 'share_network'`)
	s.must(err)
	pool := listing.NewPool(s.store, func() time.Time { return s.now })
	s.must(introduction.New(s.store, pool, introduction.Caps{}).ShareNetwork(t.Context(), n.ID, s.now))
	con.get(path+"/members").want(200, "Last done on", "Share out now")
}

func TestANetworkSaysHowManyMailsItsPeopleGet(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	s.belongs(s.giver, con, s.hall, path)
	edit := path + "/edit"
	fewest := func() *int {
		t.Helper()
		l, err := s.store.LoweredFor(t.Context(), s.hall, s.now)
		s.must(err)
		if l.OpenRequests == nil != (l.MailsAWeek == nil) || l.OpenRequests != nil && *l.OpenRequests != 2 {
			t.Errorf("lowered to %+v", l)
		}
		return l.MailsAWeek
	}
	if n := fewest(); n != nil {
		t.Errorf("a new network lets through %d", *n)
	}
	con.get(edit).fill(edit, "a_week", "1", "requests", "2").want(200, "Saved.")
	if n := fewest(); n == nil || *n != 1 {
		t.Errorf("it lets through %v, want 1", n)
	}
	con.get(edit).fill(edit, "a_week", "-1").want(422)
	con.get(edit).want(200, `name="requests" value="2" checked`).fill(edit, "requests", "4").want(422, "not raised above those of the site")
	s.site.Networks.Caps.MailsADay, s.accounts.Caps.MailsADay = 2, 2
	con.get(edit).fill(edit, "a_day", "1").want(200, "Saved.")
	s.site.Networks.Caps.MailsADay, s.accounts.Caps.MailsADay = 0, 0
	con.get(edit).want(200).without(`name="a_day"`).fill(edit, "a_week", "", "requests", "").want(200)
	if n := fewest(); n != nil {
		t.Errorf("as usual is %d", *n)
	}
	if l, err := s.store.LoweredFor(t.Context(), s.hall, s.now); err != nil || l.MailsADay == nil || *l.MailsADay != 1 {
		t.Errorf("what the form does not ask is lost by saving it: %+v (%v)", l, err)
	}
}

func TestASearchIsNarrowedToANetworkAndSavedSo(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	web, trust := con.founds("Greenwich Web", "level", "borough"), con.founds("Hall Trust", "level", "interest")
	s.belongs(s.giver, con, s.hall, web)
	s.worked(s.offer)
	id := func(path string) string { return string(s.networkID(path)) }
	s.taker.get("/find?q=hall").want(200, "Church hall for 80", `value="`+id(web)+`"`, "Greenwich Web").without("Hall Trust")
	s.taker.get("/find?q=hall&network="+id(web)).want(200, "Church hall for 80", `value="`+id(web)+`" checked`)
	s.taker.get("/find?q=hall&network="+id(trust)).want(200, "Hall Trust", "Without “Shown in”: 1 listing").without("Church hall for 80")
	s.taker.get("/find?q=hall&network=everything").want(422, "choose one of these").without("Church hall for 80")
	words := s.site.Search
	s.site.Search = likely{words}
	s.taker.get("/find?q=hall").want(200, "Church hall for 80", "Nothing has your words, but these mean nearly the same.")
	s.site.Search = words
	p := s.taker.get("/account/searches/new?q=hall&side=offer&network="+id(web)).want(200, "in the network you chose")
	p.fill("/account/searches", "side", "offer", "pace", "digest").want(200, "The search is saved")
	if all := s.saved("guest@choir.example"); len(all) != 1 || len(all[0].Question.Networks) != 1 {
		t.Errorf("kept %+v", all)
	}
	s.taker.get("/account/searches/new?q=hall&side=offer&borough=Greenwich").want(200, "Greenwich").
		fill("/account/searches", "side", "offer", "pace", "digest").want(200, "The search is saved")
	if all := s.saved("guest@choir.example"); len(all) != 2 || !slices.ContainsFunc(all, func(one market.SavedSearch) bool { return slices.Equal(one.Question.Boroughs, []string{"Greenwich"}) }) {
		t.Errorf("kept %+v", all)
	}
}
