package pages

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/queue"
	"wherewithal/store"
	"wherewithal/telemetry"
)

// operates makes the person at an address an operator.
func (h *house) operates(address string) {
	h.t.Helper()
	id := h.person(address)
	if err := h.store.InTx(h.t.Context(), func(tx *store.Tx) error { return tx.MakeOperator(h.t.Context(), id) }); err != nil {
		h.t.Fatal(err)
	}
}

// theReport is the path of the only open report.
func (h *house) theReport() string {
	h.t.Helper()
	var id string
	if err := h.store.Pool().QueryRow(h.t.Context(), `select id::text from reports where handled_at is null`).Scan(&id); err != nil {
		h.t.Fatal(err)
	}
	return "/reports/" + id
}

// numberOf a report, as the mail that acknowledges it and the page about it name it.
func (h *house) numberOf(report string) string {
	return market.Report{ID: market.ID(strings.TrimPrefix(report, "/reports/"))}.Number()
}

func (h *house) theDecision() string {
	h.t.Helper()
	var id string
	if err := h.store.Pool().QueryRow(h.t.Context(), `select id::text from decisions order by created_at desc, id desc limit 1`).Scan(&id); err != nil {
		h.t.Fatal(err)
	}
	return "/decisions/" + id
}

func TestAListingIsReportedHiddenAppealedAndShownAgain(t *testing.T) {
	s := openStreet(t)
	op, con := s.browser(), s.browser()
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	s.belongs(s.giver, con, s.hall, path)
	edit := "/listings/" + string(s.offer) + "/edit"
	s.giver.get(edit).fill(edit, "circle", "anyone").want(200, "Saved.")
	listing := "/listings/" + string(s.offer)
	s.browser().get("/report?about=listing:"+string(s.offer)).fill("/report", "reason", "wrong", "text", "It is a garage", "email", "lee@else.example").want(200, "Thank you")
	report := s.theReport()

	s.browser().get("/reports").want(200, "Sign in")
	for _, page := range []string{"/reports", report, "/decisions"} {
		if p := s.taker.get(page); p.status != 403 && p.status != 404 {
			t.Errorf("a stranger reads %s: %d", page, p.status)
		}
	}
	s.taker.post(report, url.Values{"do": {"hidden"}, "reason": {"wrong"}, "words": {"mine now"}}).want(404)
	form := con.get("/reports").want(200, "Church hall for 80").browser.get(report).want(200, "It is a garage", "somebody who is not signed in").without("lee@else.example")
	op.get(report).want(200, "answer to lee@else.example")
	form.fill(report, "do", "hidden", "reason", "wrong").want(422, "Please write something here")
	form.fill(report, "do", "hidden", "reason", "wrong", "words", "It is a garage, and no hall.").want(200, "Decided.", "Nothing waits.")
	form.fill(report, "do", "kept", "reason", "wrong").want(200, "Nothing was done twice")
	s.browser().get(listing).want(404)
	for _, b := range []*browser{con, op} {
		b.get("/decisions").want(200, "Church hall for 80", "It is not true", "Kit · Maze Hill Together", "goes after two years")
		b.get(s.theDecision()).want(200, "Who decided", "Kit", "For which network", "Maze Hill Together")
	}
	sent := s.delivered(market.ModerationNotice)
	if len(sent) != 1 || sent[0].To != "host@hall.example" || !strings.Contains(sent[0].Text, "It is a garage, and no hall.") || strings.Contains(sent[0].Text, "Kit") {
		t.Fatalf("mails: %+v", sent)
	}

	decision := s.theDecision()
	if !strings.Contains(sent[0].Text, "https://hub.example"+decision) {
		t.Errorf("the mail does not lead to %s", decision)
	}
	s.taker.get(decision).want(404)
	s.taker.post(decision+"/appeal", url.Values{"appeal": {"Let me in"}}).want(404)
	s.giver.post(decision+"/answer", url.Values{"do": {"restored"}, "answer": {"Yes yes"}}).want(403)
	told := s.delivered(market.ReportAnswered)
	if len(told) != 1 || told[0].To != "lee@else.example" || !strings.Contains(told[0].Text, "is not shown any more") ||
		!strings.Contains(told[0].Text, s.numberOf(report)) || strings.Contains(told[0].Text, "hall") || strings.Contains(told[0].Text, "garage") || strings.Contains(told[0].Text, "Kit") {
		t.Errorf("mails: %+v", told)
	}
	appeal := s.giver.get(decision).want(200, "It is a garage, and no hall.", "Appeal").without("Kit")
	appeal.fill(decision + "/appeal").want(422)
	appeal.fill(decision+"/appeal", "appeal", "Come and look: it is a hall.").want(200, "It has not been answered yet.")
	appeal.fill(decision+"/appeal", "appeal", "Once more").want(200, "no longer possible")
	con.post(decision+"/answer", url.Values{"do": {"restored"}, "answer": {"Yes yes"}}).want(403)
	op.get("/reports").want(200, decision)
	op.get(decision).want(200, "it is a hall").fill(decision+"/answer", "do", "restored", "answer", "We came and looked.").want(200, "It is shown again")
	s.browser().get(listing).want(200, "Church hall for 80")
	if sent := s.delivered(market.AppealAnswered); len(sent) != 1 || !strings.Contains(sent[0].Text, "We came and looked.") {
		t.Errorf("mails: %+v", sent)
	}
	if diff := cmp.Diff([]string{"report.made", "decision.hidden", "decision.appealed", "decision.restored"}, since(s.events(s.offer), "report.made")); diff != "" {
		t.Error(diff)
	}
	op.get("/decisions").want(200, decision)
	op.get(decision).want(200, `<a href="`+listing+`">Church hall for 80</a>`) // as it is shown

	// Once more, and its group is erased before the appeal is answered: that can be read and answered still.
	s.browser().get("/report?about=listing:"+string(s.offer)).fill("/report", "reason", "wrong").want(200, "Thank you")
	report = s.theReport()
	con.get(report).fill(report, "do", "hidden", "reason", "wrong", "words", "It is a garage after all.").want(200, "Decided.")
	decision = s.theDecision()
	s.giver.get(decision).fill(decision+"/appeal", "appeal", "It is a hall after all.").want(200)
	if err := s.store.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.EraseGroup(t.Context(), s.hall, "A group that is no more", s.now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	op.get("/reports").want(200, decision)
	op.get(decision).want(200, "It is a hall after all.").fill(decision+"/answer", "do", "restored", "answer", "So it was.").want(200)
	op.get("/reports").want(200).without(decision)
	op.get("/decisions").want(200, "what A group that is no more had here").browser.get(decision).want(200, "had here").without(`<a href="` + listing)
}

// since are the verbs from one of them on.
func since(verbs []string, first string) []string {
	for i, v := range verbs {
		if v == first {
			return verbs[i:]
		}
	}
	return nil
}

func TestAMessageIsForOperatorsAndItsWordsGo(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "Something nasty indeed").want(200)
	var message string
	if err := s.store.Pool().QueryRow(t.Context(), `select id::text from messages`).Scan(&message); err != nil {
		t.Fatal(err)
	}
	link := s.letterLink(s.only().ID, "host@hall.example") // whose session has long ended
	s.browser().get("/report?about=message:" + message).want(404)
	s.browser().get("/report?about=message:" + message + "&link=" + strings.Repeat("A", 64)).want(404)
	s.browser().get("/report?about=group:" + string(s.choir) + "&link=" + strings.Repeat("A", 64)).want(200) // which anybody may
	report := "/report?about=message:" + message + "&amp;link=" + strings.TrimPrefix(link, "/i/")
	s.browser().get(link).want(200, report)
	s.browser().get(strings.ReplaceAll(report, "&amp;", "&")).want(200).without("Your e-mail address").fill("/report", "reason", "unsafe").want(200, link)
	s.giver.get("/report?about=message:" + message).want(200)
	report = s.theReport()
	var file string
	if err := s.store.Pool().QueryRow(t.Context(), `with m as (update messages set left_out = '["plan.exe"]' where id = $1 returning id)
		insert into message_files (id, message_id, position, name, type, size, content)
		select gen_random_uuid(), id, 0, 'plan.txt', 'text/plain', 5, 'Plan!' from m returning id::text`, message).Scan(&file); err != nil {
		t.Fatal(err)
	}
	file = path + "/files/" + file
	s.giver.get(path).want(200, "plan.txt", "plan.exe")
	s.giver.get(file).want(200)
	con, op := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together")
	s.belongs(s.taker, con, s.choir, network)
	con.get(report).want(404)
	con.get("/reports").want(200).without(report)
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	op.get(report).want(200, "Something nasty indeed").fill(report, "do", "hidden", "reason", "unsafe", "words", "Not here.").want(200, "Decided.")
	s.giver.get(path).want(200).without("Something nasty", "plan.txt", "plan.exe")
	s.giver.get(file).want(404)
	if sent := s.delivered(market.ModerationNotice); len(sent) != 1 || sent[0].To != "guest@choir.example" {
		t.Errorf("mails: %+v", sent)
	}
	s.giver.get(s.theDecision()).want(404)
	forget := func(days int) {
		t.Helper()
		if err := s.store.Forget(t.Context(), s.now.AddDate(0, 0, days)); err != nil {
			t.Fatal(err)
		}
	}
	forget(179) // while it may still be appealed about
	s.taker.get(s.theDecision()).want(200, "Not here.").fill(s.theDecision()+"/appeal", "appeal", "It was a joke.").want(200)
	forget(200) // while the appeal waits
	op.get(s.theDecision()).fill(s.theDecision()+"/answer", "do", "restored", "answer", "So it was.").want(200)
	forget(29)                                                             // after it was granted
	s.giver.get(path).want(200, "Something nasty", "plan.txt", "plan.exe") // all of it
	s.giver.get(file).want(200)
	forget(31)
	s.giver.get(path).want(200, "Something nasty", "plan.exe").without("plan.txt")
	s.giver.get(file).want(404)
}

