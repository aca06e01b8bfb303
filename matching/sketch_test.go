package matching

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"wherewithal/market"
)

// TestSketchesAreAsNearAsTheirVectors of any two that lie as texts do.
func TestSketchesAreAsNearAsTheirVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	off, sum := 0.0, 0.0
	for range 2000 {
		a, b, mixed := randomVector(r), randomVector(r), make([]float64, market.VectorBytes)
		share := r.Float64()
		for i := range mixed {
			mixed[i] = share*a[i] + (1-share)*b[i]
		}
		x, y := bytesOf(a), bytesOf(mixed)
		d := cosine(appendSketch(nil, x), appendSketch(nil, y)) - plainCosine(x, y)
		off, sum = max(off, math.Abs(d)), sum+d*d
	}
	if rms := math.Sqrt(sum / 2000); rms > .016 || off > .07 {
		t.Errorf("they are off by %.4f on average, by %.4f at most", rms, off)
	}
}

func TestASketchOfASketchIsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	every := make([]byte, market.VectorBytes)
	for i := range every {
		every[i] = byte(i)
	}
	for _, v := range [][]byte{every, bytesOf(randomVector(r)), make([]byte, market.VectorBytes)} {
		s := appendSketch(nil, v)
		if again := appendSketch(nil, appendVector(nil, s)); !bytes.Equal(s, again) {
			t.Error("it changed")
		}
		if c := cosine(s, s); c < 1-1e-6 && !bytes.Equal(v, make([]byte, market.VectorBytes)) {
			t.Errorf("it is %v like itself", c)
		}
	}
}

func TestWhatIsRoundedIsAsFarApartAsSketches(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 6))
	x, y := bytesOf(randomVector(r)), bytesOf(randomVector(r))
	bytesAgain := func(v []byte) (out []byte) {
		for _, n := range Rounded(v) {
			out = append(out, byte(n))
		}
		return out
	}
	got, want := unrounded(plainCosine(bytesAgain(x), bytesAgain(y))), cosine(appendSketch(nil, x), appendSketch(nil, y))
	if math.Abs(got-want) > 1e-6 || math.Abs(got-plainCosine(x, y)) < 1e-6 {
		t.Errorf("%v, sketches %v, unrounded %v", got, want, plainCosine(x, y))
	}
}

func bytesOf(v []float64) []byte {
	size := 0.0
	for _, x := range v {
		size += x * x
	}
	out := make([]byte, len(v))
	for i, x := range v {
		out[i] = byte(int8(math.RoundToEven(127 * x / math.Sqrt(size))))
	}
	return out
}

func plainCosine(a, b []byte) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		x, y := float64(int8(a[i])), float64(int8(b[i]))
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}
