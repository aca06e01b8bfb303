package ring_test

import (
	"math/rand/v2"
	"testing"

	"wherewithal/matching/oracle"
	"wherewithal/matching/ring"
)

func TestFindEqualsTryingEverySetOfRings(t *testing.T) {
	r, forked := rand.New(rand.NewPCG(1, 2)), 0
	for i := range 1500 {
		q := oracle.SomeRings(r)
		got, err := q.Find(q.Options)
		if err != nil {
			t.Fatal(err)
		}
		if got.Steps > 0 {
			forked++
		}
		if err := q.Check(); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		hasty, err := q.Find(ring.Options{Longest: q.Options.Longest, Chain: q.Options.Chain, Stop: func() bool { return true }})
		if err != nil || hasty.Value > got.Value+1e-6 || hasty.Bound < got.Value-1e-6 {
			t.Fatalf("%d: stopped at once: %g to %g do not hold %g (%v)", i, hasty.Value, hasty.Bound, got.Value, err)
		}
	}
	if forked < 20 {
		t.Errorf("only %d needed forks: this test proves little", forked)
	}
}
