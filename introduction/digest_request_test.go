package introduction_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
)

// stops ends mails of kinds to somebody.
func (s *street) stops(p market.Person, kinds ...market.LetterKind) {
	s.t.Helper()
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.StopMails(s.ctx, p.ID, kinds, s.now) }))
}

// mondayAfter sends the digests of a Monday, so many after the first.
func (s *street) mondayAfter(weeks int) []mail.Outgoing {
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	return s.digests(monday.AddDate(0, 0, 7*weeks))
}

// wanted is a hall that a choir would like, whose giver wants no mails of that kind.
func wanted(t *testing.T) (s *street, giver, taker neighbour) {
	s = newStreet(t)
	giver, taker = s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.stops(giver.person, market.SomeoneWouldLike)
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-04-01"))
	s.deliver()
	s.say(taker, s.only(taker), market.Yes)
	return s, giver, taker
}

// Who stopped "someone would like" and kept the digest is asked there, and their 72 hours run from when it was handed over.
func TestWhoStoppedRequestsIsAskedInTheDigest(t *testing.T) {
	s, giver, taker := wanted(t)
	if got := s.deliver(); len(got) != 0 {
		t.Errorf("letters %v to one who wants none", got)
	}
	s.now = s.now.Add(market.AnswerWithin + time.Hour)
	s.must(s.intros.Turn(s.ctx, s.now))
	s.must(s.intros.LookAgain(s.ctx, s.now))
	if in := s.only(taker); in.State != market.Asked || in.OfferToldAt != nil {
		t.Fatalf("%s, told at %v: want it waiting for the digest", in.State, in.OfferToldAt)
	}
	got := s.to(giver, s.mondayAfter(0))
	if len(got) != 1 {
		t.Fatalf("digests %q, want the giver's", got)
	}
	if text := s.posted[0].Text; s.posted[0].To != giver.person.Address || !strings.Contains(text, "Room for a choir") || !strings.Contains(text, "https://hub.example/i/") {
		t.Errorf("the digest does not ask:\n%s", text)
	}
	if at := s.only(taker).OfferToldAt; at == nil || !at.Equal(monday) {
		t.Fatalf("told at %v, want it when the digest went", at)
	}
	s.must(s.intros.Turn(s.ctx, monday.Add(market.AnswerWithin)))
	if in := s.only(taker); in.State != market.Lapsed {
		t.Errorf("%s three days after the digest", in.State)
	}
}

// While a colleague takes letters, theirs asks, and no other is written; who wants neither letters nor a digest has to look.
func TestARequestGoesToWhoWantsItOrToNobody(t *testing.T) {
	s, giver, taker := wanted(t)
	s.stops(giver.person, market.DigestLetter)
	s.must(s.intros.LookAgain(s.ctx, s.now))
	if at := s.only(taker).OfferToldAt; at == nil || !at.Equal(s.now) || len(s.deliver()) != 0 {
		t.Errorf("told at %v, where nobody of the group wants to be", at)
	}

	s = newStreet(t)
	giver, taker = s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	kit, _ := s.joins(giver, "kit@hall.test")
	s.stops(giver.person, market.SomeoneWouldLike)
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-04-01"))
	s.deliver()
	s.say(taker, s.only(taker), market.Yes)
	if got := s.deliver(); len(got) != 1 || got[0].To != kit.Address {
		t.Errorf("letters %v, want the colleague's", got)
	}
	if at := s.only(taker).OfferToldAt; at == nil || !at.Equal(s.now) {
		t.Errorf("told at %v", at)
	}
}

// A letter whose reader stops its kind while it waits told nobody: the digest does, and starts the clock.
func TestALetterStoppedOnItsWayIsLeftToTheDigest(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		t.Run(string(side), func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-04-01"))
			mine, kind := taker, market.PossibleMatch
			if side == market.Offer {
				mine, kind = giver, market.SomeoneWouldLike
				s.deliver()
				s.say(taker, s.only(taker), market.Yes)
			}
			s.stops(mine.person, kind)
			told := func() *time.Time {
				if in := s.only(taker); side == market.Offer {
					return in.OfferToldAt
				}
				return s.only(taker).NeedToldAt
			}
			if got := s.to(mine, s.deliver()); len(got) != 0 || told() != nil {
				t.Fatalf("letters %q, told at %v", got, told())
			}
			s.must(s.intros.LookAgain(s.ctx, s.now))
			if told() != nil {
				t.Fatal("the clock runs of one who was told nothing")
			}
			if got := s.to(mine, s.mondayAfter(0)); len(got) != 1 || told() == nil || !told().Equal(monday) {
				t.Errorf("digests %q, told at %v", got, told())
			}
		})
	}
}