func TestAHiddenGroupTakesItsListingsAlongAndComesBackWithThem(t *testing.T) {
	s := openStreet(t)
	op := s.browser()
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	edit := "/listings/" + string(s.offer) + "/edit"
	s.giver.get(edit).fill(edit, "circle", string(market.Anyone)).want(200, "Saved.")
	shown := func(status int) {
		t.Helper()
		for _, b := range []*browser{s.taker, s.browser()} {
			b.get("/groups/" + string(s.hall)).want(status)
			b.get("/listings/" + string(s.offer)).want(status)
		}
	}
	shown(200)
	s.taker.get("/report?about=group:"+string(s.hall)).fill("/report", "reason", "spam").want(200)
	report := s.theReport()
	op.get(report).fill(report, "do", "hidden", "reason", "spam", "words", "An advert.").want(200, "Decided.")
	shown(404)
	decision := s.theDecision()
	const givenOn = "<copy-link>" // a stranger who followed it would find nothing
	s.giver.get("/groups/"+string(s.hall)).want(200, "This group was hidden", decision, "noindex").without(`class="poster"`, givenOn, "/offer?group=")
	s.tells(market.ModerationNotice, "host@hall.example", "Something of Maze Hill Rooms was hidden", "The page of Maze Hill Rooms was reported", "An advert.", decision)
	s.taker.get(decision).want(404)
	s.giver.get(decision).want(200, "An advert.").fill(decision+"/appeal", "appeal", "It was one line of ours.").want(200, "It has not been answered yet.")
	shown(404)
	op.get("/reports").want(200, decision).browser.get(decision).want(200, "one line of ours").
		fill(decision+"/answer", "do", "restored", "answer", "It is gone now.").want(200, "It is shown again")
	s.tells(market.AppealAnswered, "host@hall.example", "The answer to your appeal", "It is gone now.")
	shown(200)
	s.giver.get("/groups/"+string(s.hall)).want(200, `class="poster"`, givenOn).without("This group was hidden", decision, "noindex")
	if diff := cmp.Diff([]string{"report.made", "decision.hidden", "decision.appealed", "decision.restored"}, since(s.events(s.hall), "report.made")); diff != "" {
		t.Error(diff)
	}
}

func TestANetworkIsReportedHiddenAppealedAndShownAgain(t *testing.T) {
	s := openStreet(t)
	con, op := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together", "about", "Buy our windows.")
	s.belongs(s.giver, con, s.hall, path)
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	id := s.networkID(path)
	shown := func(want int) {
		t.Helper()
		for _, place := range []string{path, path + "/boundary.geojson", path + "/feed.atom", "/report?about=network:" + string(id)} {
			if p := s.browser().get(place); p.status != want && !(want == 200 && strings.HasSuffix(place, ".geojson")) {
				t.Errorf("%s: %d, want %d", place, p.status, want)
			}
		}
		for _, place := range []string{"/networks", "/groups/" + string(s.hall)} {
			if in := strings.Contains(s.browser().get(place).text, "maze-hill-together"); in != (want == 200) {
				t.Errorf("%s: names it is %v", place, in)
			}
		}
		found, err := s.store.Parties(t.Context(), []market.ID{id})
		s.must(err)
		maps, err := s.store.Findables(t.Context(), "networks", id, 1)
		if s.must(err); (len(found) == 1) != (want == 200) || len(maps) != len(found) {
			t.Errorf("%d found by searching, %d in the map of the site", len(found), len(maps))
		}
	}
	shown(200)
	s.browser().get(path).want(200, "Report this").browser.get("/report?about=network:"+string(id)).want(200, "Maze Hill Together").
		fill("/report", "reason", "spam", "text", "It sells windows", "email", "eve@else.example").want(200)
	report := s.theReport()
	con.get(report).want(404)
	con.get("/reports").want(200).without("It sells windows")
	page := op.get("/reports").want(200, "Maze Hill Together").browser.get(report).want(200, "It sells windows", "Buy our windows.", path)
	page.fill(report, "do", "hidden", "reason", "spam").want(422)
	page.fill(report, "do", "hidden", "reason", "spam", "words", "It is an advertisement.").want(200, "Decided.")
	shown(404)
	s.giver.get("/groups/"+string(s.hall)+"/networks").want(200, "A network that was hidden", "Leave").without("Maze Hill Together", "maze-hill-together")
	decision := s.theDecision()
	sent := s.delivered(market.ModerationNotice)
	if len(sent) != 1 || sent[0].To != "kit@network.example" || sent[0].Subject != "Maze Hill Together was hidden" ||
		!strings.Contains(sent[0].Text, "It is an advertisement.") || !strings.Contains(sent[0].Text, decision) {
		t.Fatalf("mails: %+v", sent)
	}
	con.get(path).want(200, "This network was hidden", decision).without("Report this")
	con.get("/networks/new").fill("/networks/new", "name", "Maze Hill Together", "level", "interest").want(422, "Another network has this name")
	con.post(path+"/members", url.Values{"do": {"invite"}, "group": {string(s.choir)}}).want(422, "invites nobody")
	s.taker.post(path+"/ask", url.Values{"group": {string(s.choir)}}).want(404)
	s.giver.get(decision).want(404)
	con.get(decision).want(200, "It is an advertisement.").fill(decision+"/appeal", "appeal", "It was one line of ours.").want(200, "It has not been answered yet.")
	op.get("/reports").want(200, decision)
	op.get(decision).want(200, "Maze Hill Together").fill(decision+"/answer", "do", "restored", "answer", "It is gone now.").want(200, "It is shown again")
	shown(200)
	if sent := s.delivered(market.AppealAnswered); len(sent) != 1 || sent[0].To != "kit@network.example" {
		t.Errorf("mails: %+v", sent)
	}
	op.get("/decisions").want(200, decision)
	if diff := cmp.Diff([]string{"report.made", "decision.hidden", "decision.appealed", "decision.restored"}, since(s.events(id), "report.made")); diff != "" {
		t.Error(diff)
	}
}

