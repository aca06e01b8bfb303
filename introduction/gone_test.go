package introduction_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
)

// narrowHall has room for one choir of two hours an evening.
func narrowHall() market.Listing {
	l := hall("Church hall")
	l.When.Windows = []market.Window{thursdays}
	l.When.Windows[0].End = 20 * 60
	return l
}

// askers post a need each, for which the offer is proposed to them.
func (s *street) askers(n int, need market.Listing) (takers []neighbour, ins []market.Introduction) {
	s.t.Helper()
	for i := range n {
		taker := s.neighbour(fmt.Sprintf("Tansy Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, need)
		takers, ins = append(takers, taker), append(ins, s.only(taker))
	}
	return takers, ins
}

// later is a while in which the clock and the jobs do their work, a step at a time, and what was sent then.
func (s *street) later(total, step time.Duration) (sent []string) {
	s.t.Helper()
	for until := s.now.Add(total); s.now.Before(until); {
		s.now = s.now.Add(step)
		s.must(s.intros.Turn(s.ctx, s.now))
		s.must(s.intros.LookAgain(s.ctx, s.now))
		s.work()
		for _, o := range s.deliver() {
			sent = append(sent, o.To+": "+o.Subject)
		}
	}
	return sent
}

// askedOf are the mails that ask somebody about what they offer.
func askedOf(address string, sent []string) []string {
	return slices.DeleteFunc(slices.Clone(sent), func(line string) bool {
		return !strings.HasPrefix(line, address) || !strings.Contains(line, "would like") && !strings.Contains(line, "Still open")
	})
}

// A giver who has given away what there is is asked by nobody else about it, and who had asked hears that it has gone.
func TestNobodyIsAskedAboutWhatTheyHaveJustGiven(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.post(giver, narrowHall())
	takers, ins := s.askers(5, choir("2027-02-01"))
	s.work()
	for i := range 4 { // the fourth waits for its turn, the fifth has only been told of the hall
		s.say(takers[i], ins[i], market.Yes)
	}
	s.deliver()
	s.say(giver, ins[0], market.Yes)
	sent := s.later(60*time.Hour, 4*time.Hour)
	if asked := askedOf("host@hall.test", sent); len(asked) != 0 {
		t.Errorf("the hall has gone, and its giver is asked %q", asked)
	}
	for i, taker := range takers[1:] {
		if in := s.only(taker); in.State != market.Undone {
			t.Errorf("the introduction of %s is %s, want withdrawn", taker.group.Name, in.State)
		}
		kind := slices.ContainsFunc(sent, func(l string) bool {
			return strings.HasPrefix(l, taker.person.Address) && strings.Contains(l, "Not this time")
		})
		if waited := i+1 < 4; kind != waited {
			t.Errorf("%s waited for an answer: %v, got the kind mail: %v", taker.group.Name, waited, kind)
		}
	}
}

// What is lent without times is held for one group after the other, and promised to nobody who needs it while it is held.
func TestWhatIsLentWithoutATimeIsHadByOneAfterTheOther(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	gazebo := func(side market.Side) market.Listing {
		l := chairs(side, 1)
		l.Title, l.Unit, l.Splittable, l.SmallestPart, l.Terms = "Gazebo", "", false, 0, market.Terms{Kind: market.Loan}
		return l
	}
	s.post(giver, gazebo(market.Offer))
	takers, ins := s.askers(2, gazebo(market.Need))
	for i, taker := range takers {
		s.say(taker, ins[i], market.Yes)
		s.deliver()
		if in := s.say(giver, ins[i], market.Yes); in.State != market.Connected {
			t.Errorf("both said yes to the %d. loan: %s", i+1, in.State)
		}
	}
	soon := gazebo(market.Need)
	soon.When.NeededBy = market.DateOf(s.now.AddDate(0, 0, 10))
	hurried := s.neighbour("Tansy Fair", "fair@tansy.test")
	if all := s.introductions(s.post(hurried, soon)); len(all) != 0 {
		t.Errorf("it is held for two others until after it is needed, and is proposed: %+v", all)
	}
}

// A yes to what has gone meanwhile is refused at once, on whichever side, also one that was a no before.
func TestAYesToWhatHasGoneAsksNobody(t *testing.T) {
	for name, c := range map[string]struct {
		before market.Answer
		side   market.Side
		want   market.State
	}{
		"a first yes of the need's side": {side: market.Need, want: market.Undone},
		"a no that becomes a yes":        {before: market.No, side: market.Need, want: market.Declined},
		"the giver's own, a no before":   {before: market.No, side: market.Offer, want: market.Declined},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver := s.neighbour("Larkhollow Hall", "host@hall.test")
			s.post(giver, narrowHall())
			takers, ins := s.askers(2, choir("2027-02-01"))
			who := map[market.Side]neighbour{market.Need: takers[1], market.Offer: giver}[c.side]
			if c.side == market.Offer {
				_, err := s.intros.Begin(s.ctx, giver.viewer, ins[1].OfferID, ins[1].NeedID, s.now)
				s.must(err)
			}
			if c.before != "" {
				s.say(who, ins[1], c.before)
			}
			s.say(takers[0], ins[0], market.Yes)
			s.say(giver, ins[0], market.Yes)
			s.deliver()
			if _, err := s.intros.Answer(s.ctx, who.viewer, ins[1].ID, market.Yes, "", s.now); !errors.Is(err, market.ErrTaken) {
				t.Errorf("a yes to what has gone: %v, want just gone", err)
			}
			if in := s.only(takers[1]); in.State != c.want {
				t.Errorf("%s, want %s", in.State, c.want)
			}
			if asked := s.to(giver, s.deliver()); len(asked) != 0 {
				t.Errorf("the giver is asked %q about what has gone", asked)
			}
		})
	}
}

