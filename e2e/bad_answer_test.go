package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
)

// answered are the routes that answer something which waits for an answer, each with the SQL that has it wait again: what one
// value settled would keep the next from the code that it is for. A $name is the id of one of the things of decides.
var answered = map[string]string{
	"/reports/:id": `update reports set handled_at = null where id = '$report' returning id::text`,

	"/decisions/:id/appeal": `update decisions set appeal = '', appealed_at = null where id = '$decision' returning id::text`,
	"/decisions/:id/answer": `update decisions set outcome = '', answer = '', answered_at = null, was = 'open' where id = '$appeal' returning id::text`,
	"/held/groups/:id":      heldAgain,
	"/held/groups/:id/refuse": `with gone as (delete from decisions where subject_id = '$name' returning id)
		` + heldAgain,
	"/held/networks/:id": networkHeldAgain,
	"/held/networks/:id/refuse": `with gone as (delete from decisions where subject_id = '$alike' returning id)
		` + networkHeldAgain,
	"/held/listings/:id":        waitsAgain,
	"/held/listings/:id/refuse": waitsAgain,
	"/join/:token":              invitedAgain,
	"/join/:token/no":           invitedAgain,
	"/groups/:id/networks": `insert into network_members (network_id, group_id, invited_at) values ('$above', '$hers', now())
		on conflict on constraint network_members_pkey do update set invited_at = now(), asked_at = null, agreed_at = null returning group_id::text`,
	"/networks/:slug/members": `insert into network_members (network_id, group_id, asked_at) values ('$network', '$asker', now())
		on conflict on constraint network_members_pkey do update set asked_at = now(), invited_at = null, agreed_at = null returning group_id::text`,
	"/introductions/:id/outcome": askedAgain,
	"/o/:token":                  askedAgain,
	"/r/:token":                  endsSoon,
	"/listings/:id/renew":        endsSoon,
}

// stands are routes that answer nothing, each with the SQL for how things must stand: what was sent elsewhere changed that.
var stands = map[string]string{"/i/:token/write": connectedAgain, "/introductions/:id/write": connectedAgain}

const connectedAgain = `update introductions set state = 'connected', need_answer = 'yes', offer_answer = 'yes', ended_at = null where id = '$introduction' returning id::text`

const (
	heldAgain        = `update groups set held_at = now() where id = '$name' returning id::text`
	networkHeldAgain = `update networks set held_at = now() where id = '$alike' returning id::text`
	waitsAgain       = `with l as (update listings set life = 'draft', version = 1 where id = '$draft' returning id, group_id),
		m as (insert into network_members (network_id, group_id, asked_at, agreed_at) select '$network', group_id, now(), now() from l
			on conflict on constraint network_members_pkey do update set agreed_at = now(), cleared_at = null),
		n as (update networks set holds = true where id = '$network')
		insert into held_listings (listing_id, group_id, created_at) select id, group_id, now() from l
			on conflict on constraint held_listings_pkey do update set created_at = now() returning listing_id::text`
	invitedAgain = `with m as (delete from memberships m using people p where p.id = m.person_id and p.address = '` + amas + `' and m.group_id = '$joined')
		update invitations set address = '` + amas + `', ended_at = null, outcome = '', declined_hash = null where id = '$invitation' returning id::text`
	askedAgain = `with i as (update introductions set state = 'connected', need_answer = 'yes', offer_answer = 'yes', ended_at = null where id = '$introduction')
		update exchanges set stage = 'asked', asked_at = now(), closed_at = null, need_says = '', need_word = '', need_worked = '', offer_says = '',
		outcome = 'unknown' where introduction_id = '$introduction' returning id::text`
	endsSoon = `update listings set life = 'open', closed_at = null, expires_at = now() + interval '5 days' where id = '$own' returning id::text`
)

