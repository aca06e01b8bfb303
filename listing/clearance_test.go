package listing

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
)

// A school's 120 lines and 200 groups that need some of them: no need gets more than it wants or less than is of use, no line
// gives more than there is, and the page does not wait long.
func TestAHundredLinesAreSharedWithinWhatIsWanted(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	now := time.Date(2027, 1, 14, 18, 0, 0, 0, time.UTC)
	entry := func(side market.Side, i int, group string, n, part int) market.Entry {
		l := market.Listing{ID: market.ID(fmt.Sprintf("%s%03d", side, i)), GroupID: market.ID(group), Side: side, Kind: market.Equipment, Quantity: n,
			Splittable: n > 1, SmallestPart: min(n, part), Life: market.Open}
		return market.Entry{Listing: l, Point: market.Point{Lat: 51.48 + r.Float64()/20, Lng: r.Float64() / 20}, Group: market.Standing{ID: l.GroupID, Name: group}}
	}
	var lines []market.Entry
	for i := range 120 {
		lines = append(lines, entry(market.Offer, i, "school", 1+r.IntN(60), 1))
	}
	q := newClearing(lines, now)
	for i, line := range lines {
		var found []matching.Found
		for j := range 8 {
			need := entry(market.Need, i%40*8+j, fmt.Sprintf("group %d", (i*7+j*13)%200), 5+(i%40*8+j)%30, 3)
			amount := min(line.Listing.Quantity, need.Listing.Quantity)
			if amount >= need.Listing.SmallestPart {
				found = append(found, matching.Found{Other: need, Amount: amount, Match: market.Match{Fit: r.Float64()}})
			}
		}
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
	for _, c := range plan.Collections {
		for _, take := range c.Takes {
			if take.Amount < take.Need.SmallestPart || take.Amount < 1 || c.Group != take.Need.GroupID {
				t.Errorf("%s takes %d of %s", c.Group, take.Amount, take.Offer.ID)
			}
			got[take.Need.ID] += take.Amount
			gave[take.Offer.ID] += take.Amount
			if got[take.Need.ID] > take.Need.Quantity || gave[take.Offer.ID] > take.Offer.Quantity {
				t.Errorf("%d for %+v, %d of %+v", got[take.Need.ID], take.Need, gave[take.Offer.ID], take.Offer)
			}
		}
	}
	for _, l := range plan.Left {
		gave[l.Offer.ID] += l.Amount
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
