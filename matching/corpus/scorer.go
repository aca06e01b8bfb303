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
	Phrase               // the nearest phrase of a query that says more than the texts do
	Company              // what the texts most like it score, where the query is no longer than the texts
	Known                // what the caller knows besides: concepts, tags
	parts
)

// Weights of the parts.
type Weights [parts]float64

// First weights, by which candidates are chosen before the dearer parts are worked out.
var First = Weights{Words: .6, Letters: .1, Meaning: .3, Known: .3}

// Usual weights, one setting for every kind of text.
var Usual = Weights{Words: .6, Letters: .1, Meaning: .3, Phrase: .6, Company: .6, Known: .5}

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

// Long reports whether a query says more than the texts do, counted in words, and so should be read phrase by phrase.
func (s *Scorer) Long(query string) bool { return float32(len(words.Stems(query))) > s.corpus.mean }

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

// second look at the candidates, best first: a long query phrase by phrase, a short one by the company its texts keep.
func (s *Scorer) second(q Query, found []Candidate) {
	if s.meanings == nil {
		return
	}
	if len(q.Phrases) == 0 {
		s.company(found)
		return
	}
	phrases := make([]encoder.Vector, len(q.Phrases))
	for i := range phrases {
		phrases[i] = s.meanings.Plain(q.Phrases[i])
	}
	for i := range found {
		p := &found[i].Parts
		p[Phrase] = max(p[Phrase], s.meanings.Nearest(found[i].Text, phrases))
	}
}

const (
	crowd  = 200 // candidates among which company is looked for
	circle = 10  // the nearest of them that count
)

// company of each candidate: the mean score of those most like it, the more alike the more (cluster hypothesis; Diaz
// 2005). Texts of one thing help each other up. Those below the crowd get the least found in it.
func (s *Scorer) company(found []Candidate) {
	near := found[:min(crowd, len(found))]
	scores := make([]float64, len(near))
	for i := range near {
		scores[i] = near[i].Score(&Usual)
	}
	likes := s.likes(near)
	least := math.Inf(1)
	for i := range near {
		near[i].Parts[Company] = meanOfCircle(likes[i], scores)
		least = min(least, near[i].Parts[Company])
	}
	for i := len(near); i < len(found); i++ {
		found[i].Parts[Company] = least
	}
}

// likes of each candidate to each, to the fourth power so that few count; none to itself.
func (s *Scorer) likes(near []Candidate) [][]float64 {
	likes := make([][]float64, len(near))
	for i := range near {
		likes[i] = make([]float64, len(near))
	}
	for i := range near {
		for j := range i {
			like := max(0, s.meanings.vectors[near[i].Text].Cosine(&s.meanings.vectors[near[j].Text]))
			likes[i][j] = like * like * like * like
			likes[j][i] = likes[i][j]
		}
	}
	return likes
}

// meanOfCircle is the mean score of the most alike, weighted by how alike they are; 0 where none is.
func meanOfCircle(likes, scores []float64) float64 {
	order := make([]int, len(likes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return higherFirst(likes[a], likes[b]) })
	sum, weight := 0.0, 0.0
	for _, i := range order[:min(circle, len(order))] {
		sum += likes[i] * scores[i]
		weight += likes[i]
	}
	return sum / max(1e-9, weight)
}
