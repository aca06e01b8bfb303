package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// noPages are what is read by GET and is no page, with why. Every other route is visited.
var noPages = map[string]string{
	"/assets/*file": "files that pages load",
	"/favicon.svg":  "a picture",
	"/healthz":      "for programs",
	"/readyz":       "for programs",
	"/places":       "suggestions as JSON",
	"/worker.js":    "a program",
	"/robots.txt":   "for programs",
	"/sitemap.xml":  "for programs",

	"/sitemap/:part":            "for programs",
	"/manifest.webmanifest":     "for browsers",
	"/picture.png":              "a picture",
	"/icon-192.png":             "a picture",
	"/icon-512.png":             "a picture",
	"/listings/:id/picture.png": "a picture",
	"/photos/:id/:size":         "a photo",
	"/reports/:id/photo.jpg":    "a photo",

	"/held/listings/:id/photos/:photo": "a photo",

	"/i/:token/files/:file":                            "a file that somebody sent",
	"/introductions/:id/files/:file":                   "a file that somebody sent",
	"/i/:token/calendar.ics":                           "a calendar",
	"/introductions/:id/calendar.ics":                  "a calendar",
	"/groups/:id/clearance/plan.csv":                   "a table for a spreadsheet",
	"/account/partners/:id/imports/:import/report.csv": "a table for a spreadsheet",

	"/calendar/:secret": "a calendar",
	"/account/data/:id": "a file to save",

	"/networks/:slug/boundary.geojson": "a boundary",

	"/listings/:id/slots.ics":         "a calendar",
	"/groups/:id/slots.ics":           "a calendar",
	"/listings/:id/murmurations.json": "for programs",
	"/open-referral":                  "for programs",
	"/open-referral/":                 "for programs",
	"/open-referral/services":         "for programs",
	"/open-referral/services/:id":     "for programs",
	"/oembed":                         "for programs",
	"/.well-known/api-catalog":        "for programs",
	"/.well-known/security.txt":       "for programs",

	"/widget/search.json":                    "for programs",
	"/widget/:version/wherewithal-search.js": "a program",

	"/find/feed.json":             "for programs",
	"/find/feed.atom":             "for programs",
	"/find/map.geojson":           "for programs",
	"/groups/:id/feed.json":       "for programs",
	"/groups/:id/feed.atom":       "for programs",
	"/groups/:id/map.geojson":     "for programs",
	"/networks/:slug/feed.json":   "for programs",
	"/networks/:slug/feed.atom":   "for programs",
	"/networks/:slug/map.geojson": "for programs",
}

// bare are the mails themselves, which are shown sandboxed: no script runs there, that of axe no more than another.
var bare = map[string]bool{"/dev/mail/:id/html": true, "/dev/mail/templates/:kind/:form": true}

// looks has axe go over the page that is open: in light at a desk and in dark at 360 px, where nothing may stick out either.
func (p person) looks() {
	p.t.Helper()
	for _, v := range p.do(order{Do: "axe"}).List {
		p.t.Errorf("%s", v)
	}
}

// alike are the beginnings of routes whose pages say the same to everybody: axe looks at them once.
var alike = []string{"/developers", "/dev/", "/help", "/privacy"}

func saysTheSameToAll(route string) bool {
	return slices.ContainsFunc(alike, func(begins string) bool { return strings.HasPrefix(route, begins) })
}

// visits opens every page route with real values and has axe look at it, unless it is passed over. A route that leads
// elsewhere, as to sign in, is looked at where it leads only once.
func (p person) visits(at known, passed func(route string) bool) {
	p.t.Helper()
	seen := map[string]bool{}
	for _, route := range routes(p.t, http.MethodGet) {
		if noPages[route] != "" || passed(route) {
			continue
		}
		path, ok := at.fill(route)
		if !ok {
			p.t.Errorf("%s: this test does not know a real path for it: give one, or name it in noPages with a reason", route)
			continue
		}
		if bare[route] {
			for _, v := range p.do(order{Do: "axe", URL: p.site.at() + path}).List {
				p.t.Errorf("%s", v)
			}
			continue
		}
		if got := p.opens(path); got != http.StatusOK && !(got > http.StatusBadRequest && got < 500 && invented(path)) {
			p.t.Errorf("%s: status %d", path, got)
			continue
		}
		here := p.do(order{Do: "where"}).URL
		if at, _, _ := strings.Cut(here, "?"); !seen[at] {
			seen[at] = true
			p.looks()
		}
	}
}

