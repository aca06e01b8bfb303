package matching

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"wherewithal/market"
)

// TestEachTermOfTheOrderOnlyFallsAsItsCauseGrows draws two listings of which one is nowhere better off than the other.
func TestEachTermOfTheOrderOnlyFallsAsItsCauseGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		worse, side := lifts{}, rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(t, "side")
		better := worse
		grow := func(name string) (uint16, uint16) {
			a, b := rapid.Uint16Range(0, 99).Draw(t, name), rapid.Uint16Range(0, 99).Draw(t, name)
			return min(a, b), max(a, b)
		}
		better.helped, worse.helped = grow("helped")
		better.asked, worse.asked = grow("asked")
		better.broken, worse.broken = grow("broken")
		worse.kept, better.kept = grow("kept")
		young, old := grow("days")
		if side == market.Offer {
			better.opened, worse.opened = daysAgo(young), daysAgo(old)
		} else { // a need that waits longer comes first
			better.opened, worse.opened = daysAgo(old), daysAgo(young)
		}
		w := Plain()
		b, a := better.of(w, side, benchNow), worse.of(w, side, benchNow)
		if a > b || a <= 0 || b > 1 || b > better.most(w) {
			t.Fatalf("%+v counts %g, %+v counts %g", worse, a, better, b)
		}
	})
}

func daysAgo(n uint16) uint32 {
	then := benchNow.Add(-time.Duration(n) * 24 * time.Hour)
	return unixOf(&then)
}

func TestOneBrokenPromiseOfANewcomerMovesItLittle(t *testing.T) {
	fresh, once := lifts{}, lifts{broken: 1}
	if a, b := fresh.reliability(), once.reliability(); a != .8 || a-b > .08 || a <= b {
		t.Errorf("from %g to %g", a, b)
	}
	if old := (lifts{kept: 200}).reliability(); old < .98 {
		t.Errorf("200 kept of 200 count %g", old)
	}
}

func TestANeedThatWaitedComesFirst(t *testing.T) {
	offer, early := hallAndChoir()
	late := early
	early.Listing.ID, early.Listing.GroupID, late.Listing.ID, late.Listing.GroupID = "z-early", "a", "a-late", "b"
	long, short := benchNow.AddDate(0, 0, -60), benchNow.AddDate(0, 0, -1)
	early.Listing.OpenedAt, late.Listing.OpenedAt = &long, &short
	r := filled([]market.Entry{early, late}).Rank(offer, benchNow, 5)
	if len(r.Matches) != 2 || r.Matches[0].Other.Listing.ID != "z-early" {
		t.Errorf("%d matches, the one that waited is not first", len(r.Matches))
	}
}
