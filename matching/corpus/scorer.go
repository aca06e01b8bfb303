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
	Said                 // Words, and less for a short name: of two words one in common says little
	Reread               // meaning at a second reading: the nearest phrase of a wordy query, another with its best answers
	Company              // what the texts most like it score, where the query is not wordy
	Things               // share of the things a need names that the text makes available, as the caller knows them
	Tags                 // how like the tags are that the caller knows
	parts
)

// Weights of the parts.
type Weights [parts]float64

// First weights, by which candidates are chosen before the dearer parts are worked out.
var First = Weights{Words: .6, Letters: .1, Meaning: .3, Things: .3, Tags: .3}

// Usual weights, one setting for every kind of text. To a need they are those of the engine's own fits.
var Usual = Weights{Said: .6, Letters: .1, Meaning: .3, Things: .3, Reread: .6, Company: .6, Tags: .8}

// beside are the weights by which answers are put beside a query and by which company counts. Words and letters are left out:
// they have parts of their own, and what these found would count twice more.
var beside = Weights{Meaning: .3, Reread: .6, Tags: .8}

// Scorer compares texts with those of a corpus by all it has. It never changes once made; safe for concurrent use.
type Scorer struct {
	corpus   *Corpus
	grams    *Grams
	meanings *Meanings // nil: words and letters alone
}

// NewScorer of texts and their vectors; no vectors where the encoder is missing. Texts with an aside may have a second
// vector, by the text's number: of what is Bare.
func NewScorer(texts []string, vectors []encoder.Vector, bare map[int]encoder.Vector) *Scorer {
	s := &Scorer{corpus: New(texts), grams: NewGrams(texts)}
	if len(vectors) > 0 {
		s.meanings = NewMeanings(vectors).without(bare)
	}
	return s
}

// Rounded is the scorer with every vector rounded, those of queries too: what figures are worth where vectors are kept small.
func (s *Scorer) Rounded(round func(encoder.Vector) encoder.Vector) *Scorer {
	out := *s
	if s.meanings != nil {
		out.meanings = s.meanings.rounded(round)
	}
	return &out
}

// Query is a text with all that is known of it.
type Query struct {
	Text    string
	Vector  encoder.Vector
	Wordy   bool             // of a body of queries that is Wordy; otherwise it is a name or a description as the texts are
	Phrases []encoder.Vector // of a wordy one that is Long; none: it is read as a whole
	Needs   bool             // it says what is needed and the texts what is offered: an answer is no text of the same sort
	Things  []float64        // of a need, by text of the corpus; none: nothing is known
	Tags    []float64        // by text of the corpus; none: nothing is known
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

// Wordy reports whether queries say so much more than the texts do that they are of another sort: descriptions, where the
// texts are names. Only of such should the long ones be read phrase by phrase.
func (s *Scorer) Wordy(queries []string) bool {
	said := 0
	for _, q := range queries {
		said += len(words.Stems(q))
	}
	return float32(said) > wordy*s.corpus.mean*float32(len(queries))
}

const wordy = 1.5

// Candidates are the most texts that look best at first, with all their parts: as they looked to a wordy query, to another the
// best under the usual weights first. The rest come by number, best first, and get no second look.
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
	self, trust := max(1e-9, s.corpus.Self(q.Text)), s.trustInWords(q)
	said, letters, answered := s.corpus.BM25(q.Text), s.grams.Cosine(q.Text), s.corpus.Answered(q.Text)
	var near []float64
	if s.meanings != nil {
		near = s.meanings.Cosine(s.meanings.Plain(q.Vector))
	}
	for i := range out {
		out[i].Text = i
		p := &out[i].Parts
		p[Words], p[Letters], p[Answered] = math.Sqrt(said[i]/self), math.Sqrt(max(0, letters[i])), answered[i]
		p[Said] = trust * p[Words]
		if near != nil {
			p[Meaning] = near[i]
			if !q.Needs {
				p[Reread] = near[i] // until it is read again
			}
		}
		if len(q.Things) > 0 {
			p[Things] = q.Things[i]
		}
		if len(q.Tags) > 0 {
			p[Tags] = q.Tags[i]
		}
	}
	return out
}

// telling is how many different words a name needs before what it shares with another is taken for what it says.
const telling = 10

// trustInWords of a query, [0,1]: of the two words of a name one in common says little. A word that a sentence shares with
// a name says much, however short the sentence.
func (s *Scorer) trustInWords(q Query) float64 {
	if q.Wordy || q.Needs {
		return 1
	}
	return min(1, float64(len(s.corpus.asked(q.Text)))/telling)
}

// second look at the candidates: a wordy query phrase by phrase, another with its best answers and by the company that
// its texts keep. A need gets none: texts that are like each other and like it may all lack what it names.
func (s *Scorer) second(q Query, found []Candidate) {
	switch {
	case s.meanings == nil, q.Needs:
	case q.Wordy:
		s.byPhrase(q, found)
	default:
		s.reread(q, found)
		s.company(found)
		byScore(found, &Usual)
	}
}

// byPhrase reads a query once more, each of its phrases for itself.
func (s *Scorer) byPhrase(q Query, found []Candidate) {
	phrases := make([]encoder.Vector, len(q.Phrases))
	for i := range phrases {
		phrases[i] = s.meanings.Plain(q.Phrases[i])
	}
	for i := range found {
		p := &found[i].Parts
		p[Reread] = max(p[Reread], s.meanings.Nearest(found[i].Text, phrases))
	}
}

// reread a query with its best answers beside it (Rocchio 1971): what they have in common is what it is about.
func (s *Scorer) reread(q Query, found []Candidate) {
	byScore(found, &beside)
	query, common := s.meanings.Plain(q.Vector), encoder.Vector{}
	for i := range found[:min(answers, len(found))] {
		by := float32(max(0, found[i].Score(&beside)))
		for j, x := range s.meanings.vectors[found[i].Text] {
			common[j] += by * x
		}
	}
	common = common.Unit()
	for i, x := range common {
		query[i] += x
	}
	query = query.Unit()
	for i := range found {
		found[i].Parts[Reread] = query.Cosine(&s.meanings.vectors[found[i].Text])
	}
	byScore(found, &beside)
}

// answers that are put beside a query.
const answers = 5

// byScore puts the best under some weights first.
func byScore(found []Candidate, w *Weights) {
	slices.SortStableFunc(found, func(a, b Candidate) int { return higherFirst(a.Score(w), b.Score(w)) })
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
		scores[i] = near[i].Score(&beside)
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
