package pages

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

func TestTheMailLogIsForOperatorsAndNamesNobodyInFull(t *testing.T) {
	h := open(t)
	kit, ama := h.browser(), h.browser()
	kit.signIn("kit@operator.example", "Kit")
	ama.signIn("ama@choir.example", "Ama")
	p, err := h.store.PersonAt(t.Context(), "kit@operator.example")
	if err == nil {
		err = h.store.InTx(t.Context(), func(tx *store.Tx) error {
			for i := range 60 {
				l := market.Letter{ID: market.NewID(), Kind: market.AgreedLetter, PersonID: p.ID, AboutID: p.ID, State: market.Waiting, CreatedAt: h.now}
				if i == 0 {
					l.State, l.Tries, l.Fault, l.Answer, l.EndedAt = market.Failed, 7, "refused", "5.1.1", &h.now
				}
				l.MessageID = fmt.Sprint(i)
				if err := tx.Write(t.Context(), l); err != nil {
					return err
				}
			}
			return tx.MakeOperator(t.Context(), p.ID)
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.browser().get("/operator/mails").want(200, "Please sign in first")
	ama.get("/operator/mails").want(404).without("operator.example")
	kit.get("/operator").want(200, `<a href="/operator/mails">Mails sent</a>`)
	kit.get("/operator/mails").want(200, "Mails sent", "k…@operator.example", "waiting", "Older ones").without("kit@operator.example", "ama@choir.example")
	kit.get("/operator/mails?state=failed").want(200, "given up", "It is agreed", "7 attempts · refused · the server refused it for good (5.1.1)").without("Older ones")
	kit.get("/operator/mails?after=nonsense").want(404)
	all, err := h.store.MailLog(t.Context(), market.Viewer{Person: p.ID, Operator: true}, store.MailPage{Limit: 1000}, h.now)
	if err != nil || len(all) < 60 {
		t.Fatalf("%d letters (%v)", len(all), err)
	}
	seen := map[market.ID]bool{}
	older := regexp.MustCompile(`/operator/mails\?after=([0-9a-f-]+)[^"]+`).FindStringSubmatch(kit.get("/operator/mails").text)
	for page := (store.MailPage{Limit: 7}); ; {
		part, err := h.store.MailLog(t.Context(), market.Viewer{Operator: true}, page, h.now)
		if err != nil || len(part) == 0 {
			break
		}
		for _, l := range part {
			seen[l.ID] = true
		}
		last := part[len(part)-1]
		page.At, page.After = last.CreatedAt, last.ID
		h.exec(`delete from letters where id = $1`, last.ID) // forgotten meanwhile
	}
	if len(seen) != len(all) {
		t.Errorf("page by page %d of %d letters", len(seen), len(all))
	}
	h.exec(`delete from letters where id = $1`, older[1])
	kit.get(strings.ReplaceAll(older[0], "&amp;", "&")).want(200, "It is agreed") // though the last letter of the page before is forgotten
}

// What failed while the mail server was at fault is sent again, one mail or all of a while, though it was away for longer than letters
// are tried: none that is moot or unwanted, none to somebody who is not there, none that is too old. Each is an event.
func TestAnOperatorHasMailsSentAgainThatFailed(t *testing.T) {
	h := open(t)
	kit, ama := h.browser(), h.browser()
	kit.signIn("kit@operator.example", "Kit")
	ama.signIn("ama@choir.example", "Ama")
	h.operates("kit@operator.example")
	p, err := h.store.PersonAt(t.Context(), "ama@choir.example")
	if err != nil {
		t.Fatal(err)
	}
	failed := func(fault, answer string, ago time.Duration) (id market.ID) {
		at := h.now.Add(-ago)
		l := market.Letter{ID: market.NewID(), Kind: market.AgreedLetter, PersonID: p.ID, AboutID: p.ID, State: market.Failed, Tries: 3, Fault: fault, Answer: answer,
			CreatedAt: at.Add(-market.LetterLasts), EndedAt: &at}
		l.MessageID = string(l.ID)
		if err := h.store.InTx(t.Context(), func(tx *store.Tx) error { return tx.Write(t.Context(), l) }); err != nil {
			t.Fatal(err)
		}
		return l.ID
	}
	var never []string
	for _, l := range []struct {
		fault, answer string
		ago           time.Duration
	}{
		{"moot", "", 0}, {"stopped", "", 0}, {"bounced", "", 0}, {"reserved", "", 0}, {"refused", "5.1.1", 0},
		{"gone", "", 0}, {"no_mailbox", "550", 0}, {"away", "", market.AgainLasts},
	} {
		never = append(never, "/operator/mails/"+string(failed(l.fault, l.answer, l.ago))+"/again")
	}
	again := func(id market.ID) string { return "/operator/mails/" + string(id) + "/again" }
	one, two, three := failed("refused", "5.7.1", 0), failed("away", "", 30*time.Minute), failed("given_up", "", 30*time.Hour)
	unsure := failed("unsure", "", 0)
	const log, all = "/operator/mails?state=failed", "/operator/mails/again"
	state := func(want string, ids ...market.ID) {
		t.Helper()
		for _, id := range ids {
			l, _, err := h.store.Letter(t.Context(), id)
			jobs := h.countRows("outbox where kind = 'letter' and state = 'waiting' and subject = '" + string(id) + "'")
			events := h.countRows("events where verb = 'letter.sent_again' and other_id = '" + string(id) + "'")
			if n := map[string]int{"failed": 0, "waiting": 1}[want]; err != nil || string(l.State) != want || jobs != n || events != n {
				t.Errorf("%s %s with %d jobs and %d events, want %s (%v)", l.Fault, l.State, jobs, events, want, err)
			}
		}
	}
	ama.post(again(one), url.Values{}).want(404)
	ama.post(all, url.Values{"within": {"72"}}).want(404)
	kit.get(log).want(200, again(one), again(two), again(three)).without(never...)
	for _, path := range append(never, again(market.NewID())) {
		kit.post(path, url.Values{"once": {path}}).want(200, "no longer possible")
	}
	kit.post("/operator/mails/7/again", url.Values{}).want(404)
	state("failed", one, two, three)
	kit.get(log).fill(again(one)).want(200, "It is sent again, if what it says still holds.").without(again(one))
	state("waiting", one)
	state("failed", two, three)
	kit.post(again(one), url.Values{"once": {"twice"}}).want(200, "no longer possible")
	kit.post(all, url.Values{"within": {"100000"}, "once": {"long"}}).want(422)
	kit.get(log).fill(all, "within", "1").want(200, "1 mail is sent again")
	state("waiting", one, two)
	state("failed", three)
	kit.get(log).fill(all, "within", "6").want(200, "None of the mails of that time can be sent again.")
	h.exec(`update people set bounced = true where id = $1`, p.ID)
	kit.get(log).without(again(three)).fill(all, "within", "72").want(200, "None of the mails")
	h.exec(`update people set bounced = false where id = $1`, p.ID)
	kit.get(log).fill(all, "within", "72").want(200, "1 mail is sent again")
	state("waiting", one, two, three)
	state("failed", unsure) // which its reader may have: it does not go with all
	const warning = "Its reader may have it already"
	kit.get(log).want(200, warning).fill(again(unsure)).want(200, "It is sent again, if what it says still holds.").without(again(unsure), warning)
	state("waiting", unsure)
	if l, _, err := h.store.Letter(t.Context(), three); err != nil || !l.Until().Equal(h.now.Add(market.LetterLasts)) {
		t.Errorf("it is tried until %v (%v), want for three days from %v", l.Until(), err, h.now)
	}

	// A job that was given up is not tried again for a letter that has ended.
	lost := failed("given_up", "", 0)
	h.exec(`insert into outbox (kind, subject, state, fault, failures, due_at, queued_at, ended_at) values ('letter', $1, 'failed', 'lost', 9, now(), now(), now())`, lost)
	var job int64
	if err := h.store.Pool().QueryRow(t.Context(), `select id from outbox where state = 'failed'`).Scan(&job); err != nil {
		t.Fatal(err)
	}
	retry := fmt.Sprintf("/operator/jobs/%d/retry", job)
	kit.get("/operator").want(200, "lost, 9 tries", "Its mail has ended: see the mails").without(retry)
	kit.post(retry, url.Values{"once": {"retry"}}).want(200, "no longer possible").without("It is tried again.")
	h.exec(`update letters set state = 'waiting', ended_at = null where id = $1`, lost)
	kit.get("/operator").fill(retry).want(200, "It is tried again.")
}

// After an outage more may have failed than are sent at once: what is left is said.
func TestOfManyMailsThatFailedTheOperatorReadsHowManyAreLeft(t *testing.T) {
	h := open(t)
	kit := h.browser()
	kit.signIn("kit@operator.example", "Kit")
	h.operates("kit@operator.example")
	h.exec(`insert into letters (id, kind, person_id, about_id, message_id, state, fault, created_at, ended_at)
		select gen_random_uuid(), 'agreed', p.id, p.id, 'm' || i, 'failed', 'away', $1, $2 from people p, generate_series(1, 502) i`, h.now.Add(-80*time.Hour), h.now.Add(-8*time.Hour))
	const log, all = "/operator/mails?state=failed", "/operator/mails/again"
	kit.get(log).fill(all, "within", "24").want(200, "The 500 oldest are sent again", "Left to send again: 2.")
	kit.get(log).fill(all, "within", "24").want(200, "2 mails are sent again").without("Left to send")
	kit.get(log).fill(all, "within", "24").want(200, "None of the mails of that time")
}

// An operator reads what kind of mail it was, and what went wrong, in words and not in codes.
func TestTheMailLogHasWordsForEveryKindAndFault(t *testing.T) {
	for pattern, of := range map[string]*regexp.Regexp{
		"../../market/*.go":      regexp.MustCompile(`LetterKind = "([a-z_]+)"`),
		"../../letter/letter.go": regexp.MustCompile(`(?m)^\t\t?return "([a-z_]+)"$`),
	} {
		under, found := map[bool]string{true: "mail_log.kind.", false: "mail_log.fault."}[strings.Contains(pattern, "market")], 0
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range of.FindAllSubmatch(text, -1) {
				code := string(m[1])
				if strings.HasPrefix(code, "by_hand_") || code == "digest_request" { // what such a letter or a digest lists, and no kind of letter
					continue
				}
				if found++; !wording.Has(under + code) {
					t.Errorf("%s has no words for %s", under, code)
				}
			}
		}
		if found < 8 {
			t.Errorf("%d codes in %s: this test is not looking at them", found, pattern)
		}
	}
}
