package allot

import (
	"errors"
	"math"

	"wherewithal/matching/flow"
)

// Branch and bound (Land and Doig 1960), depth first: where the flow does what no plan can, the question is asked twice
// with that ruled out, once to either side, and a side whose bound is no better than the best plan so far is left.

// branching is the search for the best plan.
type branching struct {
	q      *question
	relax  *relaxation
	limits Limits
	steps  int
	best   []int64 // by pair
	value  int64   // of best
	open   []choice
	undo   []change
	bound  int64 // of the whole
}

// choice is one side of a fork: a change to make after going back to depth in undo.
type choice struct {
	change change
	depth  int
	bound  int64 // of the fork
}

// change sets what a pair or a need may have, and remembers what it had.
type change struct {
	isNeed bool
	at     int
	to     rangeOf
}

// steps is how many flows are solved where nothing is said.
const steps = 500

func newBranching(q *question, l Limits) (*branching, error) {
	if l.Steps <= 0 {
		l.Steps = steps
	}
	r, err := relax(q)
	if err != nil {
		return nil, err
	}
	return &branching{q: q, relax: r, limits: l, best: make([]int64, len(q.pairs))}, nil
}

func (b *branching) run() (Plan, error) {
	if err := b.start(); err != nil {
		return Plan{}, err
	}
	for len(b.open) > 0 && b.patient() {
		c := b.open[len(b.open)-1]
		b.open = b.open[:len(b.open)-1]
		if err := b.back(c.depth); err != nil {
			return Plan{}, err
		}
		if c.bound <= b.value {
			continue
		}
		if err := b.make(c.change); err != nil {
			return Plan{}, err
		}
		if err := b.visit(); err != nil && !errors.Is(err, flow.ErrInfeasible) {
			return Plan{}, err
		}
	}
	return b.plan(), nil
}

// start with the whole question: its flow, better shares if it has use for them, and the first fork.
func (b *branching) start() error {
	bound, carried, err := b.relax.solve()
	if err != nil {
		return err
	}
	b.steps, b.bound = 1, bound
	b.keep(b.round(carried))
	if bound <= b.value {
		return nil
	}
	if _, _, torn := b.torn(carried); !torn || !b.patient() {
		b.fork(carried, bound)
		return nil
	}
	if err := b.tune(); err != nil {
		return err
	}
	return b.visit()
}

func (b *branching) patient() bool {
	return b.steps < b.limits.Steps && (b.limits.Stop == nil || !b.limits.Stop())
}

func (b *branching) get(c change) rangeOf {
	if c.isNeed {
		return b.relax.need[c.at]
	}
	return b.relax.pair[c.at]
}

func (b *branching) set(c change) error {
	if c.isNeed {
		return b.relax.setNeed(c.at, c.to)
	}
	return b.relax.setPair(c.at, c.to)
}

func (b *branching) make(c change) error {
	b.undo = append(b.undo, change{c.isNeed, c.at, b.get(c)})
	return b.set(c)
}

func (b *branching) back(depth int) error {
	for len(b.undo) > depth {
		last := b.undo[len(b.undo)-1]
		b.undo = b.undo[:len(b.undo)-1]
		if err := b.set(last); err != nil {
			return err
		}
	}
	return nil
}

// visit solves the flow where we stand, makes a plan of it, and forks if something better may lie below.
func (b *branching) visit() error {
	b.steps++
	bound, carried, err := b.relax.solve()
	if err != nil {
		return err
	}
	b.keep(b.round(carried))
	if bound = min(bound, b.bound); bound > b.value {
		b.fork(carried, bound)
	}
	return nil
}

func (b *branching) keep(amount []int64) {
	if v := b.q.value(amount); v > b.value {
		b.value, b.best = v, amount
	}
}

// fork where the flow breaks most. The second of the two is looked at first.
func (b *branching) fork(carried []int64, bound int64) {
	low, high, found := b.torn(carried)
	if !found {
		low, high, found = b.unfit(carried)
	}
	if !found {
		low, high, found = b.shortOfTrip(carried)
	}
	if !found {
		b.keep(b.asPlan(carried))
		return
	}
	for _, c := range []change{low, high} {
		if d := c.to; d.none || d.least <= d.most {
			b.open = append(b.open, choice{c, len(b.undo), bound})
		}
	}
}

// asPlan is a flow that breaks nothing.
func (b *branching) asPlan(carried []int64) []int64 {
	amount := make([]int64, len(b.q.pairs))
	for i := range amount {
		amount[i] = carried[b.relax.arc[i]]
	}
	return amount
}

// torn is a pair that takes different amounts from its slots: split what it may have in the middle between them.
func (b *branching) torn(carried []int64) (low, high change, found bool) {
	widest := int64(0)
	for i := range b.q.pairs {
		least, most := b.ends(i, carried)
		if most-least > widest {
			widest = most - least
			low, high = b.split(i, least+(most-least)/2)
		}
	}
	return low, high, widest > 0
}

func (b *branching) ends(i int, carried []int64) (least, most int64) {
	least = math.MaxInt64
	for lane := range b.q.pairs[i].slots {
		x := carried[b.relax.arc[i]+lane]
		least, most = min(least, x), max(most, x)
	}
	return least, most
}

// split what a pair may have into up to t and above t.
func (b *branching) split(i int, t int64) (low, high change) {
	d := b.relax.pair[i]
	if t < d.least {
		return b.leaveOrUse(i)
	}
	return change{at: i, to: rangeOf{d.none, d.least, t}}, change{at: i, to: rangeOf{false, max(d.least, t+1), d.most}}
}

// leaveOrUse a pair.
func (b *branching) leaveOrUse(i int) (leave, use change) {
	d := b.relax.pair[i]
	return change{at: i, to: rangeOf{none: true, least: 1}}, change{at: i, to: rangeOf{false, d.least, d.most}}
}

// unfit is a pair with less than is of use, or else a need.
func (b *branching) unfit(carried []int64) (low, high change, found bool) {
	total := make([]int64, len(b.q.needs))
	for i := range b.q.pairs {
		x := carried[b.relax.arc[i]]
		total[b.q.pairs[i].need] += x
		if !b.relax.pair[i].holds(x) {
			low, high = b.leaveOrUse(i)
			return low, high, true
		}
	}
	for n, x := range total {
		if d := b.relax.need[n]; !d.holds(x) {
			low = change{isNeed: true, at: n, to: rangeOf{none: true, least: 1}}
			high = change{isNeed: true, at: n, to: rangeOf{false, d.least, d.most}}
			return low, high, true
		}
	}
	return low, high, false
}

// shortOfTrip is the pair in use whose trip is charged least of what it costs. What rounding left out does not count.
func (b *branching) shortOfTrip(carried []int64) (leave, use change, found bool) {
	most := int64(0)
	for i := range b.q.pairs {
		p, d, x := &b.q.pairs[i], b.relax.pair[i], carried[b.relax.arc[i]]
		if x == 0 || !d.none || d.most == 0 {
			continue
		}
		if short := p.trip - p.trip/d.most*x; short > max(most, d.most) {
			most = short
			leave, use = b.leaveOrUse(i)
		}
	}
	return leave, use, most > 0
}

func (b *branching) plan() Plan {
	bound := b.value
	for _, c := range b.open {
		bound = max(bound, c.bound)
	}
	p := Plan{Value: float64(b.value) / b.q.scale, Bound: float64(bound) / b.q.scale, Steps: b.steps}
	for i, x := range b.best {
		if x > 0 {
			p.Parts = append(p.Parts, Part{i, x})
			p.Units += x
			p.KM += float64(x) * b.q.km[i]
		}
	}
	return p
}
