package introduction_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
)

// lookedAfter are a choir of which nobody reads mail, a hall, and a connector of the choir's network beside one of another.
func lookedAfter(t *testing.T) (m *met, kit, other market.Viewer) {
	s := newStreet(t)
	m = &met{street: s, giver: s.neighbour("Larkhollow Hall", "host@hall.test"), taker: s.neighbour("Tansy Yard Choir", "guest@choir.test")}
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		for _, c := range []struct {
			name, address string
			viewer        *market.Viewer
			groups        []market.ID
		}{{"Quiet Street", "kit@quiet.test", &kit, []market.ID{m.taker.group.ID, m.giver.group.ID}}, {"Loud Street", "lou@loud.test", &other, nil}} {
			n := market.Network{ID: market.NewID(), Slug: strings.ToLower(c.name[:4]), Name: c.name, Level: market.Neighbourhood, CreatedAt: s.now}
			p, err := tx.Welcome(s.ctx, c.address, s.now)
			if err != nil {
				return err
			}
			*c.viewer = market.Viewer{Person: p.ID, Roles: map[market.ID]market.Role{}}
			if err := errors.Join(tx.NamePerson(s.ctx, p.ID, c.name[:4]+" Connector", "en-GB"), tx.AddNetwork(s.ctx, n), tx.MakeConnector(s.ctx, market.Connector{NetworkID: n.ID, PersonID: p.ID, Since: s.now})); err != nil {
				return err
			}
			for _, g := range c.groups {
				if err := tx.KeepMember(s.ctx, market.NetworkMember{NetworkID: n.ID, GroupID: g, AgreedAt: &s.now}); err != nil {
					return err
				}
			}
		}
		return tx.MarkBounced(s.ctx, m.taker.person.ID, true)
	}))
	s.post(m.giver, hall("Church hall"))
	return m, kit, other
}

func said(in market.Introduction, group market.ID, a market.Answer) market.Consent {
	return market.Consent{IntroductionID: in.ID, GroupID: group, Answer: a, SaidBy: "Joan, who keeps the keys", SaidOn: "2027-01-10", Way: market.ByPhone}
}

