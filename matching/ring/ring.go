// Package ring finds exchanges in which each group gives to the next: rings of a few groups, chains that begin with a
// group that asks for nothing, and swap days where the rounds may be as long as they come.
//
// It promises that no group is in two of them, and for rings and chains a bound that no choice of them can pass; with
// patience enough the choice is the best. It is pure: the caller says when to stop. docs/matching.md has the formulas.
package ring

import (
	"errors"
	"math"
)

// Gift is something one group could give another.
type Gift struct {
	From, To int     // groups, from 0
	Worth    float64 // >= 0
	Chance   float64 // that both say yes, (0,1]; 0: certain
}

// Options bound rings and work. The zero value works.
type Options struct {
	Longest int         // groups in a ring at most; 0: 4
	Chain   int         // groups given to in a chain at most; 0: no chains
	Steps   int         // forks looked at in all; 0: 2,000
	Stop    func() bool // asked before each fork; nil: never
	Most    int         // rings and chains to choose from at most; 0: 2,000,000
}

// Ring is a round of gifts: each group gives to the one after it and the last to the first; in a chain, whose first
// asks for nothing, the last gives nobody.
type Ring struct {
	Groups []int
	Chain  bool
	Worth  float64
}

// Plan is rings that can all happen.
type Plan struct {
	Rings []Ring
	Value float64 // sum of their worth
	Bound float64 // no plan is worth more
	Given int     // groups that are given something
	Found int     // rings and chains there were to choose from
	Steps int
}

// Gap is how much better a plan there could be, as a share of the bound, [0,1]; 0: this is the best.
func (p Plan) Gap() float64 {
	if p.Bound <= p.Value+near {
		return 0
	}
	return (p.Bound - p.Value) / p.Bound
}

var (
	// ErrMalformed: a gift names a group that is not there, or its worth or chance is no such number.
	ErrMalformed = errors.New("ring: not a question that makes sense")
	// ErrTooMany: there are more rings to choose from than Options.Most.
	ErrTooMany = errors.New("ring: too many rings to choose from")
)

// Find chooses rings and chains that are worth most together: what is given, weighted by the chance that it comes about. A ring comes
// about when all in it say yes; in a chain each gift needs only those before it. Groups with altruist set ask for nothing
// and begin chains. The same question and steps always give the same plan. Errors: ErrMalformed, ErrTooMany.
func Find(groups int, gifts []Gift, altruist func(group int) bool, o Options) (Plan, error) {
	for _, g := range gifts {
		if g.From < 0 || g.To < 0 || g.From >= groups || g.To >= groups || !(g.Worth >= 0) || math.IsInf(g.Worth, 0) || !(g.Chance >= 0 && g.Chance <= 1) {
			return Plan{}, ErrMalformed
		}
	}
	f := finder{graph: graphOf(groups, gifts, altruist), o: o.filled()}
	if err := f.run(); err != nil {
		return Plan{}, err
	}
	return choose(groups, f.found, f.o), nil
}

func (o Options) filled() Options {
	if o.Longest == 0 {
		o.Longest = 4
	}
	if o.Steps <= 0 {
		o.Steps = 2000
	}
	if o.Most <= 0 {
		o.Most = 2_000_000
	}
	return o
}