// invented are paths with a token that nobody was ever given: what is said then is a page too.
func invented(path string) bool { return strings.Contains(path, "AAAAAAAA") }

func (p person) path() string {
	p.t.Helper()
	return strings.TrimPrefix(p.do(order{Do: "where"}).URL, p.site.at())
}

func TestNoExcuseIsStale(t *testing.T) {
	all := strings.Join(routes(t, http.MethodGet), "\n") + "\n"
	for route := range noPages {
		if !strings.Contains(all, route+"\n") {
			t.Errorf("%s is excused and no route", route)
		}
	}
}

// Every page as somebody signed in, without a violation of axe's rules.
func TestPagesHaveNoFaultsThatAxeSees(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	p := b.person("ama", h, way{js: true})
	p.visits(p.hasBeenEverywhere(h), func(string) bool { return false })
	quiet(b)
}

// hasBeenEverywhere walks the story until every page has something to show, looks at what shows itself on the way only,
// and gives a path for every route.
func (p person) hasBeenEverywhere(h *hub) known {
	p.t.Helper()
	at := known{"/developers/:tag": "/developers/search", "/dev/mail/templates/:kind/:form": "/dev/mail/templates/sign-in/html", "/dev/mail/:id": "/dev/mail/1",
		"/sign-in/:token": "/sign-in/" + strings.Repeat("A", 43)}
	p.signsIn(amas, "Ama")
	p.foundsGroup("Tuesday Lark Choir", "SE10")
	at["/groups/:id"] = p.path()
	p.foundsNetwork(at)
	p.opens("/ask")
	p.fills("Say it as you would to a neighbour", sentence)
	p.presses("Read it and show who could help")
	p.looks() // with what was read, and who could help
	p.opens("/account/searches/new?q=piano&side=offer")
	p.presses("Save the search") // so that the page of them has one
	p.opens("/offer")
	p.fills("Say it as you would to a neighbour", "hm")
	p.presses("Post it")
	p.looks() // with faults beside the fields
	p.presses("Keep it as a draft")
	at["/drafts/:id"] = "/drafts/" + h.query(`select id::text from unfinished_forms`)
	p.asks(sentence)
	at["/listings/:id"] = p.path()
	at["/listings/:id/nearly/:other"] = p.path() + "/nearly/" + h.query(anOffer)
	at["/mails/:token"] = p.mailsPage("could help with")
	at["/mails/:token/stop/:kind"] = at["/mails/:token"] + "/stop/possible_match"
	p.site.box().opens(p, amas, "could help with", "/i/")
	at["/i/:token"] = p.path()
	p.looks() // proposed
	p.presses("Yes, introduce us")
	p.looks() // asked
	at["/introductions/:id"] = "/introductions/" + h.query(lastYes)
	at["/by-hand/:id"] = "/by-hand/" + h.query(lastYes)
	h.query(`update people set operator = true where address = '` + amas + `' returning id::text`)
	h.query(`with n as (select id from networks order by id limit 1),
		m as (insert into network_members (network_id, group_id, agreed_at) select n.id, '` + strings.TrimPrefix(at["/groups/:id"], "/groups/") + `', '2020-01-01' from n)
		insert into connectors (network_id, person_id, since) select n.id, p.id, '2020-01-01' from n, people p where p.address = '` + amas + `'
			on conflict on constraint connectors_pkey do update set since = excluded.since returning network_id::text`)
	p.asksForAKey(at)
	at["/reports/:id"] = "/reports/" + h.query(`insert into reports (id, subject, subject_id, reason, words, created_at)
		select gen_random_uuid(), 'listing', id::uuid, 'wrong', 'It closed last year.', now() from (`+anOffer+`) o (id) returning id::text`)
	at["/decisions/:id"] = "/decisions/" + h.query(`insert into decisions (id, subject, subject_id, act, reason, words, created_at, appeal, appealed_at)
		select gen_random_uuid(), 'listing', '`+strings.TrimPrefix(at["/listings/:id"], "/listings/")+`', 'hidden', 'wrong', 'It closed last year.', now(),
			'It did not.', now() returning id::text`)
	at["/held/listings/:id"] = "/held/listings/" + h.query(`with n as (update networks w set holds = true from connectors c, people p where c.network_id = w.id
			and c.person_id = p.id and p.address = '`+amas+`' returning w.id),
		m as (insert into network_members (network_id, group_id, agreed_at) select n.id, '`+strings.TrimPrefix(at["/groups/:id"], "/groups/")+`', '2020-01-01' from n
			on conflict on constraint network_members_pkey do update set agreed_at = excluded.agreed_at, cleared_at = null)
		insert into held_listings (listing_id, group_id, created_at) select id, group_id, now() from listings where id = '`+strings.TrimPrefix(at["/listings/:id"], "/listings/")+`' returning listing_id::text`)
	at["/held/groups/:id"] = "/held/groups/" + h.query(`insert into groups (id, name, likeness, legal_form, held_at, created_at)
		select gen_random_uuid(), name, likeness, legal_form, now(), '2020-01-01' from groups where sample order by id limit 1 returning id::text`)
	at["/held/networks/:id"] = "/held/networks/" + h.query(`insert into networks (id, slug, name, likeness, level, held_at, created_at)
		select gen_random_uuid(), slug || '-too', name, likeness, level, now(), '2020-01-01' from networks where sample order by id limit 1 returning id::text`)
	at["/introductions/rings/:id"] = "/introductions/rings/" + h.query(aRing)
	h.query(`insert into consents (id, introduction_id, group_id, network_id, connector_id, answer, said_by, said_on, way, created_at)
		select gen_random_uuid(), i.id, i.need_group_id, c.network_id, c.person_id, 'yes', 'Joan', '2020-01-01', 'phone', now()
		  from introductions i join connectors c on c.person_id = i.need_by where i.id = '` + h.query(lastYes) + `' returning id::text`)
	at["/report"], at["/report/thanks"] = "/report?about=listing:"+strings.TrimPrefix(at["/listings/:id"], "/listings/"), "/report/thanks"
	endsTheStory(p, way{js: true})
	h.mailed(at)
	return at
}