// What was opened beside a close or a pause of its offer, whose own look saw nothing of it, ends with the first yes to it or at a look of
// the schedule.
func TestWhatWasOpenedBesideACloseEndsSoon(t *testing.T) {
	closes := func(s *street, giver neighbour, offer market.Listing) {
		s.must(s.listings.Move(s.ctx, giver.viewer, offer.ID, market.Withdrawn, nil, s.now))
	}
	pauses := func(s *street, giver neighbour, _ market.Listing) {
		until := s.now.AddDate(0, 0, 9)
		s.must(s.accounts.Pause(s.ctx, giver.viewer, giver.group.ID, &until, s.now))
	}
	yes := func(s *street, taker neighbour) {
		if _, err := s.intros.Answer(s.ctx, taker.viewer, s.only(taker).ID, market.Yes, "", s.now); !errors.Is(err, market.ErrGone) {
			s.t.Errorf("a yes to what is away: %v", err)
		}
	}
	turn := func(s *street, _ neighbour) { s.must(s.intros.LookAgain(s.ctx, s.now)) }
	for _, c := range []struct {
		name string
		goes func(s *street, giver neighbour, offer market.Listing)
		then func(s *street, taker neighbour)
	}{{"closed, a yes", closes, yes}, {"paused, a yes", pauses, yes}, {"closed, the schedule", closes, turn}, {"paused, the schedule", pauses, turn}} {
		t.Run(c.name, func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			offer, need := s.post(giver, hall("Church hall")), s.publish(taker, choir("2027-02-01"))
			_, err := s.intros.Begin(s.ctx, giver.viewer, offer.ID, need.ID, s.now)
			s.must(err)
			c.goes(s, giver, offer)
			_, err = s.store.Pool().Exec(s.ctx, `delete from outbox where kind in ('match', 'fill')`) // its look came before it was opened
			s.must(err)
			c.then(s, taker)
			if n := s.waiting(market.FillJob); n != 1 {
				t.Fatalf("%d looks at the need are to come, want 1", n)
			}
			s.work()
			if in := s.only(taker); in.State != market.Undone || in.End.Cause != market.EndClosed {
				t.Errorf("%s, %s: want withdrawn, as closed", in.State, in.End.Cause)
			}
		})
	}
}

// Only what nothing is left for ends: who wants what is left of some chairs, or another evening, is asked for still.
func TestWhatIsLeftIsAskedAboutStill(t *testing.T) {
	for name, c := range map[string]struct {
		offer       market.Listing
		first, next market.Listing
	}{
		"10 of 40 chairs":  {chairs(market.Offer, 40), chairs(market.Need, 30), chairs(market.Need, 30)},
		"another evening":  {narrowHall(), choir("2027-02-01"), choir("2027-05-06")},
		"an hour the same": {hall("Church hall"), choir("2027-02-01"), choir("2027-02-01")},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver := s.neighbour("Larkhollow Hall", "host@hall.test")
			first, next := s.neighbour("Tansy Choir A", "guest0@choir.test"), s.neighbour("Tansy Choir B", "guest1@choir.test")
			s.post(giver, c.offer)
			s.post(first, c.first)
			s.post(next, c.next)
			s.say(first, s.only(first), market.Yes)
			s.say(giver, s.only(first), market.Yes)
			s.work()
			s.deliver()
			s.say(next, s.only(next), market.Yes)
			if asked := s.to(giver, s.deliver()); len(asked) != 1 {
				t.Errorf("the giver of what is left got %q, want one request", asked)
			}
		})
	}
}

// A giver who was asked, and has not answered, is told kindly when the need was filled by somebody else.
func TestAGiverWhoWasAskedHearsThatTheNeedIsFilled(t *testing.T) {
	s, first, second, _, need, all := twoHalls(t)
	for _, in := range all {
		if in.OfferGroupID == first.group.ID {
			s.say(first, in, market.Yes)
		}
	}
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	got := s.to(second, s.deliver())
	if len(got) != 1 || !strings.Contains(got[0], "Not this time") {
		t.Errorf("the giver whose answer is not wanted any more got %q", got)
	}
}
