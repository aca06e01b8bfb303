package eval

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"wherewithal/matching/concepts"
	"wherewithal/matching/corpus"
	"wherewithal/matching/encoder"
)

// measure of a set's rankings, and what others reached by it.
type measure struct {
	name      string
	of        func(Ranking) float64
	published string
}

func at(k int, of func(Ranking, int) float64) func(Ranking) float64 {
	return func(r Ranking) float64 { return of(r, k) }
}

// textSets are the folders below text/ with what is measured on each, the measure to learn by first.
var textSets = []struct {
	folder   string
	measures []measure
}{
	{"need-offer", []measure{
		{"R@5", at(5, Ranking.RecallAt), "NARMADA .160 on these needs, .136 on all"},
		{"hit@5", at(5, Ranking.HitAt), "NARMADA .55"}}},
	{"job-titles", []measure{
		{"MAP", Ranking.AveragePrecision, "E5 .474, OpenAI .464, GIST .399, BGE-M3 .326, MUSE .290, lexical .241"},
		{"MRR", Ranking.ReciprocalRank, "OpenAI .684, E5 .674, GIST .643, BGE-M3 .623, lexical .596, MUSE .553"}}},
	{"skills-tech", []measure{{"RP@5", at(5, Ranking.PrecisionAt), "simple blend .768 (test set: encoder .456)"}}},
	{"skills-house", []measure{{"RP@5", at(5, Ranking.PrecisionAt), "simple blend .553 (test set: encoder .367)"}}},
	{"charities", []measure{{"nDCG@10", at(10, Ranking.NDCGAt), "simple blend with rules .422; whole set: all .402, rules .370, BM25 .307"}}},
}

// Texts measures how well texts find what answers them: by words alone, by the encoder alone, by the simple blend, and by
// all parts with one setting for all sets and with weights that were learnt on the other sets.
func Texts(data string, report Report) error {
	t := openTools()
	var tried []*trial
	for _, set := range textSets {
		one, err := t.try(filepath.Join(data, "text", set.folder))
		if err != nil {
			return err
		}
		one.measures = set.measures
		tried = append(tried, one)
	}
	for i, one := range tried {
		one.report(report, "BM25", one.words)
		if t.encoder == nil {
			one.report(report, "words and letters", one.ranked(&corpus.Weights{corpus.Words: .6, corpus.Letters: .1, corpus.Things: .3, corpus.Tags: .3}))
			continue
		}
		one.report(report, "encoder", one.ranked(&corpus.Weights{corpus.Meaning: 1}))
		one.report(report, "simple blend", one.ranked(&corpus.Weights{corpus.Words: .6, corpus.Letters: .1, corpus.Meaning: .3}))
		if one.set.things != nil || one.set.tags != nil {
			one.report(report, "simple + known", one.ranked(&corpus.First))
		}
		all := one.ranked(&corpus.Usual)
		one.report(report, "one setting", all)
		one.reportGain(report, "one setting - BM25", all)
		w := learn(lessonsBut(tried, i))
		fmt.Fprintf(os.Stderr, "%s: weights learnt elsewhere %.2f\n", one.set.Name, w)
		elsewhere := one.ranked(&w)
		one.report(report, "learnt elsewhere", elsewhere)
		one.reportGain(report, "learnt - BM25", elsewhere)
		one.reportTags(report, &corpus.Usual)
	}
	return nil
}

// tools are what texts are compared with; nil where `make model` did not fetch them.
type tools struct {
	encoder *encoder.Encoder
	net     *concepts.Net
	vectors string                              // folder where vectors are kept
	round   func(encoder.Vector) encoder.Vector // before they are compared; nil: they are whole
}

const modelFolder = "model"

func openTools() (t tools) {
	var err error
	t.vectors = filepath.Join(modelFolder, "vectors")
	if t.encoder, err = encoder.Open(os.DirFS(modelFolder)); err != nil {
		fmt.Fprintln(os.Stderr, "SKIPPING the encoder:", err)
	}
	if t.net, err = concepts.Open(os.DirFS(filepath.Join(modelFolder, "wordnet"))); err != nil {
		fmt.Fprintln(os.Stderr, "SKIPPING concepts:", err)
	}
	return t
}

