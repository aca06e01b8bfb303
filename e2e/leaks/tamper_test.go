package leaks

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/photo/phototest"
	"wherewithal/store"
	"wherewithal/web/api"
)

// outsiders have nothing to do with the giver's group and network any more, but for the last three: who may read and no more within the
// group, who posts for it and is no owner, and who looks after the network and is in no group.
var outsiders = []string{visitor, "loner", "stranger", "guest", "looker", "partner", "operator", "former", "reader", "poster", "connector"}

// lane is a street with an owner's things of every kind, and with people and a program from elsewhere who know all its ids.
type lane struct {
	*street
	hers map[string]string // real values for the beginnings of routes: "/groups/:id" and the path of the giver's group
	ids  map[string]string // by which forms and bodies name her things: "$listing"
	sums string            // the query that sums up all tables
}

func openLane(t *testing.T) *lane {
	l := &lane{street: openStreet(t), ids: map[string]string{}}
	l.outsiders()
	l.things()
	l.hers = l.paths()
	return l
}

// somebody signed in, with a program, and in a group if a role is given.
func (l *lane) somebody(name string, group market.ID, role market.Role) *neighbour {
	n := &neighbour{name: name}
	l.tx(func(tx *store.Tx) (err error) {
		if n.person, err = tx.Welcome(l.ctx, name+"@elsewhere.test", l.now); err == nil && role != "" {
			members := []market.Membership{{ID: market.NewID(), GroupID: group, PersonID: n.person.ID, Role: role, Since: l.now}}
			err = tx.Plant(l.ctx, &members)
		}
		return err
	})
	l.must(l.accounts.SetName(l.ctx, market.Viewer{Person: n.person.ID}, "Somebody", "en-GB", l.now))
	l.looksAround(n)
	l.signsIn(n)
	l.cast[name] = n
	return n
}

func (l *lane) looksAround(n *neighbour) {
	var err error
	n.viewer, err = l.store.ViewerFor(l.ctx, n.person, l.now)
	l.must(err)
}

// outsiders are made: of another group, its owner and a reader; who looks after another network; a site with a key there.
func (l *lane) outsiders() {
	stranger := l.cast["stranger"]
	l.somebody("loner", "", "")
	l.somebody("guest", stranger.group.ID, market.Reader)
	l.somebody("reader", l.cast["giver"].group.ID, market.Reader)
	l.somebody("poster", l.cast["giver"].group.ID, market.Poster)
	former := l.somebody("former", l.cast["giver"].group.ID, market.Owner)
	l.run(`update memberships set since = $1, until = $2 where person_id = $3`, l.now.AddDate(0, 0, -2), l.now.Add(-time.Minute), former.person.ID)
	looker := l.somebody("looker", "", "")
	operator := l.somebody("operator", "", "")
	l.run(`update people set operator = true where id = $1`, operator.person.ID)
	other := []market.Network{{ID: market.NewID(), Slug: "loud-lanes", Name: "Loud Lanes", Level: market.Neighbourhood, CreatedAt: l.now}}
	members := []market.NetworkMember{{NetworkID: other[0].ID, GroupID: stranger.group.ID, AskedAt: &l.now, AgreedAt: &l.now}}
	connectors := []market.Connector{{NetworkID: other[0].ID, PersonID: looker.person.ID, Since: l.now}}
	l.tx(func(tx *store.Tx) error {
		for _, rows := range []any{&other, &members, &connectors} {
			l.must(tx.Plant(l.ctx, rows))
		}
		return nil
	})
	for _, n := range []*neighbour{looker, stranger, operator, former} {
		l.looksAround(n)
	}
	_, l.cast["partner"].token = l.site("Lane directory", looker, other[0].ID)
	theirs := l.posts(stranger, market.Offer)
	kept, err := l.listings.AddPhoto(l.ctx, stranger.viewer, market.Photo{ListingID: theirs.ID, Alt: "Theirs"}, phototest.Phone, market.OnceOnly{ID: "their photo"}, l.now)
	l.must(err)
	l.ids["$their-listing"], l.ids["$their-photo"], l.ids["$their-group"], l.ids["$their-place"] = string(theirs.ID), string(kept.ID), string(stranger.group.ID), string(stranger.place.ID)
}

// site with a key for one network.
func (l *lane) site(name string, who *neighbour, network market.ID) (market.Partner, string) {
	p, err := l.partners.Ask(l.ctx, who.viewer, market.Partner{Name: name, Site: "https://lane.test", Purpose: "Shows what is on."}, []market.ID{network},
		market.PartnerScopes, "ask "+name, l.now)
	l.must(err)
	grants, err := l.store.GrantsOf(l.ctx, p.ID)
	l.must(err)
	decides := market.Viewer{Person: who.person.ID, Operator: true}
	l.must(l.partners.Decide(l.ctx, decides, grants[0].ID, partner.Decision{Yes: true, Scopes: market.PartnerScopes, PerMinute: 1000, PerDay: 100_000}, l.now))
	k, key, err := l.partners.MakeKey(l.ctx, who.viewer, p.ID, false, "key "+name, l.now)
	l.must(err)
	l.ids["$key"], l.ids["$grant"], l.ids["$partner"] = string(k.ID), string(grants[0].ID), string(p.ID)
	return p, key
}

