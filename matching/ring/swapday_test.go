package ring

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSwapDay(t *testing.T) {
	// Five in one round; 5 is wanted by nobody; 6 is a name for "0 or 2", so that 7 may give for either.
	items := []Item{{Wants: []int{1}}, {Wants: []int{2}}, {Wants: []int{3, 5}}, {Wants: []int{4}}, {Wants: []int{0}}, {Wants: []int{0}},
		{Wants: []int{0, 2}, StandIn: true}, {Wants: []int{6}}}
	gets, swapped, err := SwapDay(items)
	if err != nil {
		t.Fatal(err)
	}
	if swapped != 5 {
		t.Errorf("%d swapped, want 5", swapped)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 0, 5, 6, 7}, gets); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	items[4].Wants = []int{7} // now 7 is wanted and gives for what 6 stands for
	if gets, swapped, err = SwapDay(items); err != nil || swapped != 6 || gets[7] != 6 || gets[6] != 0 {
		t.Errorf("%d swapped, 7 gets %d, 6 gets %d, error %v", swapped, gets[7], gets[6], err)
	}
	if _, _, err := SwapDay([]Item{{Wants: []int{1}}}); !errors.Is(err, ErrMalformed) {
		t.Errorf("an item that is not there: %v", err)
	}
}

// mostSwaps tries everything that could come for each item.
func mostSwaps(items []Item) int {
	taken := make([]bool, len(items))
	var from func(i int) int
	from = func(i int) int {
		if i == len(items) {
			return 0
		}
		best := -1000
		for _, j := range append([]int{i}, items[i].Wants...) {
			if taken[j] {
				continue
			}
			counts := 1
			if j == i || items[i].StandIn {
				counts = 0
			}
			taken[j] = true
			best = max(best, counts+from(i+1))
			taken[j] = false
		}
		return best
	}
	return from(0)
}

func TestSwapDayEqualsTryingAll(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for i := range 500 {
		items := make([]Item, 1+r.IntN(7))
		for k := range items {
			items[k].StandIn = r.IntN(5) == 0
			for range r.IntN(4) {
				items[k].Wants = append(items[k].Wants, r.IntN(len(items)))
			}
		}
		gets, swapped, err := SwapDay(items)
		if err != nil {
			t.Fatal(err)
		}
		if want := mostSwaps(items); swapped != want {
			t.Fatalf("%d: %v: %d swapped, want %d", i, items, swapped, want)
		}
		given := make([]bool, len(items))
		for _, j := range gets {
			if given[j] {
				t.Fatalf("%d: %d goes to two", i, j)
			}
			given[j] = true
		}
	}
}
