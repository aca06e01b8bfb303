package account_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/store"
)

// asks for a change and gives the change with both of its links.
func (h *hub) asks(p market.Person, address string) (c market.AddressChange, confirm, disown string) {
	h.t.Helper()
	h.must(h.accounts.AskAddress(h.ctx, h.viewer(p), address, nil, string(market.NewID()), h.now))
	c, err := h.accounts.AddressWaiting(h.ctx, h.viewer(p), h.now)
	h.must(err)
	link := func(purpose string) string { return market.LinkToken([]byte("tokens"), purpose, c.ID, p.ID) }
	return c, link(market.ToConfirmAddress), link(market.ToDisown)
}

// session of a person, and how many of theirs are open.
func (h *hub) session(p market.Person) market.ID {
	h.t.Helper()
	s := market.Session{ID: market.NewID(), PersonID: p.ID, Hash: account.NewSecret(), CreatedAt: h.now, SeenAt: h.now}
	h.tx(func(tx *store.Tx) error { return tx.StartSession(h.ctx, s) })
	return s.ID
}

func (h *hub) open(p market.Person) int {
	return h.count(`select count(*) from sessions where person_id = $1 and ended_at is null`, p.ID)
}

func (h *hub) addressOf(p market.Person) string {
	h.t.Helper()
	p, err := h.store.Person(h.ctx, p.ID)
	h.must(err)
	return p.Address
}

// delivers all letters that wait, and gives to whom each kind went.
func (h *hub) delivers() map[market.LetterKind][]string {
	h.t.Helper()
	h.sent = nil
	ids, err := h.store.WaitingLetters(h.ctx, 100)
	h.must(err)
	went := map[market.LetterKind][]string{}
	for _, id := range ids {
		l, _, err := h.store.Letter(h.ctx, id)
		h.must(err)
		n := len(h.sent)
		h.must(h.letters.Send(h.ctx, id, h.now))
		if len(h.sent) > n {
			went[l.Kind] = append(went[l.Kind], h.sent[n].To)
		}
	}
	return went
}

func TestAnAddressChangesOnlyWhenWhoeverAskedConfirmsIt(t *testing.T) {
	h := open(t)
	ama, eve := h.person("ama@choir.example"), h.person("eve@else.example")
	here := h.session(ama)
	h.session(ama)
	_, confirm, _ := h.asks(ama, "Ama@New.example")
	if got := h.delivers(); got[market.AddressConfirm][0] != "ama@new.example" || got[market.AddressAsked][0] != "ama@choir.example" {
		t.Errorf("written to %v", got)
	}
	if h.addressOf(ama) != "ama@choir.example" {
		t.Fatal("changed before it was confirmed")
	}
	for who, want := range map[market.ID]error{"": market.ErrSignedOut, eve.ID: market.ErrForbidden} {
		if err := h.accounts.ConfirmAddress(h.ctx, market.Viewer{Person: who}, "", confirm, h.now); !errors.Is(err, want) {
			t.Errorf("confirmed by %q: %v, want %v", who, err, want)
		}
	}
	late := h.now.Add(market.AddressChangeLasts)
	if err := h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), here, confirm, late); !errors.Is(err, market.ErrGone) {
		t.Errorf("a day later: %v", err)
	}
	h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), here, confirm, h.now))
	if err := h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), here, confirm, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("twice: %v", err)
	}
	if h.addressOf(ama) != "ama@new.example" || h.open(ama) != 1 {
		t.Errorf("%s, %d sessions", h.addressOf(ama), h.open(ama))
	}
	if got := h.delivers()[market.AddressChanged]; len(got) != 2 {
		t.Errorf("told %v, want both addresses", got)
	}
}

// Nobody was to write to an address that somebody moves to: that is over, as with who signs in, for the link arrived there.
func TestWhoMovesToAnAddressIsWrittenToThere(t *testing.T) {
	for _, why := range []market.Unwanted{market.CameBack, market.WantsNoMore} {
		h := open(t)
		ama := h.person("ama@choir.example")
		h.suppress("ama@new.example", why)
		_, confirm, _ := h.asks(ama, "ama@new.example")
		if got := h.delivers(); len(got[market.AddressConfirm]) != 1 {
			t.Errorf("%s: written to %v, want the link at the new address", why, got)
		}
		h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", confirm, h.now))
		if n := h.count(`select count(*) from suppressed`); n != 0 {
			t.Errorf("%s: nobody is to write to it still", why)
		}
	}
}

func TestAnAddressInUseIsToldToNobodyButItsReader(t *testing.T) {
	h := open(t)
	ama, bea := h.person("ama@choir.example"), h.person("bea@band.example")
	var links []string
	for _, address := range []string{"nobody@new.example", bea.Address} {
		_, confirm, _ := h.asks(ama, address)
		links = append(links, confirm)
		got := h.delivers()
		if got[market.AddressConfirm][0] != address || len(got) != 2 {
			t.Errorf("%s: %v", address, got)
		}
	}
	if err := h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", links[1], h.now); !refused(err, "address_taken") {
		t.Errorf("taking somebody's address: %v", err)
	}
	if err := h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", links[0], h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("the link of the first, which the second replaced: %v", err)
	}
	if err := h.accounts.AskAddress(h.ctx, h.viewer(ama), ama.Address, nil, "same", h.now); !refused(err, "address_same") {
		t.Errorf("her own: %v", err)
	}
}

