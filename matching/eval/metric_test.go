package eval

import (
	"math"
	"testing"
)

// Worked by hand: right answers at places 2 and 4 of 5, three judged in all.
var worked = Ranking{Gains: []float64{0, 1, 0, 2, 0}, Judged: []float64{1, 2, 3}}

func TestMetricsByHand(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"R@1", worked.RecallAt(1), 0},
		{"R@2", worked.RecallAt(2), 1. / 3},
		{"R@5", worked.RecallAt(5), 2. / 3},
		{"R@50 of five answers", worked.RecallAt(50), 2. / 3},
		{"RP@2", worked.PrecisionAt(2), 1. / 2},
		{"RP@5", worked.PrecisionAt(5), 2. / 3},
		{"hit@1", worked.HitAt(1), 0},
		{"hit@5", worked.HitAt(5), 1},
		{"AP", worked.AveragePrecision(), (1./2 + 2./4) / 3},
		{"RR", worked.ReciprocalRank(), 1. / 2},
		// Found: 1/log2(3) + 2/log2(5) = 0.63093 + 0.86135; best: 3/1 + 2/log2(3) + 1/2 = 4.76186.
		{"nDCG@5", worked.NDCGAt(5), 0.313381},
		// Found in two: 0.63093; best of two: 3 + 1.26186.
		{"nDCG@2", worked.NDCGAt(2), 0.148040},
		{"nothing judged", Ranking{Gains: []float64{0, 0}}.NDCGAt(5) + Ranking{}.AveragePrecision() + Ranking{}.RecallAt(5) +
			Ranking{}.PrecisionAt(5) + Ranking{}.ReciprocalRank(), 0},
		{"a perfect order", Ranking{Gains: []float64{3, 2, 1, 0}, Judged: []float64{2, 1, 3}}.NDCGAt(10), 1},
	} {
		if math.Abs(c.got-c.want) > 1e-5 {
			t.Errorf("%s is %v, by hand %v", c.name, c.got, c.want)
		}
	}
}

func TestRankPutsTheHighestFirstAndLeavesTheQueryOut(t *testing.T) {
	s := Set{Gains: []map[int]float64{{0: 1, 3: 2}}}
	r := s.Rank(0, []float64{.5, .9, .5, .1})
	if want := []float64{0, 1, 0, 2}; !equal(r.Gains, want) || !equal(r.Judged, []float64{1, 2}) {
		t.Errorf("got %v, judged %v; want %v", r.Gains, r.Judged, want)
	}
	s.Skip = []int{1}
	if r := s.Rank(0, []float64{.5, .9, .5, .1}); !equal(r.Gains, []float64{1, 0, 2}) {
		t.Errorf("with the query left out: %v", r.Gains)
	}
}

func equal(a, b []float64) bool {
	for i := range a {
		if len(a) != len(b) || a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

func TestIntervalsHoldTheMeanAndNarrowWithMoreQueries(t *testing.T) {
	few, many := make([]float64, 20), make([]float64, 2000)
	for i := range few {
		few[i] = float64(i % 2)
	}
	for i := range many {
		many[i] = float64(i % 2)
	}
	m, low, high := MeanInterval(few)
	// The mean of 20 coin throws has a standard error of .112, so the interval is about .28 to .72.
	if m != .5 || math.Abs(low-.28) > .06 || math.Abs(high-.72) > .06 {
		t.Errorf("20 throws: %v [%v, %v]", m, low, high)
	}
	if _, lowM, highM := MeanInterval(many); highM-lowM > (high-low)/8 {
		t.Errorf("2000 throws: [%v, %v]", lowM, highM)
	}
	if again, l2, h2 := MeanInterval(few); again != m || l2 != low || h2 != high {
		t.Error("the draws are not the same every time")
	}
}

func TestAGainIsMeasuredQueryByQuery(t *testing.T) {
	// Every query gains .1, however much they differ among themselves: the interval is a point.
	without, with := []float64{0, .3, .9, .1}, []float64{.1, .4, 1, .2}
	if m, low, high := Gain(with, without); math.Abs(m-.1) > 1e-9 || math.Abs(low-.1) > 1e-9 || math.Abs(high-.1) > 1e-9 {
		t.Errorf("%v [%v, %v]", m, low, high)
	}
}
