package ring

import (
	"cmp"
	"math"
	"slices"
)

// choose the rings worth most together, no group in two: weighted set packing. Rings that share no group, not even by way
// of others, are chosen apart.
func choose(groups int, found []Ring, o Options) Plan {
	plan := Plan{Found: len(found)}
	left := o.Steps
	for _, part := range apart(groups, found) {
		p := newPacking(found, part)
		p.limit(left, o.Stop)
		p.run()
		left -= p.steps
		plan.Steps += p.steps
		plan.Bound += max(p.open, p.value)
		for _, i := range p.best {
			r := found[part[i]]
			plan.Rings = append(plan.Rings, r)
			plan.Value += r.Worth
			plan.Given += len(r.Groups)
			if r.Chain {
				plan.Given--
			}
		}
	}
	slices.SortFunc(plan.Rings, func(a, b Ring) int { return slices.Compare(a.Groups, b.Groups) })
	plan.Bound = max(plan.Bound, plan.Value)
	return plan
}

// apart gathers rings that share groups, by union-find; small gatherings first, so that their steps are not spent yet.
func apart(groups int, found []Ring) [][]int {
	parent := make([]int, groups)
	for v := range parent {
		parent[v] = v
	}
	root := func(v int) int {
		for parent[v] != v {
			parent[v] = parent[parent[v]]
			v = parent[v]
		}
		return v
	}
	for _, r := range found {
		for _, v := range r.Groups[1:] {
			parent[root(v)] = root(r.Groups[0])
		}
	}
	byRoot := map[int][]int{}
	var order []int
	for i, r := range found {
		at := root(r.Groups[0])
		if len(byRoot[at]) == 0 {
			order = append(order, at)
		}
		byRoot[at] = append(byRoot[at], i)
	}
	parts := make([][]int, len(order))
	for i, at := range order {
		parts[i] = byRoot[at]
	}
	slices.SortStableFunc(parts, func(a, b []int) int { return cmp.Compare(len(a), len(b)) })
	return parts
}

// packing is one gathering.
type packing struct {
	rings  []set
	groups int
	whole  bool // every worth is a whole number, and so is every sum
	best   []int32
	value  float64
	open   float64 // the highest bound of what was left unlooked at
	steps  int
	left   int
	stop   func() bool

	dull   bool // the best was not polished
	tired  bool
	looked bool

	u    []float64 // group → its price
	of   [][]int32 // group → its rings
	mean []float64 // ring → how often it paid lately, [0,1]
	used []int32   // group → how often the rings that pay at these prices want it
	mark []int32   // group → which try it was taken in
	try  int32
}

type set struct {
	groups []int32
	worth  float64
	chain  bool
}

func newPacking(found []Ring, part []int) *packing {
	p := &packing{whole: true, rings: make([]set, len(part))}
	number := map[int]int32{}
	for i, at := range part {
		r := found[at]
		for _, v := range r.Groups {
			n, known := number[v]
			if !known {
				n = int32(len(number))
				number[v] = n
			}
			p.rings[i].groups = append(p.rings[i].groups, n)
		}
		p.rings[i].worth, p.rings[i].chain = r.Worth, r.Chain
		p.whole = p.whole && r.Worth == math.Trunc(r.Worth)
	}
	p.groups = len(number)
	p.mean = make([]float64, len(part))
	p.u, p.used, p.mark = make([]float64, p.groups), make([]int32, p.groups), make([]int32, p.groups)
	return p
}

func (p *packing) limit(steps int, stop func() bool) { p.left, p.stop = steps, stop }

const (
	// rootRounds and forkRounds are how often prices are moved at the start and at each fork.
	rootRounds = 300
	forkRounds = 25
	// near is how close two sums of worth may be and count as equal.
	near = 1e-9
)

func (p *packing) run() {
	all := make([]int32, len(p.rings))
	for i := range all {
		all[i] = int32(i)
	}
	p.look(all, math.Inf(1), rootRounds)
}

// look at what is left to choose from: price it, choose greedily, and fork if better may lie below.
func (p *packing) look(alive []int32, above float64, rounds int) {
	if p.over() {
		p.open = max(p.open, above)
		return
	}
	u := slices.Clone(p.u)
	bound := min(above, p.price(alive, rounds))
	if !p.reached(bound) {
		p.steps++
		if alive = p.worthKeeping(alive); len(alive) > 0 {
			p.fork(alive, bound)
		}
	}
	copy(p.u, u)
}

// over: neither steps nor time is left. The first look is always taken.
func (p *packing) over() bool {
	p.tired = p.tired || p.looked && (p.steps >= p.left || p.stop != nil && p.stop())
	p.looked = true
	return p.tired
}

// reached says whether nothing better than the best known can have that bound.
func (p *packing) reached(bound float64) bool {
	if p.whole {
		bound = math.Floor(bound + 1e-6)
	}
	return bound <= p.value+near
}

func (p *packing) keep(choice []int32, value float64) {
	if value > p.value+near {
		p.best, p.value, p.dull = choice, value, true
	}
}

// fork at one gift: with the one side, whoever of its two groups is in a ring gives, or is given, just that; with the other nobody
// gives it. Of the gifts that rings disagree about it is the one of which the prices are least sure.
func (p *packing) fork(alive []int32, bound float64) {
	from, to, found := p.disputed(alive)
	if !found {
		p.greedily(alive) // no two of them share a group
		return
	}
	var with, without []int32
	for _, i := range alive {
		gives, clashes := p.rings[i].about(from, to)
		if !clashes {
			with = append(with, i)
		}
		if !gives {
			without = append(without, i)
		}
	}
	p.look(with, bound, forkRounds)
	p.look(without, bound, forkRounds)
}

// nobody is whom the last of a chain gives to.
const nobody = -1

// next is whom the k-th group of a ring gives to.
func (s *set) next(k int) int32 {
	switch {
	case k+1 < len(s.groups):
		return s.groups[k+1]
	case s.chain:
		return nobody
	default:
		return s.groups[0]
	}
}

// about a gift: is it one of the ring's, and does the ring have one that cannot go with it?
func (s *set) about(from, to int32) (gives, clashes bool) {
	for k, v := range s.groups {
		w := s.next(k)
		switch {
		case v == from && w == to:
			gives = true
		case v == from, w == to && to != nobody:
			clashes = true
		}
	}
	if s.chain && s.groups[0] == to {
		clashes = true
	}
	return gives, clashes
}

// disputed is a gift whose giver gives another in some other ring, or whose taker is given another.
func (p *packing) disputed(alive []int32) (from, to int32, found bool) {
	share := map[[2]int32]float64{}
	var order [][2]int32
	gives, takes := make([]int32, p.groups), make([]int32, p.groups)
	for _, i := range alive {
		r := &p.rings[i]
		for k, v := range r.groups {
			g := [2]int32{v, r.next(k)}
			if _, known := share[g]; !known {
				order = append(order, g)
				gives[v]++
				if g[1] != nobody {
					takes[g[1]]++
				}
			}
			share[g] += p.mean[i]
		}
	}
	least := math.Inf(1)
	for _, g := range order {
		if unsure := math.Abs(share[g] - .6); (gives[g[0]] > 1 || g[1] != nobody && takes[g[1]] > 1) && unsure < least {
			least, from, to, found = unsure, g[0], g[1], true
		}
	}
	return from, to, found
}
