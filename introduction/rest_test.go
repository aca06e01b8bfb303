package introduction_test

import (
	"fmt"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/wording"
)

// parts are chairs of which the smallest useful part is so many; 0: they may not be split.
func parts(side market.Side, n, least int) market.Listing {
	l := chairs(side, n)
	l.Splittable, l.SmallestPart = least > 0, least
	return l
}

// with is the introduction of a need to an offer.
func (s *street) with(need, offer market.Listing) market.Introduction {
	s.t.Helper()
	for _, in := range s.introductions(need) {
		if in.OfferID == offer.ID {
			return in
		}
	}
	s.t.Fatalf("%s is not introduced to %s", need.Title, offer.Title)
	return market.Introduction{}
}

// wants checks how much of a need is filled, and whether it is open still.
func (s *street) wants(need market.Listing, filled int, life market.Life) {
	s.t.Helper()
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	e, err := s.store.EntryFor(s.ctx, market.System, need.ID, s.now)
	s.must(err)
	if e.Taken != filled || e.Listing.Life != life {
		s.t.Errorf("%d of %d filled, %s: want %d, %s", e.Taken, need.Quantity, e.Listing.Life, filled, life)
	}
}

// A choir needs 40 chairs and said yes to two who have some. Once the one gives 35, the other reads that 5 are missing, and gives them no
// piece of what may not be split, nor fewer than they wanted to.
func TestWhoGivesTheRestGivesAsTheySaid(t *testing.T) {
	for _, c := range []struct {
		name        string
		least, want int
	}{{"in one lot", 0, 30}, {"twenty at least", 20, 20}, {"any number", 1, 5}} {
		t.Run(c.name, func(t *testing.T) {
			s := newStreet(t)
			first, second := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
			taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
			many, few := s.post(first, parts(market.Offer, 35, 1)), s.post(second, parts(market.Offer, 30, c.least))
			s.anew()
			need := s.post(taker, parts(market.Need, 40, 10))
			for _, offer := range []market.Listing{many, few} {
				s.say(taker, s.with(need, offer), market.Yes)
			}
			s.say(first, s.with(need, many), market.Yes)
			var asked string
			for _, o := range s.deliver() {
				if o.To == second.person.Address {
					asked += flat(o.Text)
				}
			}
			if want := fmt.Sprintf("%d chairs offered, they still need 5", c.want); !strings.Contains(asked, want) {
				t.Errorf("the second giver does not read %q:\n%s", want, asked)
			}
			in := s.with(need, few)
			reads := strings.Join(wording.Reasons(wording.Default, market.Need, in.Reasons), " ")
			if want := fmt.Sprintf("%d chairs offered, you still need 5", c.want); in.Amount != c.want || !strings.Contains(reads, want) {
				t.Errorf("%d would be given, and the choir reads %q, not %q", in.Amount, reads, want)
			}
			in = s.say(second, in, market.Yes)
			taken, err := s.store.AllocationsOf(s.ctx, in.ID)
			s.must(err)
			if in.Amount != c.want || len(taken) != 1 || taken[0].Amount != c.want {
				t.Errorf("connected with %d chairs, %+v taken: want %d", in.Amount, taken, c.want)
			}
			s.wants(need, 35+c.want, market.Fulfilled)
			for i, offer := range []market.Listing{many, few} { // what each was connected for can be agreed
				in := s.with(need, offer)
				if _, err := s.intros.Suggest(s.ctx, []neighbour{first, second}[i].viewer, in.ID, in.Amount, evenings("2027-02-04", 1), "", s.now); err != nil {
					t.Errorf("%d chairs cannot be agreed: %v", in.Amount, err)
				}
			}
		})
	}
}

// The last rest of a need may be smaller than its own smallest part: else it could never be filled. Fewer are no rest.
func TestALastRestMayBeSmallerThanTheSmallestPart(t *testing.T) {
	s := newStreet(t)
	first, second, third := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test"), s.neighbour("Sorrel Club", "club@sorrel.test")
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	many := s.post(first, parts(market.Offer, 35, 1))
	need := s.post(taker, parts(market.Need, 40, 10))
	s.say(taker, s.with(need, many), market.Yes)
	s.say(first, s.with(need, many), market.Yes)
	s.wants(need, 35, market.Open)
	s.post(second, parts(market.Offer, 3, 1))
	s.now = s.now.AddDate(0, 0, 2)
	s.wants(need, 35, market.Open)
	if n := len(s.introductions(need)); n != 1 {
		t.Errorf("%d introductions: 3 chairs were proposed to a choir that misses 5", n)
	}
	five := s.post(third, parts(market.Offer, 5, 1))
	s.wants(need, 35, market.Open)
	if found, err := s.store.MatchesOf(s.ctx, need.ID, 10); err != nil || len(found) != 1 || found[0].OfferID != five.ID {
		t.Errorf("its page lists %+v (%v), want the 5 chairs alone", found, err)
	}
	s.say(taker, s.with(need, five), market.Yes)
	s.say(third, s.with(need, five), market.Yes)
	s.wants(need, 40, market.Fulfilled)
}

