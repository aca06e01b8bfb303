package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// hub is the use cases on a real database, with a clock that the test moves.
type hub struct {
	t        *testing.T
	ctx      context.Context
	now      time.Time
	store    *store.Store
	accounts *account.Accounts
	letters  *letter.Letters
	posted   int
	sent     []mail.Outgoing
	says     error // of the mail server, to the next letter
}

func open(t *testing.T) *hub {
	h := &hub{t: t, ctx: context.Background(), now: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), store: storetest.Open(t)}
	h.accounts = account.New(h.store, account.Options{TokenSecret: []byte("tokens"), PlaceSecret: []byte("places"), PublicURL: "https://hub.example",
		Leaver: introduction.New(h.store, nil, introduction.Caps{})})
	h.letters = letter.New(h.store, h, letter.Options{PublicURL: "https://hub.example", MailDomain: "hub.example",
		SignInLink:   func(market.ID) string { return "secret" },
		Suppress:     func(address string) []byte { return market.SuppressHash([]byte("tokens"), address) },
		StopLink:     account.MailLinks{Secret: []byte("tokens")}.Token,
		UnwantedLink: func(address string) string { return market.UnwantedToken([]byte("tokens"), address) },
		PurposeLink: func(purpose string, thing, other market.ID) string {
			return market.LinkToken([]byte("tokens"), purpose, thing, other)
		}})
	return h
}

// Send counts and keeps the letters that would go.
func (h *hub) Send(_ context.Context, o mail.Outgoing) error {
	if says := h.says; says != nil {
		h.says = nil
		return says
	}
	h.posted++
	h.sent = append(h.sent, o)
	return nil
}

func (h *hub) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hub) tx(do func(tx *store.Tx) error) { h.t.Helper(); h.must(h.store.InTx(h.ctx, do)) }

func (h *hub) exec(sql string, args ...any) {
	h.t.Helper()
	_, err := h.store.Pool().Exec(h.ctx, sql, args...)
	h.must(err)
}

func (h *hub) count(sql string, args ...any) (n int) {
	h.t.Helper()
	h.must(h.store.Pool().QueryRow(h.ctx, sql, args...).Scan(&n))
	return n
}

func (h *hub) text(sql string, args ...any) (s string) {
	h.t.Helper()
	h.must(h.store.Pool().QueryRow(h.ctx, sql, args...).Scan(&s))
	return s
}

func (h *hub) person(address string) (p market.Person) {
	h.t.Helper()
	h.tx(func(tx *store.Tx) (err error) { p, err = tx.Welcome(h.ctx, address, h.now); return err })
	return p
}

func (h *hub) viewer(p market.Person) market.Viewer {
	h.t.Helper()
	v, err := h.store.ViewerFor(h.ctx, p, h.now)
	h.must(err)
	return v
}

// owners are a group and so many owners of it.
func (h *hub) owners(addresses ...string) (market.ID, []market.Person) {
	h.t.Helper()
	first := h.person(addresses[0])
	g, err := h.accounts.Found(h.ctx, h.viewer(first), market.Group{Name: "Creekside Choir", LegalForm: market.Informal}, nil, "found", h.now)
	h.must(err)
	people := []market.Person{first}
	for _, a := range addresses[1:] {
		p := h.person(a)
		people = append(people, p)
		h.tx(func(tx *store.Tx) error {
			return tx.Join(h.ctx, market.Membership{ID: market.NewID(), GroupID: g.ID, PersonID: p.ID, Role: market.Owner, Since: h.now})
		})
	}
	return g.ID, people
}

func (h *hub) invite(by market.Person, group market.ID, address string) error {
	return h.accounts.Invite(h.ctx, h.viewer(by), group, address, market.Owner, nil, string(market.NewID()), h.now)
}

// invited is invite, and the secret of the link that was mailed.
func (h *hub) invited(by market.Person, group market.ID, address string) string {
	h.t.Helper()
	h.must(h.invite(by, group, address))
	all, err := h.store.Invitations(h.ctx, group, h.now)
	h.must(err)
	for _, i := range all {
		if i.Address == address {
			return market.LinkToken([]byte("tokens"), market.ToJoin, i.ID, group)
		}
	}
	h.t.Fatalf("%s is not invited", address)
	return ""
}

// deliver sends every letter that waits; it gives how many went, and the fault of the newest.
func (h *hub) deliver() (sent int, fault string) {
	h.t.Helper()
	h.posted = 0
	waiting, err := h.store.WaitingLetters(h.ctx, 100)
	h.must(err)
	for _, id := range waiting {
		h.must(h.letters.Send(h.ctx, id, h.now))
		l, _, err := h.store.Letter(h.ctx, id)
		h.must(err)
		fault = l.Fault
	}
	return h.posted, fault
}

func (h *hub) accept(p market.Person, token string) error {
	_, err := h.accounts.Accept(h.ctx, h.viewer(p), p, token, h.now)
	return err
}

// refused says whether an error is about a field.
func refused(err error, code string) bool {
	var bad *market.Invalid
	return errors.As(err, &bad) && len(bad.Faults) == 1 && bad.Faults[0].Code == code
}

