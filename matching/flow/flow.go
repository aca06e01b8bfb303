// Package flow sends things through a network as cheaply as can be: exact min-cost flow.
//
// It promises the optimum, whole amounts, and a price for every node by which anyone can check that it is one; and that
// after a few arcs have changed only what they touch is worked out anew. It is pure and knows nothing of offers and
// needs. Costs are whole numbers; whoever has fractions scales them first.
package flow

import (
	"errors"
	"math"
	"math/bits"
)

// An Arc carries from Least to Cap units from one node to another, each at Cost, which may be negative.
type Arc struct {
	From, To   int32 // nodes, from 0
	Least, Cap int64 // 0 <= Least <= Cap
	Cost       int64 // of one unit
}

// A Network is nodes with a supply each and the arcs between them. Supplies add up to 0.
type Network struct {
	Supply []int64 // > 0: so much leaves the node; < 0: so much must arrive
	Arcs   []Arc
}

// A Result is a cheapest flow and the proof that none is cheaper.
type Result struct {
	Cost int64
	Flow []int64 // by arc
	// Price by node: with r = Cost + Price[From] - Price[To], an arc with room left has r >= 0, one that carries more than
	// its least has r <= 0.
	Price []int64
}

var (
	// ErrMalformed: an arc leads nowhere or can carry less than nothing, or the supplies do not add up to 0.
	ErrMalformed = errors.New("flow: not a network")
	// ErrInfeasible: the arcs cannot carry what is supplied to where it is wanted.
	ErrInfeasible = errors.New("flow: the supply cannot reach the demand")
	// ErrTooLarge: a sum could pass what 64 bits hold.
	ErrTooLarge = errors.New("flow: amounts and costs too large to add up exactly")
)

// Solve finds a cheapest flow. The same network always gives the same flow. Errors: ErrMalformed, ErrTooLarge,
// ErrInfeasible.
func Solve(n Network) (Result, error) {
	s, err := New(n)
	if err != nil {
		return Result{}, err
	}
	return s.Solve()
}

// check reports what is wrong with a network, before anything is computed.
func (n *Network) check() error {
	sum, moved := int64(0), int64(0)
	for _, s := range n.Supply {
		if s > largest || s < -largest {
			return ErrTooLarge
		}
		sum = plus(sum, s)
		moved = plus(moved, max(s, 0))
	}
	if sum != 0 {
		return ErrMalformed
	}
	for i := range n.Arcs {
		a := &n.Arcs[i]
		if a.From < 0 || a.To < 0 || int(a.From) >= len(n.Supply) || int(a.To) >= len(n.Supply) || a.Least < 0 || a.Cap < a.Least {
			return ErrMalformed
		}
		if a.Cap > largest || a.Cost > largest || a.Cost < -largest {
			return ErrTooLarge
		}
		moved = plus(moved, a.Least)
		if a.Cost < 0 {
			moved = plus(moved, a.Cap)
		}
	}
	return n.checkSums(moved)
}

// largest is the widest arc, the greatest supply and the highest cost: room is left for adding a few.
const largest = math.MaxInt64 / 16

// checkSums bounds every sum that will be made. No arc of a cheapest flow carries more than what is moved: the supplies,
// what must go, and what goes round because it pays. Prices stay within a few walks through all nodes.
func (n *Network) checkSums(moved int64) error {
	total, dearest := int64(0), int64(0)
	for i := range n.Arcs {
		a := &n.Arcs[i]
		cost := max(a.Cost, -a.Cost)
		dearest = max(dearest, cost)
		total = plus(total, times(min(a.Cap, moved), cost))
	}
	if total == math.MaxInt64 || moved > largest || times(dearest+1, int64(len(n.Supply))+1) > largest/4 {
		return ErrTooLarge
	}
	return nil
}

// plus is a sum that stops at what 64 bits hold instead of passing it.
func plus(a, b int64) int64 {
	switch s := a + b; {
	case a > 0 && b > 0 && s < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && s >= 0:
		return math.MinInt64
	default:
		return s
	}
}

// times is the product of two amounts >= 0 that stops at what 64 bits hold.
func times(a, b int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(lo)
}
