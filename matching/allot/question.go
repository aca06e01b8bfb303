package allot

import (
	"cmp"
	"math"
	"slices"
)

// question is what was asked, in whole numbers.
type question struct {
	left   []int64 // by slot, all offers' slots in a row
	needs  []Need
	pairs  []pair
	ofNeed [][]int32 // need → its pairs
	scale  float64   // whole numbers a unit of value
	km     []float64 // by pair
}

// pair moves 0 or from least to most units, in each of its slots.
type pair struct {
	need        int32
	slots       []int32
	least, most int64
	unit        int64 // what a unit is worth, scaled
	trip        int64 // what it costs to use the pair at all, scaled
}

func ask(offers []Offer, needs []Need, pairs []Pair, w Weights) *question {
	q := &question{needs: needs, ofNeed: make([][]int32, len(needs)), pairs: make([]pair, len(pairs)), km: make([]float64, len(pairs))}
	start := make([]int32, len(offers))
	for i, o := range offers {
		start[i] = int32(len(q.left))
		q.left = append(q.left, o.Left...)
	}
	weight := standings(needs, w)
	unit, trip := make([]float64, len(pairs)), make([]float64, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		q.pairs[i], q.km[i] = q.bounds(p, start[p.Offer]), p.KM
		unit[i] = w.Fit*p.Fit*weight[p.Need]/float64(max(1, needs[p.Need].Amount)) - w.Distance*p.KM
		trip[i] = w.Trip + w.TripKM*p.KM
		q.ofNeed[p.Need] = append(q.ofNeed[p.Need], int32(i))
	}
	q.round(unit, trip)
	return q
}

// standings is what each need is worth in full at fit 1, by how long it waits and which place it has in its group.
func standings(needs []Need, w Weights) []float64 {
	order := make([]int, len(needs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(needs[b].Waiting, needs[a].Waiting) })
	before, worth := map[string]float64{}, make([]float64, len(needs))
	for _, i := range order {
		n := &needs[i]
		worth[i] = n.Worth
		if n.Worth == 0 {
			worth[i] = 1
		}
		worth[i] *= 1 + w.Waiting*n.Waiting/(n.Waiting+halfWaited)
		if n.Group != "" {
			worth[i] /= 1 + w.Spread*before[n.Group]
			before[n.Group]++
		}
	}
	return worth
}

// halfWaited are the days after which waiting counts half of what it can: a month, as in the order of proposals.
const halfWaited = 30

func (q *question) bounds(p *Pair, start int32) pair {
	n := &q.needs[p.Need]
	out := pair{need: int32(p.Need), least: max(1, p.Least), most: n.Amount}
	if p.Most > 0 {
		out.most = min(out.most, p.Most)
	}
	for _, s := range p.slots() {
		out.slots = append(out.slots, start+int32(s))
		out.most = min(out.most, q.left[start+int32(s)])
	}
	if out.most < out.least {
		out.most = 0
	}
	return out
}

// round makes whole numbers of values, as fine as 64 bits allow all of them to be added up: each to 52 bits, prices on
// a walk through all nodes to 56, all pairs in full to 60.
func (q *question) round(unit, trip []float64) {
	dearest, total, nodes := 1e-9, 1e-9, float64(len(q.left)+2)
	for i := range unit {
		lanes, most := float64(1), math.Abs(unit[i])
		if n := len(q.pairs[i].slots); n > 1 {
			lanes, most = float64(n), extreme*most
		}
		dearest = max(dearest, most+trip[i])
		total += lanes*most*float64(q.pairs[i].most) + trip[i]
	}
	for i := range q.needs {
		nodes += float64(q.lanes(i))
	}
	finest := min(math.Exp2(52)/dearest, math.Exp2(56)/dearest/nodes, math.Exp2(60)/total)
	q.scale = math.Exp2(math.Floor(math.Log2(finest)))
	for i := range q.pairs {
		q.pairs[i].unit = int64(math.Round(unit[i] * q.scale))
		q.pairs[i].trip = int64(math.Round(trip[i] * q.scale))
	}
}

// lanes is in how many slots at once the pairs of a need take.
func (q *question) lanes(need int) int {
	n := 1
	for _, p := range q.ofNeed[need] {
		n = max(n, len(q.pairs[p].slots))
	}
	return n
}

// value of amounts by pair, which keep every limit.
func (q *question) value(amount []int64) int64 {
	v := int64(0)
	for i, x := range amount {
		if x > 0 {
			v += x*q.pairs[i].unit - q.pairs[i].trip
		}
	}
	return v
}