// decides has one of each thing wait for ama, who is an operator from here on, and gives the stage their paths and forms.
func (s *stage) decides() {
	s.t.Helper()
	var err error
	if s.direct, err = pgx.Connect(s.t.Context(), s.database()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.direct.Close(context.Background()) }) // its Postgres may have gone with the hub
	s.query(`update people set operator = true where address = '` + amas + `' returning id::text`)
	s.ids = map[string]string{"hers": strings.TrimPrefix(s.at["/groups/:id"], "/groups/"), "own": strings.TrimPrefix(s.at["/listings/:id"], "/listings/"),
		"introduction": strings.TrimPrefix(s.at["/introductions/:id"], "/introductions/"),
		"network":      s.query(`select id::text from networks where slug = '` + strings.TrimPrefix(s.at["/networks/:slug"], "/networks/") + `'`),
		"above":        s.query(`select id::text from networks where sample order by id desc limit 1`)}
	others := func(n int) string { // sample groups with an open listing, none of which ama has to do with
		return fmt.Sprintf(`(select g.id from groups g where g.sample and g.id <> (select offer_group_id from introductions where id = '%s')
			and exists (select from listings l where l.group_id = g.id and l.life = 'open') order by g.id desc limit 1 offset %d)`, s.ids["introduction"], n)
	}
	listingOf := func(n int) string {
		return `(select l.id from listings l where l.group_id = ` + others(n) + ` and l.life = 'open' order by l.id limit 1)`
	}
	for name, sql := range map[string]string{
		"report": `insert into reports (id, subject, subject_id, reason, words, created_at)
			values (gen_random_uuid(), 'listing', ` + listingOf(0) + `, 'wrong', 'It closed last year.', now()) returning id::text`,
		"decision": `insert into decisions (id, subject, subject_id, group_id, act, reason, words, created_at)
			values (gen_random_uuid(), 'listing', '` + s.ids["own"] + `', '` + s.ids["hers"] + `', 'hidden', 'wrong', 'It closed last year.', now()) returning id::text`,
		"appeal": `insert into decisions (id, subject, subject_id, group_id, act, reason, words, was, created_at, appeal, appealed_at)
			values (gen_random_uuid(), 'listing', ` + listingOf(0) + `, ` + others(0) + `, 'hidden', 'wrong', 'It closed.', 'open', now(), 'It did not.', now()) returning id::text`,
		"name": `insert into groups (id, name, likeness, legal_form, held_at, created_at)
			select gen_random_uuid(), name, likeness, legal_form, now(), now() from groups where id = ` + others(1) + ` returning id::text`,
		"alike": `insert into networks (id, slug, name, likeness, level, held_at, created_at)
			select gen_random_uuid(), slug || '-too', name, likeness, level, now(), now() from networks where id = '` + s.ids["network"] + `' returning id::text`,
		"draft":  `select ` + listingOf(2) + `::text`,
		"joined": `select ` + others(3) + `::text`,
		"asker":  `select ` + others(4) + `::text`,
		"invitation": `insert into invitations (id, group_id, address, role, invited_by, created_at, expires_at)
			select gen_random_uuid(), m.group_id, '` + amas + `', 'poster', m.person_id, now(), now() + interval '7 days'
			  from memberships m where m.group_id = ` + others(3) + ` and m.role = 'owner' and m.until is null limit 1 returning id::text`,
	} {
		s.ids[name] = s.query(sql)
	}
	s.at["/reports/:id"], s.at["/held/groups/:id"], s.at["/held/listings/:id"] = "/reports/"+s.ids["report"], "/held/groups/"+s.ids["name"], "/held/listings/"+s.ids["draft"]
	s.at["/held/networks/:id"] = "/held/networks/" + s.ids["alike"]
	s.at["/decisions/:id"], s.at["/decisions/:id/answer"] = "/decisions/"+s.ids["decision"], "/decisions/"+s.ids["appeal"]+"/answer"
	s.links()
	s.looksAtWhatWaits()
}