// A need that three fill in parts closes with the last of them, and is open for the part of one who stops.
func TestASplitNeedClosesWhenItIsFilled(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	var givers []neighbour
	var offers []market.Listing
	for i, n := range []int{20, 15, 30} {
		giver := s.neighbour(fmt.Sprintf("Larkhollow Hall %c", 'A'+i), fmt.Sprintf("host%d@hall.test", i))
		givers, offers = append(givers, giver), append(offers, s.post(giver, parts(market.Offer, n, 1)))
	}
	s.anew()
	need := s.post(taker, parts(market.Need, 40, 10))
	for i, filled := range []int{20, 35, 40} {
		s.say(taker, s.with(need, offers[i]), market.Yes)
		s.say(givers[i], s.with(need, offers[i]), market.Yes)
		life := market.Open
		if filled == 40 {
			life = market.Fulfilled
		}
		s.wants(need, filled, life)
	}
	if in := s.with(need, offers[2]); in.Amount != 5 || s.noted("listing.fulfilled") != 1 {
		t.Errorf("the last gave %d, and the need closed %d times", in.Amount, s.noted("listing.fulfilled"))
	}
	late := s.neighbour("Orpine Rooms", "rooms@orpine.test")
	s.post(late, parts(market.Offer, 40, 1))
	s.wants(need, 40, market.Fulfilled)
	if n := len(s.introductions(need)); n != 3 {
		t.Errorf("%d introductions of a need that is filled by three", n)
	}
	_, err := s.intros.Stop(s.ctx, givers[1].viewer, s.with(need, offers[1]).ID, s.now)
	s.must(err)
	s.wants(need, 25, market.Open)
}

// A plan gives no piece of what may not be split.
func TestAPlanGivesALotWhole(t *testing.T) {
	s := newStreet(t)
	giver, small, large := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
	s.publish(giver, parts(market.Offer, 30, 0))
	s.publish(small, parts(market.Need, 5, 1))
	need := s.publish(large, parts(market.Need, 40, 1))
	if out := s.shareOut(); len(out.Parts) != 1 || out.Parts[0].Amount != 30 || out.Parts[0].NeedID != need.ID {
		t.Errorf("a lot of 30 is planned as %+v", out.Parts)
	}
}

// What is given in a ring goes by what is still wanted too, when another gives some of it meanwhile.
func TestARingGivesWhatIsStillWanted(t *testing.T) {
	r := newRound(t)
	_, err := r.store.Pool().Exec(r.ctx, `update listings set smallest_part = 4 where id = $1`, r.posts["chairs"].ID)
	r.must(err)
	if n := r.find(); n != 1 {
		t.Fatalf("%d rings", n)
	}
	need := r.posts["wants chairs"]
	giver := r.neighbour("Sorrel Club", "club@sorrel.test")
	offer := r.post(giver, parts(market.Offer, 8, 1))
	in, err := r.intros.Begin(r.ctx, giver.viewer, offer.ID, need.ID, r.now)
	r.must(err)
	r.say(r.hall, in, market.Yes)
	r.wants(need, 8, market.Open)
	ring := r.ring(r.hall)
	for _, m := range ring.Members {
		reads := strings.Join(wording.Reasons(wording.Default, market.Offer, m.Reasons), " ")
		if m.OfferID == r.posts["chairs"].ID && (m.Amount != 4 || !strings.Contains(reads, "4 chairs offered, they still need 2")) {
			t.Errorf("the ring gives %d chairs: %s", m.Amount, reads)
		}
	}
	for _, n := range r.people() {
		_, err := r.answers(n, market.Yes)
		r.must(err)
	}
	if in := r.with(need, r.posts["chairs"]); in.State != market.Connected || in.Amount != 4 {
		t.Errorf("%s with %d chairs, want 4", in.State, in.Amount)
	}
	r.wants(need, 12, market.Fulfilled)
}
