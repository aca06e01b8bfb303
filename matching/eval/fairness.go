package eval

import (
	"fmt"
	"math/rand/v2"

	"wherewithal/matching/allot"
	"wherewithal/matching/replay"
)

// knobs between the best matches now and no one waiting long.
var knobs = []float64{0, .25, .5, 1, 2, 4}

// Fairness turns the knob of sharing out on a made-up borough, the same for all settings: what becomes of the fit of
// those who get something, of the Gini of what groups get over what they ask for, and of the longest wait. It needs no data.
func Fairness(_ string, report Report) error {
	for _, set := range []struct {
		name  string
		needs int // a day
	}{{"enough", newOffers}, {"too little", newOffers + 1}} {
		if err := turn(set.name, set.needs, report); err != nil {
			return err
		}
	}
	return nil
}

// turn the knob where there are so many needs a day.
func turn(set string, needs int, report Report) error {
	for _, knob := range knobs {
		b := newBorough(needs)
		for day := range boroughDays {
			if err := b.night(day, allot.Weights{Fit: 1, Waiting: 2 * knob, Spread: knob}); err != nil {
				return err
			}
		}
		method := fmt.Sprintf("knob %.2f", knob)
		for _, f := range []struct {
			metric string
			value  float64
		}{
			{"introductions", float64(b.introduced)}, {"mean fit", b.fit / float64(b.introduced)}, {"Gini", replay.Gini(b.served())},
			{"longest wait", float64(b.longest(boroughDays))},
		} {
			report(Exact(set, method, f.metric, f.value, ""))
		}
	}
	return nil
}

const (
	boroughDays   = 180
	boroughGroups = 60
	// busyGroups post half of all needs between them.
	busyGroups = 6
	// newOffers are a day's.
	newOffers = 4
	// patienceDays is for how long a need stands.
	patienceDays = 90
)

// borough is what stands open, and what each group asked for and got.
type borough struct {
	needs      int // new ones a day
	rand       *rand.Rand
	open       []posted
	asked, got [boroughGroups]float64
	introduced int
	fit        float64
	waited     int
}

type posted struct{ group, day int }

func newBorough(needs int) *borough {
	return &borough{needs: needs, rand: rand.New(rand.NewPCG(180, 60))}
}

// night adds the day's needs, shares the day's offers out among all that stand open, and closes what got something or has
// stood too long. Groups further out suit less, as they are less near to most offers.
func (b *borough) night(day int, w allot.Weights) error {
	for range b.needs {
		g := b.rand.IntN(boroughGroups)
		if b.rand.IntN(2) == 0 {
			g = b.rand.IntN(busyGroups)
		}
		b.open = append(b.open, posted{g, day})
		b.asked[g]++
	}
	// What suits whom is drawn for every need there ever was, so that all settings of the knob see the same days.
	draw := rand.New(rand.NewPCG(uint64(day), 1))
	offers, needs, pairs := make([]allot.Offer, newOffers), make([]allot.Need, len(b.open)), []allot.Pair(nil)
	for i, n := range b.open {
		needs[i] = allot.Need{Amount: 1, Waiting: float64(day - n.day), Group: fmt.Sprint(n.group)}
	}
	for o := range offers {
		offers[o].Left = []int64{1}
		for g := range boroughGroups {
			suits, near := draw.Float64() < .3, draw.Float64()
			for i, n := range b.open {
				if n.group == g && suits {
					pairs = append(pairs, allot.Pair{Offer: o, Need: i, Fit: .3 + .3*near + .4*float64(boroughGroups-g)/boroughGroups})
				}
			}
		}
	}
	plan, err := allot.Share(offers, needs, pairs, w, allot.Limits{})
	if err != nil {
		return err
	}
	b.close(day, plan, pairs)
	return nil
}

func (b *borough) close(day int, plan allot.Plan, pairs []allot.Pair) {
	done := make([]bool, len(b.open))
	for _, part := range plan.Parts {
		p := pairs[part.Pair]
		done[p.Need] = true
		b.got[b.open[p.Need].group]++
		b.introduced++
		b.fit += p.Fit
	}
	var still []posted
	for i, n := range b.open {
		switch wait := day - n.day; {
		case done[i] || wait >= patienceDays:
			b.waited = max(b.waited, wait)
		default:
			still = append(still, n)
		}
	}
	b.open = still
}

// served is the share of what it asked for that each group got.
func (b *borough) served() (shares []float64) {
	for g, asked := range b.asked {
		if asked > 0 {
			shares = append(shares, b.got[g]/asked)
		}
	}
	return shares
}

// longest wait of all, those still waiting included.
func (b *borough) longest(day int) int {
	most := b.waited
	for _, n := range b.open {
		most = max(most, day-n.day)
	}
	return most
}
