package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"wherewithal/account"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
)

// founds is a group of a name of its own, and its owner.
func (h *hub) founds(name, address string) (market.ID, market.Person) {
	h.t.Helper()
	p := h.person(address)
	g, err := h.accounts.Found(h.ctx, h.viewer(p), market.Group{Name: name, LegalForm: market.Informal}, nil, name, h.now)
	h.must(err)
	return g.ID, p
}

// newest is the letter that was written last.
func (h *hub) newest() market.ID {
	h.t.Helper()
	return market.ID(h.text(`select id::text from letters order by created_at desc, id desc limit 1`))
}

// lost says of each address that a group has invited whether the mail with it did not arrive.
func (h *hub) lost(by market.Person, group market.ID) map[string]bool {
	h.t.Helper()
	all, err := h.accounts.Invitations(h.ctx, h.viewer(by), group, h.now)
	h.must(err)
	lost := map[string]bool{}
	for _, i := range all {
		lost[i.Address] = i.Undelivered
	}
	return lost
}

// signsIn goes the whole way of somebody who asks for a link.
func (h *hub) signsIn(address string) {
	h.t.Helper()
	h.must(h.accounts.AskLink(h.ctx, address, []byte("browser"), "", "/", string(market.NewID()), h.now))
	if sent, fault := h.deliver(); sent != 1 {
		h.t.Errorf("a link that %s asks for does not go: %q", address, fault)
	}
	id := market.ID(h.text(`select id::text from sign_ins where address = $1 order by created_at desc, id desc limit 1`, address))
	_, err := h.accounts.UseLink(h.ctx, h.accounts.LinkSecret(id), []byte("browser"), "", h.now)
	h.must(err)
}

// Whether the server says so at once or in a report days later: nobody else writes to a mail box that is not there, and whoever
// mistyped an address sees it.
func TestAnAddressFromWhichMailComesBackIsWrittenToNoMore(t *testing.T) {
	const kit = "kit@typo.example"
	for name, back := range map[string]func(h *hub){
		"at once": func(h *hub) {
			h.says = fmt.Errorf("%w; %w", mail.ErrPermanent, mail.ErrNoMailbox)
			h.deliver()
		},
		"in a report": func(h *hub) {
			id := h.newest()
			h.deliver()
			h.must(h.letters.Came(h.ctx, id, market.HardBounce, "somebody@else.example", "5.1.1", h.now)) // sent on
			if n := h.count(`select count(*) from suppressed`); n != 0 {
				t.Error("what came back from another address counts")
			}
			h.must(h.letters.Came(h.ctx, id, market.HardBounce, "Kit@typo.example", "5.1.1", h.now))
		},
		"in a report of the week after": func(h *hub) {
			id := h.newest()
			h.deliver()
			h.now = h.now.AddDate(0, 0, 5)
			h.must(h.accounts.Turn(h.ctx, h.now)) // the letter does not know any more where it went
			h.must(h.letters.Came(h.ctx, id, market.HardBounce, kit, "", h.now))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			group, people := h.owners("ama@choir.example")
			other, jo := h.founds("Larkhollow Hall", "jo@hall.example")
			h.must(h.invite(people[0], group, "lee@choir.example"))
			h.deliver()
			h.must(h.invite(people[0], group, kit))
			back(h)
			if lost := h.lost(people[0], group); !lost[kit] || lost["lee@choir.example"] {
				t.Errorf("did not arrive: %v", lost)
			}
			h.must(h.invite(jo, other, kit))
			if sent, fault := h.deliver(); sent != 0 || fault != "bounced" || !h.lost(jo, other)[kit] {
				t.Errorf("another group's invitation: %d sent, %q, did not arrive: %v", sent, fault, h.lost(jo, other))
			}
			if n := h.count(`select count(*) from suppressed where why = 'bounced'`); n != 1 {
				t.Errorf("%d addresses are kept", n)
			}
			h.signsIn(kit)
			third, bo := h.founds("Pennywort Brass", "bo@band.example")
			h.must(h.invite(bo, third, kit))
			if sent, fault := h.deliver(); sent != 1 {
				t.Errorf("who signed in is not invited: %q", fault)
			}
		})
	}
}

