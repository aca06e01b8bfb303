package eval

import "slices"

// Tagging is compared by micro F1: of all tags given and all that should have been, twice those in common over both.

// tally of tags given to one text.
type tally struct{ right, given, wanted int }

func tallies(given, wanted [][]string) []tally {
	out := make([]tally, len(given))
	for i := range given {
		out[i] = tally{given: len(given[i]), wanted: len(wanted[i])}
		for _, t := range given[i] {
			if slices.Contains(wanted[i], t) {
				out[i].right++
			}
		}
	}
	return out
}

// f1 over the texts drawn.
func f1(list []tally, drawn []int) float64 {
	right, both := 0, 0
	for _, i := range drawn {
		right += list[i].right
		both += list[i].given + list[i].wanted
	}
	return 2 * float64(right) / float64(max(1, both))
}

func f1Figure(set, method string, list []tally, published string) Figure {
	low, high := Bootstrap(len(list), func(drawn []int) float64 { return f1(list, drawn) })
	return Figure{set, method, "tag F1", f1(list, numbers(0, len(list), 1)), low, high, published}
}

// numbers from one on, below an end, by steps.
func numbers(from, end, by int) (out []int) {
	for i := from; i < end; i += by {
		out = append(out, i)
	}
	return out
}

// neighbour is a text with hand tags that is like the one to be tagged.
type neighbour struct {
	text int
	like float64
}

// tagger gives a text the tags that most of its neighbours have by hand, a tag by rule counting so much besides.
type tagger struct{ rule, enough float64 }

func (g tagger) tag(near []neighbour, byHand [][]string, byRule []string) (out []string) {
	votes, total := map[string]float64{}, 0.0
	for _, n := range near {
		total += n.like
		for _, t := range byHand[n.text] {
			votes[t] += n.like
		}
	}
	for t := range votes {
		votes[t] /= max(1e-9, total)
	}
	for _, t := range byRule {
		votes[t] += g.rule
	}
	for t, v := range votes {
		if v >= g.enough {
			out = append(out, t)
		}
	}
	return out
}

// tagInHalves tags every other text by the tagger that does best on the rest, so that none is tagged by what was chosen
// on it. No text is its own neighbour.
func tagInHalves(near [][]neighbour, byHand, byRule [][]string) []tally {
	all := map[tagger][]tally{}
	for _, g := range taggers() {
		given := make([][]string, len(near))
		for i := range near {
			given[i] = g.tag(near[i], byHand, byRule[i])
		}
		all[g] = tallies(given, byHand)
	}
	out := make([]tally, len(near))
	for half := range 2 {
		other := numbers(1-half, len(near), 2)
		best := slices.MaxFunc(taggers(), func(a, b tagger) int { return higherFirst(f1(all[b], other), f1(all[a], other)) })
		for _, i := range numbers(half, len(near), 2) {
			out[i] = all[best][i]
		}
	}
	return out
}

// taggers to choose from.
func taggers() (out []tagger) {
	for _, rule := range []float64{.05, .1, .15, .2, .3, .4} {
		for _, enough := range []float64{.1, .15, .2, .25, .3, .35, .4, .5} {
			out = append(out, tagger{rule, enough})
		}
	}
	return out
}