func TestAConnectorAnswersForAGroupThatIsNotOnline(t *testing.T) {
	m, kit, other := lookedAfter(t)
	m.post(m.taker, choir("2027-02-01"))
	m.in = m.only(m.taker)
	got := m.deliver()
	if len(got) != 1 || got[0].To != "kit@quiet.test" || !strings.Contains(got[0].Subject, "Could you ask Tansy Yard Choir?") || !strings.Contains(got[0].Text, "https://hub.example/by-hand/"+string(m.in.ID)) {
		t.Fatalf("letters %+v, want the connector asked", got)
	}
	if m.in = m.only(m.taker); m.in.NeedToldAt == nil {
		t.Error("the clock does not run")
	}
	consent := said(m.in, m.taker.group.ID, market.Yes)
	for name, v := range map[string]market.Viewer{"a connector of another network": other, "a visitor": market.Public, "the giver": m.giver.viewer} {
		if _, err := m.intros.AnswerFor(m.ctx, v, consent, "", "x"+name, m.now); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	online := said(m.in, m.giver.group.ID, market.Yes)
	if _, err := m.intros.AnswerFor(m.ctx, kit, online, "", "online", m.now); !errors.Is(err, market.ErrForbidden) {
		t.Errorf("for a group that can answer for itself: %v", err)
	}
	var invalid *market.Invalid
	for _, bad := range []market.Consent{{}, {SaidBy: "ring 020 7946 0018"}, {SaidOn: "2026-11-01"}, {SaidOn: "2027-01-12"}, {Way: "hearsay"}} {
		c := consent
		c.SaidBy, c.SaidOn, c.Way = bad.SaidBy, bad.SaidOn, bad.Way
		if _, err := m.intros.AnswerFor(m.ctx, kit, c, "", "bad", m.now); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	in, err := m.intros.AnswerFor(m.ctx, kit, consent, "", "once", m.now)
	m.must(err)
	if _, err := m.intros.AnswerFor(m.ctx, kit, consent, "", "once", m.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same form again: %v", err)
	}
	if in.State != market.Asked || in.NeedBy != kit.Person {
		t.Fatalf("%s by %s", in.State, in.NeedBy)
	}
	m.in = m.say(m.giver, in, market.Yes)
	m.byHandToTheEnd(kit, other)
}

// byHandToTheEnd: connected, the connector is who is talked to, and acts in this introduction alone; all is on record.
func (m *met) byHandToTheEnd(kit, other market.Viewer) {
	m.t.Helper()
	got := m.deliver()
	names := ""
	for _, o := range got {
		names += o.To + " "
		if o.To == "host@hall.test" && strings.Contains(o.Subject, "introduced") && !strings.Contains(o.Text, "Quie Connector") {
			m.t.Errorf("the giver is not told whom to talk to:\n%s", o.Text)
		}
	}
	if !strings.Contains(names, "kit@quiet.test") {
		m.t.Errorf("letters to %s: the connector is not told", names)
	}
	acting, err := m.store.WithHands(m.ctx, kit, m.in.ID, m.now)
	m.must(err)
	var lacks *market.Invalid
	if _, err := m.intros.Suggest(m.ctx, acting, m.in.ID, 1, evenings("2027-02-04", 2), "", m.now); !errors.As(err, &lacks) {
		m.t.Errorf("suggesting on nobody's word: %v", err)
	}
	acting.Said = &market.Consent{SaidBy: "Joan, who keeps the keys", SaidOn: market.DateOf(m.now), Way: market.ByPhone}
	ex, err := m.intros.Suggest(m.ctx, acting, m.in.ID, 1, evenings("2027-02-04", 2), "", m.now)
	if err != nil || ex.ProposedSide != market.Need {
		m.t.Errorf("suggesting for the group: %v", err)
	}
	if v, err := m.store.WithHands(m.ctx, other, m.in.ID, m.now); err != nil || len(v.Roles) != 0 {
		m.t.Errorf("a connector of another network acts as %v (%v)", v.Roles, err)
	}
	kept, err := m.store.Consents(m.ctx, m.in.ID, m.taker.group.ID)
	if err == nil && len(kept) == 2 && kept[1].About == market.AboutSuggested && kept[1].SaidBy == "Joan, who keeps the keys" {
		kept = kept[:1]
	}
	if err != nil || len(kept) != 1 || kept[0].About != market.AboutAnswer || kept[0].SaidBy != "Joan, who keeps the keys" || kept[0].ConnectorID != kit.Person || kept[0].NetworkID == "" {
		m.t.Errorf("on record: %+v (%v)", kept, err)
	}
	var n int
	m.must(m.store.Pool().QueryRow(m.ctx, `select count(*) from events where verb = 'introduction.by_hand_yes' and actor = $1 and on_behalf = $2 and network_id = $3`,
		kit.Person, m.taker.group.ID, kept[0].NetworkID).Scan(&n))
	if n != 1 {
		m.t.Errorf("%d events say who acted for whom in which network", n)
	}
	for want, by := range []market.ID{m.taker.person.ID, kit.Person} { // a word of the group's own takes over
		_, err := m.store.Pool().Exec(m.ctx, `update introductions set need_by = $1 where id = $2`, by, m.in.ID)
		m.must(err)
		if v, err := m.store.WithHands(m.ctx, kit, m.in.ID, m.now); err != nil || len(v.Roles) != want {
			m.t.Errorf("where %s answered, the connector acts as %v (%v)", by, v.Roles, err)
		}
	}
	_, err = m.store.Pool().Exec(m.ctx, `update connectors set until = $1 where person_id = $2`, m.now, kit.Person)
	m.must(err)
	if v, err := m.store.WithHands(m.ctx, kit, m.in.ID, m.now); err != nil || len(v.Roles) != 0 {
		m.t.Errorf("who is a connector no more acts as %v (%v)", v.Roles, err)
	}
	m.wordKept(m.taker, m.now.AddDate(0, 11, 0), true)
	m.wordKept(m.taker, m.now.AddDate(2, 0, 0), false)
}

// wordKept checks whether the name of who answered for a group is still on record after what has done its work was dropped.
func (m *met) wordKept(who neighbour, now time.Time, want bool) {
	m.t.Helper()
	m.must(m.store.Forget(m.ctx, now))
	kept, err := m.store.Consents(m.ctx, m.in.ID, who.group.ID)
	wrong := func(k market.Consent) bool { return (k.SaidBy != "") != want }
	if err != nil || len(kept) == 0 || slices.ContainsFunc(kept, wrong) {
		m.t.Errorf("on %s the record is %+v (%v), want a name: %v", now.Format(time.DateOnly), kept, err, want)
	}
}

// The side that gives may be the one that is not online.
// A sharing out keeps nothing for a need that is put to nobody: of a group that stopped proposals and digests, or whose mail comes
// back, unless a connector is asked in its place, which is where no mail reaches the group at all.
func TestASharingOutKeepsNothingForWhoIsNotAsked(t *testing.T) {
	proposals := []market.LetterKind{market.PossibleMatch, market.DigestLetter}
	for name, c := range map[string]struct {
		stops                   []market.LetterKind
		bounced, connector, not bool
	}{
		"wants mail":                                    {},
		"stopped proposals alone":                       {stops: proposals[:1]},
		"stopped both":                                  {stops: proposals, not: true},
		"stopped both, with a connector":                {stops: proposals, connector: true, not: true},
		"stopped all":                                   {stops: market.OptionalKinds, not: true},
		"stopped all, with a connector":                 {stops: market.OptionalKinds, connector: true},
		"its mail comes back":                           {bounced: true, not: true},
		"its mail comes back, with a connector":         {bounced: true, connector: true},
		"stopped both and comes back, with a connector": {stops: proposals, bounced: true, connector: true},
	} {
		t.Run(name, func(t *testing.T) {
			m, kit, _ := lookedAfter(t)
			need := m.publish(m.taker, choir("2027-02-01"))
			m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
				return errors.Join(tx.MarkBounced(m.ctx, m.taker.person.ID, c.bounced), tx.StopMails(m.ctx, m.taker.person.ID, c.stops, m.now))
			}))
			if !c.connector {
				_, err := m.store.Pool().Exec(m.ctx, `update connectors set until = $1 where person_id = $2`, m.now, kit.Person)
				m.must(err)
			}
			if not, err := m.store.NotToAsk(m.ctx, []market.ID{need.ID}, m.now); err != nil || not[need.ID] != c.not {
				t.Errorf("not to ask: %v (%v), want %v", not[need.ID], err, c.not)
			}
		})
	}
}

