package e2e

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/search"
	"wherewithal/store"
)

// hands act for people of a town without a browser: they call what its pages call, on its database.
type hands struct {
	*town
	ctx      context.Context
	now      time.Time
	store    *store.Store
	accounts *account.Accounts
	listings *listing.Listings
	intros   *introduction.Introductions
}

func (w *town) hands(now time.Time) *hands {
	w.t.Helper()
	h := &hands{town: w, ctx: w.t.Context(), now: now}
	var err error
	h.store, err = store.Open(h.ctx, w.address)
	h.must(err)
	w.t.Cleanup(h.store.Close)
	secret := func(letter string) []byte { return []byte(strings.Repeat(letter, 32)) }
	h.accounts = account.New(h.store, account.Options{TokenSecret: secret("t"), PlaceSecret: secret("p")})
	h.listings, h.intros = listing.New(h.store, photo.NewDarkroom()), introduction.New(h.store, nil, introduction.Caps{})
	return h
}

func (h *hands) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// later moves the town's clock and ours.
func (h *hands) later(by time.Duration) {
	h.t.Helper()
	h.now = h.now.Add(by)
	h.isNow(h.now)
}

// founds has somebody found a group in Greenwich.
func (h *hands) founds(name string) (market.Viewer, market.Place) {
	h.t.Helper()
	var p market.Person
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) (err error) { p, err = tx.Welcome(h.ctx, name+"@street.test", h.now); return err }))
	h.must(h.accounts.SetName(h.ctx, market.Viewer{Person: p.ID}, strings.ToUpper(name), "en-GB", h.now))
	v, err := h.store.ViewerFor(h.ctx, p, h.now)
	h.must(err)
	g, err := h.accounts.Found(h.ctx, v, market.Group{Name: "People of " + name, LegalForm: market.Informal}, &market.Place{Outcode: "SE10",
		Borough: "Greenwich", Region: "London", Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, "found-"+name, h.now)
	h.must(err)
	v, err = h.store.ViewerFor(h.ctx, p, h.now)
	h.must(err)
	places, err := h.store.Places(h.ctx, g.ID)
	h.must(err)
	return v, places[0]
}

// lists has somebody post a listing at their group's place.
func (h *hands) lists(v market.Viewer, at market.Place, l market.Listing) market.Listing {
	h.t.Helper()
	l.GroupID, l.PlaceID, l.ReachKM, l.Circle = at.GroupID, at.ID, 3, market.Anyone
	l, err := h.listings.Publish(h.ctx, v, l, market.OnceOnly{ID: "post " + l.Title}, h.now)
	h.must(err)
	return l
}

// aHall on a Thursday, or the need of one.
func aHall(name string, side market.Side, day market.Date) market.Listing {
	return market.Listing{Side: side, Kind: market.Room, Title: "Hall of " + name, Quantity: 1, Where: market.AtPlace,
		Facts: market.Facts{"seated": 20.0}, Terms: market.Terms{Kind: market.Shared},
		When: market.When{From: day, Until: day, Windows: []market.Window{{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 19 * 60, End: 21 * 60}}}}
}

// posts has somebody with a group in Greenwich post a hall for that Thursday, or the need of one.
func (h *hands) posts(name string, side market.Side, day market.Date) (market.Viewer, market.Listing) {
	h.t.Helper()
	v, at := h.founds(name)
	return v, h.lists(v, at, aHall(name, side, day))
}

// pair is a hall and who wants it, on a Thursday of their own.
type pair struct {
	giver, taker market.Viewer
	in           market.Introduction
}

// meet has the two introduced; answers are how many of them say yes.
func (h *hands) meet(name string, week, answers int) pair {
	h.t.Helper()
	day := market.Date("2027-02-04").AddDays(7 * week)
	var p pair
	var offer, need market.Listing
	p.giver, offer = h.posts("giver"+name, market.Offer, day)
	p.taker, need = h.posts("taker"+name, market.Need, day)
	at := `from introductions where offer_id = '` + string(offer.ID) + `' and need_id = '` + string(need.ID) + `'`
	h.until("1", `select count(need_told_at)::text `+at)
	id := market.ID(h.query(`select id::text ` + at))
	answer := func(v market.Viewer) {
		_, err := h.intros.Answer(h.ctx, v, id, market.Yes, "", h.now)
		h.must(err)
	}
	if answers > 0 {
		answer(p.taker)
		h.until("1", `select count(offer_told_at)::text `+at)
	}
	if answers > 1 {
		answer(p.giver)
	}
	var err error
	p.in, err = h.store.Introduction(h.ctx, market.System, id)
	h.must(err)
	return p
}