// things of the giver's, one of each kind that a route names: those that pages make elsewhere are planted as rows.
func (l *lane) things() {
	giver, taker := l.cast["giver"], l.cast["taker"]
	l.looksAround(giver)
	var network market.ID
	l.scan(&network, `select id::text from networks where slug = 'quiet-streets'`)
	l.site("Quiet directory", giver, network)
	kept := l.posts(giver, market.Offer) // for her networks alone
	l.run(`update listings set circle = 'networks' where id = $1`, kept.ID)
	shown, err := l.listings.AddPhoto(l.ctx, giver.viewer, market.Photo{ListingID: kept.ID, Alt: "Hers"}, phototest.Phone, market.OnceOnly{ID: "her photo"}, l.now)
	l.must(err)
	l.must(l.accounts.Invite(l.ctx, giver.viewer, giver.group.ID, "invited@elsewhere.test", market.Poster, nil, "invite", l.now))
	l.must(l.accounts.StateEvidence(l.ctx, giver.viewer, market.Evidence{GroupID: giver.group.ID, Kind: market.Insurance, Dated: "2027-01-01", Expires: "2027-12-31"}, "insured", l.now))
	l.must(l.accounts.AskExport(l.ctx, giver.viewer, "export", l.now))
	id := func(name, sql string, args ...any) {
		var v string
		l.scan(&v, sql, args...)
		l.ids[name] = v
	}
	for name, value := range map[string]market.ID{"$group": giver.group.ID, "$place": giver.place.ID, "$listing": kept.ID, "$photo": shown.ID, "$giver": giver.person.ID,
		"$network": network, "$asker": l.cast["asker"].group.ID} {
		l.ids[name] = string(value)
	}
	l.ids["$connected"], l.ids["$asked"], l.ids["$slug"] = l.known["/introductions"][0], l.known["/introductions"][1], "quiet-streets"
	id("$invitation", `select id::text from invitations where group_id = $1`, giver.group.ID)
	id("$evidence", `select id::text from evidence where group_id = $1`, giver.group.ID)
	id("$export", `update exports set ready_at = $1, size = 1 where person_id = $2 returning id::text`, l.now, giver.person.ID)
	l.run(`insert into export_parts (export_id, position, content) values ($1, 0, 'a')`, l.ids["$export"])
	id("$session", `select id::text from sessions where person_id = $1`, giver.person.ID)
	id("$token", `select id::text from tokens where person_id = $1 and partner_id is null`, giver.person.ID)
	id("$search", `select id::text from saved_searches where person_id = $1`, giver.person.ID)
	id("$message", `select id::text from messages where person_id = $1`, giver.person.ID)
	id("$file", `insert into message_files (id, message_id, position, name, type, size, content) values (gen_random_uuid(), $1, 0, 'a.txt', 'text/plain', 1, 'a') returning id::text`, l.ids["$message"])
	id("$passkey", `insert into passkeys (id, person_id, name, credential_id, record, created_at) values (gen_random_uuid(), $1, 'a phone', 'c', '{}', $2) returning id::text`, giver.person.ID, l.now)
	id("$draft", `insert into unfinished_forms (person_id, id, side, fields, kept_at) values ($1, gen_random_uuid(), 'need', '{"title": ["Hers"]}', $2) returning id::text`, giver.person.ID, l.now)
	id("$mandate", `insert into mandates (id, partner_id, test, reference, group_id, about, state, words, asked_at, lapses_at) values (gen_random_uuid(), $1, false, 'quiet-1', $2, '{}', 'asked', 'May we?', $3, $4) returning id::text`,
		l.ids["$partner"], giver.group.ID, l.now, l.now.AddDate(0, 0, 14))
	l.run(`insert into supplied (id, partner_id, test, reference, mandate_id, listing_id, digest, link, created_at, sent_at) values (gen_random_uuid(), $1, false, 'quiet-1', $2, $3, '', 'https://lane.test/1', $4, $4)`,
		l.ids["$partner"], l.ids["$mandate"], kept.ID, l.now)
	id("$hook", `insert into webhooks (id, partner_id, url, types, created_at, secret_id, state) values (gen_random_uuid(), $1, 'https://quiet.test/', '["listing.gone"]', $2, gen_random_uuid(), 'live') returning id::text`,
		l.ids["$partner"], l.now)
	id("$delivery", `insert into deliveries (id, webhook_id, type, subject_id, at, state, due_at) values (gen_random_uuid(), $1, 'listing.gone', $2, $3, 'failed', $3) returning id::text`, l.ids["$hook"], kept.ID, l.now)
	id("$import", `insert into imports (id, partner_id, test, format, sums_all, state, created_at) values (gen_random_uuid(), $1, false, 'csv', false, 'shown', $2) returning id::text`,
		l.ids["$partner"], l.now)
	id("$report", `insert into reports (id, subject, subject_id, reason, created_at) values (gen_random_uuid(), 'photo', $1, 'wrong', $2) returning id::text`, shown.ID, l.now)
	id("$decision", `insert into decisions (id, subject, subject_id, group_id, act, reason, created_at) values (gen_random_uuid(), 'listing', $1, $2, 'hidden', 'wrong', $3) returning id::text`,
		kept.ID, giver.group.ID, l.now)
	id("$held", `insert into held_listings (listing_id, group_id, created_at) values ($1, $2, $3) returning listing_id::text`, kept.ID, giver.group.ID, l.now)
	id("$ring", `insert into rings (id, state, worth, proposed_at) values (gen_random_uuid(), 'proposed', 1, $1) returning id::text`, l.now)
	for i, n := range []*neighbour{giver, taker} {
		l.run(`insert into ring_members (ring_id, position, group_id, offer_id, need_id, amount, fit, live) values ($1, $2, $3, $4, $5, 1, 1, true)`,
			l.ids["$ring"], i, n.group.ID, l.known["/listings"][0], l.known["/listings"][1])
	}
}

