package eval

import (
	"path/filepath"

	"wherewithal/matching/corpus"
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

// textSets are the folders below text/ with what is measured on each.
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
	{"charities", []measure{{"nDCG@10", at(10, Ranking.NDCGAt), "all .402, rules .370, BM25 .307 on the whole set"}}},
}

// Texts measures how well texts find what answers them.
func Texts(data string, report Report) error {
	for _, t := range textSets {
		s, err := readTextSet(filepath.Join(data, "text", t.folder))
		if err != nil {
			return err
		}
		words := bm25(&s)
		for _, m := range t.measures {
			value, low, high := MeanInterval(Each(words, m.of))
			report(Figure{s.Name, "BM25", m.name, value, low, high, m.published})
		}
	}
	return nil
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
	for q := range s.Queries {
		out[q] = s.Rank(q, c.BM25(s.Queries[q].Text))
	}
	return out
}

func textsOf(list []Text) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Text
	}
	return out
}
