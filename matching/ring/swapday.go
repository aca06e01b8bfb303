package ring

import "wherewithal/matching/flow"

// Item is something brought to a swap day, with what its owner would take for it.
type Item struct {
	Wants []int // items, from 0
	// StandIn: not a thing, but a name for a wish: whoever gives something for it takes one of what it wants instead, and
	// only one however often the name is used. It does not count as swapped.
	StandIn bool
}

// SwapDay finds as many swaps as can be, in rounds of any length: a perfect matching of items with what is taken for
// them, in which some stay where they are. gets[i] is what comes for item i, i itself when it stays. Errors: ErrMalformed.
func SwapDay(items []Item) (gets []int, swapped int, err error) {
	n := len(items)
	net := flow.Network{Supply: make([]int64, 2*n)}
	for i, item := range items {
		net.Supply[i], net.Supply[n+i] = 1, -1
		net.Arcs = append(net.Arcs, flow.Arc{From: int32(i), To: int32(n + i), Cap: 1})
		cost := int64(-1)
		if item.StandIn {
			cost = 0
		}
		for _, j := range item.Wants {
			if j < 0 || j >= n {
				return nil, 0, ErrMalformed
			}
			if j != i {
				net.Arcs = append(net.Arcs, flow.Arc{From: int32(i), To: int32(n + j), Cap: 1, Cost: cost})
			}
		}
	}
	got, err := flow.Solve(net)
	if err != nil {
		return nil, 0, err
	}
	gets = make([]int, n)
	for a, f := range got.Flow {
		if f > 0 {
			gets[net.Arcs[a].From] = int(net.Arcs[a].To) - n
		}
	}
	return gets, int(-got.Cost), nil
}