// Who stopped all mails to their address, by the link of one from before they had an account, is asked by none and holds up nobody: the
// connectors ask, or their clock runs. No letter is written that cannot go.
func TestWhoStoppedAllByAnOldLinkHoldsUpNobody(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		for _, connected := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, looked after: %t", side, connected), func(t *testing.T) {
				m, _, _ := lookedAfter(t)
				m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.MarkBounced(m.ctx, m.taker.person.ID, false) }))
				if !connected {
					_, err := m.store.Pool().Exec(m.ctx, `delete from connectors`)
					m.must(err)
				}
				m.post(m.taker, choir("2027-04-01"))
				mine, kind := m.taker, market.PossibleMatch
				if side == market.Offer {
					mine, kind = m.giver, market.SomeoneWouldLike
					m.deliver()
					m.say(m.taker, m.only(m.taker), market.Yes)
				}
				m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
					return tx.Suppress(m.ctx, m.letters.Suppress(mine.person.Address), market.WantsNoMore, m.now)
				}))
				var to []string
				for range 3 {
					for _, o := range m.deliver() {
						to = append(to, o.To)
					}
					m.now = m.now.Add(10 * time.Minute)
					m.must(m.intros.LookAgain(m.ctx, m.now))
				}
				if asked := slices.Contains(to, "kit@quiet.test"); len(to) > 1 || asked != connected {
					t.Errorf("letters to %v", to)
				}
				in, n := m.only(m.taker), m.written(kind)
				if told := map[market.Side]*time.Time{market.Need: in.NeedToldAt, market.Offer: in.OfferToldAt}[side]; told == nil || n != 1 {
					t.Errorf("told at %v, %d letters written: want a clock, and one", told, n)
				}
			})
		}
	}
}

// The digest puts no more requests of one offer to its group than may be open at once, to each of its people the same; the next
// takes its turn as after any answer.
func TestADigestAsksNoMoreThanMayBeOpen(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	kit, _ := s.joins(giver, "kit@hall.test")
	for _, p := range []market.Person{giver.person, kit} {
		s.stops(p, market.SomeoneWouldLike)
	}
	s.post(giver, hall("Church hall"))
	var takers []neighbour
	for i := range 4 {
		taker := s.neighbour(fmt.Sprintf("Tansy Yard Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, choir(market.Date(fmt.Sprintf("2027-04-%02d", 1+7*i))))
		s.deliver()
		s.say(taker, s.only(taker), market.Yes)
		s.now = s.now.Add(time.Minute)
		takers = append(takers, taker)
	}
	got := s.mondayAfter(0)
	if len(s.to(giver, got)) != 1 || len(subjects(kit.Address, got)) != 1 {
		t.Fatalf("%d digests, want one to each of the two", len(got))
	}
	for _, o := range got {
		if o.To != giver.person.Address && o.To != kit.Address {
			continue
		}
		if n := strings.Count(o.Text, "Room for a choir"); n != 3 || strings.Contains(o.Text, "Choir D") {
			t.Errorf("%s is asked about %d in the digest, want the first three:\n%s", o.To, n, o.Text)
		}
	}
	if n := s.told(giver); n != 3 {
		t.Fatalf("%d told, want three", n)
	}
	s.say(giver, s.only(takers[0]), market.No)
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	if s.only(takers[3]).OfferToldAt != nil {
		t.Error("told before the next digest")
	}
	s.mondayAfter(1)
	if at := s.only(takers[3]).OfferToldAt; at == nil || !at.Equal(s.now) {
		t.Errorf("the fourth told at %v, want it in the next digest", at)
	}
}

// daily gives somebody a digest each day, and no letters of proposals or requests.
func (s *street) daily(p market.Person) {
	s.t.Helper()
	s.must(s.accounts.ChooseMails(s.ctx, p.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.DailyDigest}, s.now))
	s.stops(p, market.PossibleMatch, market.SomeoneWouldLike)
}

// A digest that comes back told nobody: a colleague's of another day asks, and starts the clock. Where there is none, the schedule does.
func TestADigestThatComesBackStartsNoClock(t *testing.T) {
	for _, c := range []struct {
		name       string
		known, kit bool
	}{{"known to come back", true, true}, {"found out by it", false, true}, {"known, and alone", true, false}, {"found out, and alone", false, false}} {
		t.Run(c.name, func(t *testing.T) {
			s, giver, taker := wanted(t)
			s.daily(giver.person)
			if c.kit {
				kit, _ := s.joins(giver, "kit@hall.test")
				s.stops(kit, market.SomeoneWouldLike)
			}
			s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
			s.now = monday.AddDate(0, 0, -3)
			s.must(s.intros.Digests(s.ctx, s.now))
			if c.known {
				s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.MarkBounced(s.ctx, giver.person.ID, true) }))
			}
			s.says, s.first = fmt.Errorf("%w: %w", mail.ErrPermanent, mail.ErrNoMailbox), func() {}
			if c.known {
				s.first = nil
			}
			s.deliver()
			if p, err := s.store.Person(s.ctx, giver.person.ID); err != nil || !p.Bounced || s.first != nil {
				t.Fatalf("bounced %v (%v)", p.Bounced, err)
			}
			if at := s.only(taker).OfferToldAt; at != nil {
				t.Fatalf("told at %v, by a digest that came back", at)
			}
			s.must(s.intros.LookAgain(s.ctx, s.now))
			if at := s.only(taker).OfferToldAt; (at != nil) == c.kit {
				t.Fatalf("told at %v once it was looked at again", at)
			}
			if !c.kit {
				return
			}
			if got := subjects("kit@hall.test", s.mondayAfter(0)); len(got) != 1 {
				t.Fatalf("digests %q, want the colleague's", got)
			}
			if at := s.only(taker).OfferToldAt; at == nil || !at.Equal(monday) {
				t.Errorf("told at %v, want it when the colleague's went", at)
			}
		})
	}
}

