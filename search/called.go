package search

import (
	"slices"
	"strings"

	"wherewithal/market"
)

// called is what networks call things, both ways: by the stems of one of the two, joined by spaces, the words of the other.
type called map[string][]string

// longestName is how many words of a question are looked at as one name.
const longestName = 4

func calling(words []market.NetworkWord) called {
	own := called{}
	for _, w := range words {
		own.join(w.Word, strings.ReplaceAll(w.Code, "_", " "))
	}
	return own
}

func (c called) join(a, b string) {
	from, to := stemsOf(meaning(a)), stemsOf(meaning(b))
	if len(from) == 0 || len(to) == 0 || slices.Equal(from, to) {
		return
	}
	for key, other := range map[string]string{strings.Join(from, " "): b, strings.Join(to, " "): a} {
		if !slices.Contains(c[key], other) {
			c[key] = append(c[key], other)
		}
	}
}

func stemsOf(tokens [][]string) (stems []string) {
	for _, part := range slices.Concat(tokens...) {
		stems = append(stems, stem(part))
	}
	return stems
}

// term reads the term that starts at tokens[i], as readTerm, with what the networks mean by it.
func (c called) term(tokens [][]string, i int) (term, int) {
	t, used := readTerm(tokens, i)
	for n := min(longestName, len(tokens)-i); n >= used && len(c) > 0; n-- {
		stems := stemsOf(tokens[i : i+n])
		others := c[strings.Join(stems, " ")]
		if len(others) == 0 {
			continue
		}
		if n > used {
			t = term{word: strings.Join(slices.Concat(tokens[i:i+n]...), ""), exact: joined(strings.Join(stems, " ")), loose: []way{{all: stems}}, parts: stems}
		}
		return t.meaning(others), n
	}
	return t, used
}

// meaning puts other words beside a term, and what everybody calls those.
func (t term) meaning(others []string) term {
	t.instead, t.loose = others, slices.Clip(t.loose)
	for _, other := range others {
		stems := stemsOf(meaning(other))
		t.loose = append(append(t.loose, way{all: stems}), alternatives(strings.Join(stems, " "))...)
	}
	return t
}

// maxWordings bounds in how many wordings an engine is asked that knows no other words for a question.
const maxWordings = 8

// wording is a question with some of its terms in the words that the networks mean by them.
type wording struct {
	terms  []term
	weight float64 // each other word counts half, as in Postgres
}

// wordings are a question as it was typed, and with other words in the place of those that networks call things by.
func wordings(terms []term) []wording {
	all := []wording{{weight: 1}}
	for _, t := range terms {
		var next []wording
		for _, w := range all {
			next = append(next, wording{append(slices.Clip(w.terms), t), w.weight})
		}
		for _, other := range t.instead {
			for _, w := range all {
				if len(next) < maxWordings {
					next = append(next, wording{append(slices.Clip(w.terms), read(other, nil)...), w.weight / 2})
				}
			}
		}
		all = next
	}
	return all
}