func (l *lane) run(sql string, args ...any) {
	l.t.Helper()
	_, err := l.store.Pool().Exec(l.ctx, sql, args...)
	l.must(err)
}

func (l *lane) scan(into any, sql string, args ...any) {
	l.t.Helper()
	l.must(l.store.Pool().QueryRow(l.ctx, sql, args...).Scan(into))
}

// paths are the giver's things as routes begin with them.
func (l *lane) paths() map[string]string {
	secret := []byte(strings.Repeat("s", 32))
	giver, in := l.cast["giver"].person.ID, market.ID(l.ids["$connected"])
	links := introduction.Links{Secret: secret}
	swapped := func(token string) string { // with somebody else's place in it, as whoever holds another link of ours would write it
		return token[:len(token)-4] + map[bool]string{true: "AAAA", false: "BBBB"}[!strings.HasSuffix(token, "AAAA")]
	}
	out := links.Token(in, giver)
	return map[string]string{
		"/account/data/:id": "$export", "/account/partners/:id": "$partner", "/account/partners/:id/keys/:key": "$partner/keys/$key",
		"/account/partners/:id/webhooks/:hook": "$partner/webhooks/$hook", "/account/partners/:id/imports/:import": "$partner/imports/$import", "/webhooks/:id": "$hook", "/searches/:id": "$search", "/partner/imports/:id": "$import", "/account/passkeys/:id": "$passkey",
		"/account/searches/:id": "$search", "/drafts/:id": "$draft", "/account/sessions/:id": "$session", "/account/tokens/:id": "$token", "/by-hand/:id": "$asked", "/decisions/:id": "$decision",
		"/groups/:id": "$group", "/groups/:id/evidence/:evidence": "$group/evidence/$evidence", "/groups/:id/seen/:evidence": "$group/seen/$evidence", "/groups/:id/invitations/:invitation": "$group/invitations/$invitation",
		"/groups/:id/members/:person": "$group/members/$giver", "/groups/:id/places/:place": "$group/places/$place", "/held/groups/:id": "$group", "/held/networks/:id": "$network", "/held/listings/:id": "$held", "/held/listings/:id/photos/:photo": "$held/photos/$photo",
		"/introductions/:id": "$connected", "/introductions/:id/files/:file": "$connected/files/$file", "/introductions/rings/:id": "$ring", "/rings/:id": "$ring",
		"/listings/:id": "$listing", "/listings/:id/photos/:photo": "$listing/photos/$photo", "/listings/:id/nearly/:other": "$listing/nearly/$listing", "/listings/:id/matches/:other": "$listing/matches/$listing", "/networks/:slug": "$slug", "/partners/:id": "$grant",
		"/partner/groups/:reference": "quiet-1", "/partner/listings/:reference": "quiet-1", "/groups/:id/partners/:mandate": "$group/partners/$mandate",
		"/may-post/:token":  swapped(l.mayPost()),
		"/photos/:id/:size": "$photo/large", "/open-referral/services/:id": "$listing", "/reports/:id": "$report", "/operator/jobs/:job": "1", "/operator/mails/:letter": "$connected",
		"/i/:token": swapped(out), "/i/:token/files/:file": swapped(out) + "/files/$file", "/o/:token": out, "/r/:token": swapped(listing.Links{Secret: secret}.RenewToken(market.ID(l.ids["$listing"]), giver, l.now)),
		"/ring/:token": out, "/s/:token": out, "/mails/:token": out, "/mails/:token/stop/:kind": out + "/stop/possible_match", "/calendar/:secret": swapped(l.known["/calendar giver"][0][:43]) + ".ics",
		"/address/:token": out, "/erase/:token": out, "/join/:token": out, "/not-me/:token": out, "/sign-in/:token": out, "/unwanted/:token": out,
	}
}

// mayPost is the secret part of the link by which the giver answers a partner.
func (l *lane) mayPost() string {
	m := market.Mandate{ID: market.ID(l.ids["$mandate"])}
	return partner.MandateToken([]byte(strings.Repeat("s", 32)), m, l.cast["giver"].person.ID)
}