// Nor did one that its reader's server took first and sent back later: its clock stops, unless a colleague's asks too.
func TestADigestThatComesBackLaterTakesBackItsClock(t *testing.T) {
	for _, c := range []struct {
		name        string
		kit, theirs bool // a colleague, whose digest went too
	}{{"alone", false, false}, {"with a colleague", true, false}, {"a colleague was asked too", true, true}} {
		t.Run(c.name, func(t *testing.T) {
			s, giver, taker := wanted(t)
			s.daily(giver.person)
			if c.kit {
				kit, _ := s.joins(giver, "kit@hall.test")
				s.stops(kit, market.SomeoneWouldLike)
				if c.theirs {
					s.daily(kit)
				}
			}
			s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
			s.now = monday.AddDate(0, 0, -3)
			s.must(s.intros.Digests(s.ctx, s.now))
			s.deliver()
			went := s.now
			if at := s.only(taker).OfferToldAt; at == nil || !at.Equal(went) {
				t.Fatalf("told at %v, want it when the digest went", at)
			}
			digest, err := s.store.NewestLetter(s.ctx, giver.person.ID, market.DigestLetter)
			s.must(err)
			s.now = s.now.Add(time.Hour)
			s.must(s.letters.Came(s.ctx, digest.ID, market.HardBounce, giver.person.Address, "5.1.1", s.now))
			if at := s.only(taker).OfferToldAt; (at != nil) != c.theirs {
				t.Fatalf("told at %v once it came back", at)
			}
			s.must(s.intros.LookAgain(s.ctx, s.now))
			want := map[string]time.Time{"alone": s.now, "with a colleague": monday, "a colleague was asked too": went}[c.name]
			s.mondayAfter(0)
			if at := s.only(taker).OfferToldAt; at == nil || !at.Equal(want) {
				t.Errorf("told at %v, want %v", at, want)
			}
		})
	}
}

// Nor does who needs it know of the giver's yes that such a digest told: the giver can take that back again.
func TestAYesThatADigestToldIsTakenBackWithIt(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.daily(taker.person)
	offer, need := s.post(giver, hall("Church hall")), s.post(taker, choir("2027-04-01"))
	in, err := s.intros.Begin(s.ctx, giver.viewer, offer.ID, need.ID, s.now)
	s.must(err)
	s.mondayAfter(0)
	if s.only(taker).YesToldAt == nil {
		t.Fatal("the digest does not tell of the yes")
	}
	if _, err := s.intros.Answer(s.ctx, giver.viewer, in.ID, market.No, "", s.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("a yes that was told is taken back: %v", err)
	}
	digest, err := s.store.NewestLetter(s.ctx, taker.person.ID, market.DigestLetter)
	s.must(err)
	s.must(s.letters.Came(s.ctx, digest.ID, market.HardBounce, taker.person.Address, "5.1.1", s.now))
	if at := s.only(taker).YesToldAt; at != nil {
		t.Errorf("told of the yes at %v, once it came back", at)
	}
	if in = s.say(giver, in, market.No); in.State != market.Declined {
		t.Errorf("%s, want declined", in.State)
	}
}

