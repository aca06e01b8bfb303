package account_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/store"
)

// eraseLink of somebody who asks to be erased now.
func (h *hub) eraseLink(p market.Person) string {
	h.t.Helper()
	h.must(h.accounts.AskErasure(h.ctx, h.viewer(p), string(market.NewID()), h.now))
	about := market.ID(h.text(`select about_id::text from letters where kind = 'erase_confirm' and person_id = $1 order by created_at desc, id desc limit 1`, p.ID))
	return market.LinkToken([]byte("tokens"), market.ToErase, about, p.ID)
}

// found are the columns of all tables, of every schema, in which a text stands: text, JSON, binary, words of a search index and
// what the planner has sampled. It is one question, and not one for each of five hundred columns.
func (h *hub) found(text string) (at []string) {
	h.t.Helper()
	rows, err := h.store.Pool().Query(h.ctx, `select format('select %L where exists (select from %I.%I where %s ilike $1)',
			rtrim(c.relname, '_0123456789') || '.' || a.attname, n.nspname, c.relname, -- the index's tables have the number of its shape
			format(case a.atttypid when 'bytea'::regtype then 'encode(%I, ''escape'')' else '%I::text' end, a.attname))
		from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
		where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and a.attnum > 0 and not a.attisdropped`)
	h.must(err)
	looks, err := pgx.CollectRows(rows, pgx.RowTo[string])
	h.must(err)
	looks = append(looks, `select 'pg_stats' where exists (select from pg_stats
		where most_common_vals::text ilike $1 or histogram_bounds::text ilike $1 or most_common_elems::text ilike $1)`)
	rows, err = h.store.Pool().Query(h.ctx, strings.Join(looks, " union all "), "%"+text+"%")
	h.must(err)
	at, err = pgx.CollectRows(rows, pgx.RowTo[string])
	h.must(err)
	return at
}

// What a person has typed is nowhere after their erasure: in no column, index and statistic of the database, no key of Redis, no
// line of the log, no file of the data with the mails that were kept there, and no document of an engine that has a copy.
func TestAfterErasureNoTextOfThePersonIsFoundAnywhere(t *testing.T) {
	h := newHouse(open(t))
	w := newTown(h.hub)
	h.lives(w)
	h.exec(`analyze`)
	before := h.found("zqp")
	for _, want := range []string{"people.address", "listings.title", "messages.text", "message_files.content", "photos.large", "decisions.was", "consents.said_by", "exchanges.need_word", "word.word", "pg_stats",
		"file mail/mails.jsonl", "index"} {
		if !contains(before, want) {
			t.Errorf("nothing is planted in %s: %v", want, before)
		}
	}
	for _, mailed := range []string{"zqptalk", "zqplistingstitle", "zqppeoplename", "zqpgroupsname", "zqpdecisionswords", w.pat.Address} {
		if !contains(h.beside(mailed), "file mail/mails.jsonl") {
			t.Errorf("no mail says %s", mailed)
		}
	}
	if got, want := h.beside("zqleft"), h.leaves("zqleft"); len(got) > 0 || !slices.Equal(h.beside("zqleft"), want) {
		t.Errorf("what is left is found in %v, and before in %v; want %v", h.beside("zqleft"), got, want)
	}
	h.exec(`update consents set said_by = (select name from people where id = $1)`, w.pat.ID) // a connector wrote her name down
	intros := introduction.New(h.store, nil, introduction.Caps{})
	if err := h.accounts.AskErasure(h.ctx, h.viewer(w.pat), "bound", h.now); !refused(err, "erase_bound") {
		t.Errorf("while a group would have no owner: %v", err)
	}
	h.must(intros.CloseGroup(h.ctx, h.viewer(w.pat), w.pats, h.now))
	link := h.eraseLink(w.pat)
	h.works()
	if state := h.text(`select state from letters where kind = 'erase_confirm' and person_id = $1`, w.pat.ID); state != "sent" {
		t.Errorf("the mail that asks is %s", state)
	}
	_, err := h.accounts.Erase(h.ctx, link, h.now)
	h.must(err)
	h.works()
	if at := h.found("zqp"); len(at) > 0 {
		t.Errorf("found in %v", at)
	}
	others := h.found("zqq")
	for _, kept := range []string{"messages.text", "listings.title", "exchanges.offer_word", "people.name", "word.word", "index", "file mail/mails.jsonl"} {
		if !contains(others, kept) {
			t.Errorf("what the other side has in %s is gone too: %v", kept, others)
		}
	}
	jobs := fmt.Sprint(h.inRedis())
	for _, told := range []string{"kind=letter", "kind=match", "kind=scrub", "outcome=retry", "outcome=done", "(address)"} {
		if !strings.Contains(h.said.String(), told) {
			t.Errorf("the log that was looked at does not say %s", told)
		}
	}
	if !strings.Contains(jobs, string(w.need)) || !strings.Contains(jobs, "completed") {
		t.Errorf("Redis, as it was looked at, held no jobs: %s", jobs)
	}
	if n := h.count(`select count(*) from introductions i join exchanges e on e.introduction_id = i.id where i.id = $1 and e.outcome = 'happened' and e.amount = 1`, w.in); n != 1 {
		t.Error("the other group's record of what happened is gone")
	}
	if n := h.count(`select count(*) from events where actor = $1`, w.pat.ID); n < 3 {
		t.Errorf("%d events are left of what she did", n)
	}
	if _, err := h.accounts.Erase(h.ctx, link, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("twice: %v", err)
	}
}