// row is what is known of a route beyond the rule, which is that what is the giver's is "not found", and stays as it is.
type row struct {
	sent string // the form, or the JSON of a program, that names things of hers
	open string // why the answer is another; her things stay as they are all the same
	may  string // what an outsider does with it to what is their own; it is not asked then
	but  string // an outsider who may, and what becomes of it
	also string // the same with a path of the stranger's own, and something of hers within it
}

const (
	draft = `{"groupId":"$group","placeId":"$place","side":"offer","kind":"room","title":"Church hall","facts":{"seated":80},"where":"at_place",` +
		`"terms":{"kind":"shared"},"circle":"anyone","when":{"windows":[{"repeat":"weekly","days":["th"],"from":"18:00","until":"22:00"}]}}`
	form = "kind=room&title=Church+hall&where=at_place&circle=anyone&terms=shared&quantity=1&do=post&group=$group&place_id=$place"
)

// rows of routes by method and path. One without a row keeps the rule; it may be left out here only if it has a parameter.
var rows = map[string]row{
	"GET /groups/:id":                    {open: "a group's page is for all"},
	"GET /networks/:slug":                {open: "a network's page is for all"},
	"GET /api/v1/groups/:id":             {open: "a group's page is for all"},
	"GET /api/v1/networks/:slug":         {open: "a network's page is for all"},
	"GET /api/v1/networks/:slug/groups":  {open: "what a network's page lists for all"},
	"POST /account/sessions/:id/end":     {open: "leads to one's own sessions, as when that one has ended already"},
	"POST /account/tokens/:id/end":       {open: "leads to one's own, as above"},
	"POST /account/passkeys/:id/remove":  {open: "leads to one's own, as above"},
	"POST /account/searches/:id/delete":  {open: "leads to one's own, as above"},
	"POST /drafts/:id/delete":            {open: "leads to one's own, as above"},
	"POST /listings/:id/edit/could-help": {sent: form, open: "reads what was sent and nothing else"},
	"POST /groups/:id/block":             {may: "keeps one's own groups apart from it"},
	"POST /groups/:id/unblock":           {may: "the same"},
	"POST /offer":                        {sent: form, open: "is for a group of one's own, and hers is none"},
	"POST /ask":                          {sent: form, open: "the same"},
	"GET /sign-in/:token":                {open: "what is no link of ours is told as one that has ended"},
	"POST /sign-in/:token":               {open: "the same"},
	"GET /report":                        {sent: "about=photo:$photo"},
	"POST /report":                       {sent: "about=message:$message&reason=wrong", but: "reader: reports what their own group received"},

	"GET /groups/:id/feed.json":       {open: "what a group's page lists for all"},
	"GET /groups/:id/feed.atom":       {open: "what a group's page lists for all"},
	"GET /groups/:id/map.geojson":     {open: "what a group's page lists for all"},
	"GET /groups/:id/slots.ics":       {open: "what a group's page lists for all"},
	"GET /networks/:slug/feed.json":   {open: "what a network's page lists for all"},
	"GET /networks/:slug/feed.atom":   {open: "what a network's page lists for all"},
	"GET /networks/:slug/map.geojson": {open: "what a network's page lists for all"},
	"GET /oembed":                     {sent: "url=http://127.0.0.1:8080/listings/$listing"},

	"POST /groups/:id/evidence/:evidence/drop":        {also: "/groups/$their-group/evidence/$evidence/drop"},
	"POST /groups/:id/invitations/:invitation/revoke": {also: "/groups/$their-group/invitations/$invitation/revoke"},
	"POST /groups/:id/members/:person/remove":         {also: "/groups/$their-group/members/$giver/remove"},
	"POST /groups/:id/members/:person/role":           {sent: "role=reader", also: "/groups/$their-group/members/$giver/role"},
	"POST /groups/:id/places/:place/remove":           {also: "/groups/$their-group/places/$place/remove"},
	"GET /listings/:id/nearly/:other":                 {also: "/listings/$their-listing/nearly/$listing"},
	"POST /listings/:id/matches/:other":               {also: "/listings/$their-listing/matches/$listing"},
	"POST /listings/:id/nearly/:other":                {sent: "version=1&change=days", also: "/listings/$their-listing/nearly/$listing"},
	"POST /groups/:id/networks":                       {sent: "network=$network&do=leave"},
	"POST /groups/:id/leave":                          {sent: "heir=$giver", but: "reader: leaves"},
	"POST /networks/:slug/ask":                        {sent: "group=$group"},
	"POST /networks/:slug/leave":                      {sent: "group=$asker"},
	"POST /networks/:slug/members":                    {sent: "group=$asker&do=part"},
	"POST /networks/:slug/connectors":                 {sent: "address=guest@elsewhere.test&do=add"},
	"POST /networks/:slug/tie":                        {sent: "with=loud-lanes&as=peer&do=yes"},
	"GET /networks/:slug/tie":                         {sent: "with=loud-lanes&as=peer"},
	"POST /by-hand/:id":                               {sent: "group=$group&answer=yes&said_by=Jo&said_on=2027-01-10&way=phone"},
	"POST /reports/:id":                               {sent: "do=hidden&reason=wrong"},
	"POST /decisions/:id/answer":                      {sent: "do=restored&answer=Yes"},
	"POST /decisions/:id/appeal":                      {sent: "appeal=Please"},
	"POST /held/groups/:id/refuse":                    {sent: "words=It+is+not+so"},
	"POST /held/networks/:id/refuse":                  {sent: "words=It+is+not+so"},
	"POST /held/listings/:id/refuse":                  {sent: "reason=wrong&words=It+is+not+so"},
	"POST /partners/:id":                              {sent: "do=end&reason=No"},
	"POST /account/partners/:id/keys":                 {sent: "kind=live"},
	"POST /account/partners/:id/ask":                  {sent: "scopes=search&whole=yes"},
	"POST /account/searches/:id":                      {sent: "name=Mine&pace=now"},
	"POST /introductions/:id/write":                   {sent: "text=Hello"},
	"POST /introductions/:id/outcome":                 {sent: "answer=yes"},
	"POST /introductions/:id/suggest":                 {sent: "amount=1&when=own&on=2027-01-21&start=18:00&end=20:00&repeat=once&times=1"},
	"POST /introductions/:id/confirm":                 {sent: "sequence=1"},
	"POST /introductions/:id/keep":                    {sent: "sequence=1"},
	"POST /listings/:id/pause":                        {sent: "until=2027-02-01"},
	"POST /listings/:id/close":                        {sent: "do=withdrawn"},
	"POST /listings/:id/edit":                         {sent: form},
	"POST /listings/:id/photos":                       {sent: "id=$photo&alt_$photo=Mine&do=remove:$photo"},
	"POST /groups/:id/invite":                         {sent: "address=guest@elsewhere.test&role=owner"},
	"POST /groups/:id/evidence":                       {sent: "kind=insurance&dated=2027-01-01&expires=2027-12-31"},
	"POST /groups/:id/checks":                         {sent: "level=basic"},
	"POST /groups/:id/seen":                           {sent: "evidence=$evidence&network=$network&on=2027-01-02"},
	"POST /groups/:id/edit":                           {sent: "name=Mine+now&legal_form=informal"},
	"POST /groups/:id/pause":                          {sent: "until=2027-02-01"},
	"POST /groups/:id/places":                         {sent: "place=SE10"},
	"POST /groups/:id/close":                          {sent: "confirm=yes"},
	"POST /may-post/:token":                           {sent: "answer=yes"},
	"POST /groups/:id/partners/:mandate":              {sent: "answer=no", also: "/groups/$their-group/partners/$mandate"},
	"POST /groups/:id/clearance":                      {sent: "lines=Chairs&do=post&circle=anyone&place=$place"},

	"POST /account/partners/:id/webhooks":              {sent: "url=https://lane.test/&types=listing.gone&test=yes"},
	"POST /account/partners/:id/webhooks/:hook":        {sent: "url=https://lane.test/&types=listing.gone"},
	"POST /account/partners/:id/webhooks/:hook/replay": {sent: "delivery=$delivery"},
	"POST /account/partners/:id/imports":               {sent: "test=yes"},

	"POST /api/v1/listings":                          {sent: draft},
	"PUT /api/v1/listings/:id":                       {sent: strings.Replace(draft, `"groupId":"$group",`, "", 1)},
	"POST /api/v1/partner/listings/:reference/close": {sent: `{"as":"withdrawn"}`},
	"PUT /api/v1/partner/groups/:reference":          {sent: `{"name":"Mine","contact":"mine@lane.test"}`, but: "partner: asks a group, under a reference of its own"},
	"PUT /api/v1/partner/listings/:reference": {sent: strings.Replace(draft, `"groupId":"$group","placeId":"$place"`, `"groupReference":"quiet-1","postcode":"SE10 8EW"`, 1),
		open: "is under a reference of its own, and for a group that it was not given"},
	"POST /api/v1/partner/imports/:id/apply":    {sent: `{"sha256":"` + strings.Repeat("0", 64) + `"}`},
	"POST /api/v1/previews":                     {sent: draft},
	"POST /api/v1/introductions/:id/answer":     {sent: `{"answer":"no"}`},
	"POST /api/v1/listings/:id/matches/:other":  {also: "/api/v1/listings/$their-listing/matches/$listing"},
	"POST /api/v1/rings/:id/answer":             {sent: `{"group":"$group","answer":"no"}`},
	"POST /api/v1/listings/:id/close":           {sent: `{"as":"withdrawn"}`},
	"PUT /api/v1/listings/:id/photos":           {sent: `{"items":[{"id":"$photo","alt":"Mine"}]}`},
	"DELETE /api/v1/listings/:id/photos/:photo": {also: "/api/v1/listings/$their-listing/photos/$photo"},
	"POST /api/v1/listings/:id/photos":          {sent: "no picture"},
	"PUT /api/v1/webhooks/:id":                  {sent: `{"url":"https://lane.test/","types":["listing.gone"]}`},
	"POST /api/v1/webhooks/:id/replay":          {sent: `{"delivery":"$delivery"}`},
}

