package allot

import (
	"errors"
	"math"
	"math/rand/v2"
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

func TestShareStopsWhenTold(t *testing.T) {
	offers, needs, pairs, w := someQuestion(rand.New(rand.NewPCG(9, 9)), 30, 30, 6)
	asked := 0
	got, err := Share(offers, needs, pairs, w, Limits{Steps: 1_000_000, Stop: func() bool { asked++; return asked > 3 }})
	if err != nil {
		t.Fatal(err)
	}
	if got.Steps != 4 {
		t.Errorf("%d flows, want 4: the first and three more", got.Steps)
	}
	keepsLimits(t, offers, needs, pairs, got)
}

// someQuestion has slots, smallest parts, least amounts, trips and distances.
func someQuestion(r *rand.Rand, nOffers, nNeeds int, most int64) ([]Offer, []Need, []Pair, Weights) {
	offers, needs := make([]Offer, nOffers), make([]Need, nNeeds)
	for i := range offers {
		for range 1 + r.IntN(3) {
			offers[i].Left = append(offers[i].Left, r.Int64N(most+1))
		}
	}
	for i := range needs {
		needs[i] = Need{Amount: r.Int64N(most + 1), Worth: float64(r.IntN(3)), Waiting: float64(r.IntN(90)), Group: string(rune('a' + r.IntN(nNeeds)))}
		if r.IntN(3) == 0 {
			needs[i].Least = r.Int64N(most + 1)
		}
	}
	var pairs []Pair
	for range min(7, 2*nNeeds) * max(1, nNeeds/4) {
		p := Pair{Offer: r.IntN(nOffers), Need: r.IntN(nNeeds), Fit: r.Float64(), KM: 9 * r.Float64()}
		if slots := len(offers[p.Offer].Left); r.IntN(2) == 0 {
			p.Slots = r.Perm(slots)[:1+r.IntN(slots)]
		}
		if r.IntN(3) == 0 {
			p.Least = r.Int64N(most)
		}
		if r.IntN(3) == 0 {
			p.Most = r.Int64N(most + 1)
		}
		pairs = append(pairs, p)
	}
	w := Weights{Fit: 1, Distance: .02 * r.Float64(), Trip: .3 * r.Float64(), TripKM: .02 * r.Float64(), Waiting: r.Float64(), Spread: r.Float64()}
	return offers, needs, pairs, w
}

// keepsLimits checks a plan by the question alone and gives its value, worked out anew.
func keepsLimits(t *testing.T, offers []Offer, needs []Need, pairs []Pair, p Plan) {
	t.Helper()
	amount := make([]int64, len(pairs))
	for _, part := range p.Parts {
		amount[part.Pair] = part.Amount
	}
	if !allowed(offers, needs, pairs, amount) {
		t.Fatalf("offers %v needs %v pairs %v: plan %v breaks a limit", offers, needs, pairs, p.Parts)
	}
}

func allowed(offers []Offer, needs []Need, pairs []Pair, amount []int64) bool {
	taken, given := map[[2]int]int64{}, make([]int64, len(needs))
	for i, x := range amount {
		p := pairs[i]
		if x == 0 {
			continue
		}
		if x < p.Least || p.Most > 0 && x > p.Most {
			return false
		}
		given[p.Need] += x
		slots := p.Slots
		if len(slots) == 0 {
			slots = []int{0}
		}
		for _, s := range slots {
			at := [2]int{p.Offer, s}
			if taken[at] += x; taken[at] > offers[p.Offer].Left[s] {
				return false
			}
		}
	}
	for i, n := range needs {
		if given[i] > n.Amount || given[i] > 0 && given[i] < n.Least {
			return false
		}
	}
	return true
}

// worth is the objective as the docs have it.
func worth(needs []Need, pairs []Pair, w Weights, amount []int64) float64 {
	weight, v := standings(needs, w), 0.0
	for i, x := range amount {
		if x > 0 {
			p := pairs[i]
			v += float64(x)*(w.Fit*p.Fit*weight[p.Need]/float64(needs[p.Need].Amount)-w.Distance*p.KM) - w.Trip - w.TripKM*p.KM
		}
	}
	return v
}

// bestOfAll tries every plan there is.
func bestOfAll(offers []Offer, needs []Need, pairs []Pair, w Weights, most int64) float64 {
	amount, best := make([]int64, len(pairs)), 0.0
	var try func(i int)
	try = func(i int) {
		if i == len(pairs) {
			if v := worth(needs, pairs, w, amount); v > best && allowed(offers, needs, pairs, amount) {
				best = v
			}
			return
		}
		for x := range most + 1 {
			amount[i] = x
			try(i + 1)
		}
		amount[i] = 0
	}
	try(0)
	return best
}

func TestShareEqualsTryingEveryPlan(t *testing.T) {
	r, branched := rand.New(rand.NewPCG(1, 1)), 0
	for i := range 1500 {
		offers, needs, pairs, w := someQuestion(r, 1+r.IntN(3), 1+r.IntN(3), 3)
		pairs = pairs[:min(6, len(pairs))]
		want := bestOfAll(offers, needs, pairs, w, 3)
		got, err := Share(offers, needs, pairs, w, Limits{Steps: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		keepsLimits(t, offers, needs, pairs, got)
		if math.Abs(got.Value-want) > 1e-9 || got.Gap() > 1e-9 {
			t.Fatalf("question %d: offers %v needs %v pairs %+v weights %+v\n value %g of %g, gap %g, plan %v", i, offers, needs, pairs, w, got.Value, want, got.Gap(), got.Parts)
		}
		if got.Steps > 3 {
			branched++
		}
		hasty, err := Share(offers, needs, pairs, w, Limits{Steps: 1})
		if err != nil {
			t.Fatal(err)
		}
		keepsLimits(t, offers, needs, pairs, hasty)
		if hasty.Value > want+1e-9 || hasty.Bound < want-1e-9 {
			t.Fatalf("question %d: after one flow %g to %g do not hold %g", i, hasty.Value, hasty.Bound, want)
		}
	}
	if branched < 100 {
		t.Errorf("only %d questions needed branching: this test proves little", branched)
	}
}
