package oracle

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"wherewithal/matching/ring"
)

// Rings are gifts between a few groups, and every set of rings and chains that they make.
type Rings struct {
	Groups   int
	Gifts    []ring.Gift
	Altruist []bool // by group
	Options  ring.Options
}

// SomeRings are among two to seven groups, of which the first may ask for nothing.
func SomeRings(r *rand.Rand) Rings {
	q := Rings{Groups: 2 + r.IntN(6)}
	for range 3 * q.Groups {
		q.Gifts = append(q.Gifts, ring.Gift{From: r.IntN(q.Groups), To: r.IntN(q.Groups), Worth: float64(1 + r.IntN(5)), Chance: .2 + .8*r.Float64()})
	}
	q.Altruist = make([]bool, q.Groups)
	q.Altruist[0] = r.IntN(3) == 0
	q.Options = ring.Options{Longest: 2 + r.IntN(3), Chain: r.IntN(4)}
	return q
}

// Find is the engine's answer.
func (q Rings) Find(o ring.Options) (ring.Plan, error) {
	return ring.Find(q.Groups, q.Gifts, func(v int) bool { return q.Altruist[v] }, o)
}

// Check is nil where the search finds the best of all sets of rings, and shows that it is.
func (q Rings) Check() error {
	got, err := q.Find(q.Options)
	if err != nil {
		return err
	}
	if best := q.Best(); math.Abs(got.Value-best) > 1e-6 || got.Gap() > 1e-6 {
		return fmt.Errorf("%+v\n%g, want %g, gap %g, rings %v", q, got.Value, best, got.Gap(), got.Rings)
	}
	return q.Allows(got)
}

// Allows is nil for rings of gifts that there are, none too long, with no group in two.
func (q Rings) Allows(p ring.Plan) error {
	seen := map[int]bool{}
	for _, r := range p.Rings {
		most := q.Options.Longest
		if r.Chain {
			most = q.Options.Chain + 1
		}
		if len(r.Groups) > most {
			return fmt.Errorf("%v is too long", r)
		}
		for i, v := range r.Groups {
			if seen[v] {
				return fmt.Errorf("group %d is in two rings of %v", v, p.Rings)
			}
			seen[v] = true
			next := r.Groups[(i+1)%len(r.Groups)]
			if r.Chain && i == len(r.Groups)-1 {
				continue
			}
			if !slices.ContainsFunc(q.Gifts, func(g ring.Gift) bool { return g.From == v && g.To == next }) {
				return fmt.Errorf("%d gives nothing to %d", v, next)
			}
		}
	}
	return nil
}

// Best is what the best of all sets of rings is worth: each group in turn is in none, or in any ring among groups not taken.
func (q Rings) Best() float64 {
	t := trying{Rings: q, worth: make([][]ring.Gift, q.Groups), taken: make([]bool, q.Groups)}
	for v := range t.worth {
		t.worth[v] = make([]ring.Gift, q.Groups)
	}
	for _, g := range q.Gifts {
		if had := t.worth[g.From][g.To]; g.Worth*g.Chance > had.Worth*had.Chance {
			t.worth[g.From][g.To] = g
		}
	}
	return t.from(0)
}

// trying is a set of rings on its way.
type trying struct {
	Rings
	worth [][]ring.Gift // from, to
	taken []bool
}

// from is the best that groups from v on can have among themselves.
func (t *trying) from(v int) float64 {
	if v == t.Groups {
		return 0
	}
	if t.taken[v] {
		return t.from(v + 1)
	}
	best := t.from(v + 1)
	t.taken[v] = true
	best = max(best, t.extend(v, []int{v}, 0, 1))
	t.taken[v] = false
	return best
}

// extend is the best with a way that began with v, and all that can follow.
func (t *trying) extend(v int, way []int, sum, chance float64) float64 {
	best, last := 0.0, way[len(way)-1]
	for to := range t.Groups {
		g := t.worth[last][to]
		if g.Chance == 0 || t.Altruist[to] {
			continue
		}
		if to == v && !t.Altruist[v] && len(way) > 1 {
			best = max(best, (sum+g.Worth)*chance*g.Chance+t.from(v+1))
		}
		if t.taken[to] || to == v {
			continue
		}
		t.taken[to] = true
		if t.Altruist[v] && len(way) <= t.Options.Chain {
			s := sum + g.Worth*chance*g.Chance
			best = max(best, s+t.from(v+1), t.extend(v, append(way, to), s, chance*g.Chance))
		} else if !t.Altruist[v] && len(way) < t.Options.Longest {
			best = max(best, t.extend(v, append(way, to), sum+g.Worth, chance*g.Chance))
		}
		t.taken[to] = false
	}
	return best
}
