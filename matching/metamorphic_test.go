package matching

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/wording"
)

// ranksOf each match by the other's id.
func ranksOf(r Ranking) map[market.ID]float64 {
	out := map[market.ID]float64{}
	for _, f := range r.Matches {
		out[f.Other.Listing.ID] = f.Rank
	}
	return out
}

func someCity(n int, seed uint64) []market.Entry {
	m := newMaker(seed)
	var list []market.Entry
	for range n {
		list = append(list, m.entry())
	}
	return list
}

func TestOtherIdsAndAnotherOrderGiveTheSameResult(t *testing.T) {
	list := someCity(1500, 21)
	renamed := slices.Clone(list)
	for i := range renamed {
		renamed[i].Listing.ID = market.ID(fmt.Sprintf("x%06d", (i*7919)%1500))
	}
	was := map[market.ID]market.ID{}
	for i := range list {
		was[renamed[i].Listing.ID] = list[i].Listing.ID
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(renamed), func(i, j int) { renamed[i], renamed[j] = renamed[j], renamed[i] })
	a, b := filled(list), filled(renamed)
	for _, subject := range newcomers(60) {
		got := map[market.ID]float64{}
		for id, rank := range ranksOf(b.Rank(subject, benchNow, 0)) {
			got[was[id]] = rank
		}
		if diff := cmp.Diff(ranksOf(a.Rank(subject, benchNow, 0)), got); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestAnIrrelevantListingLeavesOtherRanksAlone(t *testing.T) {
	list := someCity(1500, 22)
	x := filled(list)
	subjects := newcomers(40)
	before := make([]map[market.ID]float64, len(subjects))
	for i, s := range subjects {
		before[i] = ranksOf(x.Rank(s, benchNow, 0))
	}
	more := someCity(300, 23)
	for _, e := range more {
		x.Put(e)
	}
	for i, s := range subjects {
		after := ranksOf(x.Rank(s, benchNow, 0))
		for _, e := range more {
			delete(after, e.Listing.ID)
		}
		if diff := cmp.Diff(before[i], after); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestDeletingAndPuttingBackChangesNothing wears shelves out until they are laid out anew.
func TestDeletingAndPuttingBackChangesNothing(t *testing.T) {
	list := someCity(6000, 24)
	x, fresh := filled(list), filled(list)
	for round := range 3 {
		for i, e := range list {
			if i%3 == round {
				x.Delete(e.Listing.ID)
			}
			x.Put(e)
		}
	}
	if x.Len() != fresh.Len() {
		t.Fatalf("%d of %d are left", x.Len(), fresh.Len())
	}
	for _, s := range newcomers(60) {
		if diff := cmp.Diff(fresh.Rank(s, benchNow, 10), x.Rank(s, benchNow, 10)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestAListingPastItsLastDayNeverAppears(t *testing.T) {
	list := someCity(3000, 25)
	over := map[market.ID]bool{}
	for i := range list {
		if i%2 == 0 {
			list[i].Listing.When.Until, over[list[i].Listing.ID] = market.DateOf(benchNow).AddDays(-1), true
		}
	}
	x, found := filled(list), 0
	for _, s := range newcomers(80) {
		for id := range ranksOf(x.Rank(s, benchNow, 0)) {
			if found++; over[id] {
				t.Fatalf("%s was over yesterday", id)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d matches", found)
	}
}

func TestBritishAndAmericanSpellingAlike(t *testing.T) {
	for _, c := range [][2]string{{"Colour printer", "Color printer"}, {"Theatre costumes", "Theater costumes"}, {"Jewellery making kit", "Jewelry making kit"}} {
		offer, need := plainEntry(market.Offer, "o"), plainEntry(market.Need, "n")
		offer.Listing.Kind, need.Listing.Kind = market.Equipment, market.Equipment
		need.Listing.Title = c[0]
		var fits []float64
		for _, title := range c {
			offer.Listing.Title = title
			r := filled([]market.Entry{offer}).Rank(need, benchNow, 0)
			if len(r.Matches) != 1 {
				t.Fatalf("%q does not find %q", c[0], title)
			}
			fits = append(fits, r.Matches[0].Match.Fit)
		}
		if fits[0] != fits[1] {
			t.Errorf("%v: %v", c, fits)
		}
	}
}

// TestHiddenListingsLeaveNoTrace plants listings that the subject may not see beside those it may, for the early
// stopping search too.
func TestHiddenListingsLeaveNoTrace(t *testing.T) {
	list, hidden := someCity(3000, 26), someCity(3000, 27)
	x, with := filled(list), filled(list)
	var askers []market.ID
	for _, s := range newcomers(80) {
		askers = append(askers, s.Listing.GroupID)
	}
	for i, e := range hidden {
		e.Networks, e.Group.Joined = nil, nil
		switch i % 5 {
		case 4:
			e.Group.Blocked = askers
		case 0:
			e.Listing.Circle = market.MyNetworks
		case 1:
			e.Listing.Circle, e.Borough = market.InBorough, "Elsewhere"
		case 2:
			e.Group.Active = false
		case 3:
			e.Listing.Life = market.Removed
		}
		with.Put(e)
	}
	for i, s := range newcomers(80) { // and one that would be the very best for each, hidden in every way
		with.Put(hiddenTwin(s, i, askers))
	}
	some := 0
	for i, s := range newcomers(80) {
		if i%2 == 0 {
			s.Listing.ID = "" // a preview
		}
		want, got := x.Rank(s, benchNow, 10), with.Rank(s, benchNow, 10)
		some += len(want.Matches) + len(want.NearMisses)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", s.Listing.Title, diff)
		}
	}
	if some < 100 {
		t.Errorf("only %d matches and near misses", some)
	}
}

// hiddenTwin is what a subject could wish for, on the other side and not for it to see.
func hiddenTwin(s market.Entry, i int, askers []market.ID) market.Entry {
	e := s
	e.Listing.ID, e.Listing.GroupID, e.Listing.Side = market.ID(fmt.Sprintf("twin-%d", i)), market.ID(fmt.Sprintf("twin-group-%d", i)), s.Listing.Side.Other()
	e.Listing.Has, e.Listing.Terms, e.Listing.Quantity, e.Listing.Splittable, e.Listing.SmallestPart = market.Features, market.Terms{Kind: market.Gift}, 1000, true, 1
	e.Group = market.Standing{ID: e.Listing.GroupID, Active: true}
	e.Networks = nil
	switch i % 4 {
	case 0:
		e.Listing.Circle = market.MyNetworks
	case 1:
		e.Group.Active = false
	case 2:
		e.Listing.Life = market.Draft
	case 3:
		e.Group.Blocked = askers
	}
	return e
}

// FuzzRank puts whatever listing into a small city: it must not panic, and what it finds must pass every rule.
func FuzzRank(f *testing.F) {
	for _, e := range someCity(12, 31) {
		l, _ := json.Marshal(e.Listing)
		f.Add(l, e.Point.Lat, e.Point.Lng, e.Outcode)
	}
	f.Add([]byte(`{"Side":"need","Kind":"","Title":"","When":{"windows":[{"repeat":"weekly","days":255,"start":-5,"end":9999}]}}`), 0.0, 0.0, "")
	f.Add([]byte(`{"Side":"offer","Kind":"room","ReachKM":1e9,"Quantity":-7,"When":{"leadTime":99999999,"zone":"Mars"}}`), 1e300, -200.0, "BT")
	f.Add([]byte(`{"Side":"need","Kind":"room","When":{"duration":100000,"every":"weekly","times":-3,"windows":[{"repeat":"monthly","days":1,"nth":9,"start":0,"end":1440}]}}`), 51.5, 0.0, "EH")
	city := someCity(400, 32)
	x := filled(city)
	byID := map[market.ID]market.Entry{}
	for _, e := range city {
		byID[e.Listing.ID] = e
	}
	f.Fuzz(func(t *testing.T, listing []byte, lat, lng float64, outcode string) {
		e := city[0]
		e.Listing = market.Listing{}
		if json.Unmarshal(listing, &e.Listing) != nil {
			return
		}
		kind, ok := market.StandardKind(e.Listing.Kind)
		e.Point, e.Outcode = market.Point{Lat: lat, Lng: lng}, outcode
		if e.Listing.PlaceID = "place"; !ok || e.Listing.Validate(kind, wording.IsLanguage) != nil || !e.Point.Valid() {
			return // the doors let nothing invalid in
		}
		e.Listing.ID, e.Listing.GroupID, e.Group.ID, e.Listing.Life = "fuzzed", "fuzzers", "fuzzers", market.Open
		ranking := x.Rank(e, benchNow, 5)
		sides := func(other market.ID) (offer, need market.Entry) {
			if e.Listing.Side == market.Need {
				return byID[other], e
			}
			return e, byID[other]
		}
		for _, m := range ranking.NearMisses {
			offer, need := sides(m.Of(e.Listing.Side.Other()))
			v := Explain(offer, need, benchNow, Options{})
			if len(v.Failed) != 1 || v.Failed[0].Rule != m.Rule {
				t.Fatalf("a near miss on %s fails %+v", m.Rule, v.Failed)
			}
			mended, ok := Mend(offer, need, e.Listing.Side, benchNow, Options{})
			kind, _ := market.StandardKind(mended.Listing.Kind)
			if mended.Listing.PlaceID = "place"; !ok || mended.Listing.Validate(kind, wording.IsLanguage) != nil {
				t.Fatalf("mended %v: %+v", ok, mended)
			}
		}
		for _, found := range ranking.Matches {
			offer, need := sides(found.Other.Listing.ID)
			if v := Explain(offer, need, benchNow, Options{}); !v.Fits || v.Match.Fit != found.Match.Fit {
				t.Fatalf("ranked, and fails %+v", v.Failed)
			}
		}
	})
}
