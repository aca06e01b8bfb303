package search

import (
	"slices"
	"strings"
)

// maxSent is how many words of a question the engine looks at; it ignores the others.
const maxSent = 10

// form is a word as the engine is asked for it: its stem, but for words like "projecter", whose stem is further from
// "projector" than the word itself is.
func form(word string) string {
	word = cut(word)
	if one := strings.TrimSuffix(word, "s"); strings.HasSuffix(one, "er") {
		return one
	}
	return stem(word)
}

// forms is a text as the engine indexes it: each word as it is written, as it is asked for and as its stem, with its
// phrases written as one. The engine knows no grammar, but mends slips; so both sides bring the grammar along.
func forms(text string) []string {
	var out tokens
	before := ""
	for _, w := range words(text) {
		w = cut(w)
		s := stem(w)
		if before != "" && (synonyms.phrases[before+" "+s] || timePhrase(before+" "+s)) {
			out.add(before + s)
		}
		before = s
		out.add(w, form(w), s)
	}
	return out
}

// also are the other words for what a text speaks of. They stand in a field of their own, after that of the text, so
// that the word which was typed counts more than one that means the same: the engine's own synonyms count alike.
func also(text string) []string {
	var out tokens
	own := forms(text)
	before := ""
	for _, w := range words(text) {
		s := stem(w)
		for _, key := range []string{s, before + " " + s} {
			for _, other := range synonyms.others[key] {
				out.add(joined(other))
				out.add(synonyms.written[other]...)
			}
		}
		before = s
	}
	return slices.DeleteFunc(out, func(t string) bool { return slices.Contains(own, t) })
}

// timesToo are days and their parts with what else people call them: "thurs", "night".
func timesToo(lexemes []string) []string {
	var out tokens
	for _, l := range lexemes {
		out.add(l)
		for _, other := range synonyms.others[l] {
			out.add(joined(other))
		}
	}
	return out
}

// tokens are words once each, as they came.
type tokens []string

func (t *tokens) add(words ...string) {
	for _, w := range words {
		if w != "" && !slices.Contains(*t, w) {
			*t = append(*t, w)
		}
	}
}

// sent is a term as words for the engine: the parts of a hyphenated word apart, which the engine also reads as one.
func (t term) sent() []string {
	switch {
	case len(t.parts) > 1:
		return t.parts
	case t.phrase:
		return []string{t.exact}
	}
	return []string{form(t.word)}
}

// sentence is the terms as one question to the engine, and how many words it has. The last word stands for all words
// that begin with it, as long as somebody may still be typing it: a space behind it says that this is all of it.
func sentence(terms []term) (text string, n int) {
	var out []string
	for _, t := range terms {
		out = append(out, t.sent()...)
	}
	out = out[:min(len(out), maxSent)]
	if len(out) == 0 {
		return "", 0
	}
	text = strings.Join(out, " ")
	if last := terms[len(terms)-1]; last.phrase || out[len(out)-1] != last.word || len([]rune(last.word)) < 3 {
		text += " "
	}
	return text, len(out)
}
