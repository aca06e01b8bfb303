package matching

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// TestRankFindsExactlyWhatExplainAllows compares the index, its grid, masks and early stops, with asking of every pair.
func TestRankFindsExactlyWhatExplainAllows(t *testing.T) {
	list := crowd(300, 3)
	x := filled(list)
	almanac := calendar.NewAlmanac(benchNow, nil)
	matches := 0
	for _, subject := range list[:80] {
		var want []market.ID
		for _, other := range list {
			if other.Listing.Side != subject.Listing.Side && explainEither(x, almanac, subject, other).Fits {
				want = append(want, other.Listing.ID)
			}
		}
		var got []market.ID
		for _, f := range x.Rank(subject, benchNow, 0).Matches {
			got = append(got, f.Other.Listing.ID)
		}
		slices.Sort(got)
		matches += len(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", subject.Listing.ID, diff)
		}
	}
	if matches < 20 {
		t.Errorf("only %d matches: the crowd tests nothing", matches)
	}
}

func filled(list []market.Entry) *Index {
	x := New(Options{})
	for _, e := range list {
		x.Put(e)
	}
	return x
}

// explainEither asks of every rule, as Explain does, with one almanac for all.
func explainEither(x *Index, almanac *calendar.Almanac, a, b market.Entry) Verdict {
	if a.Listing.Side == market.Need {
		a, b = b, a
	}
	p := &pair{offer: read(a), need: read(b), opts: &x.opts, now: benchNow, almanac: almanac}
	return p.verdict()
}

func TestTheOrderOfArrivalChangesNothing(t *testing.T) {
	list := crowd(400, 5)
	shuffled := slices.Clone(list)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	a, b := filled(list), filled(shuffled)
	for _, subject := range list[:30] {
		if diff := cmp.Diff(a.Rank(subject, benchNow, 10), b.Rank(subject, benchNow, 10)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestNearMissesFailOnOneRuleAndNeverHintAtTheHidden(t *testing.T) {
	list := crowd(400, 9)
	hidden := map[market.ID]bool{}
	for i := range list {
		if i%3 == 0 {
			list[i].Listing.Circle, hidden[list[i].Listing.ID] = market.MyNetworks, true
		}
	}
	x, visible, misses := filled(list), New(Options{}), 0
	for _, e := range list {
		if !hidden[e.Listing.ID] {
			visible.Put(e)
		}
	}
	for _, subject := range list {
		if hidden[subject.Listing.ID] {
			continue
		}
		r := x.Rank(subject, benchNow, 10)
		if diff := cmp.Diff(visible.Rank(subject, benchNow, 10), r); diff != "" {
			t.Fatalf("%s is answered otherwise because of listings it may not see: %s", subject.Listing.ID, diff)
		}
		for _, m := range r.NearMisses {
			misses++
			checkMiss(t, list, m)
		}
	}
	if misses < 50 {
		t.Errorf("only %d near misses: the crowd tests nothing", misses)
	}
}

func checkMiss(t *testing.T, list []market.Entry, m market.NearMiss) {
	t.Helper()
	find := func(id market.ID) market.Entry {
		return list[slices.IndexFunc(list, func(e market.Entry) bool { return e.Listing.ID == id })]
	}
	v := Explain(find(m.OfferID), find(m.NeedID), benchNow, Options{})
	if len(v.Failed) != 1 || v.Failed[0].Rule != m.Rule || m.Fit <= 0 || m.Fit > 1 {
		t.Errorf("near miss on %s, but the pair fails on %+v", m.Rule, v.Failed)
	}
}

func TestNearerIsNeverWorseAndMoreTimesNeverAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offer, need := hallAndChoir()
		need.Listing.When.Every, need.Listing.When.Times = market.Weekly, 10
		need.Listing.ReachKM = 20
		far := rapid.Float64Range(0, 15).Draw(t, "far")
		near := rapid.Float64Range(0, far).Draw(t, "near")
		more := rapid.IntRange(0, 4).Draw(t, "missed at best")
		fewer := rapid.IntRange(more, 4).Draw(t, "missed at worst")
		if a, b := fitOf(offer, need, near, more), fitOf(offer, need, far, fewer); a < b {
			t.Fatalf("%g km with %d missed fits %g, %g km with %d missed fits %g", near, more, a, far, fewer, b)
		}
	})
}

// fitOf the pair at a distance, the offer closed on the first Thursdays.
func fitOf(offer, need market.Entry, km float64, missed int) float64 {
	offer.Point.Lat = 51.48 + km/111.195
	for n := range missed {
		offer.Listing.When.Exceptions = append(offer.Listing.When.Exceptions, market.Date("2027-01-14").AddDays(7*n))
	}
	return Explain(offer, need, benchNow, Options{}).Match.Fit
}

