package allot

// How a unit's worth is spread over the slots of its pair moves no plan's value, but the flow's: the better the shares, the
// less the flow gains by taking more from one slot than from another. They are found by subgradient steps (Held, Wolfe
// and Crowder 1974): a lane that carries more than the pair's mean loses worth to those that carry less.

const (
	tunings  = 60  // flows spent on it at most, and no more than a quarter of all
	patience = 5   // flows without a better bound after which steps are halved
	boldness = 1.5 // of the first steps, against the one that would just reach the best plan known
)

// tune the shares at the start, and leave the best ones in place.
func (b *branching) tune() error {
	best, shares, bold, idle := b.bound, copied(b.relax.shares), boldness, 0
	for range min(tunings, b.limits.Steps/4) {
		if best <= b.value || !b.patient() {
			break
		}
		if idle++; idle > patience {
			bold, idle = bold/2, 0
		}
		bound, carried, err := b.relax.solve()
		if err != nil {
			return err
		}
		b.steps++
		if bound < best {
			best, shares, idle = bound, copied(b.relax.shares), 0
		}
		b.keep(b.round(carried))
		if moved, err := b.shift(carried, bold*float64(bound-b.value)); err != nil || !moved {
			return err
		}
	}
	b.bound = best
	return b.relax.share(shares)
}

func copied(shares [][]int64) [][]int64 {
	out := make([][]int64, len(shares))
	for i, s := range shares {
		out[i] = append([]int64(nil), s...)
	}
	return out
}

// shift worth between lanes by a step that would lower the bound by so much if the flow stayed as it is.
func (b *branching) shift(carried []int64, by float64) (moved bool, err error) {
	length := 0.0
	for i, s := range b.relax.shares {
		for lane := range s {
			length += square(b.tilt(i, lane, carried))
		}
	}
	if length == 0 {
		return false, nil
	}
	shares := make([][]int64, len(b.relax.shares))
	for i := range shares {
		shares[i] = b.shifted(i, carried, by/length)
	}
	return true, b.relax.share(shares)
}

// extreme is how far a share may go from 0, against the worth of the whole unit: question.round leaves room for that.
const extreme = 4

// shifted shares of a pair; as they were where one would go too far.
func (b *branching) shifted(i int, carried []int64, step float64) []int64 {
	unit := b.q.pairs[i].unit
	most := extreme * max(unit, -unit)
	out, sum := append([]int64(nil), b.relax.shares[i]...), int64(0)
	for lane := range out {
		out[lane] -= int64(max(-float64(most), min(float64(most), step*b.tilt(i, lane, carried))))
		sum += out[lane]
	}
	for lane := range out {
		if lane == 0 {
			out[0] += unit - sum // what rounding lost
		}
		if out[lane] > most || out[lane] < -most {
			return b.relax.shares[i]
		}
	}
	return out
}

// tilt is how much more than the mean of its pair a lane carries.
func (b *branching) tilt(i, lane int, carried []int64) float64 {
	sum, lanes := int64(0), len(b.q.pairs[i].slots)
	for l := range lanes {
		sum += carried[b.relax.arc[i]+l]
	}
	return float64(carried[b.relax.arc[i]+lane]) - float64(sum)/float64(lanes)
}

func square(x float64) float64 { return x * x }

// share puts shares in place.
func (r *relaxation) share(shares [][]int64) error {
	r.shares = shares
	for i := range shares {
		for lane := range shares[i] {
			if err := r.solver.Charge(r.arc[i]+lane, -r.worth(i, lane)); err != nil {
				return err
			}
		}
	}
	return nil
}
