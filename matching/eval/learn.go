package eval

import (
	"slices"

	"wherewithal/matching/corpus"
)

// lesson is what can be learnt from one set: its queries' candidates and which of them are right.
type lesson struct {
	found  [][]corpus.Candidate
	gains  [][]float64 // by query and candidate
	judged [][]float64
	of     func(Ranking) float64
	plain  float64 // what words alone reach
}

// lessonOf a set; a long one is learnt from by every nth query.
func lessonOf(s *Set, asked []answers, of func(Ranking) float64, plain float64) lesson {
	l := lesson{of: of, plain: plain}
	for q := 0; q < len(asked); q += 1 + len(asked)/lessonQueries {
		found := asked[q].found[:min(lessonCandidates, len(asked[q].found))]
		gains := make([]float64, len(found))
		for i := range found {
			gains[i] = s.Gains[q][found[i].Text]
		}
		l.found, l.gains, l.judged = append(l.found, found), append(l.gains, gains), append(l.judged, s.judged(q))
	}
	return l
}

const (
	lessonQueries    = 330
	lessonCandidates = 300
)

// worth of weights: the measure over what words alone reach, so that sets count alike.
func (l *lesson) worth(w *corpus.Weights) float64 {
	sum := 0.0
	for q, found := range l.found {
		order, scores := make([]int, len(found)), make([]float64, len(found))
		for i := range found {
			order[i], scores[i] = i, found[i].Score(w)
		}
		slices.SortStableFunc(order, func(a, b int) int { return higherFirst(scores[a], scores[b]) })
		r := Ranking{Gains: make([]float64, len(order)), Judged: l.judged[q]}
		for at, i := range order {
			r.Gains[at] = l.gains[q][i]
		}
		sum += l.of(r)
	}
	return sum / float64(len(l.found)) / l.plain
}

// learnt are the parts whose weights are learnt. That of what is said stays, for only proportions matter; what the caller knows
// is another thing in every set, so its weight stays too.
var learnt = []corpus.Part{corpus.Letters, corpus.Meaning, corpus.Answered, corpus.Reread, corpus.Company}

// tries are the weights that a part may get, beside .6 for what is said.
var tries = []float64{0, .05, .1, .15, .2, .3, .4, .5, .6, .75, .9, 1.2, 1.6}

// worthwhile is the share by which a change must better the measure: less is chance on so few queries.
const worthwhile = .005

// learn weights that do well on all lessons: beginning with those of what is said, letters and meaning, each part in turn gets the best of tries,
// until a round changes nothing. It is the same every time.
func learn(lessons []lesson) corpus.Weights {
	w := corpus.Weights{corpus.Said: .6, corpus.Letters: .1, corpus.Meaning: .3,
		corpus.Things: corpus.Usual[corpus.Things], corpus.Tags: corpus.Usual[corpus.Tags]}
	best := worthOf(lessons, &w)
	for range rounds {
		before := best
		for _, p := range learnt {
			for _, weight := range tries {
				try := w
				try[p] = weight
				if got := worthOf(lessons, &try); got > best*(1+worthwhile) {
					w, best = try, got
				}
			}
		}
		if best == before {
			break
		}
	}
	return w
}

// rounds at most: more hardly ever change anything.
const rounds = 6

func worthOf(lessons []lesson, w *corpus.Weights) float64 {
	worth := make([]float64, len(lessons))
	inParallel(len(lessons), func(i int) { worth[i] = lessons[i].worth(w) })
	return Mean(worth)
}
