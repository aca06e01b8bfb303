package matching

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// TestTheBestTenAreTheBestOfAll holds the search that stops early to one that never does, among 100,000 listings.
func TestTheBestTenAreTheBestOfAll(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 5_000
	}
	x, _ := builtCity(n)
	some := 0
	for _, subject := range newcomers(60) {
		all, ten := x.Rank(subject, benchNow, 0).Matches, x.Rank(subject, benchNow, 10).Matches
		some += len(ten)
		if diff := cmp.Diff(all[:min(10, len(all))], ten); diff != "" {
			t.Errorf("%s: %s", subject.Listing.Title, diff)
		}
	}
	if some < n/500 {
		t.Errorf("only %d matches: the city tests nothing", some)
	}
}

// TestNothingIsLostAmongMany asks every rule of every pair, without grid, words, cards or bounds.
func TestNothingIsLostAmongMany(t *testing.T) {
	m, x := newMaker(5), New(Options{})
	var list []market.Entry
	for range 6000 {
		list = append(list, m.entry())
		x.Put(list[len(list)-1])
	}
	almanac, matches, meant := calendar.NewAlmanac(benchNow, nil), 0, 0
	var others []*reading
	for _, e := range list {
		others = append(others, read(e))
	}
	for _, subject := range newcomers(60) {
		want := map[market.ID]float64{}
		s := search{index: x, subject: read(subject), almanac: almanac, now: benchNow}
		for _, other := range others {
			p := s.pair(other)
			if len(p.check(silent, 0))+len(p.check(stated, 0)) == 0 {
				want[other.id()] = p.fit()
				if like := p.likeness(); like.meant() && !like.Same() {
					meant++
				}
			}
		}
		for _, x.mostByWords = range []int{20_000, -1} { // by words, and by place
			got := map[market.ID]float64{}
			for _, f := range x.Rank(subject, benchNow, 0).Matches {
				got[f.Other.Listing.ID] = f.Match.Fit
			}
			matches += len(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", subject.Listing.Title, diff)
			}
		}
	}
	if matches < 100 || meant < 5 {
		t.Errorf("only %d matches, %d of them by meaning: the city tests nothing", matches, meant)
	}
}

// TestCardsKeepTheSilentRules compares what cards say with the rules themselves.
func TestCardsKeepTheSilentRules(t *testing.T) {
	m, x := newMaker(6), New(Options{})
	var list []market.Entry
	for range 400 {
		e := m.entry()
		e.Borough = []string{"", "A", "B"}[m.r.IntN(3)]
		if m.r.IntN(3) == 0 && len(list) > 0 {
			e.Group.Blocked = []market.ID{list[m.r.IntN(len(list))].Listing.GroupID, "nobody"}
		}
		list = append(list, e)
		x.Put(e)
	}
	seen := 0
	for _, a := range list[:60] {
		r := preview(a)
		s := search{index: x, subject: r, now: benchNow}
		s.asks, s.at = x.card(r, true)
		for _, b := range list {
			if a.Listing.Side == b.Listing.Side || !a.Group.Active {
				continue
			}
			p := s.pair(read(b))
			want := len(p.check(silent, 0)) == 0
			if got := s.silentlyPasses(x.byID[keyOf(b.Listing.ID)]); got != want {
				t.Fatalf("card says %v, rules say %v: %+v %+v", got, want, a, b)
			}
			if want {
				seen++
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d pairs pass", seen)
	}
}

// TestNearMissesAreTheBestOfAll holds those that are tried to what the rules say of every pair.
func TestNearMissesAreTheBestOfAll(t *testing.T) {
	m, x, seen := newMaker(8), New(Options{}), map[string]int{}
	var others []*reading
	for range 2000 {
		e := m.entry()
		others = append(others, read(e))
		x.Put(e)
	}
	for _, subject := range newcomers(40) {
		s := search{index: x, subject: preview(subject), almanac: calendar.NewAlmanac(benchNow, nil), now: benchNow}
		for _, other := range others {
			p := s.pair(other)
			if len(p.check(silent, 0)) > 0 {
				continue
			}
			if failed := p.check(stated, 1); len(failed) == 1 && p.nearMiss(failed[0]) {
				s.nearly = append(s.nearly, scored{p, other, failed[0], x.opts.standing(p.fit(), other, benchNow)})
			}
		}
		inOrder(s.nearly)
		want := s.nearMisses(0)
		for _, miss := range want {
			seen[miss.Rule]++
		}
		for _, x.mostByWords = range []int{20_000, -1} { // by words, and by place
			if diff := cmp.Diff(want, x.Rank(subject, benchNow, 0).NearMisses); diff != "" {
				t.Errorf("%s: %s", subject.Listing.Title, diff)
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("near misses by %v alone: the city tests nothing", seen)
	}
}