// foundsNetwork makes a network, and gives the paths of its pages.
func (p person) foundsNetwork(at known) {
	p.t.Helper()
	p.opens("/networks/new")
	p.fills("Name of the network", "Lark Lane Together")
	p.ticks("A neighbourhood")
	p.presses("Save")
	p.sees("The network is here")
	path := strings.TrimSuffix(p.path(), "/members")
	at["/networks/:slug"], at["/networks/:slug/tie"] = path, path+"/tie?as=parent&with="+p.site.query(`select slug from networks where sample order by slug limit 1`)
}

// asksForAKey has an outside site wait for an answer of the network that ama founded, and gives the paths of its pages.
func (p person) asksForAKey(at known) {
	p.t.Helper()
	p.opens("/account/partners")
	p.fills("What is the site called?", "Lark Lane directory")
	p.fills("Its address", "https://directory.example")
	p.fills("What will it do with what it finds?", "Lists halls for tenants.")
	p.ticks("Lark Lane Together")
	p.presses("Ask for it")
	p.sees("Your wish is with those who decide")
	at["/account/partners/:id"] = p.path()
	p.presses("Make a test key")
	p.sees("Your new key.")
	p.looks()
	p.opens(at["/account/partners/:id"] + "/webhooks")
	p.fills("The address to call", "https://directory.example/hooks")
	p.presses("Add it")
	p.sees("Its secret.")
	p.presses("Send a test")
	p.sees("A test is on its way")
	at["/account/partners/:id/webhooks/:hook"] = p.path()
	at["/account/partners/:id/imports/:import"] = at["/account/partners/:id"] + "/imports/" + p.site.query(`with file as (
		insert into imports (id, partner_id, test, format, sums_all, state, sha256, created_at) select gen_random_uuid(), id, true, 'csv', true, 'shown', '', now() from partners order by created_at desc limit 1 returning id),
		lines as (insert into import_rows (import_id, position, reference, closed, digest, act, faults)
			select id, 2, 'lark-1', false, '', 'refused', '[{"Field": "quantity", "Code": "file_number"}]' from file) select id::text from file`)
	at["/partners/:id"] = "/partners/" + p.site.query(`select id::text from partner_grants order by asked_at desc limit 1`)
}

// mailsPage reads a mail, and is the path of the page about mails that every one of them leads to.
func (p person) mailsPage(subject string) string {
	p.t.Helper()
	p.site.box().reads(p, amas, subject)
	led := only(p.do(order{Do: "links"}).List, "/mails/")
	if len(led) == 0 {
		p.t.Fatalf("the mail %q leads to no page about mails", subject)
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(led[0], p.site.at()), "/stop/")
	return path
}

// anOffer is one that anybody may see.
const anOffer = `select id::text from listings where circle = 'anyone' and life = 'open' and side = 'offer' order by id limit 1`