// A network with a name like another's: who may read of it, what it may do meanwhile, and both ends of the waiting.
func TestANetworksNameLikeAnothersWaits(t *testing.T) {
	s := openStreet(t)
	con, eve, op := s.browser(), s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together", "about", "All of Maze Hill.")
	s.belongs(s.giver, con, s.hall, path)
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	eve.signIn("eve@else.example", "Eve")
	like := strings.TrimSuffix(eve.get("/networks/new").want(200).fill("/networks/new", "name", "Maze H1ll Together", "level", "neighbourhood").
		want(200, "much like another network’s", "until then only those").url.Path, "/members")
	s.unseen(like, true)
	id, held := s.networkID(like), "/held/networks/"+string(s.networkID(like))
	eve.get(like).want(200, "Until somebody has looked at it").without("Report this", "Why, and how to appeal")
	for _, b := range []*browser{con, s.taker, s.giver} {
		b.post(like+"/ask", url.Values{"group": {string(s.choir)}}).want(404)
		b.get(like).want(404)
		b.get(held).want(404)
		for _, do := range []string{"", "/refuse"} {
			b.post(held+do, url.Values{"words": {"It is ours."}}).want(404)
		}
	}
	eve.post(like+"/members", url.Values{"do": {"invite"}, "group": {string(s.choir)}}).want(422, "invites nobody")
	eve.post(like+"/tie", url.Values{"with": {strings.TrimPrefix(path, "/networks/")}, "as": {"parent"}}).want(404)
	eve.get(like + "/members").want(200).without(like + "/tie") // which would not be there
	band := eve.found("Eve’s Band")
	eve.get(like).fill(like+"/ask", "group", string(band)).want(200)
	eve.get(like+"/members").fill(like+"/members", "group", string(band), "do", "yes").want(200, "how it stands now") // its own people prepare
	s.browser().get("/groups/"+string(band)).want(200).without("H1ll", like)

	op.get("/reports").want(200, "Networks with names much like", "Maze H1ll Together", held).browser.get(held).want(200, "Much like", "Maze Hill Together", like).
		fill(held + "/refuse").want(422)
	op.get(held).fill(held+"/refuse", "words", "It would be taken for the other.").want(200, "Refused.").browser.get("/reports").without("H1ll")
	op.post(held+"/refuse", url.Values{"words": {"It would be taken for the other."}}).want(200, "Nothing was done twice")
	decision := s.theDecision()
	s.tells(market.ModerationNotice, "eve@else.example", "The name Maze H1ll Together was refused", "much like another network’s", "It would be taken for the other.", decision)
	s.unseen(like, true)
	eve.get(like).want(200, "was refused", decision)
	con.get(decision).want(404)
	eve.get(decision).want(200, "It is much like another’s").fill(decision+"/appeal", "appeal", "We are the older ones.").want(200, "It has not been answered yet.")
	op.get("/reports").want(200, decision).browser.get(decision).want(200, like).fill(decision+"/answer", "do", "restored", "answer", "So you are.").want(200, "It is let through after all")
	s.tells(market.AppealAnswered, "eve@else.example", "The answer to your appeal", "let through after all", "So you are.")
	s.unseen(like, false)

	name := func(name string) { eve.get(like+"/edit").fill(like+"/edit", "name", name).want(200) }
	name("Maze Hill Togethr")
	s.unseen(like, true)
	s.taker.get("/networks").want(200, path)
	eve.get(like).want(200, "Until somebody has looked at it")
	name("Hornfair Together")
	s.unseen(like, false)
	name("The Maze-Hill Together")
	s.unseen(like, true)
	queue, page := op.get("/reports").want(200, held), op.get(held)
	name("Maze Hill T0gether")
	queue.fill(held).want(409, "another name since you read it", "Maze Hill T0gether")
	page.fill(held).want(409)
	page.fill(held+"/refuse", "words", "It would be taken for the other.").want(409, "another name since you read it")
	s.unseen(like, true)
	op.get("/reports").want(200, held).fill(held).want(200, "The network is shown now.")
	s.unseen(like, false)
	op.get(held).want(404)
	op.get("/decisions").want(200, "Refused", decision)
	want := []string{"network.founded", "network.asked", "network.joined", "decision.refused", "decision.appealed", "network.released", "decision.restored",
		"network.edited", "network.edited", "network.edited", "network.edited", "network.released"}
	if diff := cmp.Diff(want, s.events(id)); diff != "" {
		t.Error(diff)
	}
}

// unseen looks for a network where anybody reads of it: what is shown is there, and what is not is nowhere.
func (s *street) unseen(path string, unseen bool) {
	s.t.Helper()
	id := s.networkID(path)
	for _, b := range []*browser{s.browser(), s.taker} {
		for _, place := range []string{path, path + "/feed.atom", path + "/feed.json", "/report?about=network:" + string(id)} {
			if p := b.get(place); (p.status == 404) != unseen {
				s.t.Errorf("%s: %d", place, p.status)
			}
		}
		if in := strings.Contains(b.get("/networks").text, `"`+path+`"`); in == unseen {
			s.t.Errorf("the list of networks names it: %v", in)
		}
	}
	found, err := s.store.Parties(s.t.Context(), []market.ID{id})
	s.must(err)
	maps, err := s.store.Findables(s.t.Context(), "networks", id, 1)
	if s.must(err); (len(found) == 0) != unseen || len(maps) != len(found) {
		s.t.Errorf("%d found by searching, %d in the map of the site", len(found), len(maps))
	}
}

// Where there is another operator, none decides about the name of a network that they look after.
func TestANetworksNameIsForAnotherOperator(t *testing.T) {
	s := openStreet(t)
	s.giver.founds("Maze Hill Together")
	op, jo := s.browser(), s.browser()
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	jo.signIn("jo@other.example", "Jo")
	s.operates("jo@other.example")
	op.get("/networks/new").fill("/networks/new", "name", "Maze H1ll Together", "level", "neighbourhood").want(200)
	held := "/held/networks/" + string(s.networkID("/networks/maze-h1ll-together"))
	op.get("/reports").want(200, "Maze H1ll Together", "About a network that you look after.").without(held)
	op.get(held).want(403, "somebody else decides")
	op.post(held, url.Values{}).want(403)
	op.post(held+"/refuse", url.Values{"words": {"It is ours."}}).want(403)
	jo.get("/reports").want(200, held).fill(held).want(200, "The network is shown now.")
}