// widenings of one side or the other, each by itself.
var widenings = map[string]func(t *rapid.T, offer, need *market.Entry){
	"the radius of who brings or comes": func(_ *rapid.T, o, n *market.Entry) {
		o.Listing.ReachKM, n.Listing.ReachKM = o.Listing.Reach()+2, n.Listing.Reach()+2
	},
	"the offer's capacity": func(t *rapid.T, o, _ *market.Entry) {
		o.Listing.Quantity += rapid.IntRange(1, 50).Draw(t, "more")
	},
	"the offer's seats": func(t *rapid.T, o, _ *market.Entry) {
		if _, stated := o.Listing.Facts["seated"]; stated {
			o.Listing.Facts = withFact(o.Listing.Facts, "seated", o.Listing.Facts.Number("seated")+float64(rapid.IntRange(1, 50).Draw(t, "seats")))
		}
	},
	"the offer's window": func(t *rapid.T, o, _ *market.Entry) {
		by := market.Minute(rapid.IntRange(1, 300).Draw(t, "minutes"))
		o.Listing.When.Windows = reworked(o.Listing.When.Windows, func(w *market.Window) { w.Start, w.End = max(0, w.Start-by), min(1440, w.End+by) })
	},
	"the offer's days": func(t *rapid.T, o, _ *market.Entry) {
		more := market.Weekdays(rapid.IntRange(0, 127).Draw(t, "days"))
		o.Listing.When.Windows = reworked(o.Listing.When.Windows, func(w *market.Window) {
			if w.Repeat == market.Weekly {
				w.Days |= more
			}
		})
	},
	"when the offer is closed": func(_ *rapid.T, o, _ *market.Entry) {
		o.Listing.When.TermTimeOnly, o.Listing.When.NotBankHolidays, o.Listing.When.Exceptions, o.Listing.When.LeadTime = false, false, nil, 0
	},
	"what the offer has": func(_ *rapid.T, o, _ *market.Entry) { o.Listing.Has = market.Features },
	"the days that suit the need": func(t *rapid.T, _, n *market.Entry) {
		more := market.Weekdays(rapid.IntRange(0, 127).Draw(t, "days"))
		n.Listing.When.Windows = reworked(n.Listing.When.Windows, func(w *market.Window) {
			if w.Repeat == market.Weekly {
				w.Days |= more
			}
		})
	},
	"the hours that suit the need": func(t *rapid.T, _, n *market.Entry) {
		by := market.Minute(rapid.IntRange(1, 300).Draw(t, "minutes"))
		if n.Listing.When.Duration > 0 { // without one the whole window is what is wanted
			n.Listing.When.Windows = reworked(n.Listing.When.Windows, func(w *market.Window) { w.Start, w.End = max(0, w.Start-by), min(1440, w.End+by) })
		}
	},
	"another time that suits the need": func(t *rapid.T, _, n *market.Entry) {
		if len(n.Listing.When.Windows) > 0 && n.Listing.When.Every == "" && n.Listing.When.Times == 0 {
			n.Listing.When.Windows = append(slices.Clone(n.Listing.When.Windows), market.Window{Repeat: market.Weekly, Days: 1 << rapid.IntRange(0, 6).Draw(t, "day"),
				Start: 600, End: 720})
		}
	},
}

func TestWideningNeverLosesAMatch(t *testing.T) {
	pairs := matched(crowd(600, 11))
	for name, widen := range widenings {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				chosen := rapid.SampledFrom(pairs).Draw(t, "pair")
				offer, need := chosen[0], chosen[1]
				widen(t, &offer, &need)
				if v := Explain(offer, need, benchNow, Options{}); !v.Fits {
					t.Fatalf("widened, and lost: %+v", v.Failed)
				}
			})
		})
	}
}

// matched are all pairs of a crowd that match, the offer first.
func matched(list []market.Entry) [][2]market.Entry {
	x := filled(list)
	var pairs [][2]market.Entry
	for _, need := range list {
		if need.Listing.Side == market.Need {
			for _, f := range x.Rank(need, benchNow, 0).Matches {
				pairs = append(pairs, [2]market.Entry{f.Other, need})
			}
		}
	}
	return pairs
}

func TestFitsAndReasonsStayInBounds(t *testing.T) {
	list := crowd(300, 13)
	x := filled(list)
	for _, subject := range list {
		last := 2.0
		for _, f := range x.Rank(subject, benchNow, 0).Matches {
			if f.Match.Fit <= 0 || f.Match.Fit > 1 || f.Rank > f.Match.Fit || f.Rank > last {
				t.Fatalf("fit %g, rank %g after %g", f.Match.Fit, f.Rank, last)
			}
			last = f.Rank
			checkReasons(t, f)
		}
	}
}

func checkReasons(t *testing.T, f Found) {
	t.Helper()
	for _, r := range f.Match.Reasons {
		switch {
		case r.Code == market.ReasonTimes && r.Fits != len(f.Match.Slots):
			t.Errorf("%d times said, %d slots", r.Fits, len(f.Match.Slots))
		case r.Code == market.ReasonFact && r.Have < r.Want:
			t.Errorf("%s: has %g of %g", r.Key, r.Have, r.Want)
		case r.Code == market.ReasonWords && len(r.Words) == 0, r.KM < 0, strings.TrimSpace(r.Code) == "":
			t.Errorf("an empty reason: %+v", r)
		}
	}
}

func TestReadersRankWhileAWriterWrites(t *testing.T) {
	list := crowd(600, 17)
	x := New(Options{})
	x.mostByWords, x.mostVoid = -1, 8 // walks, and shelves that are laid out anew beside them
	for _, e := range list[:300] {
		x.Put(e)
	}
	var wait sync.WaitGroup
	done := make(chan struct{})
	for n := range 4 {
		wait.Go(func() {
			for i := n; ; i++ {
				select {
				case <-done:
					return
				default:
					x.Rank(list[i%len(list)], benchNow, 10)
					x.Len()
				}
			}
		})
	}
	for i := range 300 {
		x.Put(list[300+i])
		x.Delete(list[i].Listing.ID)
	}
	close(done)
	wait.Wait()
	for _, subject := range list[300:330] {
		if diff := cmp.Diff(filled(list[300:]).Rank(subject, benchNow, 10), x.Rank(subject, benchNow, 10)); diff != "" {
			t.Fatal(diff)
		}
	}
}
