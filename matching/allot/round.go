package allot

import (
	"cmp"
	"slices"
)

// rounding makes a plan of a flow: need by need, those first that the flow gives most, each takes from its pairs what is
// left, those first that the flow uses; and gives all back if it comes to nothing of use.
type rounding struct {
	q       *question
	left    []int64
	amount  []int64 // by pair
	carried []int64 // by pair: the least of its lanes
}

func (b *branching) round(carried []int64) []int64 {
	q := b.q
	r := rounding{q: q, left: append([]int64(nil), q.left...), amount: make([]int64, len(q.pairs)), carried: make([]int64, len(q.pairs))}
	given := make([]int64, len(q.needs))
	for i := range q.pairs {
		r.carried[i], _ = b.ends(i, carried)
		given[q.pairs[i].need] += r.carried[i]*q.pairs[i].unit - min(r.carried[i], 1)*q.pairs[i].trip
	}
	order := make([]int, len(q.needs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(given[b], given[a]) })
	for _, asFlow := range []bool{true, false} {
		for _, n := range order {
			r.serve(n, asFlow)
		}
	}
	return r.amount
}

// serve a need from its pairs: at first no more than the flow does, then as much as there is.
func (r *rounding) serve(n int, asFlow bool) {
	list := slices.Clone(r.q.ofNeed[n])
	slices.SortStableFunc(list, func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.carried[b], r.carried[a]), cmp.Compare(r.q.pairs[b].unit, r.q.pairs[a].unit))
	})
	before := make([]int64, len(list))
	wants := r.q.needs[n].Amount
	for k, i := range list {
		before[k] = r.amount[i]
		wants -= r.amount[i]
	}
	for _, i := range list {
		wants -= r.take(int(i), wants, asFlow)
	}
	if got := r.q.needs[n].Amount - wants; got < r.q.needs[n].Least || r.net(list) < 0 {
		for k, i := range list {
			r.move(int(i), before[k]-r.amount[i])
		}
	}
}

// take more of a pair, and say how much more.
func (r *rounding) take(i int, wants int64, asFlow bool) int64 {
	p := &r.q.pairs[i]
	room := min(wants, p.most-r.amount[i])
	if asFlow {
		room = min(room, r.carried[i]-r.amount[i])
	}
	for _, s := range p.slots {
		room = min(room, r.left[s])
	}
	if room <= 0 || r.amount[i]+room < p.least {
		return 0
	}
	if r.amount[i] == 0 && room*p.unit <= p.trip || p.unit <= 0 {
		return 0
	}
	r.move(i, room)
	return room
}

func (r *rounding) move(i int, more int64) {
	r.amount[i] += more
	for _, s := range r.q.pairs[i].slots {
		r.left[s] -= more
	}
}

func (r *rounding) net(list []int32) int64 {
	sum := int64(0)
	for _, i := range list {
		if x := r.amount[i]; x > 0 {
			sum += x*r.q.pairs[i].unit - r.q.pairs[i].trip
		}
	}
	return sum
}
