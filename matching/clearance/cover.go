package clearance

import (
	"cmp"
	"math"
	"slices"
)

// cover is a covering: choose collectors, each at a cost, so that together they want at least as much of every line as must go.
type cover struct {
	goes  []int64   // by line: how much must go
	wants [][]part  // by collector, a line once, in order
	cost  []float64 // 1, and a little for the way
	opts  Options
	best  []bool
	value float64 // of best
	open  float64 // the lowest bound of what was left unlooked at
	steps int
	tired bool

	state  []state
	price  []float64 // by line, of a unit
	looked bool
}

// part is some of a line.
type part struct {
	Line   int
	Amount int64
}

type state int8

const (
	free state = iota
	in
	out
)

func newCover(lines []int64, wants [][]part, cost []float64, o Options) *cover {
	if o.Steps <= 0 {
		o.Steps = 2000
	}
	n := len(cost)
	c := &cover{goes: make([]int64, len(lines)), wants: make([][]part, n), cost: cost, opts: o, value: math.Inf(1),
		open: math.Inf(1), state: make([]state, n), price: make([]float64, len(lines))}
	for i := range cost {
		c.wants[i] = merged(wants[i], lines)
		for _, w := range c.wants[i] {
			c.goes[w.Line] = min(lines[w.Line], c.goes[w.Line]+w.Amount)
		}
	}
	return c
}

// merged wants: each line once, no more than there is of it.
func merged(wants []part, lines []int64) (list []part) {
	sorted := slices.Clone(wants)
	slices.SortStableFunc(sorted, func(a, b part) int { return cmp.Compare(a.Line, b.Line) })
	for _, w := range sorted {
		if n := len(list); n > 0 && list[n-1].Line == w.Line {
			list[n-1].Amount = min(lines[w.Line], list[n-1].Amount+w.Amount)
		} else if x := min(lines[w.Line], w.Amount); x > 0 {
			list = append(list, part{w.Line, x})
		}
	}
	return list
}

const (
	rootRounds = 400
	forkRounds = 40
	near       = 1e-9
)

func (c *cover) run() { c.look(0, rootRounds) }

// look at what is still free to choose: take whom no line can do without, price it, choose greedily, and fork if better
// may lie below.
func (c *cover) look(above float64, rounds int) {
	if c.over() {
		c.open = min(c.open, above)
		return
	}
	forced, left, can := c.force()
	if can {
		prices := slices.Clone(c.price)
		c.keep(left)
		bound := max(above, raised(c.bound(left, rounds)))
		if bound < c.value-near {
			c.steps++
			c.fork(left, bound)
		}
		copy(c.price, prices)
	}
	for _, i := range forced {
		c.state[i] = free
	}
}

func (c *cover) over() bool {
	c.tired = c.tired || c.looked && (c.steps >= c.opts.Steps || c.opts.Stop != nil && c.opts.Stop())
	c.looked = true
	return c.tired
}

// raised: collections are whole, so that a bound is too, but for the little that ways cost.
func raised(bound float64) float64 { return max(bound, math.Ceil(bound-way-near)) }

// left is how much of each line those who come do not take yet.
func (c *cover) left() []int64 {
	left := slices.Clone(c.goes)
	for i, s := range c.state {
		if s == in {
			take(left, c.wants[i])
		}
	}
	return left
}

func take(left []int64, wants []part) {
	for _, w := range wants {
		left[w.Line] = max(0, left[w.Line]-w.Amount)
	}
}

// force in whoever a line cannot do without; can is false when a line cannot go any more.
func (c *cover) force() (forced []int32, left []int64, can bool) {
	spare := make([]int64, len(c.goes))
	left = c.left()
	for l := range spare {
		spare[l] = -left[l]
	}
	for i, s := range c.state {
		if s == free {
			for _, w := range c.wants[i] {
				spare[w.Line] += w.Amount
			}
		}
	}
	for l := range spare {
		if left[l] > 0 && spare[l] < 0 {
			return nil, left, false
		}
	}
	for i, s := range c.state {
		if s != free {
			continue
		}
		for _, w := range c.wants[i] {
			if left[w.Line] > 0 && spare[w.Line] < w.Amount {
				c.state[i] = in
				forced = append(forced, int32(i))
				break
			}
		}
	}
	return forced, c.left(), true
}

// fork at the collector who does most for what is left at the present prices: with, then without.
func (c *cover) fork(left []int64, bound float64) {
	pick, most := -1, -1.0
	for i, s := range c.state {
		if s == free {
			if does := c.does(i, left); does > most {
				pick, most = i, does
			}
		}
	}
	if pick < 0 {
		return
	}
	for _, s := range []state{in, out} {
		c.state[pick] = s
		c.look(bound, forkRounds)
	}
	c.state[pick] = free
}

// does is what a collector would take of what is left, at the present prices.
func (c *cover) does(i int, left []int64) (sum float64) {
	for _, w := range c.wants[i] {
		sum += c.price[w.Line] * float64(min(w.Amount, left[w.Line]))
	}
	return sum
}

// keep the best of two greedy choices that complete those who come: by shares of lines, and by prices.
func (c *cover) keep(left []int64) {
	c.consider(c.greedy(left, func(w part, left int64) float64 { return float64(min(w.Amount, left)) / float64(c.goes[w.Line]) }))
	c.consider(c.greedy(left, func(w part, left int64) float64 { return float64(min(w.Amount, left)) * c.price[w.Line] }))
}

func (c *cover) consider(choice []bool) {
	sum := 0.0
	for i, comes := range choice {
		if comes {
			sum += c.cost[i]
		}
	}
	if choice != nil && sum < c.value-near {
		c.best, c.value = choice, sum
	}
}

// greedy adds whoever takes most at its cost until all goes that can, then sends home whom it can do without.
func (c *cover) greedy(start []int64, worth func(w part, left int64) float64) []bool {
	left, choice := slices.Clone(start), make([]bool, len(c.state))
	for i, s := range c.state {
		choice[i] = s == in
	}
	for slices.ContainsFunc(left, func(x int64) bool { return x > 0 }) {
		pick, most := -1, 0.0
		for i, s := range c.state {
			if s != free || choice[i] {
				continue
			}
			sum := 0.0
			for _, w := range c.wants[i] {
				if left[w.Line] > 0 {
					sum += worth(w, left[w.Line]) + 1e-12
				}
			}
			if sum /= c.cost[i]; sum > most {
				pick, most = i, sum
			}
		}
		if pick < 0 {
			return nil
		}
		choice[pick] = true
		take(left, c.wants[pick])
	}
	c.sendHome(choice)
	return choice
}

// sendHome whoever is not needed, the farthest first.
func (c *cover) sendHome(choice []bool) {
	spare := make([]int64, len(c.goes))
	for l := range spare {
		spare[l] = -c.goes[l]
	}
	var order []int
	for i, comes := range choice {
		if comes {
			order = append(order, i)
			for _, w := range c.wants[i] {
				spare[w.Line] += w.Amount
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.cost[b], c.cost[a]) })
	for _, i := range order {
		if slices.ContainsFunc(c.wants[i], func(w part) bool { return spare[w.Line] < w.Amount }) {
			continue
		}
		choice[i] = false
		for _, w := range c.wants[i] {
			spare[w.Line] -= w.Amount
		}
	}
}

// least is how many must come.
func (c *cover) least() int {
	return int(math.Ceil(min(c.open, c.value) - way - near))
}