func TestAConnectorIsAskedForAnOfferToo(t *testing.T) {
	m, kit, _ := lookedAfter(t)
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.MarkBounced(m.ctx, m.taker.person.ID, false), tx.MarkBounced(m.ctx, m.giver.person.ID, true))
	}))
	m.post(m.taker, choir("2027-02-01"))
	m.in = m.only(m.taker)
	m.say(m.taker, m.in, market.Yes)
	got := m.deliver()
	asked := false
	for _, o := range got {
		asked = asked || o.To == "kit@quiet.test" && strings.Contains(o.Text, "Tansy Yard Choir would like")
	}
	if !asked {
		t.Fatalf("letters %+v, want the connector asked", got)
	}
	in, err := m.intros.AnswerFor(m.ctx, kit, said(m.in, m.giver.group.ID, market.No), "", "once", m.now)
	if err != nil || in.State != market.Declined {
		t.Errorf("%s (%v)", in.State, err)
	}
	m.wordKept(m.giver, m.now.AddDate(1, 0, -1), true)
	m.wordKept(m.giver, m.now.AddDate(1, 0, 1), false)
}

// subjects of the letters to an address.
func subjects(address string, letters []mail.Outgoing) (got []string) {
	for _, o := range letters {
		if o.To == address {
			got = append(got, o.Subject)
		}
	}
	return got
}

// Who looks after both groups is asked for each, in turn, and each clock starts with the letter that asks.
func TestOneConnectorIsAskedForBothSides(t *testing.T) {
	m, kit, _ := lookedAfter(t)
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.MarkBounced(m.ctx, m.giver.person.ID, true) }))
	m.post(m.taker, choir("2027-02-01"))
	m.in = m.only(m.taker)
	first := m.now
	m.deliver()
	_, err := m.intros.AnswerFor(m.ctx, kit, said(m.in, m.taker.group.ID, market.Yes), "", "need", m.now)
	m.must(err)
	if got := m.at(first.Add(24*time.Hour - time.Second)); len(got) != 0 {
		t.Errorf("letters %+v less than a day after the first", got)
	}
	if m.in = m.only(m.taker); m.in.OfferToldAt != nil {
		t.Error("the clock of the side that gives runs before anybody was asked")
	}
	got := m.at(first.Add(24 * time.Hour))
	if len(got) != 1 || got[0].To != "kit@quiet.test" || !strings.Contains(got[0].Text, "Tansy Yard Choir would like") {
		t.Fatalf("letters %+v, want the connector asked for the side that gives", got)
	}
	if m.in = m.only(m.taker); m.in.OfferToldAt == nil || !m.in.OfferToldAt.Equal(m.now) {
		t.Errorf("the clock of the side that gives runs since %v, want %v", m.in.OfferToldAt, m.now)
	}
	in, err := m.intros.AnswerFor(m.ctx, kit, said(m.in, m.giver.group.ID, market.Yes), "", "offer", m.now)
	if err != nil || in.State != market.Connected {
		t.Errorf("%s (%v)", in.State, err)
	}
}

