package listing

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
)

// clearingEntry is a line or a need of a group.
func clearingEntry(side market.Side, id, group string, n, part int, at market.Point) market.Entry {
	l := market.Listing{ID: market.ID(id), GroupID: market.ID(group), Side: side, Kind: market.Equipment, Quantity: n,
		Splittable: n > 1, SmallestPart: min(n, part), Life: market.Open}
	return market.Entry{Listing: l, Point: at, Group: market.Standing{ID: l.GroupID, Name: group}}
}

// Two lines of 20 chairs and two groups that need 20 each: both like the first line better, and each gets one.
func TestNoLineIsLeftThatAnotherGroupNeeds(t *testing.T) {
	now := time.Date(2027, 1, 14, 18, 0, 0, 0, time.UTC)
	at := market.Point{Lat: 51.48}
	lines := []market.Entry{clearingEntry(market.Offer, "blue", "school", 20, 1, at), clearingEntry(market.Offer, "green", "school", 20, 1, at)}
	needs := []market.Entry{clearingEntry(market.Need, "choir's", "choir", 20, 5, at), clearingEntry(market.Need, "scouts'", "scouts", 20, 5, at)}
	q := newClearing(lines, now)
	for i := range lines {
		var found []matching.Found
		for j, need := range needs {
			found = append(found, matching.Found{Other: need, Amount: 20, Match: market.Match{Fit: .8 - .05*float64(j) - .01*float64(i)}})
		}
		q.wanted(i, found)
	}
	plan, err := q.plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Collections) != 2 || len(plan.Left) != 0 || plan.Least != 2 {
		t.Errorf("%d collections, at least %d, left %v", len(plan.Collections), plan.Least, plan.Left)
	}
}

// A school's 120 lines and 200 groups that need some of them: no need gets more than it wants or less than is of use, no line
// gives more than there is, and the page does not wait long.
func TestAHundredLinesAreSharedWithinWhatIsWanted(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	now := time.Date(2027, 1, 14, 18, 0, 0, 0, time.UTC)
	entry := func(side market.Side, i int, group string, n, part int) market.Entry {
		return clearingEntry(side, fmt.Sprintf("%s%03d", side, i), group, n, part, market.Point{Lat: 51.48 + r.Float64()/20, Lng: r.Float64() / 20})
	}
	var lines []market.Entry
	for i := range 120 {
		lines = append(lines, entry(market.Offer, i, "school", 1+r.IntN(60), 1))
	}
	q := newClearing(lines, now)
	fits := map[market.ID][]matching.Found{}
	for i, line := range lines {
		var found []matching.Found
		for j := range 8 {
			k := i%40*8 + j // three lines suit each
			need := entry(market.Need, k, fmt.Sprintf("group %d", k*13%200), 5+k%30, 3)
			amount := min(line.Listing.Quantity, need.Listing.Quantity)
			if amount >= need.Listing.SmallestPart {
				found = append(found, matching.Found{Other: need, Amount: amount, Match: market.Match{Fit: r.Float64()}})
			}
		}
		fits[line.Listing.ID] = found
		q.wanted(i, found)
	}
	began := time.Now()
	plan, err := q.plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 10*planFor {
		t.Errorf("the page waited %s", took)
	}
	got, gave := map[market.ID]int{}, map[market.ID]int{}
	taken := map[[2]market.ID]int{}
	for _, c := range plan.Collections {
		for _, take := range c.Takes {
			if take.Amount < take.Need.SmallestPart || take.Amount < 1 || c.Group != take.Need.GroupID {
				t.Errorf("%s takes %d of %s", c.Group, take.Amount, take.Offer.ID)
			}
			got[take.Need.ID] += take.Amount
			taken[[2]market.ID{take.Offer.ID, take.Need.ID}] = take.Amount
			gave[take.Offer.ID] += take.Amount
			if got[take.Need.ID] > take.Need.Quantity || gave[take.Offer.ID] > take.Offer.Quantity {
				t.Errorf("%d for %+v, %d of %+v", got[take.Need.ID], take.Need, gave[take.Offer.ID], take.Offer)
			}
		}
	}
	for _, l := range plan.Left {
		gave[l.Offer.ID] += l.Amount
		for _, f := range fits[l.Offer.ID] {
			need, has := f.Other, taken[[2]market.ID{l.Offer.ID, f.Other.Listing.ID}]
			if more := min(l.Amount, need.Wanted()-got[need.Listing.ID], f.Amount-has); more > 0 && has+more >= need.LeastWanted() {
				t.Errorf("%d are left of %s, of which %s would take %d more", l.Amount, l.Offer.ID, need.Listing.ID, more)
			}
		}
	}
	for _, line := range lines {
		if gave[line.Listing.ID] != line.Listing.Quantity {
			t.Errorf("%s: %d are given or left of %d", line.Listing.ID, gave[line.Listing.ID], line.Listing.Quantity)
		}
	}
	if len(plan.Collections) < 20 || plan.Least > len(plan.Collections) || plan.Lines != 120 {
		t.Errorf("%d collections, at least %d", len(plan.Collections), plan.Least)
	}
	t.Logf("%d collections, at least %d, in %s", len(plan.Collections), plan.Least, time.Since(began))
}