// agree on the day that both have.
func (h *hands) agree(p pair) {
	h.t.Helper()
	ex, err := h.intros.Suggest(h.ctx, p.taker, p.in.ID, 1, p.in.Slots, "suggest "+string(p.in.ID), h.now)
	h.must(err)
	_, err = h.intros.Confirm(h.ctx, p.giver, p.in.ID, ex.Sequence, "confirm "+string(p.in.ID), h.now)
	h.must(err)
}

// noKinds are not among the mails of this street, with why their links are looked at all the same: they have no other.
var noKinds = map[string]string{
	"answer_here": "wants a server that vouches for replies; links as the first mails", "answer_late": "as answer_here", "stays_agreed": "links as agreed", "ended_early": "links as agreed",
	"membership_changed": "leads to a group's page, or to one of signed-in people",
	"evidence_ending":    "leads to a page of signed-in people", "digest": "links as possible match, connected and expiring",
	"expired": "links as expiring", "new_contact": "links as connected", "by_hand": "leads to a page of signed-in people",
	"network_invitation": "leads to pages of signed-in people", "join_request": "leads to a page of signed-in people",
	"network_answer": "leads to a network's page", "network_no": "the same", "network_out": "the same", "invitation_answered": "leads to a page of signed-in people", "tie_answered": "the same", "connector_removed": "the same",
	"times_suggested": "links as agreed; moot where the other side confirms before it went, as here it may",
	"ring_reminder":   "links as ring", "ring_ended": "leads to pages of signed-in people",
	"digest_request": "a part of a digest", "by_hand_need": "leads to a page of signed-in people", "by_hand_offer": "the same", "by_hand_need_again": "the same", "by_hand_offer_again": "the same",
	"partner_asks": "leads to a page of signed-in people", "partner_answer": "the same", "webhook_off": "the same",
	"feed_quiet": "leads to pages of signed-in people", "feed_stopped": "the same",
	"moderation_notice": "leads to a page of signed-in people", "appeal_answered": "the same", "report_answered": "leads to the page for complaints", "first_listing": "the same", "reports_waiting": "the same",
	"export_ready": "leads to a page of signed-in people", "passkey_added": "the same", "passkey_removed": "the same",
}

// No link of any kind of mail changes anything: not by HEAD, not by GET, not in a browser that runs its scripts and stays
// for half a minute.
func TestNoLinkOfAnyKindOfMailChangesAnything(t *testing.T) {
	t.Parallel()
	began := time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	w, b := townWith(t, mailtest.Options{}, began), newBrowser(t)
	h := w.hands(began)
	h.everyKind()
	h.must(h.accounts.AskLink(h.ctx, "new@street.test", account.NewSecret(), "a phone", "", "ask", h.now))
	before := h.settled()
	links, shapes := h.linksByKind()
	for _, list := range links {
		for _, address := range list {
			for _, method := range []string{http.MethodHead, http.MethodGet} {
				follow(t, method, address)
			}
		}
	}
	var some []string // of each kind and shape one
	for _, list := range shapes {
		some = append(some, list[0])
	}
	slices.Sort(some)
	some = slices.Compact(some)
	b.person("scanner", w, way{})
	for _, fault := range b.ask(order{Do: "scanAll", Who: "scanner", List: some}).List {
		t.Error(fault)
	}
	if after := h.settled(); after != before {
		t.Errorf("following links changed the tables:\n%s", changes(before, after))
	}
	t.Logf("%d kinds, %d links, %d in the browser", len(links), len(shapes), len(some))
	known := shapesOf(t)
	delete(known, "/complaints") // stands in what a reporter hears alone, and is a page for everybody
	delete(known, "/mine")       // stands in digests of more than is shown alone, and is a page of signed-in people
	for shape := range known {
		if !slices.ContainsFunc(some, func(address string) bool { return shapeOf(address) == shape }) {
			t.Errorf("no link such as %s was followed", shape)
		}
	}
}

