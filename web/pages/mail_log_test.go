package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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
	all, err := h.store.MailLog(t.Context(), market.Viewer{Person: p.ID, Operator: true}, "", "", 1000)
	if err != nil || len(all) < 60 {
		t.Fatalf("%d letters (%v)", len(all), err)
	}
	seen := map[market.ID]bool{}
	for after := market.ID(""); ; {
		part, err := h.store.MailLog(t.Context(), market.Viewer{Operator: true}, "", after, 7)
		if err != nil || len(part) == 0 {
			break
		}
		for _, l := range part {
			seen[l.ID] = true
		}
		after = part[len(part)-1].ID
	}
	if len(seen) != len(all) {
		t.Errorf("page by page %d of %d letters", len(seen), len(all))
	}
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
				if strings.HasPrefix(code, "by_hand_") { // what such a letter lists, and no kind of letter
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
