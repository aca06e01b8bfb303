package pages

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"wherewithal/market"
)

// looked is a street that kit looks after in two networks, the group being in the second, with lou's network beside and op.
type looked struct {
	*street
	kit, lou, op          *browser
	first, second, beside string
}

func (l *looked) reported(what string) string {
	l.browser().get("/report?about="+what).fill("/report", "reason", "wrong", "text", "It is a garage").want(200, "Thank you")
	return l.theReport()
}

func (l *looked) decides(by *browser, act string) {
	path := l.reported("listing:" + string(l.offer))
	by.get(path).fill(path, "do", act, "reason", "wrong", "words", "It is a garage.").want(200, "Decided.")
}

func (l *looked) answers(outcome string) {
	path := l.theDecision()
	l.giver.get(path).fill(path+"/appeal", "appeal", "Come and look.").want(200)
	l.op.get(path).fill(path+"/answer", "do", outcome, "answer", "We looked.").want(200)
}

func (l *looked) member(pairs ...string) {
	l.kit.get(l.second+"/members").fill(l.second+"/members", pairs...).want(200)
}

func (l *looked) tie(by *browser, from, with, as, do string) {
	by.get(from+"/tie?with="+strings.TrimPrefix(with, "/networks/")+"&as="+as).fill(from+"/tie", "do", do).want(200)
}

func (l *looked) answersPartner(by *browser, do string) {
	path := strings.TrimSuffix(linkTo(by.get("/partners"), "/partners/"), "/")
	by.get(path).fill(path, "do", do, "scopes", "search", "reason", "So it is.").want(200)
}

func (l *looked) asksAsPartner(address string) {
	b := l.browser()
	b.signIn(address, "Dee")
	b.asksForAKey(string(l.networkID(l.second)))
}

// asksForAll has an outside site ask for all of the site, which is for operators to answer.
func (l *looked) asksForAll(address string) {
	b := l.browser()
	b.signIn(address, "Dot")
	b.get("/account/partners").fill("/account/partners", "name", "Halls of all", "site", "https://index.example", "purpose", "Lists halls.", "whole", "yes").want(200, "all of the site")
}

// byHand has kit say what a group said of the only introduction.
func (l *looked) byHand(answer string) {
	path := "/by-hand/" + string(l.only().ID)
	l.kit.get(path).fill(path, "answer", answer, "said_by", "Ama", "way", "phone").want(200)
}

// twoWait has a new group post two listings, which wait for the network.
func (l *looked) twoWait(address, name string) (ids []market.ID) {
	kay := l.browser()
	kay.signIn(address, "Kay")
	l.belongs(kay, l.kit, kay.found(name), l.second)
	for _, says := range []string{"Church hall for 90, Fridays 6 to 10 pm", "Meeting room for 9, Mondays 6 to 10 pm"} {
		p := kay.get("/offer").fill("/offer", "description", says, "do", "read").fill("/offer", "do", "post", "every", "weekly").want(200)
		ids = append(ids, market.ID(strings.TrimPrefix(p.url.Path, "/listings/")))
	}
	return ids
}

// failed is the id and the subject of a job that was given up.
func (l *looked) failed(kind string) (id int64, subject market.ID) {
	l.t.Helper()
	l.must(l.store.Pool().QueryRow(l.t.Context(), `update outbox set state = 'failed', fault = 'away', failures = 9, ended_at = now()
		where id = (select min(id) from outbox where kind = $1) returning id, subject::text`, kind).Scan(&id, (*string)(&subject)))
	return id, subject
}

// last is the id of the newest event.
func (h *house) last() (id int64) {
	h.t.Helper()
	if err := h.store.Pool().QueryRow(h.t.Context(), `select coalesce(max(id), 0) from events`).Scan(&id); err != nil {
		h.t.Fatal(err)
	}
	return id
}

