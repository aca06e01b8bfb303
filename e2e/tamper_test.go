package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// ofAma is all that somebody else might change by writing an id of hers into a path.
const ofAma = `select coalesce(string_agg(line, E'\n' order by line), '') from (
	select 'group ' || to_jsonb(g)::text as line from groups g where g.id in (select group_id from mine)
	union all select 'place ' || to_jsonb(p)::text from places p where p.group_id in (select group_id from mine)
	union all select 'member ' || to_jsonb(m)::text from memberships m where m.group_id in (select group_id from mine)
	union all select 'invitation ' || i.id from invitations i where i.group_id in (select group_id from mine)
	union all select 'evidence ' || e.id from evidence e where e.group_id in (select group_id from mine)
	union all select 'checks ' || c.level from check_statements c where c.group_id in (select group_id from mine)
	union all select 'block ' || b.blocked_id from blocks b where b.group_id in (select group_id from mine)
	union all select 'listing ' || l.id || l.life || l.title || l.description from listings l where l.group_id in (select group_id from mine)
	union all select 'introduction ' || i.id || i.need_answer || i.offer_answer from introductions i where i.connected_at is not null and i.need_group_id in (select group_id from mine)
	union all select 'message ' || x.id from messages x join introductions i on i.id = x.introduction_id where i.need_group_id in (select group_id from mine)
	union all select 'exchange ' || x.id || x.stage from exchanges x join introductions i on i.id = x.introduction_id where i.need_group_id in (select group_id from mine)
	union all select 'session ' || s.id || coalesce(s.ended_at::text, '') from sessions s where s.person_id in (select person_id from mine)
	union all select 'network ' || n.name || n.about from networks n where not n.sample) all_rows`

// theirs begin the routes that act on what somebody has.
var theirs = []string{"/groups/:id/", "/listings/:id/", "/introductions/:id/", "/account/sessions/:id/", "/networks/:slug/"}

// notHers are routes that anybody may use on another's: what they do is done to what is one's own.
var notHers = map[string]string{
	"/groups/:id/block":   "keeps one's own groups apart from it",
	"/groups/:id/unblock": "the same",
}

// harmless are routes that answer a stranger otherwise than by "not found", with why that tells and does nothing.
var harmless = map[string]string{
	"/account/sessions/:id/end":     "leads back to one's own sessions, as when that one has ended already",
	"/listings/:id/edit/could-help": "reads what was sent and nothing else: nobody could help whoever may not post for the group",
}

// Ids of somebody else's things in any path do nothing, and are told as what is not there; signed out one is asked who one
// is.
func (s *stage) nobodyElseChanges(t *testing.T) {
	stranger, visitor := s.ama.person("stranger", s.hub, way{}), s.ama.person("nobody", s.hub, way{})
	stranger.signsIn("owl@lane.test", "Owl")
	stranger.foundsGroup("Owl Lane Scouts", "SE10")
	hers := `with mine as (select m.group_id, m.person_id from memberships m join people p on p.id = m.person_id where p.address = '` + amas + `') ` + ofAma
	before, tried := s.query(hers), 0
	for _, route := range routes(t, http.MethodPost) {
		path, ok := s.at.fill(route)
		if !ok || notHers[route] != "" || !begins(route, theirs) {
			continue
		}
		path, _, _ = strings.Cut(path, "?")
		tried++
		fields := url.Values{}
		for name, values := range s.fieldsOf(route, path) {
			fields[name] = values
		}
		fields.Set("once", "tampered "+route)
		for _, p := range []person{stranger, visitor} {
			status, said := p.walker().send(path, form, strings.NewReader(fields.Encode()))
			wants := status >= 400 && status < 500 || harmless[route] != "" && status < 500
			if p.who == visitor.who {
				wants = wants || status == http.StatusSeeOther // to sign in
			}
			if !wants {
				t.Errorf("%s as %s: status %d\n%.300s", route, p.who, status, said)
			}
			if p.who == stranger.who && status != http.StatusNotFound {
				t.Logf("%s as %s: status %d", route, p.who, status)
			}
		}
		if after := s.query(hers); after != before {
			t.Errorf("%s changed\n%s\nto\n%s", route, before, after)
			before = after
		}
	}
	if tried < 30 {
		t.Errorf("only %d routes were tried", tried)
	}
}

func begins(route string, all []string) bool {
	for _, b := range all {
		if strings.HasPrefix(route, b) {
			return true
		}
	}
	return false
}