// What came since a digest was written pushes nothing off it that it is to ask, and what it has no room for waits for the next.
func TestADigestStartsTheClocksOfWhatItShows(t *testing.T) {
	for _, second := range []bool{false, true} {
		s := newStreet(t)
		giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
		s.stops(giver.person, market.DigestLetter)
		s.daily(taker.person)
		s.post(giver, hall("Church hall"))
		s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
		for day := range 2 {
			for range market.DigestShown {
				s.post(taker, choir("2027-04-01"))
			}
			_, err := s.store.Pool().Exec(s.ctx, `update introductions set fit = 0.5 + extract(day from proposed_at) / 100`) // the newest fit best
			s.must(err)
			if s.now = s.now.Add(24 * time.Hour); day == 0 || second {
				s.must(s.intros.Digests(s.ctx, s.now))
			}
		}
		if shown, told := s.asked(taker, s.deliver()); shown != market.DigestShown || told != market.DigestShown {
			t.Errorf("second %v: %d shown, %d told, want four", second, shown, told)
		}
		s.now = s.now.Add(24 * time.Hour)
		s.must(s.intros.Digests(s.ctx, s.now))
		if shown, told := s.asked(taker, s.deliver()); shown != market.DigestShown || told != 2*market.DigestShown {
			t.Errorf("second %v: %d shown the next day, %d told by then, want four and all", second, shown, told)
		}
	}
}

// asked counts the introductions that the one digest shows, and those that the need's side was told of. None is told that was not shown.
func (s *street) asked(n neighbour, letters []mail.Outgoing) (shown, told int) {
	s.t.Helper()
	all, err := s.store.IntroductionsAfter(s.ctx, n.viewer, "", "", 10)
	if s.must(err); len(letters) != 1 {
		s.t.Fatalf("letters %q, want one digest", s.to(n, letters))
	}
	for _, in := range all {
		here := strings.Contains(letters[0].Text, introduction.Links{Secret: []byte("tokens")}.Token(in.ID, n.person.ID))
		if here {
			shown++
		}
		if in.NeedToldAt != nil {
			told++
		}
		if in.NeedToldAt != nil && in.NeedToldAt.Equal(s.now) && !here {
			s.t.Errorf("told of %s, which the digest does not show", in.ID)
		}
	}
	return shown, told
}

// Who leaves a group while a digest that asks for it waits is not asked; it waits for whoever stays.
func TestADigestAsksNobodyForAGroupThatTheyLeft(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	kit, v := s.joins(giver, "kit@hall.test")
	s.stops(kit, market.SomeoneWouldLike)
	s.stops(giver.person, market.SomeoneWouldLike, market.DigestLetter)
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-04-01"))
	s.deliver()
	s.say(taker, s.only(taker), market.Yes)
	s.must(s.intros.Digests(s.ctx, s.now))
	s.now = monday
	s.must(s.intros.Digests(s.ctx, s.now)) // writes it
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		return tx.ResumeMails(s.ctx, giver.person.ID, []market.LetterKind{market.DigestLetter})
	}))
	s.must(s.intros.Leave(s.ctx, v, giver.group.ID, kit.ID, "", s.now))
	if got := subjects(kit.Address, s.deliver()); len(got) != 0 || s.only(taker).OfferToldAt != nil {
		t.Fatalf("letters %q to one who left, told at %v", got, s.only(taker).OfferToldAt)
	}
	if got := s.to(giver, s.mondayAfter(1)); len(got) != 1 || s.only(taker).OfferToldAt == nil {
		t.Errorf("digests %q, told at %v: want it to wait for who stays", got, s.only(taker).OfferToldAt)
	}
}

// Two colleagues' digests that come back at the same moment have asked nobody.
func TestTwoDigestsThatComeBackAtOnceLeaveNoClock(t *testing.T) {
	s, giver, taker := wanted(t)
	s.daily(giver.person)
	kit, _ := s.joins(giver, "kit@hall.test")
	s.stops(kit, market.SomeoneWouldLike)
	s.daily(kit)
	s.must(s.intros.Digests(s.ctx, s.now))
	s.now = monday.AddDate(0, 0, -3)
	s.must(s.intros.Digests(s.ctx, s.now))
	s.deliver()
	if s.only(taker).OfferToldAt == nil {
		t.Fatal("the digests told nobody")
	}
	var both sync.WaitGroup
	for _, reader := range []market.Person{giver.person, kit} {
		digest, err := s.store.NewestLetter(s.ctx, reader.ID, market.DigestLetter)
		s.must(err)
		both.Go(func() {
			if err := s.letters.Came(s.ctx, digest.ID, market.HardBounce, reader.Address, "5.1.1", s.now); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if at := s.only(taker).OfferToldAt; at != nil {
		t.Errorf("told at %v, though nobody was", at)
	}
}