// operated are what an operator does on this site for groups and networks that are not their own; all else of others' is "not found" to
// them as well: conversations, introductions, tokens, searches, what programs of a partner's sent.
var operated = map[string]string{
	"GET /listings/:id": "whatever its circle", "GET /photos/:id/:size": "of those", "GET /report": "about those",
	"GET /groups/:id/evidence": "to take back that a connector was shown it", "POST /groups/:id/seen": "is the same page", "POST /groups/:id/seen/:evidence/undo": "takes back",
	"GET /networks/:slug/members": "who looks after it",
	"GET /reports/:id":            "decides", "GET /reports/:id/photo.jpg": "the same", "POST /reports/:id": "the same",
	"GET /decisions/:id": "the log", "POST /decisions/:id/answer": "answers appeals", "POST /decisions/:id/appeal": "is told that it is for others",
	"POST /held/groups/:id": "names", "POST /held/groups/:id/refuse": "names", "POST /held/networks/:id": "names", "POST /held/networks/:id/refuse": "names",
	"GET /partners/:id": "answers partners", "POST /partners/:id": "the same",
	"POST /operator/jobs/:job/retry": "keeps the house going", "POST /operator/mails/:letter/again": "the same",
}

// posted are what who posts for a group does for it, to what an owner posted as to their own: offers and needs, and what comes of them.
// What belongs to the group itself, and to its owner as a person, they are refused as its readers are.
var posted = map[string]string{
	"POST /offer": "posts", "POST /ask": "posts", "POST /groups/:id/clearance": "posts", "POST /groups/:id/clearance/plan": "the same",
	"POST /listings/:id/edit": "edits", "POST /listings/:id/photos": "edits", "POST /listings/:id/pause": "moves", "POST /listings/:id/reopen": "moves", "POST /listings/:id/close": "moves",
	"POST /listings/:id/renew": "moves", "POST /listings/:id/go-on": "goes on", "POST /listings/:id/matches/:other": "asks", "POST /listings/:id/nearly/:other": "asks",
	"POST /introductions/:id/yes": "answers", "POST /introductions/:id/no": "answers", "POST /introductions/:id/take-back": "answers", "POST /introductions/:id/write": "writes",
	"POST /introductions/:id/suggest": "agrees", "POST /introductions/:id/confirm": "agrees", "POST /introductions/:id/keep": "agrees", "POST /introductions/:id/outcome": "tells",
	"POST /introductions/:id/end": "ends", "POST /introductions/:id/stop": "ends", "POST /introductions/rings/:id/yes": "answers", "POST /introductions/rings/:id/no": "answers",
	"POST /groups/:id/leave": "leaves", "POST /report": "reports what their own group received", "POST /decisions/:id/appeal": "appeals for the group",

	"POST /api/v1/listings": "posts", "POST /api/v1/previews": "looks who could help", "PUT /api/v1/listings/:id": "edits", "PUT /api/v1/listings/:id/photos": "edits",
	"POST /api/v1/listings/:id/photos": "edits", "DELETE /api/v1/listings/:id/photos/:photo": "edits", "POST /api/v1/listings/:id/copy": "posts", "POST /api/v1/listings/:id/close": "moves",
	"POST /api/v1/listings/:id/open": "moves", "POST /api/v1/listings/:id/pause": "moves", "POST /api/v1/listings/:id/renew": "moves", "POST /api/v1/listings/:id/matches/:other": "asks",
	"POST /api/v1/introductions/:id/answer": "answers", "POST /api/v1/rings/:id/answer": "answers",
}

