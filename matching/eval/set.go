package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Set is queries, texts that may answer them, and which do.
type Set struct {
	Name    string
	Queries []Text
	Corpus  []Text
	Gains   []map[int]float64 // by query: gain above 0 by place in the corpus
	Skip    []int             // by query: the place of a text that is no answer, the query itself; nil: none
}

// Text of a query or of a corpus.
type Text struct {
	ID   string `json:"_id"`
	Text string `json:"text"`
}

// ReadSet reads a folder of the BEIR layout: queries.jsonl, corpus.jsonl, qrels.tsv. Queries that nobody judged are
// left out, and judgements of texts that are not there.
func ReadSet(dir string) (Set, error) {
	s := Set{Name: filepath.Base(dir)}
	queries, err := readTexts(filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		return s, err
	}
	if s.Corpus, err = readTexts(filepath.Join(dir, "corpus.jsonl")); err != nil {
		return s, err
	}
	place := map[string]int{}
	for i, t := range s.Corpus {
		place[t.ID] = i
	}
	judged, err := readJudged(filepath.Join(dir, "qrels.tsv"), place)
	if err != nil {
		return s, err
	}
	for _, q := range queries {
		if len(judged[q.ID]) > 0 {
			s.Queries = append(s.Queries, q)
			s.Gains = append(s.Gains, judged[q.ID])
		}
	}
	return s, nil
}

// markup in angle brackets is no word of a text: names that were taken out stand so.
var markup = regexp.MustCompile(`<[^<>]{1,40}>`)

func readTexts(name string) (list []Text, err error) {
	err = eachLine(name, func(line string) error {
		var t Text
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return err
		}
		t.Text = markup.ReplaceAllString(t.Text, " ")
		list = append(list, t)
		return nil
	})
	return list, err
}

// readJudged is gains by query id and place in the corpus.
func readJudged(name string, place map[string]int) (map[string]map[int]float64, error) {
	out := map[string]map[int]float64{}
	err := eachLine(name, func(line string) error {
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[0] == "query-id" {
			return nil
		}
		gain, err := strconv.ParseFloat(strings.TrimSpace(f[2]), 64)
		if i, ok := place[f[1]]; ok && gain > 0 {
			if out[f[0]] == nil {
				out[f[0]] = map[int]float64{}
			}
			out[f[0]][i] = gain
		}
		return err
	})
	return out, err
}

// eachLine of a file that is not empty; an error names the line.
func eachLine(name string, do func(string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := do(lines.Text()); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	return lines.Err()
}

// Rank turns the scores of a query's corpus into its ranking. Equals keep the order of the corpus.
func (s *Set) Rank(query int, scores []float64) Ranking {
	order := make([]int, 0, len(scores))
	for i := range scores {
		if s.Skip == nil || s.Skip[query] != i {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return higherFirst(scores[a], scores[b]) })
	return s.ranking(query, order)
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

// ranking of a query's answers in an order of places in the corpus.
func (s *Set) ranking(query int, order []int) Ranking {
	r := Ranking{Gains: make([]float64, len(order)), Judged: s.judged(query)}
	for at, i := range order {
		r.Gains[at] = s.Gains[query][i]
	}
	return r
}

func (s *Set) judged(query int) []float64 { return slices.Sorted(maps.Values(s.Gains[query])) }