func TestAFirstListingWaitsForItsNetwork(t *testing.T) {
	s := openStreet(t)
	con, kay := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together", "holds", "yes")
	kay.signIn("kay@new.example", "Kay")
	group := kay.found("New Shoots")
	s.belongs(kay, con, group, path)
	kay.get("/offer").fill("/offer", "description", "Church hall for 90, Fridays 6 to 10 pm", "do", "read")
	p := kay.get("/offer").fill("/offer", "description", "Church hall for 90, Fridays 6 to 10 pm", "do", "read").fill("/offer", "do", "post", "every", "weekly").
		want(200, "looks at a new group’s first listing")
	id := market.ID(strings.TrimPrefix(p.url.Path, "/listings/"))
	s.taker.get(p.url.Path).want(404)
	if sent := s.delivered(market.FirstListing); len(sent) != 1 || sent[0].To != "kit@network.example" {
		t.Errorf("mails: %+v", sent)
	}
	photos := p.url.Path + "/photos"
	shown := kay.get(photos).chooses(photos, map[string]string{"a.jpg": string(phototest.Phone)}, "do", "save").want(200).ids()
	kay.get(p.url.Path).want(200, "Throw it away").fill(p.url.Path + "/close").want(200)
	s.taker.get(p.url.Path).want(404) // it never was open
	s.taker.get("/photos/" + shown[0] + "/large.jpg").want(404)
	con.get("/reports").want(200).without("Church hall for 90")
	kay.get(p.url.Path).fill(p.url.Path+"/reopen").want(200, "looks at a new group’s first listing")
	s.taker.get(p.url.Path).want(404)
	s.taker.post("/held/listings/"+string(id), url.Values{}).want(404)
	queue := con.get("/reports").want(200, "Church hall for 90")
	kay.get(p.url.Path+"/edit").fill(p.url.Path+"/edit", "title", "Garage for 90").want(200, "Saved.")
	kay.get("/offer").fill("/offer", "description", "Meeting room for 7, Fridays 6 to 10 pm", "do", "read").fill("/offer", "do", "post", "every", "weekly").
		want(200, "looks at a new group’s first listing")
	queue.fill("/held/listings/"+string(id)).want(409, "changed since you read it", "Garage for 90", "Meeting room for 7")
	s.taker.get(p.url.Path).want(404)
	con.get("/held/listings/"+string(id)).want(200, "Garage for 90", "These wait with it", "Meeting room for 7").without("changed since you read it")
	kay.get(p.url.Path+"/edit").fill(p.url.Path+"/edit", "title", "Church hall for 90").want(200, "Saved.")
	con.get("/reports").want(200, "Church hall for 90")
	queue = con.get("/held/listings/" + string(id))
	kay.get(photos).fill(photos, "do", "save", "alt_"+shown[0], "Something else").want(200)
	queue.fill("/held/listings/"+string(id)).want(409, "Something else")
	queue = con.get("/held/listings/" + string(id))
	queue.fill("/held/listings/"+string(id)).want(200, "It is open now.")
	queue.fill("/held/listings/" + string(id)).want(404)
	s.taker.get(p.url.Path).want(200, "Church hall for 90")
	kay.says("/offer", "Meeting room for 9, Mondays 6 to 10 pm") // the next does not wait
	s.giver.get(path).fill(path+"/ask", "group", string(s.hall)).want(200)
	con.get(path+"/members").fill(path+"/members", "group", string(s.hall), "do", "yes").want(200)
	s.giver.says("/offer", "Meeting room for 8, Mondays 6 to 10 pm") // nor of those who had posted before
}

// A form that was opened before somebody else began to look at first listings knows nothing of that: its box is not ticked.
func TestAnOlderFormOfANetworkOpensNothingThatWaits(t *testing.T) {
	s := openStreet(t)
	con, kay := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together")
	edit := path + "/edit"
	old := con.get(edit).want(200)
	con.get(edit).fill(edit, "holds", "yes", "a_week", "1", "boundary", `{"type":"Polygon","coordinates":[[[0,51],[0.1,51],[0.1,51.1],[0,51]]]}`).want(200, "Saved.")
	kay.signIn("kay@new.example", "Kay")
	s.belongs(kay, con, kay.found("New Shoots"), path)
	kay.get("/offer").fill("/offer", "description", "Church hall for 90, Fridays 6 to 10 pm", "do", "read").fill("/offer", "do", "post", "every", "weekly").
		want(200, "looks at a new group’s first listing")
	waits := func() {
		t.Helper()
		con.get("/reports").want(200, "Church hall for 90")
		if n, err := s.store.NetworkByID(t.Context(), s.networkID(path)); err != nil || !n.Holds || len(n.Boundary) != 3 || n.MailsAWeek == nil || *n.MailsAWeek != 1 {
			t.Errorf("kept %+v (%v)", n, err)
		}
	}
	late := old.fill(edit, "about", "Neighbours.").want(409, "Somebody changed this", "Neighbours.</textarea>",
		"<dt>Look at a new group’s first listing before anybody else sees it</dt><dd>Yes</dd>", "<dd>One a week at most, the rest in the digest</dd>",
		"<dd>About 7 km from west to east and 11 km from north to south.</dd>", `<a href="`+path+`">See the network as it is now`).without("<dt>Name of the network")
	waits()
	late.fill(edit, "a_week", "1", "boundary", `{"type":"Polygon","coordinates":[[[0,51],[0.1,51],[0.1,51.1],[0,51]]]}`).want(200, "Saved.", "Neighbours.")
	waits() // it was decided to write that sentence, not to look no more
	con.get(edit).fill(edit, "seen", "", "holds", "").want(409)
	waits()
	before, _ := con.get(edit).form(edit) // as the release before drew it, which had no such field
	before.Del("seen")
	before.Set("about", "Good neighbours.")
	con.post(edit, before).want(200, "Saved.", "Good neighbours.")
	before.Del("holds")
	before.Del("once")
	con.post(edit, before).want(409)
	waits()
	con.get(edit).fill(edit, "requests", "1").want(200, "Saved.")
	before.Set("holds", "yes")
	before.Del("a_day")
	before.Del("requests")
	con.post(edit, before).want(409) // nor had it these, and would lift what was lowered
	con.get(edit).fill(edit, "holds", "").want(200, "Saved.")
	con.get("/reports").want(200).without("Church hall for 90")
}

// Who is to look at a group's first listing is mailed of it while it waits for their look, and not once somebody else is to.
func TestWhoLooksNoMoreIsNotMailedOfAFirstListing(t *testing.T) {
	s := openStreet(t)
	con, kay := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together", "holds", "yes")
	kay.signIn("kay@new.example", "Kay")
	s.belongs(kay, con, kay.found("New Shoots"), path)
	waits := func(about string) {
		t.Helper()
		kay.get("/offer").fill("/offer", "description", about, "do", "read").fill("/offer", "do", "post", "every", "weekly").want(200, "looks at a new group’s first listing")
	}
	ended := func() string {
		t.Helper()
		if sent := s.delivered(market.FirstListing); len(sent) != 0 {
			t.Errorf("mails: %+v", sent)
		}
		var fault string
		if err := s.store.Pool().QueryRow(t.Context(), `select fault from letters where kind = 'first_listing' order by ended_at desc limit 1`).Scan(&fault); err != nil {
			t.Fatal(err)
		}
		return fault
	}
	waits("Church hall for 90, Fridays 6 to 10 pm")
	s.exec(`update connectors set until = $1`, s.now)
	if fault := ended(); fault != "moot" {
		t.Errorf("ended as %q, want moot: Kit looks no more", fault)
	}
	s.exec(`update connectors set until = null`)
	s.exec(`update letters set state = 'waiting', ended_at = null where kind = 'first_listing'`)
	s.exec(`update network_members set cleared_at = $1`, s.now) // let through there, whatever other networks say
	if fault := ended(); fault != "moot" {
		t.Errorf("ended as %q, want moot: it waits for that network no more", fault)
	}
}