// A title, or a name of a place, that others say as well tells nothing about who is erased: mails to others that say it are theirs.
// What nobody else says does, and so does what the group is called in any case.
func TestWhatOthersSayToIsNotForgottenWithSomebody(t *testing.T) {
	h := open(t)
	hers, his := h.garden("p"), h.garden("q")
	ama, choir, hall := (&town{hub: h}).settles(&hers, "offer")
	_, quins, offer := (&town{hub: h}).settles(&his, "offer")
	h.exec(`update listings set title = 'Hall' where id = $1`, hall)
	h.exec(`update places set label = 'Church crypt', postcode = 'SE10 9NF' where group_id = $1`, choir)
	said := func() []string {
		h.t.Helper()
		said, err := h.store.Said(h.ctx, ama, []market.ID{choir})
		h.must(err)
		return said
	}
	name, words := h.text(`select name from groups where id = $1`, choir), hers.mark("listings", "description")
	for _, text := range []string{"Hall", "Church crypt", "SE10 9NF", words, name, ama.Address} {
		if !contains(said(), text) {
			t.Errorf("%q is not known as theirs", text)
		}
	}
	h.exec(`update listings set title = 'A large hall in the church  crypt' where id = $1`, offer)
	h.exec(`update places set postcode = 'SE10 9NF' where group_id = $1`, quins)
	h.exec(`update groups set name = (select name from groups where id = $1) where id = $2`, choir, quins)
	for text, want := range map[string]bool{"Hall": false, "SE10 9NF": false, "Church crypt": false, words: true, name: true, ama.Address: true} {
		if contains(said(), text) != want {
			t.Errorf("%q is theirs alone: %v", text, !want)
		}
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

func TestWhatAnErasedPersonLookedAfterPassesOn(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example", "kit@choir.example")
	ama, kit := people[0], people[1]
	w := h.garden("x")
	bea, beas, offer := (&town{hub: h}).settles(&w, "offer")
	_ = bea
	need := w.plants("listings", map[string]any{"group_id": group, "posted_by": ama.ID, "side": "need", "kind": "room", "title": "The choir's own", "facts": `{}`, "times": `{}`, "way": "online",
		"terms": `{"kind": "gift"}`, "tags": `[]`, "has": `[]`, "requires": `[]`, "asks": `{}`, "welcomes": `[]`, "not_allowed": `[]`, "involves": `[]`, "circle": "anyone", "life": "open"})
	in := w.plants("introductions", map[string]any{"offer_id": offer, "need_id": need, "offer_group_id": beas, "need_group_id": group, "state": "connected", "need_answer": "yes",
		"offer_answer": "yes", "need_by": ama.ID, "offer_by": bea.ID, "decline_reason": "", "end_cause": "", "end_side": "", "slots": `[]`, "reasons": `[]`, "fit": 0.5, "connected_at": h.now})
	_, err := h.accounts.Erase(h.ctx, h.eraseLink(ama), h.now)
	h.must(err)
	if got := h.text(`select need_by::text from introductions where id = $1`, in); got != string(kit.ID) {
		t.Errorf("the contact is %s", got)
	}
	if n := h.count(`select count(*) from letters where kind = 'new_contact'`); n != 2 {
		t.Errorf("%d are told", n)
	}
	if got := h.text(`select title from listings where id = $1`, need); got != "The choir's own" {
		t.Errorf("what was posted for a group of others is now %q", got)
	}
	if ms, err := h.store.Members(h.ctx, group, h.now); err != nil || len(ms) != 1 {
		t.Errorf("%d members, %v", len(ms), err)
	}
}

func TestAnErasingLinkIsForADayAndNoUseToOthers(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	link := h.eraseLink(ama)
	if _, err := h.accounts.Erase(h.ctx, link, h.now.Add(market.EraseLasts)); !errors.Is(err, market.ErrGone) {
		t.Errorf("a day later: %v", err)
	}
	forged := market.LinkToken([]byte("tokens"), market.ToErase, market.NewID(), ama.ID)
	if _, err := h.accounts.Erase(h.ctx, forged, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("one of no mail: %v", err)
	}
	if _, err := h.accounts.Erase(h.ctx, "Z"+link[1:], h.now); err == nil {
		t.Error("a changed link works")
	}
	if n := h.count(`select count(*) from people where erased_at is not null`); n != 0 {
		t.Error("she is erased")
	}
}

// Whoever moved off a mail box that others read is not erased by what was sent there.
func TestAnErasingLinkDoesNotOutliveItsAddress(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	link := h.eraseLink(ama)
	h.now = h.now.Add(time.Minute)
	_, confirm, _ := h.asks(ama, "ama@new.example")
	h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", confirm, h.now))
	if _, err := h.accounts.Erase(h.ctx, link, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("erased by what was sent to the address before: %v", err)
	}
}

func TestWhoIsErasedMayComeBackAndIsNotInvitedAgainstTheirWill(t *testing.T) {
	h := open(t)
	group, people := h.owners("owner@choir.example")
	ama := h.person("ama@choir.example")
	h.tx(func(tx *store.Tx) error { return tx.StopMails(h.ctx, ama.ID, market.OptionalKinds, h.now) })
	_, err := h.accounts.Erase(h.ctx, h.eraseLink(ama), h.now)
	h.must(err)
	h.must(h.accounts.Invite(h.ctx, h.viewer(people[0]), group, ama.Address, market.Reader, nil, "invite", h.now))
	if got := h.delivers(); len(got[market.InvitationLetter]) != 0 {
		t.Errorf("an invitation went to %v", got)
	}
	var again market.Person
	h.must(h.accounts.AskLink(h.ctx, ama.Address, []byte("browser"), "", "/", "ask", h.now))
	id := market.ID(h.text(`select id::text from sign_ins where address = $1`, ama.Address))
	entered, err := h.accounts.UseLink(h.ctx, h.accounts.LinkSecret(id), []byte("browser"), "", h.now)
	h.must(err)
	if again = entered.Person; again.ID == ama.ID || again.Name != "" {
		t.Errorf("came back as %+v", again)
	}
	if n := h.count(`select count(*) from suppressed`); n != 0 {
		t.Error("the address is suppressed still")
	}
	h.exec(`insert into suppressed (hash, since) values ('x', $1)`, h.now)
	h.must(h.store.Forget(h.ctx, h.now.AddDate(2, 0, 1)))
	if n := h.count(`select count(*) from suppressed`); n != 0 {
		t.Error("suppressed for longer than two years")
	}
}

// What the law has the site act on and answer for stays while it is open, without whoever wrote it, and goes once it is over.
func TestWordsOfOpenReportsAndDecisionsStayUntilTheyAreOver(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example", "kit@choir.example")
	kit, long := people[1], h.now.Add(-market.AppealWithin-time.Hour)
	for name, r := range map[string]struct{ person, address, handled any }{
		"zopen": {kit.ID, "", nil}, "zmailed": {nil, kit.Address, nil}, "zdone": {kit.ID, "", h.now}} {
		h.exec(`insert into reports (id, subject, subject_id, reason, words, person_id, address, created_at, handled_at) values (gen_random_uuid(), 'site', gen_random_uuid(), 'another', $1, $2, $3, $4, $5)`,
			name, r.person, r.address, h.now, r.handled)
	}
	for name, d := range map[string]struct {
		made             time.Time
		appeal, answered any
	}{"znew": {h.now, nil, nil}, "zappealed": {long, h.now, nil}, "zold": {long, nil, nil}, "zanswered": {h.now, h.now, h.now}} {
		h.exec(`insert into decisions (id, subject, subject_id, group_id, act, reason, words, decided_by, created_at, appeal, appealed_at, appealed_by, answered_at, outcome)
			values (gen_random_uuid(), 'listing', gen_random_uuid(), $1, 'hidden', 'wrong', $2 || 'words', $3, $4, case when $5::timestamptz is null then '' else $2 || 'appeal' end, $5, $3, $6, '')`, group, name, kit.ID, d.made, d.appeal, d.answered)
	}
	link := h.eraseLink(kit)
	_, err := h.accounts.Erase(h.ctx, link, h.now)
	h.must(err)
	left := func(when string, want string) {
		t.Helper()
		got := h.text(`select coalesce(string_agg(w, ' ' order by w), '') from (select words as w from reports union all select words from decisions union all select appeal from decisions) a where w like 'z%'`)
		if got != want {
			t.Errorf("%s: %q stay, want %q", when, got, want)
		}
	}
	left("erased", "zappealedappeal zappealedwords zmailed znewwords zopen")
	if n := h.count(`select count(*) from reports where address <> '' or person_id is distinct from $1 and handled_at is null`, kit.ID); n > 0 {
		t.Errorf("%d reports have an address still, or belong to nobody who is erased", n)
	}
	h.exec(`update reports set handled_at = $1 where handled_at is null`, h.now)
	h.exec(`update decisions set answered_at = $1 where appealed_at is not null and answered_at is null`, h.now)
	h.must(h.store.Forget(h.ctx, h.now.Add(time.Minute)))
	left("dealt with", "znewwords")
	h.must(h.store.Forget(h.ctx, h.now.Add(market.AppealWithin+time.Minute)))
	left("over", "")
}
