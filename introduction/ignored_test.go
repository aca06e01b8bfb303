package introduction_test

import (
	"errors"
	"fmt"
	"testing"

	"wherewithal/market"
)

// One mail that lay unread is one proposal that was ignored, however many offers it named.
func TestAMailThatNamesSeveralIsIgnoredOnce(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for i := range 3 {
		s.opens(i)
	}
	need := s.post(taker, choir("2027-04-01"))
	for round := 1; ; round++ {
		if got := s.to(taker, s.deliver()); len(got) != 1 {
			t.Fatalf("letters %q of proposals in round %d, want one", got, round)
		}
		s.liesFor(need)
		all, err := s.store.IntroductionsFor(s.ctx, need.ID)
		s.must(err)
		for _, in := range all {
			if in.State != market.Lapsed {
				t.Fatalf("%s in round %d", in.State, round)
			}
		}
		silent, err := s.store.NotToAsk(s.ctx, []market.ID{need.ID}, s.now)
		s.must(err)
		if stopped := round == market.IgnoredInARow; silent[need.ID] != stopped {
			t.Fatalf("a sharing out leaves it out: %v after %d ignored mails", silent[need.ID], round)
		}
		s.opens(2 + round) // a fresh hall that fits
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
		if round == market.IgnoredInARow {
			break
		}
	}
	if got := s.to(taker, s.deliver()); len(got) != 0 {
		t.Errorf("letters %q after two mails in a row were ignored", got)
	}
	stranger := s.neighbour("Owl Lane Scouts", "else@owl.test")
	for _, c := range []struct {
		who  neighbour
		want error
	}{{stranger, market.ErrNotFound}, {taker, nil}, {taker, market.ErrRepeated}} {
		if err := s.intros.GoOn(s.ctx, c.who.viewer, need.ID, s.now); !errors.Is(err, c.want) {
			t.Errorf("%s goes on: %v, want %v", c.who.group.Name, err, c.want)
		}
	}
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("letters %q once the group said that it still looks, want one", got)
	}
}

// What was answered among several was not ignored, and breaks the row.
func TestAnAnswerToOneOfSeveralEndsBeingIgnored(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for i := range 3 {
		s.opens(i)
	}
	need := s.post(taker, choir("2027-04-01"))
	s.deliver()
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	s.say(taker, all[0], market.No)
	for i := range 2 {
		s.liesFor(need)
		s.opens(3 + i)
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
		if got := s.to(taker, s.deliver()); len(got) != 1 {
			t.Fatalf("letters %q after one of three was answered, and %d mails ignored", got, i)
		}
	}
}

// opens a hall of another group.
func (s *street) opens(i int) neighbour {
	s.t.Helper()
	n := s.neighbour(fmt.Sprintf("Orpine Rooms %c", 'A'+i), fmt.Sprintf("rooms%d@orpine.test", i))
	s.post(n, hall(fmt.Sprintf("Long room %c", 'A'+i)))
	s.anew()
	return n
}

// liesFor moves the clock until what is proposed to a need has lapsed, and its end is settled.
func (s *street) liesFor(need market.Listing) {
	s.t.Helper()
	s.now = s.now.Add(market.AnswerWithin)
	s.must(s.intros.Turn(s.ctx, s.now))
	s.deliver() // what the clock has to say
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
}