// A first listing that is refused is nobody's to see, its group is told why, and an appeal lets it through as the network would have.
func TestAFirstListingIsRefusedAndAppealedAbout(t *testing.T) {
	s := openStreet(t)
	con, kay, op := s.browser(), s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together", "holds", "yes")
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	kay.signIn("kay@new.example", "Kay")
	shoots := kay.found("New Shoots")
	s.belongs(kay, con, shoots, network)
	posts := func(says string) string {
		return kay.get("/offer").fill("/offer", "description", says, "do", "read").fill("/offer", "do", "post", "every", "weekly").want(200, "looks at a new group’s first listing").url.Path
	}
	hall, room := posts("Church hall for 90, Fridays 6 to 10 pm"), posts("Meeting room for 9, Mondays 6 to 10 pm")
	toldOf := func(why string, want ...string) {
		t.Helper()
		var to []string
		for _, m := range s.delivered(market.FirstListing) {
			to = append(to, m.To)
		}
		if !slices.Equal(to, want) {
			t.Errorf("%s: %q are written to, want %q", why, to, want)
		}
	}
	toldOf("two that were posted together", "kit@network.example")
	held := "/held" + hall
	queue := con.get("/reports").want(200, held)
	for _, path := range []string{hall, room} {
		kay.get(path+"/photos").chooses(path+"/photos", map[string]string{"1.jpg": string(phototest.Phone)}, "do", "save").want(200)
	}
	photos := regexp.MustCompile(`/held/listings/[^/"]+/photos/[0-9a-f-]+`).FindAllString(queue.fill(held).want(409, "photos that you have not seen").text, -1)
	if len(photos) != 2 || !strings.HasPrefix(photos[0], held) || !strings.HasPrefix(photos[1], "/held"+room) {
		t.Fatalf("photos: %q", photos)
	}
	for _, photo := range photos {
		if p := con.get(photo).want(200); p.header.Get("Content-Type") != "image/jpeg" || p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", p.header)
		}
		for _, other := range []*browser{s.taker, kay, op} {
			other.get(photo).want(404)
		}
	}
	con.get(strings.Replace(photos[0], hall, room, 1)).want(404)
	for _, other := range []*browser{s.taker, kay, op} {
		other.get(held).want(404)
		other.post(held+"/refuse", url.Values{"reason": {"wrong"}, "words": {"mine now"}}).want(404)
	}
	form := con.get("/reports").want(200, held).browser.get(held).want(200, "Church hall for 90", "New Shoots", "It is not true")
	form.fill(held+"/refuse", "reason", "wrong").want(422, "Please write something here")
	form.fill(held+"/refuse", "words", "It is a garage.").want(422, "It is a garage.")
	form.fill(held+"/refuse", "reason", "alike", "words", "It is a garage.").want(422)
	form.fill(held+"/refuse", "reason", "wrong", "words", "It is a garage.").want(200, "Refused.", "Meeting room for 9").without("Church hall for 90")
	form.fill(held+"/refuse", "reason", "wrong", "words", "It is a garage.").want(200, "Nothing was done twice")
	con.get(held).want(404)
	decision := s.theDecision()
	sent := s.delivered(market.ModerationNotice)
	if len(sent) != 1 || sent[0].To != "kay@new.example" || sent[0].Subject != "A listing of New Shoots was not let through" ||
		!strings.Contains(sent[0].Text, "It is a garage.") || !strings.Contains(sent[0].Text, "https://hub.example"+decision) || strings.Contains(sent[0].Text, "Kit") {
		t.Fatalf("mails: %+v", sent)
	}
	kay.get(hall).want(200, "Removed", decision).without(hall+"/reopen", "Kit")
	kay.get(hall+"/timeline").want(200, "looked at it, and refused it").without("Kit")
	kay.post(hall+"/reopen", url.Values{"once": {"y"}})
	s.taker.get(hall).want(404)
	s.taker.get(decision).want(404)
	con.get("/decisions").want(200, "Refused")
	kay.get(decision).want(200, "why it should be let through").fill(decision+"/appeal", "appeal", "Come and look.").want(200)
	op.get("/reports").want(200, "Refused", decision)
	op.get(decision).want(200, "Let it through").fill(decision+"/answer", "do", "restored", "answer", "We came and looked.").want(200, "let through after all")
	s.taker.get(hall).want(200)
	s.taker.get(room).want(404) // which nobody has read
	if sent := s.delivered(market.AppealAnswered); len(sent) != 1 || !strings.Contains(sent[0].Text, "is let through after all") {
		t.Errorf("mails: %+v", sent)
	}
	id := market.ID(strings.TrimPrefix(hall, "/listings/"))
	if diff := cmp.Diff([]string{"listing.held", "photo.added", "decision.refused", "decision.appealed", "listing.let_through", "decision.restored"}, s.events(id)); diff != "" {
		t.Error(diff)
	}

	// Of two networks that look, one refuses it and is overruled: it waits for the other, and for that one only.
	lou := s.browser()
	lou.signIn("lou@network.example", "Lou")
	second := lou.founds("Vanbrugh Together", "holds", "yes")
	s.belongs(kay, lou, shoots, second)
	s.exec(`update network_members set cleared_at = null`)
	held = "/held" + room
	con.get(held).fill(held+"/refuse", "reason", "wrong", "words", "It is a cellar.").want(200, "Refused.")
	decision = s.theDecision()
	kay.get(decision).fill(decision+"/appeal", "appeal", "It has windows.").want(200)
	op.get(decision).fill(decision+"/answer", "do", "restored", "answer", "It has.").want(200, "let through after all")
	con.get(held).want(404)
	con.get("/reports").want(200).without(held)
	s.taker.get(room).want(404)
	lou.get(held).fill(held).want(200, "It is open now.")
	s.taker.get(room).want(200)
	away := posts("Meeting room for 7, Mondays 6 to 10 pm")
	last := posts("Meeting room for 8, Mondays 6 to 10 pm") // which the first network has not let through
	kay.get(away).fill(away + "/close").want(200)
	toldOf("one that was posted after another was refused, and beside one that was thrown away", "kit@network.example")

	// What waits opens when the last network that would have looked at it ceases to.
	s.exec(`update network_members set cleared_at = null`)
	lou.get(second+"/edit").fill(second+"/edit", "about", "Neighbours.").want(200, "Saved.") // and looks on
	con.get(network+"/members").fill(network+"/members", "group", string(shoots), "do", "remove").want(200)
	lou.get("/reports").want(200, "/held"+last)
	kay.get(last).without(last + "/reopen")
	s.taker.get(last).want(404)
	lou.get(second+"/edit").fill(second+"/edit", "holds", "").want(200, "Saved.")
	s.taker.get(last).want(200, "Meeting room for 8")
	kay.get(last+"/timeline").want(200, "No network looks at it first any more")
}

// A name that is refused shows its group to nobody until it has another; an appeal that is granted shows it under the name that was
// appealed about, and under no other.
func TestANameIsRefusedUntilThereIsAnother(t *testing.T) {
	s := openStreet(t)
	op, jo := s.browser(), s.browser()
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	jo.signIn("jo@other.example", "Jo")
	group := "/groups/" + string(jo.found("The Creeks1de Choir"))
	held := "/held" + group
	refuses := func(like string) {
		op.get("/reports").want(200, held)
		op.get(held).want(200, "Much like", like).fill(held+"/refuse", "words", "It reads like the choir of the creek.").want(200, "Refused.").without(held)
	}
	jo.get(held).want(404)
	jo.post(held+"/refuse", url.Values{"words": {"mine now"}}).want(404)
	op.get(held).fill(held+"/refuse", "words", "").want(422, "Please write something here")
	refuses("Creekside Choir")
	op.post(held+"/refuse", url.Values{"words": {"Once more."}}).want(200, "Nothing was done twice")
	sent := s.delivered(market.ModerationNotice)
	if len(sent) != 1 || sent[0].To != "jo@other.example" || !strings.Contains(sent[0].Text, "reads like the choir of the creek") {
		t.Fatalf("mails: %+v", sent)
	}
	s.taker.get(group).want(404)
	decision := s.theDecision()
	jo.get(group).want(200, "was refused", decision)
	renames := func(name string) {
		s.now = s.now.Add(time.Minute)
		jo.get(group+"/edit").fill(group+"/edit", "name", name).want(200)
	}
	renames("Maze Hill R00ms")
	jo.get(group).want(200, "Until somebody has looked")
	jo.get(decision).fill(decision+"/appeal", "appeal", "We sing elsewhere.").want(200)
	op.get(decision).fill(decision+"/answer", "do", "restored", "answer", "So it is.").want(200)
	s.taker.get(group).want(404) // that was about the other name
	refuses("Maze Hill Rooms")
	jo.get(s.theDecision()).fill(s.theDecision()+"/appeal", "appeal", "It is what we are called.").want(200)
	op.get(s.theDecision()).fill(s.theDecision()+"/answer", "do", "restored", "answer", "So it is.").want(200)
	s.taker.get(group).want(200, "Maze Hill R00ms")
	renames("The Creeks1de Choir")
	s.taker.get(group).want(404)
	refuses("Creekside Choir")
	renames("Harbour Singers")
	s.taker.get(group).want(200, "Harbour Singers")
	op.get("/reports").without(held)
}

