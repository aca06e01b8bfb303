package replay

import (
	"math"
	"testing"
)

func TestGini(t *testing.T) {
	for _, tc := range []struct {
		have []float64
		want float64
	}{
		{nil, 0}, {[]float64{0, 0}, 0}, {[]float64{3, 3, 3}, 0}, {[]float64{0, 0, 0, 8}, .75}, {[]float64{3, 1}, .25}, {[]float64{1, 2, 3, 4}, .25},
	} {
		if got := Gini(tc.have); math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("Gini of %v: %g, want %g", tc.have, got, tc.want)
		}
	}
}