// trial is a set with the answers to each of its queries.
type trial struct {
	set      source
	measures []measure
	words    []Ranking // by words alone
	asked    []answers
}

// answers to one query: those looked at closely, and the others in their first order.
type answers struct {
	found []corpus.Candidate
	rest  []int32
}

// closely is how many answers get the second look.
const closely = 1000

func (t *tools) try(dir string) (*trial, error) {
	s, err := t.read(dir)
	if err != nil {
		return nil, err
	}
	one := &trial{set: s, words: bm25(&s.Set), asked: make([]answers, len(s.Queries))}
	texts, asked := textsOf(s.Corpus), textsOf(s.Queries)
	var queries []encoder.Vector
	if t.encoder != nil {
		if queries, err = vectorsOf(t.encoder, t.vectors, asked); err != nil {
			return nil, err
		}
	}
	scorer, err := t.scorer(texts)
	if err != nil {
		return nil, err
	}
	phrases, err := t.phrases(scorer, &s.Set, asked)
	if err != nil {
		return nil, err
	}
	wordy := scorer.Wordy(asked)
	inParallel(len(asked), func(q int) {
		query := corpus.Query{Text: asked[q], Wordy: wordy, Skip: -1, Phrases: phrases[q], Needs: s.needs}
		if queries != nil {
			query.Vector = queries[q]
		}
		if s.Skip != nil {
			query.Skip = s.Skip[q]
		}
		if s.things != nil {
			query.Things = s.things(q)
		}
		if s.tags != nil {
			query.Tags = s.tags(q)
		}
		found, rest := scorer.Candidates(query, closely)
		one.asked[q] = answers{found, narrow(rest)}
	})
	return one, nil
}

// scorer of a set's texts, by meaning where the encoder is there.
func (t *tools) scorer(texts []string) (*corpus.Scorer, error) {
	if t.encoder == nil {
		return corpus.NewScorer(texts, nil, nil), nil
	}
	vectors, err := vectorsOf(t.encoder, t.vectors, texts)
	if err != nil {
		return nil, err
	}
	var numbers []int
	var plain []string
	for i, text := range texts {
		if bare, has := corpus.Bare(text); has {
			numbers, plain = append(numbers, i), append(plain, bare)
		}
	}
	read, err := vectorsOf(t.encoder, t.vectors, plain)
	bare := map[int]encoder.Vector{}
	for i, n := range numbers {
		bare[n] = read[i]
	}
	scorer := corpus.NewScorer(texts, vectors, bare)
	if t.round != nil {
		scorer = scorer.Rounded(t.round)
	}
	return scorer, err
}

func narrow(list []int) []int32 {
	out := make([]int32, len(list))
	for i, n := range list {
		out[i] = int32(n)
	}
	return out
}

// source is a set and what is known of it besides its texts.
type source struct {
	Set
	needs  bool                      // queries are needs and texts are offers
	things func(query int) []float64 // of a need, by text of the corpus; nil: nothing is known
	tags   func(query int) []float64 // how like they are, by text of the corpus; nil: nothing is known
	byHand [][]string                // tags of charities
	byRule [][]string
}

// read a set: of charities with their tags by rule, of offers with what they make available.
func (t *tools) read(dir string) (s source, err error) {
	if filepath.Base(dir) == "charities" {
		return readTagged(dir)
	}
	s.Set, err = ReadSet(dir)
	s.needs = filepath.Base(dir) == "need-offer"
	if err == nil && s.needs && t.net != nil {
		cover := corpus.NewCover(textsOf(s.Corpus), t.net)
		s.things = func(query int) []float64 { return cover.Of(s.Queries[query].Text) }
	}
	return s, err
}

func readTagged(dir string) (s source, err error) {
	if s.Set, s.byHand, err = readCharities(dir); err != nil {
		return s, err
	}
	list, err := readRules(filepath.Join(dir, "tags.csv"))
	s.byRule = list.tagAll(textsOf(s.Corpus))
	s.tags = likeRules(s.byRule)
	return s, err
}

