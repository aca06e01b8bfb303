package search

import (
	"maps"
	"slices"
	"strings"
)

// class is a weight of Postgres's text search: A counts most.
type class byte

// vector is a tsvector being made: each lexeme with the classes in which it occurs, once each. Repeating a word in a
// description wins nothing.
type vector map[string]string

func (v vector) put(lexeme string, c class) {
	if lexeme != "" && !strings.ContainsRune(v[lexeme], rune(c)) {
		v[lexeme] += string(c)
	}
}

// add puts a text's words and phrases in.
func (v vector) add(text string, c class) {
	before := ""
	for _, w := range words(text) {
		s := stem(w)
		if before != "" && (synonyms.phrases[before+" "+s] || timePhrase(before+" "+s)) {
			v.put(before+s, c)
		}
		if before = s; stopWords[w] {
			continue
		}
		v.put(s, c)
	}
}

// String is the tsvector in Postgres's notation. Positions only keep a lexeme's classes apart.
func (v vector) String() string {
	var b strings.Builder
	for _, lexeme := range slices.Sorted(maps.Keys(v)) {
		b.WriteString(quote(lexeme))
		for i, c := range v[lexeme] {
			b.WriteByte(":,"[min(i, 1)])
			b.WriteByte("1234"[c-'A'])
			b.WriteRune(c)
		}
		b.WriteByte(' ')
	}
	return b.String()
}
