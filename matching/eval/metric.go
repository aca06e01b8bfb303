// Package eval measures the engine on labelled data that nobody in this project wrote: rankings of texts, and whatever
// other parts of matching add. A figure is never without its interval.
//
// It promises the same figures for the same data, on every machine. It reads the data from a folder and writes nothing
// but vectors it may use again.
package eval

import (
	"math"
	"slices"
)

// Ranking is the answers to one query, best first, as the gain of each: 0 for one that is not judged right.
type Ranking struct {
	Gains  []float64
	Judged []float64 // the gains above 0 of all judged answers, found or not
}

// RecallAt is the share of the judged answers that stand in the first k, [0,1].
func (r Ranking) RecallAt(k int) float64 {
	if len(r.Judged) == 0 {
		return 0
	}
	return float64(r.hits(k)) / float64(len(r.Judged))
}

// PrecisionAt is the hits in the first k over the most there could be, [0,1] (RP@k).
func (r Ranking) PrecisionAt(k int) float64 {
	if len(r.Judged) == 0 {
		return 0
	}
	return float64(r.hits(k)) / float64(min(k, len(r.Judged)))
}

// HitAt is 1 when any of the first k is right, else 0.
func (r Ranking) HitAt(k int) float64 { return float64(min(1, r.hits(k))) }

func (r Ranking) hits(k int) (n int) {
	for _, g := range r.first(k) {
		if g > 0 {
			n++
		}
	}
	return n
}

func (r Ranking) first(k int) []float64 { return r.Gains[:min(k, len(r.Gains))] }

// AveragePrecision is the mean, over the judged answers, of the precision at each one's place; one not found counts 0.
func (r Ranking) AveragePrecision() float64 {
	if len(r.Judged) == 0 {
		return 0
	}
	hits, sum := 0, 0.0
	for i, g := range r.Gains {
		if g > 0 {
			hits++
			sum += float64(hits) / float64(i+1)
		}
	}
	return sum / float64(len(r.Judged))
}

// ReciprocalRank is one over the place of the first right answer; 0 when there is none.
func (r Ranking) ReciprocalRank() float64 {
	for i, g := range r.Gains {
		if g > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// NDCGAt is the discounted gain of the first k over that of the best order (Järvelin and Kekäläinen 2002), [0,1].
func (r Ranking) NDCGAt(k int) float64 {
	best := slices.Sorted(slices.Values(r.Judged))
	slices.Reverse(best)
	ideal := discounted(best[:min(k, len(best))])
	if ideal == 0 {
		return 0
	}
	return discounted(r.first(k)) / ideal
}

func discounted(gains []float64) (sum float64) {
	for i, g := range gains {
		sum += g / math.Log2(float64(i+2))
	}
	return sum
}

// Each measures every ranking.
func Each(list []Ranking, measure func(Ranking) float64) []float64 {
	out := make([]float64, len(list))
	for i, r := range list {
		out[i] = measure(r)
	}
	return out
}