// phrases of each query that is long, as vectors; none where queries are of one sort with the corpus's texts.
func (t *tools) phrases(scorer *corpus.Scorer, s *Set, asked []string) ([][]encoder.Vector, error) {
	out := make([][]encoder.Vector, len(asked))
	if t.encoder == nil || !scorer.Wordy(asked) {
		return out, nil
	}
	var texts []string
	ends := make([]int, len(asked))
	for q, text := range asked {
		if scorer.Long(text) {
			texts = append(texts, corpus.Phrases(text, corpus.PhraseWords)...)
		}
		ends[q] = len(texts)
	}
	vectors, err := vectorsOf(t.encoder, t.vectors, texts)
	from := 0
	for q, end := range ends {
		out[q], from = vectors[from:end], end
	}
	return out, err
}

// ranked by weights.
func (one *trial) ranked(w *corpus.Weights) []Ranking {
	out := make([]Ranking, len(one.asked))
	inParallel(len(out), func(q int) {
		found, scores := one.asked[q].found, map[int]float64{}
		order := make([]int, len(found), len(found)+len(one.asked[q].rest))
		for i := range found {
			order[i], scores[found[i].Text] = found[i].Text, found[i].Score(w)
		}
		slices.SortStableFunc(order, func(a, b int) int { return higherFirst(scores[a], scores[b]) })
		for _, text := range one.asked[q].rest {
			order = append(order, int(text))
		}
		out[q] = one.set.ranking(q, order)
	})
	return out
}

func (one *trial) report(report Report, method string, list []Ranking) {
	for _, m := range one.measures {
		value, low, high := MeanInterval(Each(list, m.of))
		report(Figure{one.set.Name, method, m.name, value, low, high, m.published})
	}
}

// reportGain over words alone, query by query.
func (one *trial) reportGain(report Report, method string, list []Ranking) {
	for _, m := range one.measures {
		value, low, high := Gain(Each(list, m.of), Each(one.words, m.of))
		report(Figure{one.set.Name, method, m.name, value, low, high, "above 0 is a gain"})
	}
}

// reportTags of charities: by rule, and by the hand tags of the texts most like each as well.
func (one *trial) reportTags(report Report, w *corpus.Weights) {
	if one.set.byHand == nil {
		return
	}
	report(f1Figure(one.set.Name, "rules", tallies(one.set.byRule, one.set.byHand), ".432 on the whole set"))
	near := make([][]neighbour, len(one.asked))
	for q := range near {
		near[q] = one.nearest(q, w)
	}
	report(f1Figure(one.set.Name, "rules and neighbours", tagInHalves(near, one.set.byHand, one.set.byRule), ".432 on the whole set, by rules"))
}

// neighbours is how many vote on the tags of a text.
const neighbours = 20

func (one *trial) nearest(q int, w *corpus.Weights) []neighbour {
	list := make([]neighbour, len(one.asked[q].found))
	for i := range list {
		c := &one.asked[q].found[i]
		list[i] = neighbour{c.Text, max(0, c.Score(w))}
	}
	slices.SortStableFunc(list, func(a, b neighbour) int { return higherFirst(a.like, b.like) })
	return list[:min(neighbours, len(list))]
}

// lessonsBut of all sets but one. Twenty needs teach too little to be learnt from.
func lessonsBut(tried []*trial, but int) (out []lesson) {
	for i, one := range tried {
		if i != but && len(one.asked) > 20 {
			of := one.measures[0].of
			out = append(out, lessonOf(&one.set.Set, one.asked, of, Mean(Each(one.words, of))))
		}
	}
	return out
}

func readTextSet(dir string) (Set, error) {
	if filepath.Base(dir) == "charities" {
		s, _, err := readCharities(dir)
		return s, err
	}
	return ReadSet(dir)
}

// bm25 is the baseline: words alone.
func bm25(s *Set) []Ranking {
	c := corpus.New(textsOf(s.Corpus))
	out := make([]Ranking, len(s.Queries))
	inParallel(len(out), func(q int) { out[q] = s.Rank(q, c.BM25(s.Queries[q].Text)) })
	return out
}

func textsOf(list []Text) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Text
	}
	return out
}

// inParallel does something with each number below n, on all cores.
func inParallel(n int, do func(int)) {
	next := make(chan int)
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}