// lookedAfter are what who looks after a network does for it and the groups in it. Her listing waits for nobody's look, and her answer
// for nobody's hand: those pages are not there.
var lookedAfter = map[string]string{
	"GET /networks/:slug/edit": "edits", "POST /networks/:slug/edit": "edits", "GET /networks/:slug/words": "edits", "POST /networks/:slug/words": "edits",
	"GET /networks/:slug/members": "answers groups", "POST /networks/:slug/members": "answers groups", "POST /networks/:slug/connectors": "asks others to help",
	"POST /networks/:slug/share-out": "shares out", "GET /networks/:slug/tie": "joins others", "POST /networks/:slug/tie": "joins others",
	"GET /groups/:id/evidence": "is shown it", "POST /groups/:id/seen": "is shown it", "POST /groups/:id/seen/:evidence/undo": "takes back",
	"GET /listings/:id": "what is kept to the network", "GET /photos/:id/:size": "of those", "GET /report": "about those",
	"GET /api/v1/listings/:id": "the same", "GET /api/v1/listings/:id/photos": "the same", "GET /api/v1/photos/:id/:size": "the same",
	"GET /reports/:id": "decides", "GET /reports/:id/photo.jpg": "the same", "POST /reports/:id": "the same",
	"GET /decisions/:id": "reads what was decided", "POST /decisions/:id/appeal": "is told that it is for others", "POST /decisions/:id/answer": "the same",
	"GET /partners/:id": "answers partners", "POST /partners/:id": "the same", "POST /by-hand/:id": "answers for groups that are not online",
}

