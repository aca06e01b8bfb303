package allot

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"wherewithal/matching/flow"
)

var one = []Offer{{Left: []int64{1}}}

func TestShare(t *testing.T) {
	plain := Weights{Fit: 1}
	for _, tc := range []struct {
		name   string
		offers []Offer
		needs  []Need
		pairs  []Pair
		w      Weights
		want   []Part
	}{
		{
			name: "the better of two", offers: one, needs: []Need{{Amount: 1}, {Amount: 1}},
			pairs: []Pair{{Need: 0, Fit: .5}, {Need: 1, Fit: .9}}, w: plain, want: []Part{{1, 1}},
		},
		{
			// Each alone would take the first offer; only one of them can do with the second.
			name: "two served instead of one served best", offers: []Offer{one[0], one[0]}, needs: []Need{{Amount: 1}, {Amount: 1}},
			pairs: []Pair{{Need: 0, Fit: .9}, {Need: 1, Fit: .8}, {Offer: 1, Need: 0, Fit: .6}}, w: plain, want: []Part{{1, 1}, {2, 1}},
		},
		{
			name: "chairs from two halls", offers: []Offer{{Left: []int64{60}}, {Left: []int64{60}}}, needs: []Need{{Amount: 100}},
			pairs: []Pair{{Fit: .9}, {Offer: 1, Fit: .8}}, w: plain, want: []Part{{0, 60}, {1, 40}},
		},
		{
			name: "one trip when the second is not worth it", offers: []Offer{{Left: []int64{60}}, {Left: []int64{60}}}, needs: []Need{{Amount: 61}},
			pairs: []Pair{{Fit: .9}, {Offer: 1, Fit: .8}}, w: Weights{Fit: 1, Trip: .05}, want: []Part{{0, 60}},
		},
		{
			name: "nothing rather than too little", offers: []Offer{{Left: []int64{30}}}, needs: []Need{{Amount: 100, Least: 40}},
			pairs: []Pair{{Fit: .9}}, w: plain,
		},
		{
			name: "what the first cannot use goes to another", offers: []Offer{{Left: []int64{30}}}, needs: []Need{{Amount: 100, Least: 40}, {Amount: 100}},
			pairs: []Pair{{Fit: .9}, {Need: 1, Fit: .5}}, w: plain, want: []Part{{1, 30}},
		},
		{
			// Two evenings are taken as a pair or not at all; one alone would let two others in.
			name: "a whole window", offers: []Offer{{Left: []int64{1, 1}}}, needs: []Need{{Amount: 1}, {Amount: 1}},
			pairs: []Pair{{Need: 0, Fit: .9, Slots: []int{0, 1}}, {Need: 1, Fit: .4, Slots: []int{0}}}, w: plain, want: []Part{{0, 1}},
		},
		{
			name: "the one that waited longer", offers: one, needs: []Need{{Amount: 1, Waiting: 1}, {Amount: 1, Waiting: 60}},
			pairs: []Pair{{Need: 0, Fit: .8}, {Need: 1, Fit: .75}}, w: Weights{Fit: 1, Waiting: .3}, want: []Part{{1, 1}},
		},
		{
			name: "a group with one need before a group's second", offers: []Offer{{Left: []int64{2}}},
			needs: []Need{{Amount: 1, Group: "a"}, {Amount: 1, Group: "a"}, {Amount: 1, Group: "b"}},
			pairs: []Pair{{Need: 0, Fit: .8}, {Need: 1, Fit: .8}, {Need: 2, Fit: .7}}, w: Weights{Fit: 1, Spread: .25}, want: []Part{{0, 1}, {2, 1}},
		},
		{
			name: "too far", offers: one, needs: []Need{{Amount: 1}},
			pairs: []Pair{{Fit: .5, KM: 60}}, w: Weights{Fit: 1, Distance: .01},
		},
		{name: "nobody", w: plain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Share(tc.offers, tc.needs, tc.pairs, tc.w, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Parts); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Gap() != 0 {
				t.Errorf("gap %g: not shown to be the best", got.Gap())
			}
		})
	}
}

func TestShareRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		offer Offer
		need  Need
		pair  Pair
		want  error
	}{
		"an offer that is not there": {one[0], Need{}, Pair{Offer: 1}, ErrMalformed},
		"a need that is not there":   {one[0], Need{}, Pair{Need: -1}, ErrMalformed},
		"a slot that is not there":   {one[0], Need{}, Pair{Slots: []int{1}}, ErrMalformed},
		"a slot twice":               {one[0], Need{}, Pair{Slots: []int{0, 0}}, ErrMalformed},
		"less than nothing":          {Offer{[]int64{-1}}, Need{}, Pair{}, ErrMalformed},
		"no number":                  {one[0], Need{}, Pair{Fit: math.NaN()}, ErrMalformed},
		"a need below nothing":       {one[0], Need{Amount: -1}, Pair{}, ErrMalformed},
		"more than can be added up":  {one[0], Need{Amount: math.MaxInt64}, Pair{Fit: 1}, flow.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Share([]Offer{tc.offer}, []Need{tc.need}, []Pair{tc.pair}, Plain(), Limits{}); !errors.Is(err, tc.want) {
				t.Errorf("error %v, want %v", err, tc.want)
			}
		})
	}
}
