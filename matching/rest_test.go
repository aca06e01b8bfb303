package matching

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// chairsAndRest are chairs in a smallest part (0: in one lot), and a need of 40 in parts of 10 of which so many are filled.
func chairsAndRest(have, least, taken int) (offer, need market.Entry) {
	offer, need = plainEntry(market.Offer, "hall"), plainEntry(market.Need, "choir")
	for _, e := range []*market.Entry{&offer, &need} {
		e.Listing.Kind, e.Listing.Title, e.Listing.Unit = market.Equipment, "Folding chairs", "chairs"
	}
	offer.Listing.Quantity, offer.Listing.Splittable, offer.Listing.SmallestPart = have, least > 0, least
	need.Listing.Quantity, need.Listing.Splittable, need.Listing.SmallestPart, need.Taken = 40, true, 10, taken
	return offer, need
}

// What is filled of a need is wanted no more: amounts, reasons and failures are those of a need for the rest, whose smallest part is
// never more than that.
func TestANeedIsJudgedByWhatItStillWants(t *testing.T) {
	for _, c := range []struct {
		have, least, taken, amount int
		want                       []Failure
	}{
		{30, 0, 0, 30, nil},
		{30, 0, 35, 30, nil},
		{30, 20, 35, 20, nil},
		{30, 1, 35, 5, nil},
		{30, 1, 20, 20, nil},
		{12, 1, 20, 12, nil},
		{9, 1, 20, 0, []Failure{{market.MissQuantity, "", 9, 10}}},
		{5, 1, 35, 5, nil},
		{3, 1, 35, 0, []Failure{{market.MissQuantity, "", 3, 5}}},
		{30, 1, 40, 0, []Failure{{RuleLife, "need_fulfilled", 0, 0}}},
		{30, 0, 65, 0, []Failure{{RuleLife, "need_fulfilled", 0, 0}}},
	} {
		offer, need := chairsAndRest(c.have, c.least, c.taken)
		v := Explain(offer, need, benchNow, Options{})
		if diff := cmp.Diff(c.want, v.Failed); diff != "" || v.Amount != c.amount {
			t.Errorf("%d chairs in parts of %d, %d of 40 filled: %d, want %d %s", c.have, c.least, c.taken, v.Amount, c.amount, diff)
		}
		for _, r := range v.Match.Reasons {
			if r.Code == market.ReasonQuantity && (r.Have != float64(c.amount) || r.Want != float64(40-c.taken) || (r.Key != "") != (c.taken > 0)) {
				t.Errorf("%d chairs, %d of 40 filled: %+v", c.have, c.taken, r)
			}
		}
	}
}

// Who has too few for the rest would do if fewer did: with what is filled already.
func TestFewerThanTheRestIsANearMiss(t *testing.T) {
	offer, need := chairsAndRest(3, 1, 35)
	m, ok := Mend(offer, need, market.Need, benchNow, Options{})
	if !ok || m.Miss.Change.Have != 3 || m.Listing.Quantity != 40 || m.Listing.SmallestPart != 3 {
		t.Fatalf("%v, %+v, for %d in all in parts of %d", ok, m.Miss.Change, m.Listing.Quantity, m.Listing.SmallestPart)
	}
	if need.Listing = m.Listing; !Explain(offer, need, benchNow, Options{}).Fits {
		t.Error("mended, it does not fit")
	}
}

// The index finds for and among needs that are filled in part what asking of every pair finds.
func TestTheIndexGoesByWhatIsStillWanted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	var list []market.Entry
	for i := range 160 {
		offer, need := chairsAndRest(1+r.IntN(40), r.IntN(8), 0)
		e := []market.Entry{offer, need}[i%2]
		e.Listing.ID, e.Listing.GroupID = market.ID(fmt.Sprintf("listing-%03d", i)), market.ID(fmt.Sprintf("group-%03d", i))
		e.Group.ID = e.Listing.GroupID
		if i%2 == 1 {
			e.Taken, e.Listing.SmallestPart = r.IntN(42), 1+r.IntN(20)
			e.Listing.Splittable = r.IntN(4) > 0
		}
		list = append(list, e)
	}
	x, almanac, matches := filled(list), calendar.NewAlmanac(benchNow, nil), 0
	for _, subject := range list {
		want, got := map[market.ID]int{}, map[market.ID]int{}
		for _, other := range list {
			if v := explainEither(x, almanac, subject, other); other.Listing.Side != subject.Listing.Side && v.Fits {
				want[other.Listing.ID] = v.Amount
			}
		}
		for i, f := range x.Rank(subject, benchNow, 0).Matches {
			got[f.Other.Listing.ID] = f.Amount
			if first := x.Rank(subject, benchNow, 1).Matches[0]; i == 0 && first.Other.Listing.ID != f.Other.Listing.ID {
				t.Errorf("%s: the best is %s, or %s", subject.Listing.ID, f.Other.Listing.ID, first.Other.Listing.ID)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", subject.Listing.ID, diff)
		}
		matches += len(got)
	}
	if matches < 500 {
		t.Errorf("only %d matches: these tell nothing", matches)
	}
}
