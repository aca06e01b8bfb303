package ring

import (
	"cmp"
	"math"
	"slices"
)

// Prices for groups (Lagrangian relaxation; Held, Wolfe and Crowder 1974): whoever is in a ring pays its price, so that the
// sum of all prices and of what rings are worth beyond them bounds any choice. Rings found from the same first group share it,
// so the best of those is enough. Prices of groups that several rings want rise, those of groups that none wants fall.

// net is what a ring is worth beyond its groups' prices.
func (p *packing) net(i int32) float64 {
	r := &p.rings[i]
	n := r.worth
	for _, v := range r.groups {
		n -= p.u[v]
	}
	return n
}

// price moves prices for some rounds, keeps the best greedy choices met, and gives the bound of what is alive; p.u holds
// the prices that gave it.
func (p *packing) price(alive []int32, rounds int) float64 {
	present := p.present(alive)
	best, bold, idle := math.Inf(1), 1.5, 0
	var prices []float64
	for round := range rounds {
		bound, picked := p.bound(alive, present)
		if bound < best-near {
			best, prices, idle = bound, slices.Clone(p.u), 0
		} else if idle++; idle > 6 {
			bold, idle = bold/2, 0
		}
		p.remember(alive, picked)
		if round%50 == 0 {
			p.greedily(alive)
			if p.stop != nil && p.stop() {
				break
			}
		}
		if p.reached(best) || bold < .01 || !p.move(present, picked, bold*(bound-p.value)) {
			break
		}
	}
	copy(p.u, prices)
	p.greedily(alive)
	if p.dull && !p.reached(best) {
		p.best, p.value = p.polish(p.best)
		p.dull = false
	}
	return best
}

// remember which rings paid; what was long ago counts less and less.
func (p *packing) remember(alive, picked []int32) {
	for _, i := range alive {
		p.mean[i] *= 1 - fading
	}
	for _, i := range picked {
		p.mean[i] += fading
	}
}

const fading = .05

// present are the groups in rings that are alive.
func (p *packing) present(alive []int32) (list []int32) {
	p.try++
	for _, i := range alive {
		for _, v := range p.rings[i].groups {
			if p.mark[v] != p.try {
				p.mark[v] = p.try
				list = append(list, v)
			}
		}
	}
	return list
}

// bound at the present prices, and the rings that pay.
func (p *packing) bound(alive, present []int32) (bound float64, picked []int32) {
	for _, v := range present {
		bound += p.u[v]
	}
	for k := 0; k < len(alive); {
		first := p.rings[alive[k]].groups[0]
		best, at := 0.0, int32(-1)
		for ; k < len(alive) && p.rings[alive[k]].groups[0] == first; k++ {
			if n := p.net(alive[k]); n > best {
				best, at = n, alive[k]
			}
		}
		if at >= 0 {
			bound += best
			picked = append(picked, at)
		}
	}
	return bound, picked
}

// move prices by a step that would lower the bound by so much if the same rings went on paying; false when nothing is left
// to mend.
func (p *packing) move(present, picked []int32, by float64) bool {
	for _, v := range present {
		p.used[v] = 0
	}
	for _, i := range picked {
		for _, v := range p.rings[i].groups {
			p.used[v]++
		}
	}
	length := 0.0
	for _, v := range present {
		if d := float64(p.used[v] - 1); d > 0 || p.u[v] > 0 {
			length += d * d
		}
	}
	if length == 0 {
		return false
	}
	for _, v := range present {
		p.u[v] = max(0, p.u[v]+by/length*float64(p.used[v]-1))
	}
	return true
}

// greedily takes rings by what they are worth beyond the prices, then mends the choice: a ring goes in when it is worth
// more than those it drives out.
func (p *packing) greedily(alive []int32) {
	net := make([]float64, len(alive))
	order := make([]int32, len(alive))
	for k, i := range alive {
		net[k], order[k] = p.net(i), int32(k)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(net[b], net[a]), cmp.Compare(p.rings[alive[b]].worth, p.rings[alive[a]].worth))
	})
	by := make([]int32, p.groups) // group → the ring it is in, from 1
	for range 4 {
		changed := false
		for _, k := range order {
			changed = p.put(alive[k], by) || changed
		}
		if !changed {
			break
		}
	}
	var more []int32
	sum := 0.0
	for _, i := range alive {
		if by[p.rings[i].groups[0]] == i+1 {
			more = append(more, i)
			sum += p.rings[i].worth
		}
	}
	p.keep(more, sum)
}

// put a ring in if it is worth more than those it drives out.
func (p *packing) put(i int32, by []int32) bool {
	r, lost := &p.rings[i], 0.0
	for k, v := range r.groups {
		if at := by[v]; at > 0 && !inAny(by, r.groups[:k], at) {
			lost += p.rings[at-1].worth
		}
	}
	if r.worth <= lost+near {
		return false
	}
	for _, v := range r.groups {
		if at := by[v]; at > 0 {
			for _, w := range p.rings[at-1].groups {
				by[w] = 0
			}
		}
	}
	for _, v := range r.groups {
		by[v] = i + 1
	}
	return true
}

func inAny(by, groups []int32, at int32) bool {
	for _, v := range groups {
		if by[v] == at {
			return true
		}
	}
	return false
}

// worthKeeping leaves out rings with which no choice could beat the best known: the bound less what the best ring of
// the same first group adds, and with this one instead.
func (p *packing) worthKeeping(alive []int32) []int32 {
	bound, _ := p.bound(alive, p.present(alive))
	var out []int32
	for k := 0; k < len(alive); {
		first, start, best := p.rings[alive[k]].groups[0], k, 0.0
		for ; k < len(alive) && p.rings[alive[k]].groups[0] == first; k++ {
			best = max(best, p.net(alive[k]))
		}
		for _, i := range alive[start:k] {
			if !p.reached(bound - best + p.net(i)) {
				out = append(out, i)
			}
		}
	}
	return out
}