func TestAnInvitationEndsWithTheOwnershipOfWhoSentIt(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example", "jo@choir.example")
	jo, again := people[1], h.person("jo@elsewhere.example")
	token := h.invited(jo, group, again.Address)
	ms, err := h.store.Members(h.ctx, group, h.now)
	h.must(err)
	m, _ := ms.Of(jo.ID)
	h.tx(func(tx *store.Tx) error { return tx.EndMembership(h.ctx, m.ID, h.now) })
	h.now = h.now.Add(time.Minute)
	if sent, fault := h.deliver(); sent != 0 || fault != "moot" {
		t.Errorf("%d letters, fault %q: want it moot", sent, fault)
	}
	if err := h.accept(again, token); !errors.Is(err, market.ErrGone) {
		t.Errorf("who was removed comes back by their own invitation: %v", err)
	}
	if ms, err = h.store.Members(h.ctx, group, h.now); err != nil || len(ms) != 1 {
		t.Errorf("%d members, %v", len(ms), err)
	}
}

func TestAGroupThatIsLookedAtInvitesNobody(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	for _, column := range []string{"held_at", "removed_at"} {
		kit := h.person(column + "@kit.example")
		token := h.invited(people[0], group, kit.Address)
		h.exec(`update groups set `+column+` = $1 where id = $2`, h.now, group)
		if err := h.invite(people[0], group, "lee@choir.example"); !refused(err, "group_looked_at") {
			t.Errorf("%s: inviting gave %v", column, err)
		}
		if sent, fault := h.deliver(); sent != 0 || fault != "moot" {
			t.Errorf("%s: %d letters, fault %q", column, sent, fault)
		}
		if _, _, err := h.accounts.ByJoinLink(h.ctx, token, h.now); !errors.Is(err, market.ErrGone) {
			t.Errorf("%s: the link gives %v", column, err)
		}
		if err := h.accept(kit, token); !errors.Is(err, market.ErrGone) {
			t.Errorf("%s: accepting gave %v", column, err)
		}
		h.exec(`update groups set `+column+` = null where id = $1`, group)
	}
}

func TestWhoDeclinedIsLeftAloneForAMonth(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	token := h.invited(people[0], group, "kit@choir.example")
	h.must(h.accounts.Refuse(h.ctx, market.Public, token, h.now))
	if n := h.count(`select count(*) from invitations where address <> ''`); n != 0 {
		t.Errorf("%d addresses kept", n)
	}
	h.now = h.now.AddDate(0, 0, 29)
	h.must(h.store.Forget(h.ctx, h.now))
	if err := h.invite(people[0], group, "kit@choir.example"); !refused(err, "declined_lately") {
		t.Errorf("asked again after a no: %v", err)
	}
	h.must(h.invite(people[0], group, "lee@choir.example"))
	h.now = h.now.AddDate(0, 0, 2)
	h.must(h.invite(people[0], group, "kit@choir.example"))
}

func TestNobodyIsInvitedAtAnAddressThatWantsNoMail(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	for _, c := range []struct {
		fault string
		mark  func(tx *store.Tx, p market.Person) error
	}{
		{"bounced", func(tx *store.Tx, p market.Person) error { return tx.MarkBounced(h.ctx, p.ID, true) }},
		{"stopped", func(tx *store.Tx, p market.Person) error {
			return tx.StopMails(h.ctx, p.ID, market.OptionalKinds, h.now)
		}},
	} {
		p := h.person(c.fault + "@kit.example")
		h.tx(func(tx *store.Tx) error { return c.mark(tx, p) })
		h.must(h.invite(people[0], group, p.Address)) // which tells nothing of the address
		if sent, fault := h.deliver(); sent != 0 || fault != c.fault {
			t.Errorf("%s: %d letters, fault %q", c.fault, sent, fault)
		}
	}
}

func TestAnEndedInvitationLeavesNoAddress(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	letters := func() int { return h.count(`select count(*) from letters where address <> ''`) }
	h.invited(people[0], group, "kit@choir.example")
	h.must(h.accounts.Turn(h.ctx, h.now))
	if n := letters(); n != 1 {
		t.Fatalf("%d letters know where they go, want the one that waits", n)
	}
	h.deliver()
	h.now = h.now.Add(23 * time.Hour)
	h.must(h.accounts.Turn(h.ctx, h.now))
	if n := letters(); n != 1 {
		t.Errorf("%d letters of yesterday with their address, want 1", n)
	}
	h.invited(people[0], group, "lee@choir.example")
	h.deliver()
	h.exec(`update invitations set ended_at = $1, outcome = 'revoked', address = '' where address = 'lee@choir.example'`, h.now)
	h.now = h.now.Add(2 * time.Hour)
	h.must(h.accounts.Turn(h.ctx, h.now))
	if n := letters(); n != 0 {
		t.Errorf("%d letters with their address, want none: one is a day old, the other's invitation ended", n)
	}
	h.now = h.now.Add(market.InvitationLasts)
	h.must(h.accounts.Turn(h.ctx, h.now))
	if n := h.count(`select count(*) from invitations where address <> '' or outcome = ''`); n != 0 {
		t.Errorf("%d invitations ran out and were not ended", n)
	}
}
