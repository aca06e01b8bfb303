package allot

import "wherewithal/matching/flow"

// relaxation is the question as a flow, whose value no plan can pass. What comes from an offer's slot goes to a need and
// home from there, or straight home for nothing. Three things are let go: a pair with several slots may take different
// amounts from them, each lane of the need on its own and each unit worth its share (tune.go); parts may be smaller than is of use; and of a trip
// only the share of what is moved is charged. Branching brings them back where they matter.
type relaxation struct {
	q      *question
	solver *flow.Solver
	arc    []int // pair → the arc of its first slot; the others follow
	gate   []int // need → the arc home of its first lane; the others follow
	pair   []rangeOf
	need   []rangeOf
	shares [][]int64 // of pairs with several slots: how a unit's worth is spread over them
}

// rangeOf is what a pair or a need may have: 0 if none is set, or from least to most.
type rangeOf struct {
	none        bool
	least, most int64
}

func (r rangeOf) forced() int64 {
	if r.none {
		return 0
	}
	return r.least
}

func (r rangeOf) holds(x int64) bool { return x == 0 && r.none || r.least <= x && x <= r.most }

func relax(q *question) (*relaxation, error) {
	r := &relaxation{q: q, shares: make([][]int64, len(q.pairs))}
	net, home := r.ground()
	for i := range q.pairs {
		p := &q.pairs[i]
		r.pair = append(r.pair, rangeOf{none: true, least: p.least, most: p.most})
		r.arc = append(r.arc, len(net.Arcs))
		if len(p.slots) > 1 {
			r.shares[i] = make([]int64, len(p.slots))
			r.shares[i][0] = p.unit
		}
		for lane, s := range p.slots {
			net.Arcs = append(net.Arcs, flow.Arc{From: s, To: home + 1 + int32(r.gate[p.need]+lane), Cap: p.most, Cost: -r.worth(i, lane)})
		}
	}
	for i := range r.gate {
		r.gate[i] += len(q.left)
	}
	var err error
	r.solver, err = flow.New(net)
	return r, err
}

// ground is the network without its pairs: slots, home, lanes, and the arcs home of slots and lanes in this order. Until
// all is laid, gate counts lanes.
func (r *relaxation) ground() (net flow.Network, home int32) {
	q := r.q
	home = int32(len(q.left))
	net.Supply = make([]int64, len(q.left)+1)
	useful := q.useful()
	for s, left := range q.left {
		net.Supply[s] = min(left, useful[s])
		net.Supply[home] -= net.Supply[s]
		net.Arcs = append(net.Arcs, flow.Arc{From: int32(s), To: home, Cap: net.Supply[s]})
	}
	for i, n := range q.needs {
		r.gate = append(r.gate, len(net.Supply)-int(home)-1)
		r.need = append(r.need, rangeOf{none: true, least: max(1, n.Least), most: n.Amount})
		for range q.lanes(i) {
			net.Arcs = append(net.Arcs, flow.Arc{From: int32(len(net.Supply)), To: home, Cap: n.Amount})
			net.Supply = append(net.Supply, 0)
		}
	}
	return net, home
}

// useful is how much could be taken from each slot by all together: what is beyond need not be looked at.
func (q *question) useful() []int64 {
	u := make([]int64, len(q.left))
	for i := range q.pairs {
		for _, s := range q.pairs[i].slots {
			u[s] = min(q.left[s], u[s]+q.pairs[i].most)
		}
	}
	return u
}

// worth of a unit in a lane: its share of what a unit of the pair is worth, less its share of the trip while the pair may
// still be left out. Rounded so that the sum is never less than the truth.
func (r *relaxation) worth(i, lane int) int64 {
	p, d := &r.q.pairs[i], r.pair[i]
	share := p.unit
	if len(p.slots) > 1 {
		share = r.shares[i][lane]
	}
	if lane == 0 && d.none && d.most > 0 {
		share -= p.trip / d.most
	}
	return share
}

// setPair changes what a pair may have.
func (r *relaxation) setPair(i int, d rangeOf) error {
	r.pair[i] = d
	most := d.most
	if d.none && d.least > d.most {
		most = 0
	}
	for lane := range r.q.pairs[i].slots {
		if err := r.solver.Bound(r.arc[i]+lane, d.forced(), most); err != nil {
			return err
		}
		if err := r.solver.Charge(r.arc[i]+lane, -r.worth(i, lane)); err != nil {
			return err
		}
	}
	return nil
}

// setNeed changes what a need may have; a least amount is asked of its first lane, in which every pair has a part.
func (r *relaxation) setNeed(i int, d rangeOf) error {
	r.need[i] = d
	for lane := range r.q.lanes(i) {
		least := int64(0)
		if lane == 0 {
			least = d.forced()
		}
		if err := r.solver.Bound(r.gate[i]+lane, least, d.most); err != nil {
			return err
		}
	}
	return nil
}

// solve gives the bound, scaled, and what each lane of each pair carries: lane l of pair i at arc[i]+l.
func (r *relaxation) solve() (bound int64, carried []int64, err error) {
	got, err := r.solver.Solve()
	if err != nil {
		return 0, nil, err
	}
	bound = -got.Cost
	for i := range r.pair {
		if !r.pair[i].none {
			bound -= r.q.pairs[i].trip
		}
	}
	return bound, got.Flow, nil
}
