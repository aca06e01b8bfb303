package ring

import (
	"cmp"
	"slices"
)

// finder walks along gifts and keeps every ring and chain it closes.
type finder struct {
	graph
	o     Options
	found []Ring
	way   []int32
	on    []bool // group → on the way
}

// graph is the gifts by giver; of several between the same two the best counts.
type graph struct {
	gifts    [][]gift
	altruist []bool
	back     [][]int32 // group → who could give to it
}

type gift struct {
	to            int32
	worth, chance float64
}

func graphOf(groups int, gifts []Gift, altruist func(int) bool) graph {
	g := graph{gifts: make([][]gift, groups), altruist: make([]bool, groups), back: make([][]int32, groups)}
	for v := range g.altruist {
		g.altruist[v] = altruist != nil && altruist(v)
	}
	for _, x := range gifts {
		if x.Chance == 0 {
			x.Chance = 1
		}
		if x.From != x.To && !g.altruist[x.To] {
			g.gifts[x.From] = append(g.gifts[x.From], gift{int32(x.To), x.Worth, x.Chance})
		}
	}
	for v, list := range g.gifts {
		slices.SortFunc(list, func(a, b gift) int {
			return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(b.worth*b.chance, a.worth*a.chance), cmp.Compare(b.chance, a.chance))
		})
		g.gifts[v] = slices.CompactFunc(list, func(a, b gift) bool { return a.to == b.to })
		for _, x := range g.gifts[v] {
			g.back[x.to] = append(g.back[x.to], int32(v))
		}
	}
	return g
}

func (f *finder) run() error {
	f.on = make([]bool, len(f.gifts))
	near := make([]int32, len(f.gifts))
	for v := range f.gifts {
		start := int32(v)
		f.way, f.on[v] = append(f.way[:0], start), true
		if f.altruist[v] {
			f.chain(0, 1)
		} else {
			f.mark(start, near)
			f.ring(near, 0, 1)
		}
		f.on[v] = false
		if len(f.found) > f.o.Most {
			return ErrTooMany
		}
	}
	return nil
}

// mark says how few gifts lead back to start, among groups after it: one more than that, so that 0 is never. A ring is
// found from its first group, and no way is walked that cannot come back in time.
func (f *finder) mark(start int32, near []int32) {
	clear(near)
	near[start] = 1
	edge := []int32{start}
	for gifts := 1; gifts < f.o.Longest && len(edge) > 0; gifts++ {
		var next []int32
		for _, v := range edge {
			for _, w := range f.back[v] {
				if w > start && near[w] == 0 && !f.altruist[w] {
					near[w] = int32(gifts) + 1
					next = append(next, w)
				}
			}
		}
		edge = next
	}
}

// ring goes on from the last group of the way, on which so much was given with that chance.
func (f *finder) ring(near []int32, worth, chance float64) {
	if len(f.found) > f.o.Most {
		return
	}
	start, last := f.way[0], f.way[len(f.way)-1]
	for _, g := range f.gifts[last] {
		switch {
		case g.to == start && len(f.way) > 1:
			f.keep(false, (worth+g.worth)*chance*g.chance)
		case g.to > start && !f.on[g.to] && near[g.to] > 0 && len(f.way)+int(near[g.to])-1 <= f.o.Longest:
			f.way, f.on[g.to] = append(f.way, g.to), true
			f.ring(near, worth+g.worth, chance*g.chance)
			f.way, f.on[g.to] = f.way[:len(f.way)-1], false
		}
	}
}

// chain goes on, keeping what it has at every group.
func (f *finder) chain(worth, chance float64) {
	if len(f.way) > f.o.Chain || len(f.found) > f.o.Most {
		return
	}
	for _, g := range f.gifts[f.way[len(f.way)-1]] {
		if f.on[g.to] {
			continue
		}
		f.way, f.on[g.to] = append(f.way, g.to), true
		sum := worth + g.worth*chance*g.chance
		f.keep(true, sum)
		f.chain(sum, chance*g.chance)
		f.way, f.on[g.to] = f.way[:len(f.way)-1], false
	}
}

func (f *finder) keep(chain bool, worth float64) {
	if worth <= 0 {
		return
	}
	groups := make([]int, len(f.way))
	for i, v := range f.way {
		groups[i] = int(v)
	}
	f.found = append(f.found, Ring{groups, chain, worth})
}