func TestTheFirstListingsOfASheetWaitToo(t *testing.T) {
	s := openStreet(t)
	con, kay := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	path := con.founds("Maze Hill Together", "holds", "yes")
	kay.signIn("kay@new.example", "Kay")
	group := kay.found("New Shoots")
	s.belongs(kay, con, group, path)
	sheet := "/groups/" + string(group) + "/clearance"
	kay.get(sheet).want(200).uploads(sheet, []byte(schoolLines), "do", "post").want(200)
	var open, held int
	if err := s.store.Pool().QueryRow(t.Context(), `select count(*) filter (where life <> 'draft'), (select count(*) from held_listings h where h.group_id = l.group_id)
		from listings l where group_id = $1 group by group_id`, group).Scan(&open, &held); err != nil || open != 0 || held != 4 {
		t.Errorf("%d lines are open, %d of 4 wait: %v", open, held, err)
	}
	con.get("/reports").want(200, "Chairs, stacking", "Upright piano")
}

func TestOperatorsSeeHowTheHouseIsDoing(t *testing.T) {
	s := openStreet(t)
	s.taker.get("/operator").want(404)
	s.browser().get("/operator").want(200, "Sign in")
	op, other := s.browser(), s.browser()
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	if _, err := s.store.Pool().Exec(t.Context(), `update outbox set state = 'failed', fault = 'away', failures = 9, ended_at = now() where kind = 'match'`); err != nil {
		t.Fatal(err)
	}
	p := op.get("/operator").want(200, "Postgres", "answers", "away, 9 tries", "Try again")
	var retry string
	for n := range p.root.Descendants() {
		if a := attribute(n, "action"); strings.HasSuffix(a, "/retry") {
			retry = a
		}
	}
	s.taker.post(retry, url.Values{}).want(404)
	p.fill(retry).want(200, "It is tried again.", "None.")
	p.fill(retry).want(200, "Nothing was done twice")
	s.isDone(retry)
	s.leansOn(op)
	s.figures(op)

	other.signIn("jo@other.example", "Jo")
	id := other.found("The Creeks1de Choir")
	s.taker.get("/groups/" + string(id)).want(404)
	queue := op.get("/reports").want(200, "Names much like")
	s.exec(`update groups set name = 'The Creekside Choir' where id = $1`, id)
	queue.fill("/held/groups/"+string(id)).want(409, "another name since you read it", "The Creekside Choir")
	op.get("/reports").fill("/held/groups/"+string(id)).want(200, "The group is shown now.")
	s.taker.get("/groups/" + string(id)).want(200)
}

// isDone has the job that is to be tried again handed out, and done.
func (s *street) isDone(retry string) {
	s.t.Helper()
	id, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(retry, "/operator/jobs/"), "/retry"), 10, 64)
	s.must(err)
	ctx := s.t.Context()
	handed, err := s.store.Claim(ctx, time.Now(), 1000)
	s.must(err)
	at := slices.IndexFunc(handed, func(q market.Queued) bool { return q.ID == id })
	if at < 0 || handed[at].Failures != 0 || handed[at].Job != (market.Job{Kind: market.MatchJob, Subject: s.offer}) {
		s.t.Fatalf("job %d is not handed out as new: %+v", id, handed)
	}
	begun, err := s.store.Begin(ctx, id, handed[at].Attempt, time.Now())
	if err != nil || !begun {
		s.t.Fatalf("it is begun: %v (%v)", begun, err)
	}
	s.must(s.store.Finish(ctx, id, handed[at].Attempt, time.Now()))
}

// leansOn has each of the things that the house leans on away, and no other.
func (s *street) leansOn(op *browser) {
	s.t.Helper()
	ready, names := s.site.Ready, map[string]string{"postgres": "Postgres", "redis": "Redis", "meilisearch": "Meilisearch", "pool": "Listings to match"}
	for away := range names {
		s.site.Ready = func(context.Context) (all []telemetry.Dependency) {
			for name := range names {
				d := telemetry.Dependency{Name: name}
				if name == away {
					d.Err = errors.New("away")
				}
				all = append(all, d)
			}
			return all
		}
		page := op.get("/operator")
		for name, term := range names {
			says := map[bool]string{true: "does not answer", false: "answers"}[name == away]
			page.want(200, "<dt>"+term+"</dt><dd>"+says+"</dd>")
		}
	}
	s.site.Ready = ready
}

