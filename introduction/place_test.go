package introduction_test

import (
	"errors"
	"testing"
	"time"

	"wherewithal/market"
)

// threeHalls are proposed to a choir, each of a group of its own.
func threeHalls(t *testing.T) (s *street, givers []neighbour, taker neighbour, need market.Listing) {
	s = newStreet(t)
	taker = s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for i := range 3 {
		givers = append(givers, s.opens(i))
	}
	need = s.post(taker, choir("2027-04-01"))
	s.deliver()
	return s, givers, taker, need
}

func (s *street) open(need market.Listing) (n int) {
	s.t.Helper()
	for _, in := range s.introductions(need) {
		if in.State.Open() {
			n++
		}
	}
	return n
}

// A no keeps its place until its mind can no longer change: else it would be one too many when it does.
func TestANoThatBecomesAYesIsNoneTooMany(t *testing.T) {
	s, _, taker, need := threeHalls(t)
	first := s.introductions(need)[0]
	s.say(taker, first, market.No)
	s.now = s.now.Add(2 * time.Minute)
	s.opens(3)
	s.work()
	s.now = s.now.Add(3 * time.Minute)
	s.say(taker, first, market.Yes)
	if n := s.open(need); n != 3 {
		t.Fatalf("%d are open, want 3", n)
	}
	s.say(taker, first, market.No)
	s.later(market.ChangeMind+time.Minute, market.ChangeMind+time.Minute)
	if all, n := s.introductions(need), s.open(need); len(all) != 4 || n != 3 {
		t.Errorf("%d of %d are open once the no stands, want the fourth proposed in its place", n, len(all))
	}
}

// Whose no it is may ask others in its place at once. The no stays one then, unless it would be the second yes.
func TestANoIsReplacedAtOnceByItsOwnGroup(t *testing.T) {
	for name, c := range map[string]struct {
		giverSaid bool
		want      error
		state     market.State
	}{
		"the giver was not asked": {false, market.ErrTaken, market.Declined},
		"the giver had said yes":  {true, nil, market.Connected},
	} {
		t.Run(name, func(t *testing.T) {
			s, givers, taker, need := threeHalls(t)
			first := s.introductions(need)[0]
			if c.giverSaid {
				for _, g := range givers {
					if g.group.ID == first.OfferGroupID {
						_, err := s.intros.Begin(s.ctx, g.viewer, first.OfferID, need.ID, s.now)
						s.must(err)
					}
				}
			}
			s.say(taker, first, market.No)
			s.now = s.now.Add(time.Minute)
			fourth, err := s.store.ListingsOf(s.ctx, s.opens(3).group.ID)
			s.must(err)
			in, err := s.intros.Begin(s.ctx, taker.viewer, need.ID, fourth[0].ID, s.now)
			s.must(err)
			if in.State != market.Asked || s.open(need) != 3 {
				t.Fatalf("%s, %d open: want the fourth asked in the place of the first", in.State, s.open(need))
			}
			if _, err := s.intros.Answer(s.ctx, taker.viewer, first.ID, market.Yes, "", s.now); !errors.Is(err, c.want) {
				t.Errorf("the no becomes a yes: %v, want %v", err, c.want)
			}
			if in, err := s.store.Introduction(s.ctx, market.System, first.ID); err != nil || in.State != c.state {
				t.Errorf("%s, want %s (%v)", in.State, c.state, err)
			}
		})
	}
}
