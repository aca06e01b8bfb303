package clearance

import (
	"cmp"
	"math"
	"slices"
)

// question is what was asked, with the wants of all needs in one list.
type question struct {
	lines []int64
	pairs []pair
	most  []int64   // by need, of all collectors together
	place []int     // by need, among those of its collector
	cost  []float64 // by collector: 1, and a little for the way
}

// pair is a line and a need that wants some of it.
type pair struct {
	collector, need, line int
	amount, least         int64
	alone                 bool  // more than the need wants: all of it goes, and nothing else for that need
	cost                  int64 // of a unit: little where it fits well and is near
}

// way is what all ways together cost at most, in collections: enough to prefer the nearer, too little to matter more.
const way = .01

// fine is into how many steps fits are told apart.
const fine = 10_000

func newQuestion(lines []int64, collectors []Collector) *question {
	q := &question{lines: lines, cost: make([]float64, len(collectors))}
	km := 1.0
	for _, c := range collectors {
		km += c.KM
	}
	near := nearness(collectors)
	for i, c := range collectors {
		q.cost[i] = 1 + way*c.KM/km
		for place, n := range c.Needs {
			for _, w := range n.Wants {
				p := pair{collector: i, need: len(q.most), line: w.Line, amount: w.Amount, least: max(1, min(w.Least, w.Amount)), alone: w.Amount > n.Most,
					cost: int64(math.Round(fine*(1-w.Fit))) + near[i]}
				if p.alone {
					p.least = p.amount
				}
				if p.amount > 0 {
					q.pairs = append(q.pairs, p)
				}
			}
			q.most, q.place = append(q.most, n.Most), append(q.place, place)
		}
	}
	return q
}

// nearness is the place of each collector among all, the nearest first.
func nearness(collectors []Collector) []int64 {
	order, near := make([]int, len(collectors)), make([]int64, len(collectors))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(collectors[a].KM, collectors[b].KM) })
	for at, i := range order {
		near[i] = int64(at)
	}
	return near
}