// everyKind has people do what each kind of mail is written about.
func (h *hands) everyKind() {
	h.t.Helper()
	h.saves()
	happens, off := h.meet("oak", 0, 2), h.meet("elm", 1, 2)
	h.meet("yew", 2, 2) // who never agree
	h.meet("ash", 3, 1) // of whom one says nothing
	h.agree(happens)
	h.agree(off)
	_, err := h.intros.Stop(h.ctx, off.giver, off.in.ID, h.now)
	h.must(err)
	_, _, err = conversation.New(h.store, "town.test", photo.NewDarkroom()).Write(h.ctx, happens.taker, happens.in.ID, "See you then.", "write", h.now)
	h.must(err)
	h.must(h.accounts.Invite(h.ctx, happens.giver, happens.in.OfferGroupID, "invited@street.test", market.Poster, nil, "invite", h.now))
	h.must(h.accounts.Report(h.ctx, market.Public, market.Report{Subject: "group", SubjectID: happens.in.OfferGroupID, Reason: "wrong", Address: "reporter@street.test"}, false, "report", h.now))
	h.until("true", `select (count(*) > 0)::text from letters where state = 'sent' and kind = 'saved_search'`)
	first := h.now
	for _, step := range []struct {
		at   time.Time
		kind string
	}{
		{first.Add(50 * time.Hour), "reminder"}, {first.AddDate(0, 0, 11).Add(time.Hour), "agree_soon"}, {first.AddDate(0, 0, 15), "not_agreed"},
		{time.Date(2027, 2, 3, 10, 30, 0, 0, time.UTC), "day_before"}, {time.Date(2027, 2, 5, 10, 30, 0, 0, time.UTC), "did_it_happen"},
		{first.AddDate(0, 0, 77), "expiring"},
	} {
		h.later(step.at.Sub(h.now))
		h.until("true", `select (count(*) > 0)::text from letters where state = 'sent' and kind = '`+step.kind+`'`)
		if step.kind == "reminder" {
			h.later(24 * time.Hour)
			h.until("1", `select count(*)::text from introductions where state = 'lapsed'`)
			h.later(11 * time.Minute) // minds may change for ten minutes
			h.until("true", `select (count(*) > 0)::text from letters where state = 'sent' and kind = 'not_this_time'`)
		}
	}
	h.changesAddress(off.taker, "waits@street.test")
	h.swapsAround()
	h.asksToPost()
	alone, _ := h.posts("alone", market.Need, "2027-05-06")
	h.must(h.intros.CloseGroup(h.ctx, alone, alone.Groups()[0], h.now))
	h.must(h.accounts.AskErasure(h.ctx, alone, "erase", h.now))
	change := h.changesAddress(off.giver, "confirmed@street.test")
	h.must(h.accounts.ConfirmAddress(h.ctx, off.giver, "", market.LinkToken(h.accounts.TokenSecret, market.ToConfirmAddress, change, off.giver.Person), h.now))
}

// swapsAround has three groups post what only the next of them wants, in return for something, so that they are put together in a ring.
func (h *hands) swapsAround() {
	h.t.Helper()
	thing := func(what string, side market.Side) market.Listing {
		return market.Listing{Side: side, Kind: market.Equipment, Title: what + " " + string(side), Quantity: 1, Where: market.AtPlace, Terms: market.Terms{Kind: market.Loan}}
	}
	day := market.DateOf(h.now).AddDays(30)
	for day.Weekday() != time.Thursday {
		day = day.AddDays(1)
	}
	for _, c := range []struct {
		name        string
		gives, want market.Listing
	}{
		{"rowan", aHall("rowan", market.Offer, day), thing("Projector", market.Need)},
		{"hazel", thing("Gazebo", market.Offer), aHall("hazel", market.Need, day)},
		{"maple", thing("Projector", market.Offer), thing("Gazebo", market.Need)},
	} {
		v, at := h.founds(c.name)
		c.gives.Terms = market.Terms{Kind: market.Swap}
		h.lists(v, at, c.gives)
		h.lists(v, at, c.want)
	}
	h.settled()
	h.later(24 * time.Hour) // rings are looked for by night
	h.until("3", `select count(*)::text from letters where state = 'sent' and kind = 'ring'`)
}

