package e2e

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
)

// undelivered counts the letters that the mail server was tried for in vain.
const undelivered = `select count(*)::text from outbox where kind = 'letter' and failures > 0 and state <> 'done'`

func TestWithTheMailServerAwayListingsAreAcceptedAndMailsComeLater(t *testing.T) {
	t.Parallel()
	w, b := newTown(t), newBrowser(t)
	jo := w.withAHall(b)
	ama := w.neighbour(b, "ama", "Tuesday Lark Choir")
	w.box().reads(ama, amas, "Welcome") // which would be tried in vain too
	w.mails.Down()
	ama.asks(sentence)
	bea := b.person("bea", w, way{})
	bea.opens("/sign-in")
	bea.fills("Your e-mail address", "bea@band.test")
	bea.presses("Send me the link")
	bea.sees("Look in your mail")
	if status := jo.opens("/find?q=hall"); status != http.StatusOK {
		t.Errorf("with the mail server away the search answers %d", status)
	}
	jo.sees("Hall for 40")
	w.until("2", undelivered)
	w.mails.Up(t)
	w.box().opens(bea, "bea@band.test", "Your link to sign in", "/sign-in/") // asked for while it was away: still good
	saysYes(ama)
	endsTheStory(ama, way{})
	w.onceEach()
	w.measures()
	if said := body(t, w.worker.base+"/metrics"); !regexp.MustCompile(`mail_seconds_count\{outcome="retry"\} [1-9]`).MatchString(said) {
		t.Errorf("with the mail server away the worker counted no mail that was not taken:\n%.2000s", said)
	}
}

// A server that says "later" and one that hangs up get each mail in the end, and once.
func TestAMailServerThatRefusesForNowAndHangsUpGetsEachMailOnce(t *testing.T) {
	t.Parallel()
	plan := []mailtest.Fault{mailtest.None, // Jo's link; then the others, as they come
		mailtest.Busy, mailtest.CutEarly, mailtest.None,
		mailtest.Later, mailtest.CutText, mailtest.None,
		mailtest.Full, mailtest.None}
	w := townWith(t, mailtest.Options{Plan: plan}, time.Time{})
	b := newBrowser(t)
	w.withAHall(b)
	ama := beginsTheStory(b, w, way{})
	saysYes(ama)
	endsTheStory(ama, way{})
	w.onceEach()
	tries, met := w.mails.Tries()
	for _, fault := range plan {
		if met[fault] == 0 {
			t.Errorf("in %d tries fault %d was never met: %v", tries, fault, met)
		}
	}
}
