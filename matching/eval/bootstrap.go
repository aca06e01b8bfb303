package eval

import (
	"math/rand/v2"
	"slices"
)

// resamples is how often a set is drawn anew: the ends of a 95 % interval then stand on 50 draws each.
const resamples = 2000

// Bootstrap is the 95 % interval of a figure over n things when the things are drawn anew, with repeats (Efron's
// percentile interval). figure gets the numbers of the things drawn. The draws are the same every time, so that two
// figures over the same things may be compared. Both ends are the figure itself when n is below 2.
func Bootstrap(n int, figure func(drawn []int) float64) (low, high float64) {
	drawn := make([]int, n)
	for i := range drawn {
		drawn[i] = i
	}
	if n < 2 {
		f := figure(drawn)
		return f, f
	}
	source := rand.New(rand.NewPCG(20261126, uint64(n)))
	found := make([]float64, resamples)
	for r := range found {
		for i := range drawn {
			drawn[i] = source.IntN(n)
		}
		found[r] = figure(drawn)
	}
	slices.Sort(found)
	return found[resamples/40], found[resamples-1-resamples/40]
}

// MeanInterval is the mean of values with its 95 % interval.
func MeanInterval(values []float64) (mean, low, high float64) {
	low, high = Bootstrap(len(values), func(drawn []int) float64 { return meanOf(values, drawn) })
	return Mean(values), low, high
}

// Gain is how much higher the mean of with is than that of without, query by query, with its 95 % interval (the paired
// bootstrap). Both have one value a query, in the same order.
func Gain(with, without []float64) (mean, low, high float64) {
	gains := make([]float64, len(with))
	for i := range gains {
		gains[i] = with[i] - without[i]
	}
	return MeanInterval(gains)
}

// Mean of values, 0 when there are none.
func Mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(1, len(values)))
}

func meanOf(values []float64, drawn []int) float64 {
	sum := 0.0
	for _, i := range drawn {
		sum += values[i]
	}
	return sum / float64(max(1, len(drawn)))
}
