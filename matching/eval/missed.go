package eval

import (
	"fmt"
	"path/filepath"
	"slices"

	"wherewithal/matching/corpus"
	"wherewithal/matching/encoder"
	"wherewithal/matching/words"
)

// pageOf is how many answers a search shows.
const pageOf = 20

// missedSets have short queries, as searches are.
var missedSets = []string{"need-offer", "skills-house", "job-titles"}

// Missed measures what a search by words misses where its page has room: it finds the texts that have all of a query's words or,
// where none has, those with the most of them; and behind these the ones that are near in meaning, from a cosine on. One
// figure for each cosine says where guesses begin.
func Missed(data string, report Report) error {
	t := openTools()
	if t.encoder == nil {
		return encoder.ErrMissing
	}
	names := words.Names()
	field := make([]encoder.Vector, len(names))
	inParallel(len(names), func(i int) { field[i] = t.encoder.Encode(names[i].Text) })
	for _, folder := range missedSets {
		set, err := ReadSet(filepath.Join(data, "text", folder))
		if err != nil {
			return err
		}
		near, err := t.near(&set, corpus.NewMeanings(field))
		if err != nil {
			return err
		}
		set.missed(near, report)
	}
	return nil
}

// near is the cosine of each query with each text, without the direction that all names of the field share.
func (t *tools) near(set *Set, field *corpus.Meanings) ([][]float64, error) {
	asked, err := vectorsOf(t.encoder, t.vectors, textsOf(set.Queries))
	if err != nil {
		return nil, err
	}
	texts, err := vectorsOf(t.encoder, t.vectors, textsOf(set.Corpus))
	for i := range texts {
		texts[i] = field.Plain(texts[i])
	}
	near := make([][]float64, len(asked))
	inParallel(len(asked), func(q int) {
		v := field.Plain(asked[q])
		near[q] = make([]float64, len(texts))
		for i := range texts {
			near[q][i] = v.Cosine(&texts[i])
		}
	})
	return near, err
}

// page of one query: what words found.
type page struct {
	query int
	found []int
}

func (s *Set) missed(near [][]float64, report Report) {
	pages := slices.DeleteFunc(s.byWords(), func(p page) bool { return len(p.found) >= pageOf })
	report(Exact(s.Name, "words", "queries with room", float64(len(pages)), fmt.Sprintf("of %d", len(s.Queries))))
	s.reportPages(report, "words", pages, func(p page) []int { return p.found })
	for _, from := range []float64{.3, .35, .4, .45, .5, .55, .6, .65, .7} {
		method := fmt.Sprintf("meaning from %.2f", from)
		added := func(p page) []int { return nearest(near[p.query], from, p.found, pageOf-len(p.found)) }
		s.reportPages(report, "words, "+method, pages, func(p page) []int { return append(slices.Clip(p.found), added(p)...) })
		right, all := 0, 0
		for _, p := range pages {
			for _, i := range added(p) {
				if all++; s.Gains[p.query][i] > 0 {
					right++
				}
			}
		}
		report(Exact(s.Name, method, "added a query", float64(all)/float64(max(1, len(pages))), ""))
		report(Exact(s.Name, method, "of these right", float64(right)/float64(max(1, all)), ""))
	}
}

// reportPages says how many of the pages have a right answer, and how much of what is right they have.
func (s *Set) reportPages(report Report, method string, pages []page, shown func(page) []int) {
	var list []Ranking
	for _, p := range pages {
		list = append(list, s.ranking(p.query, shown(p)))
	}
	for name, of := range map[string]func(Ranking, int) float64{"hit@20": Ranking.HitAt, "RP@20": Ranking.PrecisionAt} {
		value, low, high := MeanInterval(Each(list, at(pageOf, of)))
		report(Figure{s.Name, method, name, value, low, high, ""})
	}
}

// byWords is a page for each query.
func (s *Set) byWords() []page {
	said := make([]map[string]bool, len(s.Corpus))
	inParallel(len(said), func(i int) { said[i] = stemSet(s.Corpus[i].Text) })
	pages := make([]page, len(s.Queries))
	inParallel(len(pages), func(q int) {
		wanted := stemSet(s.Queries[q].Text)
		have := make([]float64, len(said))
		for i := range said {
			for w := range wanted {
				if said[i][w] {
					have[i]++
				}
			}
		}
		most := slices.Max(have)
		pages[q] = page{query: q}
		if most > 0 {
			pages[q].found = nearest(have, most, nil, pageOf)
		}
	})
	return pages
}

func stemSet(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words.Stems(text) {
		out[w] = true
	}
	return out
}

// nearest are the places of the highest scores from one on, but for some, at most so many.
func nearest(scores []float64, from float64, but []int, most int) (list []int) {
	for i, s := range scores {
		if s >= from && !slices.Contains(but, i) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return higherFirst(scores[a], scores[b]) })
	return list[:min(most, len(list))]
}
