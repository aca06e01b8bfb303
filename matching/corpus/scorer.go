package corpus

import (
	"math"
	"slices"

	"wherewithal/matching/encoder"
	"wherewithal/matching/words"
)

// Part is one kind of evidence that a text answers a query. Each is a number in about [0,1].
type Part int

// The parts, the cheap ones first.
const (
	Words    Part = iota // the root of BM25 over what it could reach
	Letters              // the root of the cosine of three to five letters
	Meaning              // cosine of the encoder's vectors
	Answered             // share of the text, by rarity, that the query says too
	Phrase               // the nearest phrase of a query that says much more than the texts do
	Like                 // nearness to the middle of the texts that looked best (pseudo-relevance, Rocchio 1971)
	Known                // what the caller knows besides: concepts, tags
	parts
)

// Weights of the parts.
type Weights [parts]float64

// First weights, by which candidates are chosen before the dearer parts are worked out.
var First = Weights{Words: .6, Letters: .1, Meaning: .3, Known: .3}

// Scorer compares texts with those of a corpus by all it has. It never changes once made; safe for concurrent use.
type Scorer struct {
	corpus   *Corpus
	grams    *Grams
	meanings *Meanings // nil: words and letters alone
}

// NewScorer of texts and their vectors; no vectors where the encoder is missing.
func NewScorer(texts []string, vectors []encoder.Vector) *Scorer {
	s := &Scorer{corpus: New(texts), grams: NewGrams(texts)}
	if len(vectors) > 0 {
		s.meanings = NewMeanings(vectors)
	}
	return s
}

// Query is a text with all that is known of it.
type Query struct {
	Text    string
	Vector  encoder.Vector
	Phrases []encoder.Vector // of a text that is Long; none: it is read as a whole
	Known   []float64        // by text of the corpus; none: nothing is known
	Skip    int              // a text that is no answer, the query itself; -1: none
}

// Candidate is a text of the corpus and how it compares.
type Candidate struct {
	Text  int
	Parts [parts]float64
}

// Score of a candidate under weights.
func (c *Candidate) Score(w *Weights) (sum float64) {
	for p, v := range c.Parts {
		sum += w[p] * v
	}
	return sum
}

// PhraseWords is how long a phrase gets.
const PhraseWords = 3

// longer than so many times the corpus's texts is a query that is read phrase by phrase.
const longer = 2

// Long reports whether a query says so much more than the texts do that it should be read phrase by phrase.
func (s *Scorer) Long(query string) bool {
	return float64(len(words.Stems(query))) > longer*float64(s.corpus.mean)
}

// looked is how many of the best texts show by their middle what is sought.
const looked = 10

// Candidates are the most texts that look best at first, best first, with all their parts; and the rest by number, best
// first, which get no second look.
func (s *Scorer) Candidates(q Query, most int) (found []Candidate, rest []int) {
	all := s.cheap(q)
	order := make([]int, 0, len(all))
	score := make([]float64, len(all))
	for i := range all {
		score[i] = all[i].Score(&First)
		if i != q.Skip {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return higherFirst(score[a], score[b]) })
	n := min(most, len(order))
	for _, i := range order[:n] {
		found = append(found, all[i])
	}
	s.second(q, found)
	return found, order[n:]
}

func higherFirst(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// cheap parts of every text.
func (s *Scorer) cheap(q Query) []Candidate {
	out := make([]Candidate, s.corpus.Len())
	self := max(1e-9, s.corpus.Self(q.Text))
	said, letters, answered := s.corpus.BM25(q.Text), s.grams.Cosine(q.Text), s.corpus.Answered(q.Text)
	var near []float64
	if s.meanings != nil {
		near = s.meanings.Cosine(s.meanings.Plain(q.Vector))
	}
	for i := range out {
		out[i].Text = i
		p := &out[i].Parts
		p[Words], p[Letters], p[Answered] = math.Sqrt(said[i]/self), math.Sqrt(max(0, letters[i])), answered[i]
		if near != nil {
			p[Meaning], p[Phrase] = near[i], near[i]
		}
		if len(q.Known) > 0 {
			p[Known] = q.Known[i]
		}
	}
	return out
}

// second look at the candidates, best first.
func (s *Scorer) second(q Query, found []Candidate) {
	if s.meanings == nil {
		return
	}
	var best []int
	for _, c := range found[:min(looked, len(found))] {
		best = append(best, c.Text)
	}
	middle := []encoder.Vector{s.meanings.Middle(best)}
	phrases := make([]encoder.Vector, len(q.Phrases))
	for i := range phrases {
		phrases[i] = s.meanings.Plain(q.Phrases[i])
	}
	for i := range found {
		p := &found[i].Parts
		p[Like] = s.meanings.Nearest(found[i].Text, middle)
		p[Phrase] = max(p[Phrase], s.meanings.Nearest(found[i].Text, phrases))
	}
}
