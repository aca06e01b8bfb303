package allot_test

import (
	"math/rand/v2"
	"testing"

	"wherewithal/matching/allot"
	"wherewithal/matching/oracle"
)

func TestShareStopsWhenTold(t *testing.T) {
	q, asked := oracle.SomePlans(rand.New(rand.NewPCG(9, 9)), 30, 30, 6), 0
	got, err := allot.Share(q.Offers, q.Needs, q.Pairs, q.Weights, allot.Limits{Steps: 1_000_000, Stop: func() bool { asked++; return asked > 3 }})
	if err != nil {
		t.Fatal(err)
	}
	if got.Steps != 4 {
		t.Errorf("%d flows, want 4: the first and three more", got.Steps)
	}
	if err := q.Allows(got); err != nil {
		t.Error(err)
	}
}

func TestShareEqualsTryingEveryPlan(t *testing.T) {
	r, branched := rand.New(rand.NewPCG(1, 1)), 0
	for i := range 1500 {
		q := oracle.FewPlans(r)
		got, err := allot.Share(q.Offers, q.Needs, q.Pairs, q.Weights, allot.Limits{Steps: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		if got.Steps > 3 {
			branched++
		}
		if err := q.Check(); err != nil {
			t.Fatalf("question %d: %v", i, err)
		}
		hasty, err := allot.Share(q.Offers, q.Needs, q.Pairs, q.Weights, allot.Limits{Steps: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Allows(hasty); err != nil {
			t.Fatalf("question %d, after one flow: %v", i, err)
		}
		if hasty.Value > got.Value+1e-9 || hasty.Bound < got.Value-1e-9 {
			t.Fatalf("question %d: after one flow %g to %g do not hold %g", i, hasty.Value, hasty.Bound, got.Value)
		}
	}
	if branched < 100 {
		t.Errorf("only %d questions needed branching: this test proves little", branched)
	}
}