// notes are the events after one: who, what, and in which network.
func (h *house) notes(after int64) (lines []string) {
	h.t.Helper()
	rows, err := h.store.Pool().Query(h.t.Context(), `select verb || ' by ' || coalesce(p.name, 'nobody') || ' in ' || coalesce(n.slug, 'none')
		from events e left join people p on p.id = e.actor left join networks n on n.id = e.network_id where e.id > $1 order by e.id`, after)
	if err != nil {
		h.t.Fatal(err)
	}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			h.t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// All that connectors and operators do on the site is an event: what, who, and by which of their networks.
func TestEveryActOfWhoeverLooksAfterIsAnEvent(t *testing.T) {
	l := &looked{street: openStreet(t), first: "/networks/first-street", second: "/networks/second-street", beside: "/networks/third-street"}
	l.kit, l.lou, l.op = l.browser(), l.browser(), l.browser()
	l.kit.signIn("kit@network.example", "Kit")
	l.lou.signIn("lou@network.example", "Lou")
	l.op.signIn("op@site.example", "Op")
	l.operates("op@site.example")
	l.lou.founds("Third Street")
	edit := "/listings/" + string(l.offer) + "/edit"
	l.giver.get(edit).fill(edit, "circle", "anyone").want(200, "Saved.")
	choir := "/groups/" + string(l.choir)
	var evidence string
	posted := sent{}
	for _, b := range []*browser{l.kit, l.lou, l.op} {
		b.client.Transport = posted
	}
	for _, act := range []struct {
		want string
		do   func()
	}{
		{"network.founded by Kit in first-street", func() { l.kit.founds("First Street") }},
		{"network.founded by Kit in second-street", func() { l.kit.founds("Second Street", "holds", "yes") }},
		{"network.joined by Kit in second-street", func() { l.belongs(l.giver, l.kit, l.hall, l.second) }},
		{"network.refused by Kit in second-street", func() {
			l.taker.get(l.second).fill(l.second+"/ask", "group", string(l.choir))
			l.member("group", string(l.choir), "do", "no")
		}},
		{"network.invited by Kit in second-street", func() { l.member("group", "creekside choir", "do", "invite") }},
		{"network.parted by Kit in second-street", func() { l.member("group", string(l.choir), "do", "remove") }},
		{"network.edited by Kit in second-street", func() { l.kit.get(l.second+"/edit").fill(l.second+"/edit", "about", "Neighbours.").want(200) }},
		{"network.worded by Kit in second-street", func() {
			l.kit.get(l.second+"/words").fill(l.second+"/words", "kind_room", "Halls and huts").want(200)
		}},
		{"network.tie_asked by Kit in second-street", func() { l.tie(l.kit, l.second, l.beside, "child", "yes") }},
		{"network.tied by Lou in third-street", func() { l.tie(l.lou, l.beside, l.second, "parent", "yes") }},
		{"network.untied by Kit in second-street", func() { l.tie(l.kit, l.second, l.beside, "child", "end") }},
		{"network.peer_asked by Kit in first-street", func() { l.tie(l.kit, l.first, l.beside, "peer", "yes") }},
		{"network.befriended by Lou in third-street", func() { l.tie(l.lou, l.beside, l.first, "peer", "yes") }},
		{"network.unfriended by Kit in first-street", func() { l.tie(l.kit, l.first, l.beside, "peer", "end") }},
		{"share_out.asked by Kit in second-street", func() { l.kit.get(l.second + "/members").fill(l.second + "/share-out").want(200) }},
		{"connector.added by Kit in second-street", func() {
			l.kit.get(l.second+"/members").fill(l.second+"/connectors", "do", "add", "address", "host@hall.example").want(200)
		}},
		{"partner.granted by Kit in second-street", func() { l.asksAsPartner("dee@directory.example"); l.answersPartner(l.kit, "grant") }},
		{"partner.grant_ended by Kit in second-street", func() { l.answersPartner(l.kit, "end") }},
		{"partner.refused by Kit in second-street", func() { l.asksAsPartner("dan@directory.example"); l.answersPartner(l.kit, "refuse") }},
		{"partner.granted by Op in none", func() { l.asksForAll("dot@index.example"); l.answersPartner(l.op, "grant") }},
		{"partner.grant_ended by Op in none", func() { l.answersPartner(l.op, "end") }},
		{"partner.refused by Op in none", func() { l.asksForAll("dora@index.example"); l.answersPartner(l.op, "refuse") }},
		{"evidence.shown by Kit in second-street", func() {
			l.belongs(l.taker, l.kit, l.choir, l.second)
			l.states("2026-03-01", "2027-12-31")
			l.must(l.store.Pool().QueryRow(t.Context(), `select id::text from evidence`).Scan(&evidence))
			l.kit.get(choir+"/evidence").fill(choir+"/seen", "evidence", evidence, "on", "2027-01-02").want(200)
		}},
		{"evidence.unshown by Kit in second-street", func() {
			undo := choir + "/seen/" + evidence + "/undo"
			l.kit.get(choir + "/evidence").fill(undo).want(200)
		}},
		{"introduction.by_hand_yes by Kit in second-street", func() {
			l.worked(l.offer)
			l.kit.get(l.second+"/edit").fill(l.second+"/edit", "holds", "").want(200)
			l.worked(l.taker.says("/ask", theNeed))
			l.kit.get(l.second+"/edit").fill(l.second+"/edit", "holds", "yes").want(200)
			l.bounced("guest@choir.example")
			l.byHand("yes")
		}},
		{"introduction.by_hand_no by Kit in second-street", func() {
			l.bounced("host@hall.example")
			l.byHand("no")
			l.exec(`update people set bounced = false`)
		}},
		{"decision.kept by Kit in second-street", func() { l.decides(l.kit, "kept") }},
		{"decision.hidden by Kit in second-street", func() { l.decides(l.kit, "hidden") }},
		{"decision.restored by Op in none", func() { l.answers("restored") }},
		{"decision.hidden by nobody in none", func() { // at the machine, where nobody has signed in
			_, err := l.site.Safety.Hide(t.Context(), market.System, l.offer, "wrong", "It is a garage.", l.now)
			l.must(err)
		}},
		{"decision.restored by Op in none", func() { l.answers("restored") }},
		{"decision.hidden by Op in none", func() { l.decides(l.op, "hidden") }},
		{"decision.upheld by Op in none", func() { l.answers("upheld") }},
		{"decision.kept by Op in none", func() {
			path := l.reported("group:" + string(l.choir))
			l.op.get(path).fill(path, "do", "kept", "reason", "wrong").want(200, "Decided.")
		}},
		{"group.released by Op in none", func() {
			jo := l.browser()
			jo.signIn("jo@other.example", "Jo")
			path := "/held/groups/" + string(jo.found("The Creeks1de Choir"))
			l.op.get("/reports").fill(path).want(200, "The group is shown now.")
		}},
		{"network.released by Op in none", func() {
			pat := l.browser()
			pat.signIn("pat@other.example", "Pat")
			pat.get("/networks/new").fill("/networks/new", "name", "Second 5treet", "level", "neighbourhood").want(200)
			l.op.get("/reports").fill("/held/networks/"+string(l.networkID("/networks/second-5treet"))).want(200, "The network is shown now.")
		}},
		{"decision.refused by Op in none", func() {
			sam := l.browser()
			sam.signIn("sam@other.example", "Sam")
			path := "/held/groups/" + string(sam.found("Creekside Cho1r"))
			l.op.get(path).fill(path+"/refuse", "words", "It is like another's.").want(200, "Refused.")
		}},
		{"decision.refused by Op in none", func() {
			ida := l.browser()
			ida.signIn("ida@other.example", "Ida")
			ida.get("/networks/new").fill("/networks/new", "name", "Third 5treet", "level", "neighbourhood").want(200)
			path := "/held/networks/" + string(l.networkID("/networks/third-5treet"))
			l.op.get(path).fill(path+"/refuse", "words", "It is like another's.").want(200, "Refused.")
		}},
		{"decision.refused by Kit in second-street", func() {
			ids := l.twoWait("kay@new.example", "New Shoots")
			path := "/held/listings/" + string(ids[0])
			l.kit.get(path).fill(path+"/refuse", "reason", "wrong", "words", "It is a garage.").want(200, "Refused.")
		}},
		{"listing.let_through by Kit in second-street", func() {
			ids := l.twoWait("lee@new.example", "Late Shoots")
			path := "/held/listings/" + string(ids[0])
			l.kit.get("/reports").fill(path).want(200, "It is open now.")
			for _, id := range ids {
				if all := l.events(id); all[len(all)-1] != "listing.let_through" {
					t.Errorf("of one that was opened there is only %v", all)
				}
			}
		}},
		{"job.retried_match by Op in none", func() {
			id, subject := l.failed("match")
			path := fmt.Sprintf("/operator/jobs/%d/retry", id)
			l.op.get("/operator").fill(path).want(200, "It is tried again.")
			if l.countRows("events where verb like 'job.retried%' and other_id = '"+string(subject)+"'") != 1 {
				t.Error("what the job was about is not told")
			}
		}},
		{"letter.sent_again by Op in none", func() {
			var id string
			l.must(l.store.Pool().QueryRow(t.Context(), `update letters set state = 'failed', fault = 'refused', answer = '5.7.1', ended_at = $1, created_at = $1
				where id = (select id from letters where kind = 'sign_in' order by id limit 1) returning id::text`, l.now).Scan(&id))
			l.op.get("/operator/mails?state=failed").fill("/operator/mails/"+id+"/again").want(200, "It is sent again")
		}},
		{"letter.sent_again by Op in none", func() {
			l.exec(`update letters set state = 'failed', fault = 'refused', answer = '5.7.1', ended_at = $1, created_at = $1 where kind = 'sign_in'`, l.now)
			l.op.get("/operator/mails?state=failed").fill("/operator/mails/again", "within", "1").want(200, "mails are sent again")
		}},
		{"connector.left by Kit in second-street", func() { l.kit.get(l.second+"/members").fill(l.second+"/connectors", "do", "down").want(200) }},
		{"connector.removed by Op in second-street", func() {
			l.op.get(l.second+"/members").fill(l.second+"/connectors", "do", "remove", "person", string(l.person("host@hall.example")), "words", "Nobody answers.").want(200)
		}},
	} {
		before := l.last()
		act.do()
		if noted := strings.Join(l.notes(before), "\n"); !strings.Contains("\n"+noted+"\n", "\n"+act.want+"\n") {
			t.Errorf("no %q in\n%s", act.want, noted)
		}
	}
	l.actsByAll(posted)
}

// ofOthers are the routes to which people post for themselves and their groups, and by links that were mailed to them, but for those of
// their accounts. No act stands here that only a connector or an operator may do.
var ofOthers = strings.Fields(`
	/address/:token /erase/:token /not-me/:token /mails/:token /mails/:token/try /mails/:token/stop/:kind /s/:token /may-post/:token /unwanted/:token
	/ask /ask/could-help /ask/afresh /offer /offer/could-help /offer/afresh /drafts/:id/delete /r/:token
	/listings/:id/edit /listings/:id/edit/could-help /listings/:id/pause /listings/:id/reopen /listings/:id/close /listings/:id/renew
	/listings/:id/photos /listings/:id/go-on /listings/:id/matches/:other /listings/:id/nearly/:other
	/groups /groups/:id/edit /groups/:id/places /groups/:id/places/:place/remove /groups/:id/pause /groups/:id/block /groups/:id/unblock
	/groups/:id/clearance /groups/:id/clearance/plan /groups/:id/evidence /groups/:id/evidence/:evidence/drop /groups/:id/checks
	/groups/:id/partners/:mandate /groups/:id/networks /groups/:id/leave /groups/:id/close
	/groups/:id/invite /groups/:id/invitations/:invitation/revoke /groups/:id/members/:person/role /groups/:id/members/:person/remove /join/:token /join/:token/no
	/introductions/:id/yes /introductions/:id/no /introductions/:id/take-back /introductions/:id/stop /introductions/:id/write
	/introductions/:id/suggest /introductions/:id/confirm /introductions/:id/keep /introductions/:id/end /introductions/:id/outcome
	/i/:token/yes /i/:token/no /i/:token/take-back /i/:token/stop /i/:token/write /i/:token/suggest /i/:token/confirm /i/:token/keep /i/:token/end /o/:token
	/introductions/rings/:id/yes /introductions/rings/:id/no /ring/:token/yes /ring/:token/no
	/networks/:slug/ask /networks/:slug/leave /decisions/:id/appeal /report /complaints`)

// sent are the paths to which something was posted that was done.
type sent map[string]bool

func (s sent) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && r.Method == http.MethodPost && res.StatusCode < 400 {
		s[r.URL.Path] = true
	}
	return res, err
}

// to reports whether something was posted to a route.
func (s sent) to(route string) bool {
	fits := regexp.MustCompile("^" + regexp.MustCompile(`:\w+`).ReplaceAllString(route, "[^/]+") + "$")
	for path := range s {
		if fits.MatchString(path) {
			return true
		}
	}
	return false
}

// actsByAll looks for a route to which connectors or operators post, and nobody did.
func (l *looked) actsByAll(posted sent) {
	l.t.Helper()
	others := map[string]bool{}
	for _, route := range ofOthers {
		others[route] = true
	}
	for _, r := range l.engine.Routes() {
		switch {
		case r.Method != http.MethodPost || strings.HasPrefix(r.Path, "/account") || strings.HasPrefix(r.Path, "/sign-"):
		case others[r.Path]:
			delete(others, r.Path)
		case !posted.to(r.Path):
			l.t.Errorf("no act here is done by %s: is it an event?", r.Path)
		}
	}
	for route := range others {
		l.t.Errorf("%s is no route", route)
	}
}
