package replay

import "slices"

// Gini of how much each has, [0,1): 0 when all have the same, near 1 when one has all. Half the mean difference of any
// two, over the mean (Gini 1912). 0 for nobody, and where nobody has anything.
func Gini(have []float64) float64 {
	sorted, sum, ranked := slices.Sorted(slices.Values(have)), 0.0, 0.0
	for i, x := range sorted {
		sum += x
		ranked += float64(i+1) * x
	}
	n := float64(len(sorted))
	if sum == 0 {
		return 0
	}
	return 2*ranked/(n*sum) - (n+1)/n
}
