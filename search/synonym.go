package search

import (
	_ "embed"
	"strings"
)

//go:embed synonyms.txt
var synonymFile string

// thesaurus is synonyms.txt, read.
type thesaurus struct {
	others  map[string][]string // by the stem, or the stems of a phrase joined by a space
	phrases map[string]bool     // the phrases of two words, as joined stems
	written map[string][]string // by the same key, the words themselves, each written as one
}

var synonyms = readThesaurus(synonymFile)

func readThesaurus(file string) thesaurus {
	t := thesaurus{others: map[string][]string{}, phrases: map[string]bool{}, written: map[string][]string{}}
	for line := range strings.Lines(file) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			t.add(strings.Split(line, ","))
		}
	}
	return t
}

func (t thesaurus) add(group []string) {
	var keys []string
	for _, entry := range group {
		key := phraseKey(entry)
		keys = append(keys, key)
		t.written[key] = append(t.written[key], joined(strings.Join(words(entry), " ")))
		if strings.Count(key, " ") == 1 {
			t.phrases[key] = true
		}
	}
	for i, key := range keys {
		for j, other := range keys {
			if i != j && key != other {
				t.others[key] = append(t.others[key], other)
			}
		}
	}
}

// phraseKey is an entry as stems.
func phraseKey(entry string) string {
	ws := words(entry)
	for i, w := range ws {
		ws[i] = stem(w)
	}
	return strings.Join(ws, " ")
}
