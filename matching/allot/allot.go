// Package allot shares out many offers among many needs at once, so that all together get the most out of it, where
// ranking looks at one listing alone.
//
// It promises a plan that keeps every limit, and a bound no plan can pass, so that anyone sees how far from the best it
// may be; with patience enough it is the best. It is pure: the caller says when to stop. It knows pairs and numbers, no
// rules of who suits whom. docs/matching.md has the formulas.
package allot

import (
	"errors"
	"math"
)

// Offer is something to give, by slot: how much of it there is at each of the times it can be had. One slot where time
// plays no part.
type Offer struct{ Left []int64 }

// Need is something wanted.
type Need struct {
	Amount  int64   // units
	Least   int64   // less than that in all is of no use; 0 and 1: any will do
	Worth   float64 // of the whole amount at fit 1, against other needs; 0: 1
	Waiting float64 // days
	Group   string  // needs of one group share its place in the queue; "": a group of its own
}

// Pair is an offer that suits a need.
type Pair struct {
	Offer, Need int
	Fit         float64 // [0,1]
	KM          float64
	Slots       []int // of the offer, each of which the need takes by the same amount; none: slot 0
	Least, Most int64 // the smallest useful part and the largest; Most 0: as much as both allow
}

// Weights say what a plan is good for, in units of a need with worth 1 met in full at fit 1. Only their proportions matter.
type Weights struct {
	Fit      float64 // what a need met in full is worth, times its fit and worth
	Distance float64 // what a km of a unit costs
	Trip     float64 // what a pair in use costs, however much it moves
	TripKM   float64 // what a km of a pair in use costs
	Waiting  float64 // how much more a need is worth that waited very long: times 1 + Waiting × days / (days + 30)
	Spread   float64 // how much less a group's further needs are worth, longest waiting first: the k-th divided by 1 + Spread × (k - 1)
}

// Plain are the weights of the house: a trip is worth making for a fifth of a need, and 10 km for a tenth of one.
func Plain() Weights {
	return Weights{Fit: 1, Trip: .05, TripKM: .01, Waiting: .3, Spread: .25}
}

// Limits bound the work.
type Limits struct {
	Steps int         // flows solved at most; 0: 500. The first is always solved
	Stop  func() bool // asked before each further flow; nil: never
}

// Part is what one pair moves.
type Part struct {
	Pair   int
	Amount int64
}

// Plan is what to do.
type Plan struct {
	Parts []Part // in the order of pairs
	Value float64
	Bound float64 // no plan is worth more
	Units int64
	KM    float64 // units × km
	Steps int     // flows solved
}

// Gap is how much better a plan there could be, as a share of the bound, [0,1]; 0: this is the best.
func (p Plan) Gap() float64 {
	if p.Bound <= p.Value {
		return 0
	}
	return min(1, (p.Bound-p.Value)/math.Max(math.Abs(p.Bound), 1e-300))
}

// ErrMalformed: a pair names an offer, need or slot that is not there, or a number is below 0 or no number.
var ErrMalformed = errors.New("allot: not a question that makes sense")

// Share finds a plan. The same question and the same steps always give the same plan. Errors: ErrMalformed, and
// flow.ErrTooLarge when amounts are past what adds up exactly.
func Share(offers []Offer, needs []Need, pairs []Pair, w Weights, l Limits) (Plan, error) {
	if !sensible(offers, needs, pairs) {
		return Plan{}, ErrMalformed
	}
	q := ask(offers, needs, pairs, w)
	b, err := newBranching(q, l)
	if err != nil {
		return Plan{}, err
	}
	return b.run()
}

func sensible(offers []Offer, needs []Need, pairs []Pair) bool {
	for _, o := range offers {
		for _, left := range o.Left {
			if left < 0 {
				return false
			}
		}
	}
	for _, n := range needs {
		if n.Amount < 0 || n.Least < 0 || !number(n.Worth) || !number(n.Waiting) {
			return false
		}
	}
	for i := range pairs {
		if !pairs[i].sensible(offers, needs) {
			return false
		}
	}
	return true
}

func (p *Pair) sensible(offers []Offer, needs []Need) bool {
	if p.Offer < 0 || p.Offer >= len(offers) || p.Need < 0 || p.Need >= len(needs) || p.Least < 0 || p.Most < 0 {
		return false
	}
	seen := map[int]bool{}
	for _, s := range p.slots() {
		if s < 0 || s >= len(offers[p.Offer].Left) || seen[s] {
			return false
		}
		seen[s] = true
	}
	return number(p.Fit) && number(p.KM)
}

var slotZero = []int{0}

func (p *Pair) slots() []int {
	if len(p.Slots) == 0 {
		return slotZero
	}
	return p.Slots
}

func number(x float64) bool { return x >= 0 && !math.IsInf(x, 0) }
