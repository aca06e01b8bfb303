package account_test

import (
	"errors"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/store"
)

// welcomed are the mails of welcome that wait, sent now; there are no other letters.
func (h *hub) welcomed(want int) {
	h.t.Helper()
	got := h.delivers()
	if len(got[market.WelcomeLetter]) != want || len(h.sent) != want {
		h.t.Errorf("mails %v, want %d of welcome alone", got, want)
	}
}

func TestWhoGivesTheirNameForTheFirstTimeIsWelcomedOnce(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	v := h.viewer(ama)
	if err := h.accounts.SetName(h.ctx, v, " ", "en-GB", h.now); err == nil {
		t.Fatal("nobody is called so")
	}
	h.welcomed(0) // a name that is refused is none
	h.must(h.accounts.SetName(h.ctx, v, "Ama", "en-GB", h.now))
	h.welcomed(1)
	o := h.sent[0]
	for _, words := range []string{"Hello, Ama", "Say what your group needs or could lend:\nhttps://hub.example/\n", "Help", "“Your mails”"} {
		if !strings.Contains(o.Text, words) {
			t.Errorf("it does not say %q:\n%s", words, o.Text)
		}
	}
	if o.To != "ama@choir.example" || o.Subject != "Welcome to Wherewithal" || o.Unsubscribe != "" || strings.Count(o.Text, "https://") != 1 {
		t.Errorf("to %s: %q, stopped by %q\n%s", o.To, o.Subject, o.Unsubscribe, o.Text)
	}
	h.must(h.accounts.SetName(h.ctx, v, "Ama", "en-GB", h.now))
	h.must(h.accounts.SetAbout(h.ctx, v, "Ama Quill", "en-GB", market.DefaultZone, h.now))
	h.exec(`delete from letters`) // which are forgotten after a while
	h.must(h.accounts.SetName(h.ctx, v, "Ama", "en-GB", h.now))
	h.welcomed(0)
}

func TestWhoGivesTheirNameForTheFirstTimeInTheirAccountIsWelcomedToo(t *testing.T) {
	h := open(t)
	v := h.viewer(h.person("ama@choir.example"))
	h.must(h.accounts.SetAbout(h.ctx, v, "Ama", "en-GB", market.DefaultZone, h.now))
	h.must(h.accounts.SetName(h.ctx, v, "Ama", "en-GB", h.now))
	h.welcomed(1)
}

func TestWhoHadANameIsNotWelcomed(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	h.tx(func(tx *store.Tx) error { return tx.NamePerson(h.ctx, ama.ID, "Ama", "en-GB") })
	h.must(h.accounts.SetName(h.ctx, h.viewer(ama), "Ama Quill", "en-GB", h.now))
	h.welcomed(0)
}

// Two forms sent at once find no name, both of them.
func TestOfTwoFirstNamesAtOnceOneIsWelcomed(t *testing.T) {
	h := open(t)
	v := h.viewer(h.person("ama@choir.example"))
	done := make(chan error, 1)
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		err := tx.NamePerson(h.ctx, v.Person, "Ama", "en-GB")
		go func() { done <- h.accounts.SetName(h.ctx, v, "Ama Quill", "en-GB", h.now) }()
		h.waits(done)
		_, told := tx.Send(h.ctx, market.Letter{Kind: market.WelcomeLetter, PersonID: v.Person, AboutID: v.Person}, string(market.WelcomeLetter), h.now)
		return errors.Join(err, told)
	}))
	h.must(<-done)
	h.welcomed(1)
}

// Whoever was invited into a group is led there while that can be taken, and else as everybody is.
func TestWhoIsInvitedIsWelcomedToTheirAnswer(t *testing.T) {
	h := open(t)
	group, owners := h.owners("joan@hall.example")
	for address, ended := range map[string]bool{"ama@choir.example": false, "bea@band.example": true} {
		link := "https://hub.example/join/" + h.invited(owners[0], group, address)
		if ended {
			h.exec(`update invitations set ended_at = $1, outcome = 'revoked' where address = $2`, h.now, address)
		}
		h.delivers()
		h.must(h.accounts.SetName(h.ctx, h.viewer(h.person(address)), "Somebody", "en-GB", h.now))
		h.welcomed(1)
		if text := h.sent[0].Text; strings.Contains(text, link) == ended || strings.Contains(text, "Creekside Choir") == ended || strings.Count(text, "https://") != 1 {
			t.Errorf("its end is %v, and the mail says\n%s", ended, text)
		}
	}
}
