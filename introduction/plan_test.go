package introduction_test

import (
	"slices"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/market"
)

// planned puts offers of one group to needs.
func (s *street) planned(giver neighbour, plan ...introduction.Planned) (asked int) {
	s.t.Helper()
	asked, err := s.intros.Propose(s.ctx, giver.viewer, giver.group.ID, plan, s.now)
	s.must(err)
	return asked
}

// A sharing out keeps the chairs for the one; their giver decides that they go to the other.
func TestAGiversPlanGoesBeforeWhatASharingOutKeeps(t *testing.T) {
	s := newStreet(t)
	school := s.neighbour("Burdock School", "head@burdock.test")
	offer := chairs(market.Offer, 60)
	offer.Splittable = false
	given := s.publish(school, offer)
	whole := chairs(market.Need, 60)
	whole.Splittable = false
	needs := []market.Listing{s.publish(s.neighbour("Tansy Yard Choir", "guest@choir.test"), whole), s.publish(s.neighbour("Pennywort Wheelers", "wheel@penny.test"), whole)}
	s.shareOut()
	other := needs[0]
	if len(s.offered(other)) > 0 {
		other = needs[1]
	}
	if got := s.offered(other); len(got) != 0 {
		t.Fatalf("the chairs are kept for one of the two; both are offered %q", got)
	}
	plan := introduction.Planned{Need: other.ID, Offers: []market.ID{given.ID}}
	if asked := s.planned(school, plan); asked != 1 || len(s.introductions(other)) != 1 {
		t.Errorf("%d asked, introduced to %q", asked, s.offered(other))
	}
	if asked := s.planned(school, plan); asked != 0 || len(s.introductions(other)) != 1 {
		t.Errorf("again: %d asked, introduced to %q", asked, s.offered(other))
	}
}

// What a sharing out gives a need of others waits for its own turn.
func TestAGiversPlanOpensNothingOfOthers(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	hallNeed, need := s.publish(taker, choir("2027-02-01")), s.publish(taker, chairs(market.Need, 20))
	s.publish(s.neighbour("Larkhollow Hall", "host@hall.test"), hall("Church hall"))
	for _, name := range []string{"Alder", "Bracken", "Clover"} {
		of := chairs(market.Offer, 20)
		of.Title = name + " chairs"
		s.publish(s.neighbour(name+" Club", name+"@club.test"), of)
	}
	s.now = s.now.Add(2 * time.Hour) // none is new: the one mail of the day is for the hall or for chairs
	s.shareOut()
	if len(s.offered(hallNeed)) > 0 == (len(s.offered(need)) > 0) {
		t.Fatalf("offered in the night: %q and %q", s.offered(hallNeed), s.offered(need))
	}
	school := s.neighbour("Burdock School", "head@burdock.test")
	spare, plan := hall("School hall"), introduction.Planned{Need: hallNeed.ID}
	if len(s.offered(need)) == 0 {
		spare, plan.Need = chairs(market.Offer, 20), need.ID
		spare.Title = "School chairs"
	}
	s.now = s.now.Add(25 * time.Hour)
	plan.Offers = []market.ID{s.publish(school, spare).ID}
	if asked := s.planned(school, plan); asked != 1 {
		t.Errorf("%d asked", asked)
	}
	if got := s.offered(market.Listing{ID: plan.Need}); !slices.Equal(got, []string{spare.Title}) {
		t.Errorf("the school's plan has the need offered %q", got)
	}
}
