package allot

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// someTown is n offers of chairs and the like and as many needs, each offer with pairs to 20 needs near it. whole is the
// share of needs that want a part of some size, or all their evenings.
func someTown(n int, whole float64) ([]Offer, []Need, []Pair) {
	r := rand.New(rand.NewPCG(uint64(n), 8))
	offers, needs, pairs := make([]Offer, n), make([]Need, n), make([]Pair, 0, 20*n)
	for i := range n {
		offers[i].Left = []int64{1 + r.Int64N(20), 1 + r.Int64N(20), 1 + r.Int64N(20)}
		needs[i] = Need{Amount: 1 + r.Int64N(20), Waiting: float64(r.IntN(90)), Group: fmt.Sprint(r.IntN(n / 2))}
		if r.Float64() < whole {
			needs[i].Least = 1 + needs[i].Amount/2
		}
	}
	for i := range n {
		for range 20 {
			need := (i + int(40*r.NormFloat64()) + n) % n
			p := Pair{Offer: i, Need: need, Fit: .3 + .7*r.Float64(), KM: math.Abs(3 * r.NormFloat64()), Slots: []int{r.IntN(3)}}
			if r.Float64() < whole {
				p.Slots = []int{0, 1, 2}
			}
			pairs = append(pairs, p)
		}
	}
	return offers, needs, pairs
}

// BenchmarkShare shares out towns of offers with pairs to 20 needs each, where units may be split as one likes and where
// a tenth wants whole windows and useful amounts, with as many flows as it says.
func BenchmarkShare(b *testing.B) {
	for _, tc := range []struct {
		n, steps int
		whole    float64
		w        Weights
	}{{2000, 1, 0, Weights{Fit: 1, Waiting: .3, Spread: .25}}, {2000, 60, 0, Plain()}, {2000, 60, .1, Plain()},
		{20_000, 1, 0, Weights{Fit: 1, Waiting: .3, Spread: .25}}, {20_000, 5, 0, Plain()}} {
		b.Run(fmt.Sprintf("%d offers, trips %.2f, whole %.0f%%, %d flows", tc.n, tc.w.Trip, 100*tc.whole, tc.steps), func(b *testing.B) {
			offers, needs, pairs := someTown(tc.n, tc.whole)
			var p Plan
			for b.Loop() {
				var err error
				if p, err = Share(offers, needs, pairs, tc.w, Limits{Steps: tc.steps}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(100*p.Gap(), "gap-%")
			b.ReportMetric(p.Value, "value")
		})
	}
}
