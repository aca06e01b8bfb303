package eval

import (
	"testing"

	"wherewithal/matching/encoder"
)

func TestAVectorAsComparedIsNearItselfAndRounded(t *testing.T) {
	var v encoder.Vector
	for i := range v {
		v[i] = float32(i%17) - 8
	}
	v = v.Unit()
	rough := asCompared(v)
	if c := rough.Cosine(&v); c < .98 || c > .99999 || rough.Cosine(&rough) < .9999 {
		t.Errorf("it is %v like itself", c)
	}
}
