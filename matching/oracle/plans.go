package oracle

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"

	"wherewithal/matching/allot"
)

// Plans are a question of sharing out, and all that could be done about it.
type Plans struct {
	Offers  []allot.Offer
	Needs   []allot.Need
	Pairs   []allot.Pair
	Weights allot.Weights
	Most    int64 // units that a pair moves
}

// SomePlans have slots, smallest parts, least amounts, trips and distances.
func SomePlans(r *rand.Rand, offers, needs int, most int64) Plans {
	q := Plans{Offers: make([]allot.Offer, offers), Needs: make([]allot.Need, needs), Most: most}
	for i := range q.Offers {
		for range 1 + r.IntN(3) {
			q.Offers[i].Left = append(q.Offers[i].Left, r.Int64N(most+1))
		}
	}
	for i := range q.Needs {
		q.Needs[i] = allot.Need{Amount: r.Int64N(most + 1), Worth: float64(r.IntN(3)), Waiting: float64(r.IntN(90)), Group: string(rune('a' + r.IntN(needs)))}
		if r.IntN(3) == 0 {
			q.Needs[i].Least = r.Int64N(most + 1)
		}
	}
	for range min(7, 2*needs) * max(1, needs/4) {
		p := allot.Pair{Offer: r.IntN(offers), Need: r.IntN(needs), Fit: r.Float64(), KM: 9 * r.Float64()}
		if slots := len(q.Offers[p.Offer].Left); r.IntN(2) == 0 {
			p.Slots = r.Perm(slots)[:1+r.IntN(slots)]
		}
		if r.IntN(3) == 0 {
			p.Least = r.Int64N(most)
		}
		if r.IntN(3) == 0 {
			p.Most = r.Int64N(most + 1)
		}
		q.Pairs = append(q.Pairs, p)
	}
	q.Weights = allot.Weights{Fit: 1, Distance: .02 * r.Float64(), Trip: .3 * r.Float64(), TripKM: .02 * r.Float64(), Waiting: r.Float64(), Spread: r.Float64()}
	return q
}

// FewPlans are so small that every plan can be tried.
func FewPlans(r *rand.Rand) Plans {
	q := SomePlans(r, 1+r.IntN(3), 1+r.IntN(3), 3)
	q.Pairs = q.Pairs[:min(6, len(q.Pairs))]
	return q
}

// Check is nil where sharing out finds the best of all plans, and shows that it is.
func (q Plans) Check() error {
	got, err := allot.Share(q.Offers, q.Needs, q.Pairs, q.Weights, allot.Limits{Steps: 10_000})
	if err != nil {
		return err
	}
	if best := q.Best(); math.Abs(got.Value-best) > 1e-9 || got.Gap() > 1e-9 {
		return fmt.Errorf("%+v\nvalue %g of %g, gap %g, plan %v", q, got.Value, best, got.Gap(), got.Parts)
	}
	return q.Allows(got)
}

// Allows is nil for a plan that keeps every limit.
func (q Plans) Allows(p allot.Plan) error {
	amount := make([]int64, len(q.Pairs))
	for _, part := range p.Parts {
		amount[part.Pair] = part.Amount
	}
	if !q.allowed(amount) {
		return fmt.Errorf("%+v\nplan %v breaks a limit", q, p.Parts)
	}
	return nil
}

// Best is what the best of all plans is worth.
func (q Plans) Best() float64 {
	amount, best, weight := make([]int64, len(q.Pairs)), 0.0, q.standings()
	var try func(i int)
	try = func(i int) {
		if i == len(q.Pairs) {
			if v := q.worth(amount, weight); v > best && q.allowed(amount) {
				best = v
			}
			return
		}
		for x := range q.Most + 1 {
			amount[i] = x
			try(i + 1)
		}
		amount[i] = 0
	}
	try(0)
	return best
}

func (q Plans) allowed(amount []int64) bool {
	taken, given := map[[2]int]int64{}, make([]int64, len(q.Needs))
	for i, x := range amount {
		p := q.Pairs[i]
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
			if taken[at] += x; taken[at] > q.Offers[p.Offer].Left[s] {
				return false
			}
		}
	}
	for i, n := range q.Needs {
		if given[i] > n.Amount || given[i] > 0 && given[i] < n.Least {
			return false
		}
	}
	return true
}

// worth is the objective as docs/matching.md has it.
func (q Plans) worth(amount []int64, weight []float64) (v float64) {
	w := q.Weights
	for i, x := range amount {
		if x > 0 {
			p := q.Pairs[i]
			v += float64(x)*(w.Fit*p.Fit*weight[p.Need]/float64(q.Needs[p.Need].Amount)-w.Distance*p.KM) - w.Trip - w.TripKM*p.KM
		}
	}
	return v
}

// standings is what each need is worth: its own worth, more for waiting, less for each need of its group that stands before it.
func (q Plans) standings() []float64 {
	worth := make([]float64, len(q.Needs))
	for i, n := range q.Needs {
		before := 0
		for j, m := range q.Needs {
			if order := cmp.Or(cmp.Compare(n.Waiting, m.Waiting), cmp.Compare(j, i)); n.Group != "" && m.Group == n.Group && order < 0 {
				before++
			}
		}
		worth[i] = cmp.Or(n.Worth, 1) * (1 + q.Weights.Waiting*n.Waiting/(n.Waiting+30)) / (1 + q.Weights.Spread*float64(before))
	}
	return worth
}
