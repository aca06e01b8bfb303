package clearance

import (
	"cmp"
	"slices"

	"wherewithal/matching/flow"
)

// branch is the question with some pairs settled: held to the least that is of use of them, or ruled out. Of the others any
// amount is taken for of use, which makes what it gives a bound.
type branch struct {
	*question
	state []state // by pair
	rest  []int64 // by line, less what is held
	room  []int64 // by need, what it may take beyond what is held
	caps  []int64 // by pair, likewise
	held  int64
	goes  []int64 // by line, of the rest: what can go if everyone comes
	given int64   // all that can go, what is held included
}

// branch is nil when what is held does not go together.
func (q *question) branch(settled []state) (*branch, error) {
	b := &branch{question: q, state: settled, rest: slices.Clone(q.lines), room: slices.Clone(q.most), caps: make([]int64, len(q.pairs))}
	for i, p := range q.pairs {
		if settled[i] == in {
			b.held += p.least
			b.rest[p.line] -= p.least
			b.room[p.need] -= min(p.least, q.most[p.need])
			if b.rest[p.line] < 0 || b.room[p.need] < 0 {
				return nil, nil
			}
		}
	}
	for i, p := range q.pairs {
		b.caps[i] = b.cap(p, settled[i])
	}
	for i, p := range q.pairs {
		if p.alone && b.caps[i] > 0 {
			b.room[p.need] = max(b.room[p.need], p.amount)
		}
	}
	amounts, given, err := b.deal(b.rest, nil)
	if err != nil {
		return nil, err
	}
	b.goes, b.given = make([]int64, len(q.lines)), b.held+given
	for i, x := range amounts {
		b.goes[q.pairs[i].line] += x
	}
	return b, nil
}

// cap is what may go to a pair beyond what is held of it; nothing when that could not be of use.
func (b *branch) cap(p pair, s state) int64 {
	rest := b.rest[p.line]
	switch {
	case s == out || p.alone && (s == in || rest < p.amount || b.room[p.need] < b.most[p.need]):
		return 0
	case p.alone:
		return p.amount
	case s == in:
		return min(p.amount-p.least, rest, b.room[p.need])
	}
	if x := min(p.amount, rest, b.room[p.need]); x >= p.least {
		return x
	}
	return 0
}

// deal hands out as much of some lines as can go to those who come (nil: everyone), to whom it fits best, beyond what is held. A
// flow from lines to needs and home, where what stays pays more than any way round could save.
func (b *branch) deal(lines []int64, come []bool) (amounts []int64, given int64, err error) {
	amounts = make([]int64, len(b.pairs))
	home := int32(len(lines) + len(b.most))
	net := flow.Network{Supply: append(slices.Clone(lines), make([]int64, len(b.most)+1)...)}
	var used []int
	dearest := int64(0)
	for i, p := range b.pairs {
		if b.caps[i] > 0 && (come == nil || come[p.collector]) {
			used = append(used, i)
			dearest = max(dearest, p.cost)
			net.Arcs = append(net.Arcs, flow.Arc{From: int32(p.line), To: int32(len(lines) + p.need), Cap: b.caps[i], Cost: p.cost})
		}
	}
	for n, room := range b.room {
		net.Arcs = append(net.Arcs, flow.Arc{From: int32(len(lines) + n), To: home, Cap: room})
	}
	for l, x := range lines {
		net.Supply[home] -= x
		net.Arcs = append(net.Arcs, flow.Arc{From: int32(l), To: home, Cap: x, Cost: (dearest + 1) * int64(home)})
	}
	r, err := flow.Solve(net)
	for at, i := range used {
		if err == nil {
			amounts[i] = r.Flow[at]
			given += amounts[i]
		}
	}
	return amounts, given, err
}

// stuck are lines of which more must go than those who come could take of all of them together, when that is so of any: those
// with a rest, and whatever goes to needs that would take of it instead (a cut of the flow).
func (b *branch) stuck(amounts []int64, come []bool) []bool {
	stuck, needs := make([]bool, len(b.lines)), make([]bool, len(b.most))
	left := slices.Clone(b.goes)
	for i, x := range amounts {
		left[b.pairs[i].line] -= x
	}
	for l, x := range left {
		stuck[l] = x > 0
	}
	for grew := true; grew; {
		grew = false
		for i, p := range b.pairs {
			if stuck[p.line] && !needs[p.need] && come[p.collector] && amounts[i] < b.caps[i] {
				needs[p.need], grew = true, true
			}
			if needs[p.need] && !stuck[p.line] && amounts[i] > 0 {
				stuck[p.line], grew = true, true
			}
		}
	}
	return stuck
}

// together is what each collector could take of some lines.
func (b *branch) together(some []bool) []int64 {
	sum, of := make([]int64, len(b.cost)), make([]int64, len(b.most))
	for i, p := range b.pairs {
		if some[p.line] {
			x := min(b.caps[i], b.room[p.need]-of[p.need])
			of[p.need] += x
			sum[p.collector] += x
		}
	}
	return sum
}

// splits are pairs that get some, but less than is of use, or beside which their need gets more than it wants; first those that get
// most of what they should.
func (b *branch) splits(amounts []int64) (list []int) {
	taken := make([]int64, len(b.most))
	for i, x := range amounts {
		taken[b.pairs[i].need] += x
	}
	for i, p := range b.pairs {
		if b.state[i] != free || b.caps[i] == 0 {
			continue
		}
		x := amounts[i]
		over := p.alone && taken[p.need] > b.most[p.need] && taken[p.need] > x
		if over || x > 0 && x < p.least {
			list = append(list, i)
		}
	}
	share := func(i int) float64 { return float64(amounts[i]) / float64(b.pairs[i].least) }
	slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(share(j), share(i)) })
	return list
}

// with is all that pairs get, what is held included.
func (b *branch) with(amounts []int64) []int64 {
	all := slices.Clone(amounts)
	for i, p := range b.pairs {
		if b.state[i] == in {
			all[i] += p.least
		}
	}
	return all
}