// figures puts the house into a known state, and looks for each of its figures on the page.
func (s *street) figures(op *browser) {
	t := s.t
	t.Helper()
	listing := string(s.offer)
	for _, sql := range []string{
		`update outbox set state = 'done', ended_at = now()`, `update letters set state = 'sent', sent_at = created_at, ended_at = created_at`,
		`insert into outbox (kind, subject, state, due_at, queued_at, sent_at) values ('match', '` + listing + `', 'waiting', '2027-01-14 09:10Z', '2027-01-14 01:00Z', null),
			('index', '` + listing + `', 'waiting', '2027-01-14 10:10Z', '2027-01-14 07:10Z', null), ('index', '` + listing + `', 'sent', '2027-01-14 06:00Z', '2027-01-14 06:10Z', '2027-01-14 06:20Z')`,
		`update letters set state = 'waiting', sent_at = null, ended_at = null, created_at = '2027-01-14 11:10Z' where kind = 'sign_in'`,
	} {
		if _, err := s.store.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	decided := map[market.Act]market.ID{market.Hidden: market.NewID(), market.Kept: market.NewID()}
	for act, id := range decided {
		d := market.Decision{ID: id, Subject: "group", SubjectID: s.hall, GroupID: s.hall, Act: act, Reason: "spam", Words: "No", CreatedAt: s.now}
		if err := s.store.InTx(t.Context(), func(tx *store.Tx) error { return tx.KeepDecision(t.Context(), d) }); err != nil {
			t.Fatal(err)
		}
	}
	s.site.Queues = func(context.Context) ([]queue.Queue, error) {
		return []queue.Queue{{Name: "mail", Pending: 4, Active: 2, Archived: 1}}, nil
	}
	row := func(term, value string) string { return "<dt>" + term + "</dt><dd>" + value + "</dd>" }
	mails := strconv.Itoa(len(s.letters(market.SignInLetter)))
	op.get("/operator").want(200, row("Waiting", "2"), row("Handed out", "1"), row("Oldest waiting since", "today at 09:10"), row("Not sent yet", mails),
		row("Oldest not sent since", "today at 11:10"), row("Oldest change not indexed", "today at 06:10"), row("mail", "tasks: 4 pending, 2 running, 1 archived"),
		`href="/decisions/`+string(decided[market.Hidden])+`"`).without("does not answer", string(decided[market.Kept]))
	s.crew(op, row)
	s.readsTheWholeLog(op, decided[market.Hidden])
	s.readsTheWholeQueue(op)
	away := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
	t.Cleanup(func() { _ = away.Close() })
	s.site.Queues = func(ctx context.Context) ([]queue.Queue, error) { return queue.Inspect(ctx, away) }
	op.get("/operator").want(200, "Redis does not answer; jobs wait in Postgres.", row("Waiting", "2"), row("Not sent yet", mails))
}

// crew looks for what only the programs behind the site have to do with.
func (s *street) crew(op *browser, row func(term, value string) string) {
	s.t.Helper()
	var all queue.Crew
	var away error
	s.site.Crew = func(context.Context) (queue.Crew, error) { return all, away }
	s.exec(`update letters set tries = 3, fault = 'away' where state = 'waiting' and id = (select min(id::text)::uuid from letters where state = 'waiting')`)
	op.get("/operator").want(200, row("Workers", "none is there: nothing is matched, mailed or indexed"),
		row("Schedule", "nobody leads it: nothing lapses, expires or is swept"), row("Letterbox", "none is set up"), "1 mail waits that it did not take")
	s.site.Config.ReplyDomain = "reply.hub.example"
	op.get("/operator").want(200, row("Letterbox", "is not there: mail that comes in waits at the server before it"))
	all = queue.Crew{Workers: []string{"worker-1/7", "worker-2/7"}, Letterboxes: []string{"box/7"}, Leader: "worker-2/7"}
	s.exec(`update letters set state = 'failed', fault = 'refused' where tries = 3`)
	op.get("/operator").want(200, row("Workers", "2 are there: worker-1/7, worker-2/7"), row("Schedule", "led by worker-2/7"), row("Letterbox", "takes mail: box/7"),
		"1 was refused for good in the last day").without("that it did not take")
	s.exec(`update letters set state = 'waiting', tries = 0, fault = '' where tries = 3`)
	all, away = queue.Crew{Leader: "worker-2/7"}, errors.New("away")
	op.get("/operator").want(200, row("Workers", "not known: Redis does not answer"), row("Schedule", "led by worker-2/7"))
	s.site.Config.ReplyDomain, s.site.Crew = "", nil
}

var (
	olderDecisions = regexp.MustCompile(`href="(/decisions\?after=[^"]+)"`)
	eachDecision   = regexp.MustCompile(`href="/decisions/([0-9a-f-]{36})"`)
)

// readsTheWholeLog walks a long log from page to page, and finds the old takedown beyond what was decided since.
func (s *street) readsTheWholeLog(op *browser, hidden market.ID) {
	s.t.Helper()
	if _, err := s.store.Pool().Exec(s.t.Context(), `insert into decisions (id, subject, subject_id, group_id, act, reason, created_at)
		select gen_random_uuid(), 'group', $1, $1, 'kept', 'spam', $2::timestamptz + n / 40 * interval '1 second' from generate_series(1, 120) n`, s.hall, s.now); err != nil {
		s.t.Fatal(err)
	}
	op.get("/operator").want(200, "/decisions/"+string(hidden))
	seen, pages := map[string]bool{}, 0
	for path := "/decisions"; path != "" && pages < 9; pages++ {
		p := op.get(path).want(200)
		for _, m := range eachDecision.FindAllStringSubmatch(p.text, -1) {
			seen[m[1]] = true
		}
		if pages == 0 { // the next one goes on from where the last of this one stood
			all := eachDecision.FindAllStringSubmatch(p.text, -1)
			s.exec(`delete from decisions where id = $1`, all[len(all)-1][1])
		}
		path = ""
		if m := olderDecisions.FindStringSubmatch(p.text); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(seen) != s.count("decisions")+1 || !seen[string(hidden)] || pages != 3 {
		s.t.Errorf("%d of %d decisions on %d pages", len(seen), s.count("decisions")+1, pages)
	}
	for _, bad := range []string{"after=nonsense", "after=" + string(hidden), "at=2027-01-14T09:10:00Z&after=x"} {
		op.get("/decisions?" + bad).want(404)
	}
}

var laterOnes = regexp.MustCompile(`href="(/reports\?[^"]+)"`)

// readsTheWholeQueue walks lists that are longer than a page from the oldest on, and finds every row once, what was let through
// meanwhile not being missed.
func (s *street) readsTheWholeQueue(op *browser) {
	s.t.Helper()
	network := market.NewID()
	s.exec(`insert into networks (id, slug, name, level, holds, created_at) values ($1, 'unheld', 'Unheld', 'borough', true, $2)`, network, s.now)
	s.exec(`insert into network_members (network_id, group_id, agreed_at) values ($1, $2, $3)`, network, s.hall, s.now)
	const copies = ` generate_series(1, 60) n`
	for _, sql := range []string{
		`insert into reports (id, subject, subject_id, reason, created_at) select gen_random_uuid(), 'group', $1::uuid, 'spam', $3::timestamptz + n / 40 * interval '1 second' from` + copies + ` where $2::uuid <> $1::uuid`,
		`insert into groups select (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid(), 'held_at', $3::timestamptz + n / 40 * interval '1 second'))).* from groups g,` + copies + ` where g.id = $1::uuid and $2::uuid <> $1::uuid`,
		`insert into networks (id, slug, name, level, created_at, held_at) select gen_random_uuid(), 'held-' || n, 'Held ' || n, 'borough', $3::timestamptz, $3::timestamptz + n / 40 * interval '1 second' from` + copies + ` where $2::uuid <> $1::uuid`,
		`with d as (insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'life', 'draft'))).* from listings l,` + copies + ` where l.id = $2::uuid returning id, group_id)
			insert into held_listings select d.id, $1::uuid, $3::timestamptz from d`,
		`update decisions set act = 'hidden', appealed_at = $3::timestamptz, appeal = 'But yes' where id in (select id from decisions where $1::uuid <> $2::uuid order by id limit 60)`,
	} {
		s.exec(sql, s.hall, s.offer, s.now)
	}
	for list, path := range map[string]string{"reports": "/reports/", "names": "/held/groups/", "networks": "/held/networks/", "listings": "/held/listings/", "appeals": "/decisions/"} {
		each, seen, pages := regexp.MustCompile(`href="`+path+`([0-9a-f-]{36})"`), map[string]int{}, 0
		for path := "/reports"; path != "" && pages < 9; pages++ {
			p := op.get(path).want(200)
			for _, m := range each.FindAllStringSubmatch(p.text, -1) {
				seen[m[1]]++
			}
			path = ""
			for _, m := range laterOnes.FindAllStringSubmatch(p.text, -1) {
				if next := strings.ReplaceAll(m[1], "&amp;", "&"); strings.HasSuffix(next, "list="+list) {
					path = next
				}
			}
			s.exec(`delete from held_listings where listing_id in (select listing_id from held_listings where listing_id = any ($1::uuid[]) order by created_at, listing_id desc limit 1)`,
				slices.Collect(maps.Keys(seen))) // the last of the page: the next one goes on from where it stood
		}
		if slices.Max(slices.Collect(maps.Values(seen))) != 1 || len(seen) != 60 || pages != 2 {
			s.t.Errorf("%s: %d of 60 rows on %d pages", list, len(seen), pages)
		}
	}
	for _, bad := range []string{"list=nothing", "list=names", "list=names&at=x&after=" + string(s.hall), "list=names&at=2027-01-14T09:10:00Z&after=x", "list=names&at=0000-01-01T00:00:00Z&after=" + string(s.hall)} {
		op.get("/reports?" + bad).want(404)
	}
}

// Who belongs to a group decides nothing about it: neither as a connector nor, where there is another, as an operator.
func TestNobodyDecidesAboutAGroupOfTheirOwn(t *testing.T) {
	s := openStreet(t)
	con, op, jo, kay := s.browser(), s.browser(), s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := con.founds("Maze Hill Together", "holds", "yes")
	op.signIn("op@site.example", "Op")
	s.operates("op@site.example")
	kay.signIn("kay@new.example", "Kay")
	shoots := kay.found("New Shoots")
	s.reads(shoots, s.person("kit@network.example"))
	s.belongs(kay, con, shoots, network) // who looks after a network alone lets their own group in
	held := "/held" + kay.get("/offer").fill("/offer", "description", "Church hall for 90, Fridays 6 to 10 pm", "do", "read").
		fill("/offer", "do", "post", "every", "weekly").want(200, "looks at a new group’s first listing").url.Path
	if sent := s.letters(market.FirstListing); len(sent) != 0 {
		t.Errorf("a member is asked to look: %v", sent)
	}
	const others = "About a group that you belong to. Another connector or an operator looks at it."
	refuses := func(b *browser, page string, posts ...string) {
		t.Helper()
		b.get(page).want(403, "somebody else decides")
		for _, path := range posts {
			b.post(path, url.Values{"do": {"kept"}, "reason": {"wrong"}, "words": {"Ours is fine."}}).want(403, "somebody else decides")
		}
	}
	con.get("/reports").want(200, "Church hall for 90", others).without(held)
	refuses(con, held, held, held+"/refuse")
	op.get("/reports").want(200, held).browser.get(held).want(200, "New Shoots").fill(held).want(200, "It is open now.")

	s.browser().get("/report?about=group:"+string(shoots)).fill("/report", "reason", "unsafe", "text", "Rotten stairs").want(200)
	report := s.theReport()
	con.get("/reports").want(200, "New Shoots", others).without(report)
	refuses(con, report, report)
	s.reads(shoots, s.person("op@site.example"))
	op.get(report).want(200, "Rotten stairs") // nobody else operates the site
	jo.signIn("jo@other.example", "Jo")
	s.operates("jo@other.example")
	refuses(op, report, report)
	jo.get(report).fill(report, "do", "hidden", "reason", "unsafe", "words", "The stairs.").want(200, "Decided.")
	decision := s.theDecision()
	kay.get(decision).fill(decision+"/appeal", "appeal", "They are mended.").want(200)
	op.get("/reports").want(200, others).without(decision)
	op.get(decision).want(200, "Who answers", others).without(decision + "/answer")
	op.post(decision+"/answer", url.Values{"do": {"restored"}, "answer": {"Yes yes"}}).want(403, "somebody else decides")
	jo.get(decision).fill(decision+"/answer", "do", "restored", "answer", "So they are.").want(200, "It is shown again")

	held = "/held/groups/" + string(op.found("The Creeks1de Choir"))
	op.get("/reports").want(200, "The Creeks1de Choir", others).without(held)
	refuses(op, held, held, held+"/refuse")
	jo.get("/reports").want(200, held).browser.get(held).fill(held).want(200, "The group is shown now.")

	band := con.found("Tuesday Band")
	con.get(network).fill(network+"/ask", "group", string(band)).want(200)
	s.belongs(s.giver, con, s.hall, network)
	con.get(network+"/members").fill(network+"/connectors", "address", "host@hall.example", "do", "add").want(200)
	con.get(network+"/members").want(200, "Tuesday Band", "another connector answers").without("Say no to Tuesday Band")
	for _, do := range []string{"yes", "no", "invite"} {
		con.post(network+"/members", url.Values{"group": {string(band)}, "do": {do}}).want(403, "somebody else decides")
	}
	s.giver.get(network+"/members").fill(network+"/members", "group", string(band), "do", "yes").want(200, "how it stands now")
}

// Who decided is told with the network for which they did, unless that is not shown to whoever reads it.
func TestTheLogOfDecisionsNamesNoNetworkThatIsNotShown(t *testing.T) {
	s := openStreet(t)
	kit, lee := s.browser(), s.browser()
	kit.signIn("kit@network.example", "Kit")
	lee.signIn("lee@network.example", "Lee")
	s.belongs(s.giver, kit, s.hall, kit.founds("Maze Hill Together"))
	s.belongs(s.giver, lee, s.hall, lee.founds("Greenwich Web"))
	s.exec(`insert into decisions (id, subject, subject_id, group_id, act, reason, network_id, decided_by, created_at)
		select gen_random_uuid(), 'group', $1, $1, 'kept', 'wrong', n.id, p.id, $2 from networks n, people p
		where n.name = 'Maze Hill Together' and p.address = 'kit@network.example'`, s.hall, s.now)
	decision := s.theDecision()
	for _, column := range []string{"removed_at", "held_at"} {
		for _, at := range []string{"/decisions", decision} {
			lee.get(at).want(200, "Kit", "Maze Hill Together")
			s.exec(`update networks set `+column+` = $1 where name = 'Maze Hill Together'`, s.now)
			lee.get(at).want(200, "Kit").without("Maze Hill Together")
			kit.get(at).want(200, "Kit", "Maze Hill Together")
			s.exec(`update networks set ` + column + ` = null`)
		}
	}
}

func TestAComplaintIsAcknowledgedAndReadByOperators(t *testing.T) {
	h := open(t)
	out := h.browser()
	form := out.get("/complaints").want(200)
	form.fill("/complaints").want(422, "Please write something here")
	form.fill("/complaints", "text", "Nobody answered my report.", "email", "jo@street.example").want(200, "Thank you. We have it.")
	if sent := h.delivered(market.ReportReceived); len(sent) != 1 || !strings.Contains(sent[0].Text, "not right with Wherewithal") {
		t.Errorf("mails: %+v", sent)
	}
	op := h.browser()
	op.signIn("op@site.example", "Op")
	h.operates("op@site.example")
	op.get("/reports").want(200, h.numberOf(h.theReport()))
	op.get(h.theReport()).want(200, "Nobody answered my report.", h.numberOf(h.theReport()), "Whoever complained gets it by mail").
		fill(h.theReport(), "do", "hidden", "reason", "another", "words", "gone").want(422)
	answers := func(words string, want ...string) {
		t.Helper()
		report, to := h.theReport(), []string(nil)
		op.get(report).fill(report, "do", "kept", "reason", "another", "words", words).want(200, "Decided.")
		for _, m := range h.delivered(market.ReportAnswered) {
			to = append(to, m.To)
			if !strings.Contains(m.Text, words) || !strings.Contains(m.Text, h.numberOf(report)) {
				t.Errorf("no answer: %s", m.Text)
			}
		}
		if !slices.Equal(to, want) {
			t.Errorf("%q are written to, want %q", to, want)
		}
	}
	answers("We wrote to them.", "jo@street.example")
	jo := h.browser()
	jo.signIn("jo@street.example", "Jo")
	for _, words := range []string{"Here it is.", ""} {
		jo.get("/complaints").fill("/complaints", "text", "And now I am signed in.").want(200)
		answers(words, "jo@street.example")
	}
	jo.get(h.theDecision()).want(404)
	out.get("/complaints").fill("/complaints", "text", "Nobody can write to me.").want(200)
	answers("So be it.")
}

// A listing that is given back is what it was: paused, it comes back on its day; what page and mail say of it is so.
func TestAListingGivenBackIsWhatItWas(t *testing.T) {
	nothing := func(*street) {}
	for what, c := range map[string]struct {
		before, meanwhile func(*street) // it was hidden
		want              market.Life
		page, mail        string
	}{
		"open": {nothing, nothing, market.Open, "It is shown again", "is shown again"},
		"its time ran out": {nothing, func(s *street) { s.alters(`expires_at = $2`, s.now.Add(-time.Hour)) },
			market.Expired, "Its time has run out", "until you renew it"},
		"paused until then": {func(s *street) {
			s.giver.get(listingPath(s.offer)).fill(listingPath(s.offer)+"/pause", "until", "2027-06-01").want(200)
		}, nothing, market.Paused, "paused as it was", "It is paused, as it was"},
		"its group had closed it": {func(s *street) { s.alters(`life = 'withdrawn', closed_at = $2`, s.now) }, nothing,
			market.Withdrawn, "It is no longer hidden", "it is closed, or a draft"},
		"its group closed": {nothing, func(s *street) { s.exec(`update groups set closed_at = $1 where id = $2`, s.now, s.hall) },
			market.Withdrawn, "It is no longer hidden", "it is closed, or a draft"},
	} {
		t.Run(what, func(t *testing.T) {
			s := openStreet(t)
			op := s.browser()
			op.signIn("op@site.example", "Op")
			s.operates("op@site.example")
			c.before(s)
			was := s.kept(s.offer)
			d, err := s.site.Safety.Hide(t.Context(), market.System, s.offer, "wrong", "It is a garage.", s.now)
			s.must(err)
			decision := decisionPath(d.ID)
			s.giver.get(decision).fill(decision+"/appeal", "appeal", "It is a hall.").want(200)
			c.meanwhile(s)
			op.get(decision).fill(decision+"/answer", "do", "restored", "answer", "So it is.").want(200, c.page)
			s.tells(market.AppealAnswered, "host@hall.example", "The answer to your appeal", c.mail)
			got := s.kept(s.offer)
			if got.Life != c.want || !cmp.Equal(got.PausedUntil, was.PausedUntil) {
				t.Errorf("%s until %v, want %s until %v", got.Life, got.PausedUntil, c.want, was.PausedUntil)
			}
			if was.PausedUntil == nil {
				return
			}
			s.must(s.site.Listings.Turn(t.Context(), *was.PausedUntil))
			if got := s.kept(s.offer); got.Life != market.Open {
				t.Errorf("%s when its day has come", got.Life)
			}
		})
	}
}

// alters the street's offer behind everybody's back.
func (s *street) alters(set string, to time.Time) {
	s.t.Helper()
	_, err := s.store.Pool().Exec(s.t.Context(), `update listings set `+set+` where id = $1`, s.offer, to)
	s.must(err)
}