// again has what a route answers wait for its answer once more; of any other route it does nothing.
func (s *stage) again(route string) {
	s.t.Helper()
	sql := answered[route] + stands[route]
	if sql == "" {
		return
	}
	for name, id := range s.ids {
		sql = strings.ReplaceAll(sql, "'$"+name+"'", "'"+id+"'")
	}
	var id string
	if err := s.direct.QueryRow(s.t.Context(), sql).Scan(&id); err != nil {
		s.t.Fatalf("%s: %v", route, err)
	}
}

// links are those that mails would bring: of what is asked about long after, and of an invitation that somebody else sends.
func (s *stage) links() {
	s.t.Helper()
	secret, ama := s.secret(), s.amaIs()
	s.at["/o/:token"] = "/o/" + introduction.Links{Secret: secret}.OutcomeToken(market.ID(s.ids["introduction"]), ama)
	s.at["/r/:token"] = "/r/" + listing.Links{Secret: secret}.RenewToken(market.ID(s.ids["own"]), ama, time.Now().AddDate(0, 0, 5))
	s.at["/join/:token"] = "/join/" + market.LinkToken(secret, market.ToJoin, market.ID(s.ids["invitation"]), market.ID(s.ids["joined"]))
}

// looksAtWhatWaits reads the form of each on its page.
func (s *stage) looksAtWhatWaits() {
	s.t.Helper()
	var pages []string
	for route := range answered {
		s.again(route)
		path, _ := s.at.fill(route)
		delete(s.forms, path)
		path = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(path, "/refuse"), "/appeal"), "/answer")
		pages = append(pages, strings.TrimSuffix(strings.TrimSuffix(path, "/no"), "/renew"))
	}
	s.forms.walk(s.ama.walker(), slices.Compact(slices.Sorted(slices.Values(pages))))
	for route := range answered {
		if path, _ := s.at.fill(route); len(s.forms[path]) == 0 {
			s.t.Errorf("%s: the page of what waits has no form for it", route)
			s.forms[path] = url.Values{}
		}
	}
	for route, fields := range map[string]url.Values{ // what is chosen or written on them
		"/reports/:id":               {"do": {"hidden"}, "reason": {"wrong"}, "words": {"It closed last year."}},
		"/decisions/:id/appeal":      {"appeal": {"It is open."}},
		"/decisions/:id/answer":      {"do": {"restored"}, "answer": {"You are right."}},
		"/held/groups/:id/refuse":    {"words": {"Another group is called so."}},
		"/held/networks/:id/refuse":  {"words": {"Another network is called so."}},
		"/held/listings/:id/refuse":  {"reason": {"wrong"}, "words": {"It is no room."}},
		"/networks/:slug/members":    {"do": {"no"}, "words": {"Ask the other lane."}},
		"/groups/:id/networks":       {"network": {s.ids["above"]}, "do": {"yes"}},
		"/introductions/:id/outcome": {"answer": {"yes"}, "word": {"Thank you."}, "worked": {"Chairs."}},
		"/o/:token":                  {"answer": {"yes"}, "word": {"Thank you."}, "worked": {"Chairs."}},
	} {
		path, _ := s.at.fill(route)
		for name, value := range fields {
			if !s.forms[path].Has(name) {
				s.t.Errorf("%s: its form has no %s", route, name)
			}
			s.forms[path][name] = value
		}
	}
}

// taken checks that the form of a thing that waits is taken when nothing is wrong with it: else its absurd values would meet
// nothing but a refusal.
func (s *stage) taken(w walker, route, path string, fields url.Values) {
	s.t.Helper()
	if answered[route] == "" {
		return
	}
	s.again(route)
	right := maps.Clone(fields)
	right.Del("once")
	before := s.query(`select count(*)::text from events`)
	status, said := w.send(path, form, strings.NewReader(right.Encode()))
	if after := s.query(`select count(*)::text from events`); status != http.StatusSeeOther || after == before {
		s.t.Errorf("%s: status %d with nothing wrong, and %s events after %s\n%.1000s", route, status, after, before, said)
	}
}
