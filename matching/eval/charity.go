package eval

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// charities are organisations with hand tags. As a Set each is a query for the others, and its gain from another is
// their hand tags' Jaccard index weighted by how rare each tag is.
func readCharities(dir string) (Set, [][]string, error) {
	rows, err := readTable(filepath.Join(dir, "charities.csv"), "org_id", "name", "activities", "objects", "UKCAT")
	if err != nil {
		return Set{}, nil, err
	}
	s := Set{Name: filepath.Base(dir)}
	tags := make([][]string, len(rows))
	for i, r := range rows {
		s.Corpus = append(s.Corpus, Text{r[0], r[1] + ". " + r[2]})
		s.Skip = append(s.Skip, i)
		tags[i] = strings.FieldsFunc(r[4], func(c rune) bool { return c == ';' || c == ' ' })
	}
	s.Queries = s.Corpus
	s.Gains = likeTags(tags)
	return s, tags, nil
}

// likeTags is the gain of each pair that shares a tag.
func likeTags(tags [][]string) []map[int]float64 {
	holders, rare := holdersOf(tags)
	total := make([]float64, len(tags))
	for i, list := range tags {
		for _, t := range list {
			total[i] += rare(t)
		}
	}
	gains := make([]map[int]float64, len(tags))
	for i, list := range tags {
		shared := map[int]float64{}
		for _, t := range list {
			for _, other := range holders[t] {
				if other != i {
					shared[other] += rare(t)
				}
			}
		}
		for other, s := range shared {
			shared[other] = s / (total[i] + total[other] - s)
		}
		gains[i] = shared
	}
	return gains
}

// holdersOf each tag, by their places, and how rare a tag is among them.
func holdersOf(tags [][]string) (holders map[string][]int, rare func(tag string) float64) {
	holders = map[string][]int{}
	for i, list := range tags {
		for _, t := range list {
			holders[t] = append(holders[t], i)
		}
	}
	return holders, func(t string) float64 { return math.Log(float64(len(tags)) / float64(len(holders[t]))) }
}

// readTable is the named columns of a CSV file with a heading.
func readTable(name string, columns ...string) ([][]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("%s: no table: %w", name, err)
	}
	at := map[string]int{}
	for i, heading := range rows[0] {
		at[heading] = i
	}
	out := make([][]string, len(rows)-1)
	for _, c := range columns {
		i, ok := at[c]
		if !ok {
			return nil, fmt.Errorf("%s has no column %q", name, c)
		}
		for n, row := range rows[1:] {
			out[n] = append(out[n], row[i])
		}
	}
	return out, nil
}