func TestWhoeverReadsTheOldAddressStopsAChange(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	h.session(ama)
	_, confirm, disown := h.asks(ama, "eve@else.example")
	_, _, err := h.accounts.MakeToken(h.ctx, h.viewer(ama), "eve's", []market.Scope{market.MayRead}, 30, "token", h.now)
	h.must(err)
	h.must(h.accounts.Disown(h.ctx, disown, h.now))
	if h.open(ama) != 0 || h.count(`select count(*) from tokens where ended_at is null`) != 0 {
		t.Error("somebody is signed in still")
	}
	if err := h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", confirm, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("confirmed after that: %v", err)
	}
	if err := h.accounts.Disown(h.ctx, disown, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("twice: %v", err)
	}
}

func TestAChangeThatWasMadeIsTakenBackWithAllAfterIt(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	_, first, disown := h.asks(ama, "eve@else.example")
	h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", first, h.now))
	h.now = h.now.Add(time.Hour)
	_, second, eves := h.asks(ama, "eve@far.example")
	h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), h.session(ama), second, h.now))
	h.now = h.now.Add(market.TakeBackWithin - 2*time.Hour)
	h.must(h.accounts.AskLink(h.ctx, "ama@choir.example", account.Secret("browser"), "", "/", "ask", h.now))
	id := h.text(`select id::text from sign_ins where address = 'ama@choir.example'`)
	if _, err := h.accounts.UseLink(h.ctx, h.accounts.LinkSecret(market.ID(id)), account.Secret("browser"), "", h.now); !refused(err, "address_left") {
		t.Errorf("a second account at the address before: %v", err)
	}
	h.delivers()
	h.must(h.accounts.Disown(h.ctx, disown, h.now))
	if h.addressOf(ama) != "ama@choir.example" || h.open(ama) != 0 {
		t.Errorf("%s, %d sessions", h.addressOf(ama), h.open(ama))
	}
	told := h.delivers()[market.AddressChanged]
	slices.Sort(told) // both at one moment
	if diff := cmp.Diff([]string{"ama@choir.example", "eve@far.example"}, told); diff != "" {
		t.Errorf("told of it: %s", diff)
	}
	if err := h.accounts.Disown(h.ctx, eves, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("what came after is disowned in turn: %v", err)
	}
}

func TestAfterThreeDaysAChangeStaysAndItsAddressesAreForgotten(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	_, confirm, disown := h.asks(ama, "ama@new.example")
	h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", confirm, h.now))
	h.delivers()
	h.now = h.now.Add(market.TakeBackWithin)
	if err := h.accounts.Disown(h.ctx, disown, h.now); !errors.Is(err, market.ErrGone) {
		t.Errorf("three days later: %v", err)
	}
	h.must(h.store.Forget(h.ctx, h.now.Add(market.AddressChangeLasts+time.Hour)))
	if n := h.count(`select (select count(*) from address_changes) + (select count(*) from letters where address <> '')`); n != 0 {
		t.Errorf("%d records still hold the address before", n)
	}
}

func TestWhatComesBackFromTheOldAddressSaysNothingOfTheNew(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	ama := people[0]
	letter := func() market.ID {
		h.tx(func(tx *store.Tx) error {
			_, err := tx.Send(h.ctx, market.Letter{Kind: market.FirstListing, PersonID: ama.ID, GroupID: group, AboutID: group}, "", h.now)
			return err
		})
		return market.ID(h.text(`select id::text from letters where kind = 'first_listing' and state = 'waiting'`))
	}
	old := letter()
	h.exec(`update letters set state = 'sent', sent_at = $1 where id = $2`, h.now, old)
	h.exec(`update people set bounced = true where id = $1`, ama.ID)
	h.exec(`insert into bounces (letter_id, person_id, fate, created_at) values ($1, $2, 'soft', $3)`, old, ama.ID, h.now)
	h.now = h.now.Add(time.Hour)
	_, confirm, _ := h.asks(ama, "ama@new.example")
	h.must(h.accounts.ConfirmAddress(h.ctx, h.viewer(ama), "", confirm, h.now))
	if n := h.count(`select (select count(*) from bounces) + (select count(*) from people where bounced)`); n != 0 {
		t.Error("the new address has what was known of the old")
	}
	for _, recipient := range []string{"", "ama@choir.example"} {
		h.must(h.letters.Came(h.ctx, old, market.HardBounce, recipient, "5.1.1", h.now))
	}
	if h.count(`select count(*) from people where bounced`) != 0 {
		t.Error("a bounce of the old address counts against the new")
	}
	mine := letter()
	h.exec(`update letters set state = 'sent', sent_at = $1 where id = $2`, h.now, mine)
	h.must(h.letters.Came(h.ctx, mine, market.HardBounce, "", "5.1.1", h.now))
	if h.count(`select count(*) from people where bounced`) != 1 {
		t.Error("a bounce of the new address does not count")
	}
}