// Nor does anybody to a stranger who pressed "spam", or the button that says so; whoever invites them learns nothing of it.
func TestAStrangerWhoWantsNoMailsGetsNone(t *testing.T) {
	const kit = "kit@quiet.example"
	for name, stop := range map[string]func(h *hub, first mail.Outgoing){
		"a complaint": func(h *hub, _ mail.Outgoing) {
			h.must(h.letters.Came(h.ctx, h.newest(), market.Complaint, "", "", h.now))
		},
		"the link in the mail": func(h *hub, first mail.Outgoing) {
			token, ours := strings.CutPrefix(first.Unsubscribe, "https://hub.example/unwanted/")
			if !ours || !strings.Contains(first.Text, first.Unsubscribe) || !strings.Contains(first.Text, "no more mails from this site") {
				h.t.Fatalf("it is stopped at %q:\n%s", first.Unsubscribe, first.Text)
			}
			if stopped, err := h.accounts.Unwanted(h.ctx, token); err != nil || stopped {
				h.t.Errorf("looking stops them: %t, %v", stopped, err)
			}
			for range 2 {
				h.must(h.accounts.StopAll(h.ctx, token, h.now))
			}
			if stopped, err := h.accounts.Unwanted(h.ctx, token); err != nil || !stopped {
				h.t.Errorf("stopped: %t, %v", stopped, err)
			}
			if err := h.accounts.StopAll(h.ctx, market.UnwantedToken([]byte("other"), kit), h.now); !errors.Is(err, market.ErrNotFound) {
				h.t.Errorf("a link that we did not make: %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			group, people := h.owners("ama@choir.example")
			h.must(h.invite(people[0], group, kit))
			h.deliver()
			stop(h, h.sent[len(h.sent)-1])
			other, jo := h.founds("Larkhollow Hall", "jo@hall.example")
			h.must(h.invite(jo, other, kit))
			if sent, fault := h.deliver(); sent != 0 || fault != "stopped" {
				t.Errorf("another group's invitation: %d sent, %q", sent, fault)
			}
			if h.lost(people[0], group)[kit] || h.lost(jo, other)[kit] {
				t.Error("it is told that they want none")
			}
			h.signsIn(kit)
			if n := h.count(`select count(*) from suppressed`); n != 0 {
				t.Error("who signed in is not written to still")
			}
		})
	}
}

// suppress keeps that an address is not to be written to.
func (h *hub) suppress(address string, why market.Unwanted) {
	h.t.Helper()
	h.tx(func(tx *store.Tx) error {
		return tx.Suppress(h.ctx, market.SuppressHash([]byte("tokens"), address), why, h.now)
	})
}

// The link in a mail from before they had an account stops for its reader what they could stop by the account, and nothing more.
func TestTheLinkOfAnEarlierMailStopsTheMailsToAnAccount(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	h.must(h.invite(people[0], group, "kit@quiet.example"))
	h.deliver()
	token := strings.TrimPrefix(h.sent[0].Unsubscribe, "https://hub.example/unwanted/")
	other, jo := h.founds("Larkhollow Hall", "jo@hall.example")
	kit := h.person("kit@quiet.example")
	h.must(h.accounts.StopAll(h.ctx, token, h.now))
	h.must(h.invite(jo, other, kit.Address))
	if sent, fault := h.deliver(); sent != 0 || fault != "stopped" {
		t.Errorf("an invitation: %d sent, %q", sent, fault)
	}
	h.tx(func(tx *store.Tx) error {
		_, err := tx.Send(h.ctx, market.Letter{Kind: market.FirstListing, PersonID: kit.ID, GroupID: group, AboutID: group}, "", h.now)
		return err
	})
	if sent, fault := h.deliver(); sent != 0 || fault != "stopped" {
		t.Errorf("a letter that can be stopped: %d sent, %q", sent, fault)
	}
	stopped, err := h.store.StoppedMails(h.ctx, kit.ID)
	if n := h.count(`select count(*) from suppressed`); err != nil || len(stopped) != len(market.OptionalKinds) || n != 0 {
		t.Errorf("their page says that %v are stopped (%v), %d addresses are kept beside", stopped, err, n)
	}
	h.asks(kit, "kit@new.example")
	if got := h.delivers(); len(got[market.AddressAsked]) != 1 || got[market.AddressAsked][0] != kit.Address {
		t.Errorf("what cannot be stopped went to %v", got)
	}
}

// So is it with mail that comes back from an address that somebody had left, and takes back.
func TestWhatCameBackFromAnAddressComesBackToWhoHasIt(t *testing.T) {
	h := open(t)
	kit := h.person("kit@quiet.example")
	h.suppress(kit.Address, market.CameBack)
	h.tx(func(tx *store.Tx) error {
		_, err := tx.Send(h.ctx, market.Letter{Kind: market.FirstListing, PersonID: kit.ID, AboutID: kit.ID}, "", h.now)
		return err
	})
	sent, fault := h.deliver()
	if p, err := h.store.Person(h.ctx, kit.ID); err != nil || sent != 0 || fault != "bounced" || !p.Bounced {
		t.Errorf("%d sent, %q, known to come back: %t (%v)", sent, fault, p.Bounced, err)
	}
	if n := h.count(`select count(*) from suppressed`); n != 0 {
		t.Errorf("%d addresses are kept beside", n)
	}
}

// What is told of a letter to an address counts for whoever has an account with it, and the link in it is theirs.
func TestALetterToThePersonBehindAnAddressIsTheirs(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	kit, lee := h.person("kit@street.example"), h.person("lee@street.example")
	h.must(h.invite(people[0], group, kit.Address))
	h.deliver()
	token := account.MailLinks{Secret: []byte("tokens")}.Token(kit.ID)
	if link := h.sent[len(h.sent)-1].Unsubscribe; link != "https://hub.example/mails/"+token+"/stop/group_invitation" {
		t.Errorf("it is stopped at %q", link)
	}
	h.must(h.letters.Came(h.ctx, h.newest(), market.HardBounce, "", "", h.now))
	if p, err := h.store.Person(h.ctx, kit.ID); err != nil || !p.Bounced {
		t.Errorf("mail comes back, and is sent on: %+v (%v)", p, err)
	}
	h.must(h.invite(people[0], group, lee.Address))
	h.deliver()
	h.must(h.letters.Came(h.ctx, h.newest(), market.Complaint, "", "", h.now))
	if kinds, err := h.store.StoppedMails(h.ctx, lee.ID); err != nil || len(kinds) != len(market.OptionalKinds) {
		t.Errorf("stopped %v (%v)", kinds, err)
	}
	if n := h.count(`select count(*) from suppressed`); n != 0 {
		t.Errorf("%d hashes of people who have an account", n)
	}
}
