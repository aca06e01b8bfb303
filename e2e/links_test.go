package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/partner"
)

// secret is what the hub signs the links of its mails with.
func (h *hub) secret() []byte {
	h.t.Helper()
	kept, err := os.ReadFile(filepath.Join(h.data, "secrets"))
	if err != nil {
		h.t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(kept), "TOKEN_SECRET=")
	line, _, _ := strings.Cut(after, "\n")
	return []byte(line)
}

// amaIs is the id of ama.
func (h *hub) amaIs() market.ID {
	h.t.Helper()
	return market.ID(h.query(`select id::text from people where address = '` + amas + `'`))
}

// mailed gives the paths that mails to ama lead to, each of something that waits for her: what the story makes is linked to as the
// mail would, and what only time or somebody else brings is put there.
func (h *hub) mailed(at known) {
	h.t.Helper()
	secret, ama := h.secret(), h.amaIs()
	last := func(route string) market.ID { return market.ID(at[route][strings.LastIndex(at[route], "/")+1:]) }
	row := func(sql string) market.ID {
		h.t.Helper()
		return market.ID(h.query(strings.NewReplacer("$ama", string(ama), "$address", amas).Replace(sql)))
	}
	at["/o/:token"] = "/o/" + introduction.Links{Secret: secret}.OutcomeToken(last("/introductions/:id"), ama)
	at["/ring/:token"] = "/ring/" + introduction.Links{Secret: secret}.RingToken(last("/introductions/rings/:id"), ama)
	at["/r/:token"] = "/r/" + listing.Links{Secret: secret}.RenewToken(last("/listings/:id"), ama, time.Now().AddDate(0, 0, 5))
	at["/s/:token"] = "/s/" + market.LinkToken(secret, market.StopSearch, row(`select id::text from saved_searches where person_id = '$ama' limit 1`), ama)
	at["/erase/:token"] = "/erase/" + market.LinkToken(secret, market.ToErase, row(`insert into letters (id, kind, person_id, about_id, message_id, state, created_at)
		select gen_random_uuid(), 'erase_confirm', '$ama', gen_random_uuid(), gen_random_uuid()::text, 'failed', now() returning about_id::text`), ama)
	change := row(`insert into address_changes (id, person_id, was, address, created_at, expires_at)
		select gen_random_uuid(), '$ama', '$address', 'new@lark.test', now(), now() + interval '1 day' returning id::text`)
	at["/address/:token"] = "/address/" + market.LinkToken(secret, market.ToConfirmAddress, change, ama)
	at["/not-me/:token"] = "/not-me/" + market.LinkToken(secret, market.ToDisown, change, ama)
	group := row(`select g.id::text from groups g where g.sample and not exists (select from memberships m where m.group_id = g.id and m.person_id = '$ama') order by g.id desc limit 1`)
	at["/join/:token"] = "/join/" + market.LinkToken(secret, market.ToJoin, row(`insert into invitations (id, group_id, address, role, invited_by, created_at, expires_at)
		select gen_random_uuid(), m.group_id, '$address', 'poster', m.person_id, now(), now() + interval '7 days'
		  from memberships m where m.group_id = '`+string(group)+`' and m.role = 'owner' and m.until is null limit 1 returning id::text`), group)
	asks := market.Mandate{Address: "asked@lark.test", PartnerID: row(`with given as (insert into partner_grants (id, partner_id, network_id, scopes, per_minute, per_day, state, asked_at, decided_at)
		select gen_random_uuid(), partner_id, (select id from networks where sample order by id limit 1), '["listings:write"]', 60, 1000, 'granted', asked_at, now() from partner_grants order by asked_at desc limit 1
		returning partner_id) select partner_id::text from given`)}
	asks.ID = row(`insert into mandates (id, partner_id, test, reference, address, about, state, asked_at, lapses_at)
		select gen_random_uuid(), '` + string(asks.PartnerID) + `', false, 'lark', '` + asks.Address + `', '{"name": "Lark Lane Café"}', 'asked', now(), now() + interval '14 days' returning id::text`)
	at["/unwanted/:token"] = "/unwanted/" + market.UnwantedToken(secret, "asked@lark.test")
	at["/may-post/:token"] = "/may-post/" + partner.MandateToken(secret, asks, ama)
}
