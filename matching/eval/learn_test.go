package eval

import (
	"testing"

	"wherewithal/matching/corpus"
)

// taught is a lesson in which one part tells right from wrong and words mislead a little.
func taught(part corpus.Part) lesson {
	l := lesson{of: Ranking.AveragePrecision, plain: .5}
	for range 5 {
		right, wrong := corpus.Candidate{Text: 1}, corpus.Candidate{Text: 2}
		right.Parts[part], wrong.Parts[part] = .9, .1
		right.Parts[corpus.Words], wrong.Parts[corpus.Words] = .1, .8
		l.found = append(l.found, []corpus.Candidate{wrong, right})
		l.gains, l.judged = append(l.gains, []float64{0, 1}), append(l.judged, []float64{1})
	}
	return l
}

func TestWeightsGoToThePartThatTellsRightFromWrong(t *testing.T) {
	one := taught(corpus.Answered)
	before := one.worth(&corpus.First)
	w := learn([]lesson{one})
	if before != 1 || one.worth(&w) != 2 || w[corpus.Answered] <= corpus.First[corpus.Answered] {
		t.Errorf("worth %v before, %v with %v", before, one.worth(&w), w)
	}
	if again := learn([]lesson{one}); again != w {
		t.Error("the same lesson teaches other weights")
	}
}
