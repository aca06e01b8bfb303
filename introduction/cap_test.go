package introduction_test

import (
	"testing"
	"time"

	"wherewithal/market"
)

// The answers to one's own postings are beside the caps, and take nothing from what others may still be proposed.
func TestAnswersToOnesOwnPostingsCountForNoCap(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.opens(0)
	var needs []market.Listing
	for _, from := range []market.Date{"2027-04-01", "2027-05-06", "2027-06-03"} {
		needs = append(needs, s.post(taker, choir(from)))
	}
	if got := s.to(taker, s.deliver()); len(got) != 3 {
		t.Fatalf("letters %q, want an answer to each posting", got)
	}
	for _, need := range needs {
		all, err := s.store.IntroductionsFor(s.ctx, need.ID)
		s.must(err)
		s.say(taker, all[0], market.No)
	}
	s.now = s.now.Add(48 * time.Hour)
	s.opens(1)
	look := func(at time.Time) int {
		s.now = at
		for _, need := range needs {
			s.must(s.intros.Fill(s.ctx, need.ID, s.now))
		}
		return len(s.to(taker, s.deliver()))
	}
	if n := look(s.now); n != 1 {
		t.Fatalf("%d mails of proposals two days after the answers, want one: the day's cap is free", n)
	}
	if n := look(s.now.Add(time.Hour)); n != 0 {
		t.Errorf("%d more on the same day", n)
	}
}

// What an urgent need sends over the caps counts in them.
func TestAnUrgentMailCountsAmongTheCaps(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	urgent := choir("2027-04-01")
	urgent.Urgent = true
	first, second := s.post(taker, urgent), s.post(taker, choir("2027-05-06"))
	s.now = s.now.Add(2 * time.Hour) // no answer to the postings any more
	s.opens(0)
	s.must(s.intros.Fill(s.ctx, first.ID, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Fatalf("letters %q of the urgent need", got)
	}
	s.must(s.intros.Fill(s.ctx, second.ID, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 0 {
		t.Errorf("letters %q on the day of the urgent one", got)
	}
}
