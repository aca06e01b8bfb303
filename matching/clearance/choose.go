package clearance

import "slices"

// How often a choice of collectors is made anew with what it had overlooked: at all, and when it must be made in haste.
const (
	mostCuts  = 50
	hastyCuts = 3
)

// choose the collectors by whom all goes that can, and how few that could be. That they want enough of each line is not enough
// where a need may take of several: lines with which a choice is stuck are looked at together from then on, as if they were
// one (Benders 1962). Which of several lines goes, where there are more than are needed, does not change who must come.
func (b *branch) choose(o Options) (come []bool, least, steps int, err error) {
	rows, wants := b.rows()
	for try := 0; ; try++ {
		c := newCover(rows, wants, b.cost, o)
		c.run()
		least, steps = max(least, c.least()), steps+c.steps
		amounts, given, err := b.deal(b.goes, c.best)
		if err != nil || b.held+given == b.given {
			return c.best, least, steps, err
		}
		if try >= mostCuts || try >= hastyCuts && o.Stop != nil && o.Stop() {
			come, err := b.complete(c.best, amounts)
			return come, least, steps, err
		}
		stuck := b.stuck(amounts, c.best)
		for i, x := range b.together(stuck) {
			wants[i] = append(wants[i], part{len(rows), x})
		}
		rows = append(rows, b.all(stuck))
	}
}

// rows are what must go: of each line what can, and one of each collector of whom something is held.
func (b *branch) rows() (rows []int64, wants [][]part) {
	rows, wants = slices.Clone(b.goes), make([][]part, len(b.cost))
	held := make([]bool, len(b.cost))
	for i, p := range b.pairs {
		if b.caps[i] > 0 {
			wants[p.collector] = append(wants[p.collector], part{p.line, min(b.caps[i], b.room[p.need])})
		}
		if b.state[i] == in && !held[p.collector] {
			held[p.collector] = true
			wants[p.collector] = append(wants[p.collector], part{len(rows), 1})
			rows = append(rows, 1)
		}
	}
	return rows, wants
}

func (b *branch) all(some []bool) (sum int64) {
	for l, is := range some {
		if is {
			sum += b.goes[l]
		}
	}
	return sum
}

// complete a choice by whoever could take most of what is stuck, until all goes that can.
func (b *branch) complete(come []bool, amounts []int64) ([]bool, error) {
	come = slices.Clone(come)
	for given := int64(-1); b.held+given < b.given; {
		pick, most := -1, int64(0)
		for i, x := range b.together(b.stuck(amounts, come)) {
			if !come[i] && x > most {
				pick, most = i, x
			}
		}
		if pick < 0 {
			break
		}
		come[pick] = true
		var err error
		if amounts, given, err = b.deal(b.goes, come); err != nil {
			return nil, err
		}
	}
	return come, nil
}