// However much waits, a connector gets one letter a day, and what it does not list yet has time.
func TestAConnectorGetsOneLetterADay(t *testing.T) {
	m, kit, _ := lookedAfter(t)
	network, err := m.store.NetworkToActIn(m.ctx, kit.Person, m.taker.group.ID, m.now)
	m.must(err)
	choirs := []neighbour{m.taker, m.neighbour("Orpine Singers", "guest@orpine.test"), m.neighbour("Pennywort Voices", "guest@pennywort.test")}
	for _, n := range choirs {
		m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
			return errors.Join(tx.KeepMember(m.ctx, market.NetworkMember{NetworkID: network.ID, GroupID: n.group.ID, AgreedAt: &m.now}), tx.MarkBounced(m.ctx, n.person.ID, true))
		}))
		m.post(n, choir("2027-02-01"))
	}
	late := m.neighbour("Sorrel Singers", "late@sorrel.test")
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.KeepMember(m.ctx, market.NetworkMember{NetworkID: network.ID, GroupID: late.group.ID, AgreedAt: &m.now}), tx.MarkBounced(m.ctx, late.person.ID, true))
	}))
	_, err = m.store.Pool().Exec(m.ctx, `insert into letter_introductions select introduction_id, person_id, 'filler ' || n, letter_id
		from letter_introductions cross join generate_series(3, $1) n where introduction_id = $2`, market.ByHandShown, m.only(choirs[2]).ID)
	m.must(err)
	m.post(late, choir("2027-02-01")) // tomorrow's letter is full
	_, err = m.store.Pool().Exec(m.ctx, `delete from letter_introductions where kind like 'filler%'`)
	m.must(err)
	first := m.now
	if got := m.deliver(); len(got) != 1 || !strings.Contains(got[0].Subject, "Could you ask Tansy Yard Choir?") {
		t.Fatalf("letters %v, want one that asks the first", subjects("kit@quiet.test", got))
	}
	if got := m.at(first.Add(24*time.Hour - time.Second)); len(got) != 0 {
		t.Errorf("letters %v less than a day after", subjects("kit@quiet.test", got))
	}
	m.must(m.store.Forget(m.ctx, m.now))
	got := m.at(first.Add(24 * time.Hour))
	if len(got) != 1 || got[0].Subject != "2 questions for groups you look after" || strings.Contains(got[0].Text, "Tansy Yard") {
		t.Fatalf("letters %v, want one about the two others", subjects("kit@quiet.test", got))
	}
	for i, n := range choirs {
		in, want := m.only(n), first
		if i > 0 {
			want = m.now
		}
		if in.NeedToldAt == nil || !in.NeedToldAt.Equal(want) || !strings.Contains(got[0].Text, string(in.ID)) == (i > 0) {
			t.Errorf("%s: told at %v, want %v, in the letter that lists it", n.group.Name, in.NeedToldAt, want)
		}
	}
	if in := m.only(late); in.NeedToldAt != nil {
		t.Errorf("%s: told at %v, though no letter has shown it", late.group.Name, in.NeedToldAt)
	}
	got = m.at(first.Add(48*time.Hour - time.Minute))
	if got = append(got, m.at(first.Add(48*time.Hour))...); len(got) != 1 || !strings.Contains(got[0].Text, "Sorrel Singers") || m.only(late).NeedToldAt == nil {
		t.Errorf("letters %v, want the one that was left, the day after", subjects("kit@quiet.test", got))
	}
}