// asksToPost has a partner ask somebody whether it may post for their group.
func (h *hands) asksToPost() {
	h.t.Helper()
	v, _ := h.founds("directory")
	partners := partner.New(h.store, partner.Options{PlaceSecret: h.accounts.PlaceSecret, TokenSecret: h.accounts.TokenSecret, Groups: h.accounts, Listings: h.listings})
	p, err := partners.Ask(h.ctx, v, market.Partner{Name: "Directory", Site: "https://directory.test", Purpose: "Shows what is on."}, nil, market.PartnerScopes, "ask partner", h.now)
	h.must(err)
	at, err := partners.Where(h.ctx, "SE10", h.now)
	h.must(err)
	_, err = partners.AskGroup(h.ctx, partner.Bearer{Partner: p}, market.Mandate{Reference: "choir", Address: "asked@street.test",
		About: market.GroupAbout{Name: "Larkhollow Choir", Does: "Sings.", Place: &at}}, nil, h.now)
	h.must(err)
}

// changesAddress has somebody ask for another address.
func (h *hands) changesAddress(v market.Viewer, address string) market.ID {
	h.t.Helper()
	h.must(h.accounts.AskAddress(h.ctx, v, address, nil, address, h.now))
	c, err := h.accounts.AddressWaiting(h.ctx, v, h.now)
	h.must(err)
	return c.ID
}

// saves has somebody save a search for halls.
func (h *hands) saves() {
	h.t.Helper()
	var p market.Person
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) (err error) { p, err = tx.Welcome(h.ctx, "watcher@street.test", h.now); return err }))
	alerts := alert.New(h.store, search.NewPostgres(h.store.Pool(), nil), nil)
	_, err := alerts.Save(h.ctx, market.Viewer{Person: p.ID}, market.SavedSearch{Pace: market.AtOnce,
		Question: market.Question{Words: "hall", Sides: []market.Side{market.Offer}, Said: "q=hall&side=offer"}}, market.OnceOnly{ID: "save"}, h.now)
	h.must(err)
}

// linksByKind are the links of all mails, by kind; and of each kind and shape.
func (h *hands) linksByKind() (links, shapes map[string][]string) {
	h.t.Helper()
	links, shapes = map[string][]string{}, map[string][]string{}
	rows, err := h.store.Pool().Query(h.ctx, `select message_id, kind from letters`)
	h.must(err)
	kinds := map[string]string{}
	for rows.Next() {
		var id, kind string
		h.must(rows.Scan(&id, &kind))
		kinds[id] = kind
	}
	for _, m := range h.mails.Log() {
		id, _, _ := strings.Cut(m.MessageID, "@")
		kind := kinds[id]
		for _, address := range link.FindAllString(m.Text+"\n"+strings.Trim(strings.Join(m.Headers["List-Unsubscribe"], ""), "<>"), -1) {
			if address = strings.TrimRight(address, ">,."); !strings.HasPrefix(address, h.public) {
				continue // the site of a partner, named as what it is
			}
			links[kind] = append(links[kind], address)
			shapes[kind+" "+shapeOf(address)] = append(shapes[kind+" "+shapeOf(address)], address)
		}
	}
	for _, kind := range kindsOfMail(h.t) {
		if links[kind] == nil && noKinds[kind] == "" {
			h.t.Errorf("no mail of the kind %s was followed: have one written here, or name it in noKinds with a reason", kind)
		}
	}
	return links, shapes
}

// kindsOfMail are all there are, as market names them.
func kindsOfMail(t *testing.T) (kinds []string) {
	t.Helper()
	files, err := filepath.Glob("../market/*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`LetterKind += +"([a-z_]+)"`)
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(code), -1) {
			kinds = append(kinds, m[1])
		}
	}
	if len(kinds) < 20 {
		t.Fatalf("%d kinds of mail", len(kinds))
	}
	return kinds
}

// shapeOf a link is the first part of its path: what opens it.
func shapeOf(address string) string {
	path := regexp.MustCompile(`^https?://[^/]+`).ReplaceAllString(address, "")
	path, _, _ = strings.Cut(path, "?")
	first, _, more := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if more {
		first += "/"
	}
	return "/" + first
}

// shapesOf all mails as the golden files have them, that anybody signed out can open.
func shapesOf(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../mail/testdata/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	shapes := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range link.FindAllString(string(text), -1) {
			switch shape := shapeOf(address); shape {
			case "/introductions/": // what the examples write for /i/
				shapes["/i/"] = true
			case "/introductions", "/groups/", "/by-hand/", "/by-hand", "/networks/", "/reports", "/decisions/", "/sign-in", "/account", "/account/", "/partners": // no secret in it: the page of any visit, or signed in
			default:
				shapes[shape] = true
			}
		}
	}
	return shapes
}