// within are what is not asked of a role, because it may do it to what is hers; what is read must be there.
var within = map[string]map[string]string{"operator": operated, "poster": posted, "connector": lookedAfter}

// plain are the routes that name nothing of anybody's: what is read, and what is done to what is one's own.
var plain = strings.Fields(`
	GET:/ GET:/accessibility GET:/account GET:/account/calendar GET:/account/data GET:/account/erase GET:/account/mails GET:/account/name
	GET:/account/partners GET:/account/passkeys GET:/account/searches GET:/account/searches/new GET:/account/sessions GET:/account/tokens
	GET:/api/v1/changes GET:/api/v1/directory GET:/api/v1/groups GET:/api/v1/introductions GET:/api/v1/kinds GET:/api/v1/listings GET:/api/v1/me
	GET:/api/v1/searches POST:/api/v1/searches GET:/api/v1/webhooks POST:/api/v1/webhooks GET:/api/v1/partner/groups GET:/api/v1/partner/listings POST:/api/v1/partner/listings POST:/api/v1/partner/imports
	GET:/api/v1/networks GET:/api/v1/openapi.json GET:/api/v1/rings GET:/api/v1/search GET:/api/v1/search/parties GET:/api/v1/suggestions GET:/ask GET:/blocks GET:/by-hand GET:/complaints
	GET:/decisions GET:/developers GET:/developers/:tag GET:/developers/changes GET:/developers/errors GET:/developers/handbook GET:/developers/open GET:/developers/limits GET:/developers/start GET:/favicon.svg GET:/find GET:/groups/new GET:/healthz GET:/help GET:/icon-192.png GET:/icon-512.png GET:/introductions
	GET:/manifest.webmanifest GET:/mine GET:/networks GET:/networks/new GET:/offer GET:/offline GET:/operator GET:/operator/mails GET:/partners
	GET:/picture.png GET:/places GET:/privacy GET:/readyz GET:/report/thanks GET:/reports GET:/robots.txt GET:/sign-in GET:/sign-in/sent GET:/sitemap.xml
	GET:/.well-known/api-catalog GET:/.well-known/security.txt GET:/developers/widget GET:/find/feed.atom GET:/find/feed.json GET:/find/map.geojson GET:/find/groups
	GET:/open-referral GET:/open-referral/ GET:/open-referral/services GET:/widget/search.json GET:/widget/:version/wherewithal-search.js
	GET:/sitemap/:part GET:/worker.js POST:/account POST:/account/address POST:/account/calendar POST:/account/calendar/end POST:/account/data
	POST:/account/erase POST:/account/mails POST:/account/mails/try POST:/account/name POST:/account/partners POST:/account/passkeys
	POST:/account/passkeys/challenge POST:/account/searches POST:/account/sessions/end-others POST:/account/tokens POST:/ask/afresh POST:/ask/could-help
	POST:/complaints POST:/groups POST:/networks/new POST:/operator/mails/again POST:/offer/afresh POST:/offer/could-help POST:/sign-in POST:/sign-in/code POST:/sign-in/passkey
	POST:/sign-in/passkey/challenge POST:/sign-out`)

func (l *lane) routed() map[string]bool {
	all := map[string]bool{}
	for _, r := range l.engine.Routes() {
		all[r.Method+" "+r.Path] = true
	}
	return all
}

// Whoever writes an id of somebody else's into a path, a form or a program's request is told that there is nothing, on every
// route of the site and the API, and nothing becomes of it. Within a group a reader may know what there is, and is told that it
// is for others to do.
func TestIdsOfOthersAreNotFoundWhereverTheyAreWritten(t *testing.T) {
	l := openLane(t)
	before, tried := l.tables(), 0
	for _, r := range l.engine.Routes() {
		if r.Method == http.MethodHead || strings.HasPrefix(r.Path, "/assets/") || strings.HasPrefix(r.Path, "/dev/") {
			continue // the same as GET; files; an operator's own mails on this machine
		}
		for _, path := range l.pathsOf(r.Method, r.Path) {
			for _, role := range outsiders {
				if role == "partner" && !strings.HasPrefix(path, api.Prefix) || strings.Contains(path, "$their") && role != "stranger" || strings.HasPrefix(rows[r.Method+" "+r.Path].but, role+":") {
					continue // a key opens no page; one's own group
				}
				why := within[role][r.Method+" "+r.Path]
				if why != "" && r.Method != http.MethodGet {
					continue
				}
				tried++
				answer, text := l.tries(role, r.Method, l.named(path), rows[r.Method+" "+r.Path].sent)
				if why != "" {
					if answer.StatusCode != http.StatusOK {
						t.Errorf("%s %s as %s, %s: %d", r.Method, path, role, why, answer.StatusCode)
					}
					continue
				}
				if !fitting(role, r.Method, r.Path, answer) {
					t.Errorf("%s %s as %s: %d %s %.300s", r.Method, path, role, answer.StatusCode, answer.Header.Get("Location"), text)
				}
			}
			if after := l.tables(); after != before {
				t.Errorf("%s %s changed %v", r.Method, path, changed(before, after))
				before = after
			}
		}
	}
	for role, routes := range within {
		for route := range routes {
			if !l.routed()[route] {
				t.Errorf("%s is no route, of %s", route, role)
			}
		}
	}
	t.Logf("%d requests", tried)
	if tried < 800 {
		t.Errorf("only %d requests were made", tried)
	}
}

