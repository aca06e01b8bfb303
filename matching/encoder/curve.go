package encoder

import "math"

// exp to about five digits, for the softmax: 2 to the whole part by the exponent's bits, times a polynomial for the
// rest. Below -87 it is 0.
func exp(x float32) float32 {
	if x < -87 {
		return 0
	}
	y := x * (1 / math.Ln2)
	whole := float32(math.Floor(float64(y)))
	r := (y - whole) * math.Ln2
	p := 1 + r*(1+r*(1./2+r*(1./6+r*(1./24+r*(1./120+r*(1./720+r*(1./5040)))))))
	return p * math.Float32frombits(uint32(int32(whole)+127)<<23)
}

// gelu is x·Φ(x) with Φ of the normal distribution, read between the points of a table: off by less than 1e-6.
func gelu(x float32) float32 {
	switch {
	case x <= -bellEnd:
		return 0
	case x >= bellEnd:
		return x
	}
	at := (x + bellEnd) * bellSteps
	i := int(at)
	low, high := bell[i], bell[i+1]
	return x * (low + (high-low)*(at-float32(i)))
}

const (
	bellEnd   = 6
	bellSteps = 512 // to the unit
)

// bell is Φ from -bellEnd to bellEnd.
var bell = func() (b [2*bellEnd*bellSteps + 2]float32) {
	for i := range b {
		x := float64(i)/bellSteps - bellEnd
		b[i] = float32(.5 * math.Erfc(-x/math.Sqrt2))
	}
	return b
}()
