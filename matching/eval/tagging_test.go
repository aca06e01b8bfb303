package eval

import (
	"math"
	"slices"
	"testing"
)

func TestMicroF1ByHand(t *testing.T) {
	list := tallies([][]string{{"a", "b"}, {"c"}, nil}, [][]string{{"a"}, {"d", "e"}, {"f"}})
	// One right of three given, four wanted: 2·1 / (3 + 4).
	if got := f1(list, []int{0, 1, 2}); math.Abs(got-2./7) > 1e-9 {
		t.Errorf("got %v, by hand %v", got, 2./7)
	}
	if f := f1Figure("s", "m", list, ""); f.Value < f.Low || f.Value > f.High {
		t.Errorf("got %+v", f)
	}
}

func TestNeighboursAndRulesVote(t *testing.T) {
	hand := [][]string{{"a"}, {"a", "b"}, {"b"}}
	got := tagger{rule: .3, enough: .5}.tag([]neighbour{{0, .6}, {1, .1}, {2, .3}}, hand, []string{"b", "c"})
	// a: .7 of 1; b: .4 and .3 by rule; c: .3 by rule.
	slices.Sort(got)
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
}

func TestHalvesAreTaggedByWhatDidWellOnTheOther(t *testing.T) {
	near, hand, rule := make([][]neighbour, 8), make([][]string, 8), make([][]string, 8)
	for i := range near {
		near[i] = []neighbour{{(i + 4) % 8, 1}}
		hand[i] = []string{string(rune('a' + i%4))}
		rule[i] = []string{"z"} // rules mislead
	}
	if got := f1(tagInHalves(near, hand, rule), numbers(0, 8, 1)); got != 1 {
		t.Errorf("got %v", got)
	}
}