// lastYes is the introduction to which somebody said yes last.
const lastYes = `select id::text from introductions where need_answer = 'yes' order by answered_at desc limit 1`

// aRing puts the group that was founded last into a ring with one of the sample's, which would not come about before the next
// night. It is there to be looked at: what the two give each other are listings of the sample.
const aRing = `with mine as (select id from groups where not sample order by created_at desc limit 1),
	theirs as (select o.group_id as id, o.id as offer, (select n.id from listings n join groups h on h.id = n.group_id and h.sample
			where n.side = 'need' order by n.id limit 1) as need
		from listings o join groups g on g.id = o.group_id and g.sample where o.side = 'offer' order by o.id limit 1),
	ring as (insert into rings (id, state, worth, proposed_at) values (gen_random_uuid(), 'proposed', 1, now()) returning id),
	members as (insert into ring_members (ring_id, position, group_id, offer_id, need_id, amount, fit, live)
		select ring.id, 0, mine.id, theirs.offer, theirs.need, 1, 1, true from ring, mine, theirs union all
		select ring.id, 1, theirs.id, theirs.offer, theirs.need, 1, 1, true from ring, mine, theirs)
	select id::text from ring`

// Every page as a visitor, who sees a public listing, and asks for a link to sign in.
func TestPagesHaveNoFaultsThatAxeSeesForVisitors(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	p := b.person("visitor", h, way{js: true})
	listing := h.query(`select id::text from listings where circle = 'anyone' and life = 'open' order by id limit 1`)
	at := known{"/developers/:tag": "/developers/search", "/dev/mail/templates/:kind/:form": "/dev/mail/templates/possible-match/html", "/listings/:id": "/listings/" + listing,
		"/listings/:id/nearly/:other": "/listings/" + listing + "/nearly/" + listing,
		"/report":                     "/report?about=listing:" + listing, "/report/thanks": "/report/thanks", "/groups/:id": "/groups/" + h.query(`select group_id::text from listings where id = '`+listing+`'`),
		"/by-hand/:id":       "/by-hand/" + h.query(`select id::text from introductions limit 1`),
		"/introductions/:id": "/introductions/" + h.query(`select id::text from introductions limit 1`)}
	at["/reports/:id"], at["/decisions/:id"], at["/drafts/:id"] = "/reports/AAAAAAAA", "/decisions/AAAAAAAA", "/drafts/AAAAAAAA"
	at["/held/listings/:id"], at["/held/groups/:id"], at["/held/networks/:id"] = "/held/listings/AAAAAAAA", "/held/groups/AAAAAAAA", "/held/networks/AAAAAAAA"
	at["/partners/:id"], at["/account/partners/:id"] = "/partners/AAAAAAAA", "/account/partners/AAAAAAAA"
	at["/account/partners/:id/webhooks/:hook"] = "/account/partners/AAAAAAAA/webhooks/AAAAAAAA"
	at["/account/partners/:id/imports/:import"] = "/account/partners/AAAAAAAA/imports/AAAAAAAA"
	at["/networks/:slug"] = "/networks/" + h.query(`select slug from networks where sample order by slug limit 1`)
	at["/introductions/rings/:id"] = "/introductions/rings/00000000-0000-0000-0000-000000000000"
	p.opens("/sign-in")
	p.fills("Your e-mail address", "bea@")
	p.presses("Send me the link")
	p.looks() // with a fault beside the field
	p.fills("Your e-mail address", "bea@band.test")
	p.presses("Send me the link")
	p.sees("Look in your mail")
	p.site.box().reads(p, "bea@band.test", "Your link to sign in")
	at["/dev/mail/:id"] = p.path()
	at["/sign-in/:token"] = strings.TrimPrefix(only(p.do(order{Do: "links"}).List, "/sign-in/")[0], h.base)
	for _, nobodys := range []string{"/i", "/o", "/r", "/ring", "/mails", "/join", "/address", "/not-me", "/erase", "/s", "/may-post", "/unwanted"} {
		at[nobodys+"/:token"] = nobodys + "/" + strings.Repeat("A", 64)
	}
	at["/mails/:token/stop/:kind"] = at["/mails/:token"] + "/stop/possible_match"
	p.visits(at, saysTheSameToAll)
	for _, path := range []string{"/find?q=hall", "/find?q=zzzzzz", "/nothing-here"} {
		p.opens(path)
		p.looks()
	}
	quiet(b)
}