// pathsOf a route that name things of the giver's.
func (l *lane) pathsOf(method, route string) []string {
	r, known := rows[method+" "+route]
	path, ok := l.fill(route)
	switch {
	case r.may != "" || slices.Contains(plain, method+":"+route):
		return nil
	case !ok:
		l.t.Errorf("%s %s: what of the giver's stands in it? Name it in paths", method, route)
		return nil
	case !known && !strings.Contains(route, ":"):
		l.t.Errorf("%s %s: what does it do with ids of others? Give it a row, or name it in plain", method, route)
		return nil
	case r.also != "":
		return []string{path, r.also}
	}
	return []string{path}
}

// fitting answers are those of the rule: "not found", and whoever has told nobody who they are is asked that first.
func fitting(role, method, route string, a *http.Response) bool {
	switch {
	case a.StatusCode == http.StatusNotFound, rows[method+" "+route].open != "" && a.StatusCode < 500:
		return true
	case role == visitor && strings.HasPrefix(route, api.Prefix):
		return a.StatusCode == http.StatusUnauthorized
	case role == visitor && a.StatusCode == http.StatusSeeOther:
		return strings.HasPrefix(a.Header.Get("Location"), "/sign-in?")
	case (strings.HasPrefix(route, api.Prefix+"/partner/") || strings.HasPrefix(route, api.Prefix+"/webhooks/")) && role != "partner": // tokens do not post for groups, and do not hear
		return a.StatusCode == http.StatusForbidden
	case role == "partner": // keys do not write
		return a.StatusCode == http.StatusForbidden
	case role == "reader", role == "poster":
		return a.StatusCode == http.StatusForbidden || a.StatusCode == http.StatusOK && method == http.MethodGet
	}
	return false
}

func (l *lane) fill(route string) (string, bool) {
	route, program := strings.CutPrefix(route, api.Prefix)
	longest := ""
	for begins := range l.hers {
		if (route == begins || strings.HasPrefix(route, begins+"/")) && len(begins) > len(longest) {
			longest = begins
		}
	}
	path := route
	if longest != "" {
		kept := longest[:strings.IndexAny(longest, ":*")]
		path = kept + l.hers[longest] + strings.TrimPrefix(route, longest)
	}
	if program {
		path = api.Prefix + path
	}
	return path, !parameter.MatchString(path)
}

// named has the ids in place of their names.
func (l *lane) named(text string) string {
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(l.ids))) { // the longer of two that begin alike first
		text = strings.ReplaceAll(text, name, l.ids[name])
	}
	return text
}

// tries a request as an outsider, with what it says: in the address of what is read, in the body of what is sent.
func (l *lane) tries(role, method, path, sent string) (*http.Response, string) {
	l.t.Helper()
	program := strings.HasPrefix(path, api.Prefix)
	sent = l.named(sent)
	kind := map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[program]
	switch {
	case method == http.MethodGet && sent != "":
		path, sent = path+"?"+sent, ""
	case sent == "no picture":
		kind = "image/jpeg"
	}
	q, err := http.NewRequestWithContext(l.ctx, method, l.server.URL+path, strings.NewReader(sent))
	l.must(err)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.Header.Set("Content-Type", kind)
	q.Header.Set("If-Match", `"1"`)
	if n := l.cast[role]; n != nil && program {
		q.Header.Set("Authorization", "Bearer "+n.token)
	} else if n != nil {
		q.Header.Set("Cookie", n.session)
	}
	answer, err := http.DefaultTransport.RoundTrip(q) // which follows no redirect
	l.must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	l.must(err)
	return answer, string(text)
}

// tables is a sum of each, without when something was last seen; what somebody signed out has begun to write waits for them.
func (l *lane) tables() string {
	if l.sums == "" {
		l.scan(&l.sums, `select string_agg(format('select %L || '' '' || md5(coalesce(string_agg(md5(x), '''' order by md5(x)), '''')) as line from (select (to_jsonb(t) - ''seen_at'')::text as x from %I.%I t) a', tablename, schemaname, tablename), ' union all ')
			from pg_tables where schemaname in ('public', 'search') and tablename <> 'unsent_forms'`)
	}
	var all string
	l.scan(&all, `select string_agg(line, E'\n' order by line) from (`+l.sums+`) b`)
	return all
}

func changed(before, after string) (out []string) {
	was := strings.Split(before, "\n")
	for _, line := range strings.Split(after, "\n") {
		if !slices.Contains(was, line) {
			name, _, _ := strings.Cut(line, " ")
			out = append(out, name)
		}
	}
	return out
}