// A connector is reminded of what waits, and told the end of what they said yes to.
func TestAConnectorIsRemindedAndToldTheEnd(t *testing.T) {
	m, kit, _ := lookedAfter(t)
	m.post(m.taker, choir("2027-02-01"))
	m.in = m.only(m.taker)
	m.deliver()
	told := m.now
	got := m.at(told.Add(48 * time.Hour))
	if len(got) != 1 || got[0].To != "kit@quiet.test" || !strings.Contains(got[0].Text, "We asked you this before") {
		t.Fatalf("letters %+v, want the connector reminded", got)
	}
	if got := m.at(told.Add(71 * time.Hour)); len(got) != 0 {
		t.Errorf("reminded again: %+v", got)
	}
	_, err := m.intros.AnswerFor(m.ctx, kit, said(m.in, m.taker.group.ID, market.Yes), "", "once", m.now)
	m.must(err)
	m.say(m.giver, m.in, market.No)
	m.deliver()
	got = m.at(m.now.Add(11 * time.Minute))
	if s := subjects("kit@quiet.test", got); len(s) != 1 || !strings.HasPrefix(s[0], "Not this time") {
		t.Errorf("letters %+v, want the connector told that it will not be", got)
	}
}

// What nobody can be reminded of is handled all the same, and does not crowd out the rest.
func TestAReminderThatReachesNobodyIsHandledOnce(t *testing.T) {
	m, _, _ := lookedAfter(t)
	m.post(m.taker, choir("2027-02-01"))
	m.deliver()
	_, err := m.store.Pool().Exec(m.ctx, `with gone as (update connectors set until = $1) update memberships set until = $1 where group_id = $2`, m.now, m.taker.group.ID)
	m.must(err)
	before := m.now.Add(48 * time.Hour)
	if ids, err := m.store.ToNudge(m.ctx, m.now, 10); err != nil || len(ids) != 1 {
		t.Fatalf("%v (%v) to remind of, want one", ids, err)
	}
	m.at(before)
	if ids, err := m.store.ToNudge(m.ctx, m.now, 10); err != nil || len(ids) != 0 {
		t.Errorf("%v (%v) to remind of after a turn", ids, err)
	}
}

// What was to be put to a group by a connector who is none any more when the letter goes has its clock all the same, of either side.
func TestWhatNoConnectorIsLeftForHasItsClock(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		t.Run(string(side), func(t *testing.T) {
			m, _, _ := lookedAfter(t)
			mine := m.taker
			if side == market.Offer {
				mine = m.giver
			}
			m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
				return errors.Join(tx.MarkBounced(m.ctx, m.taker.person.ID, false), tx.MarkBounced(m.ctx, mine.person.ID, true))
			}))
			m.post(m.taker, choir("2027-02-01"))
			if side == market.Offer {
				m.deliver()
				m.say(m.taker, m.only(m.taker), market.Yes)
			}
			_, err := m.store.Pool().Exec(m.ctx, `update connectors set until = $1`, m.now)
			m.must(err)
			if got := m.deliver(); len(got) != 0 {
				t.Fatalf("letters %+v to who looks after nobody", got)
			}
			m.now = m.now.Add(market.AnswerWithin)
			m.must(m.intros.Turn(m.ctx, m.now))
			if in := m.only(m.taker); in.State != market.Lapsed {
				t.Errorf("%s, want lapsed", in.State)
			}
		})
	}
}

// A connector's list that is refused starts no clock while another connector's waits; the last one does.
func TestARefusedConnectorStartsNoClock(t *testing.T) {
	m, kit, other := lookedAfter(t)
	network, err := m.store.NetworkToActIn(m.ctx, kit.Person, m.taker.group.ID, m.now)
	m.must(err)
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
		return tx.MakeConnector(m.ctx, market.Connector{NetworkID: network.ID, PersonID: other.Person, Since: m.now})
	}))
	m.post(m.taker, choir("2027-02-01"))
	m.refused = "kit@quiet.test"
	m.must(m.letters.Send(m.ctx, m.waitingFor(market.Person{ID: kit.Person}), m.now))
	if m.only(m.taker).NeedToldAt != nil {
		t.Error("the clock runs before anybody was told")
	}
	m.now, m.refused = m.now.Add(time.Hour), "lou@loud.test"
	m.deliver()
	if at := m.only(m.taker).NeedToldAt; at == nil || !at.Equal(m.now) {
		t.Errorf("the clock runs from %v", at)
	}
}
