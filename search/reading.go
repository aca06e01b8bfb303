package search

import (
	"regexp"
	"slices"
	"strings"
)

// term is one thing that a question's words ask for.
type term struct {
	word     string   // as typed, folded; what a typo is mended from
	exact    string   // the lexeme that fits best
	loose    []way    // what fits less well: beginnings, synonyms, mended typos
	optional bool     // counts for the order, but need not be there
	parts    []string // stems of the parts of a hyphenated word
	phrase   bool     // two words that mean one thing
	instead  []string // what the network that is searched means by it
}

// way is one of the ways in which a listing's words may fit a term.
type way struct {
	all    []string // these lexemes, each of which has to be there
	begins bool     // then it is one, and a lexeme that begins so will do
}

func lexeme(l string) way { return way{all: []string{l}} }

// tsquery of the way.
func (w way) tsquery() string {
	var parts []string
	for _, l := range w.all {
		parts = append(parts, quote(l))
	}
	switch {
	case w.begins:
		return parts[0] + ":*"
	case len(parts) > 1:
		return "(" + strings.Join(parts, " & ") + ")"
	}
	return parts[0]
}

// read makes terms of a text: the first MaxTerms words that mean something; if none does, all words.
func read(text string, own called) []term {
	tokens := meaning(text)
	var terms []term
	for i := 0; i < len(tokens) && len(terms) < MaxTerms; i++ {
		t, used := own.term(tokens, i)
		t.optional = t.optional || i > 0 && used == 1 && inward(tokens[i-1], tokens[i])
		i += used - 1
		if !slices.ContainsFunc(terms, func(o term) bool { return o.exact == t.exact }) {
			terms = append(terms, t)
		}
	}
	return requireSomething(terms)
}

// meaning are the words of a text that mean something; if none does, all of them.
func meaning(text string) [][]string {
	tokens := tokenise(text)
	means := slices.DeleteFunc(slices.Clone(tokens), func(t []string) bool { return len(t) == 1 && stopWords[t[0]] })
	if len(means) > 0 {
		return means
	}
	return tokens
}

// Means reports whether a text has a word that says something about what is sought.
func Means(text string) bool {
	return slices.ContainsFunc(tokenise(text), func(t []string) bool { return len(t) > 1 || !stopWords[t[0]] })
}

// inward reports whether a word is the second half of a postcode: no listing says that much of its place.
func inward(before, word []string) bool {
	return outcode.MatchString(strings.Join(before, "-")) && inwardCode.MatchString(strings.Join(word, "-"))
}

var (
	outcode    = regexp.MustCompile(`^[a-z]{1,2}[0-9]{1,2}[a-z]?$`)
	inwardCode = regexp.MustCompile(`^[0-9][a-z]{2}$`)
)

// tokenise splits a text into words, each as its parts: a hyphenated word has several.
func tokenise(text string) [][]string {
	var tokens [][]string
	for _, run := range strings.FieldsFunc(fold(text+" "), func(r rune) bool { return !inWord(r) && r != '-' }) {
		if parts := strings.FieldsFunc(run, func(r rune) bool { return r == '-' }); len(parts) > 0 {
			for i := range parts {
				parts[i] = cut(parts[i])
			}
			tokens = append(tokens, parts)
		}
	}
	return tokens
}

// readTerm reads the term that starts at tokens[i] and says how many tokens it took.
func readTerm(tokens [][]string, i int) (term, int) {
	if parts := tokens[i]; len(parts) > 1 {
		return compound(parts), 1
	}
	word := tokens[i][0]
	if i+1 < len(tokens) && len(tokens[i+1]) == 1 {
		next := tokens[i+1][0]
		if key := stem(word) + " " + stem(next); synonyms.phrases[key] || timePhrase(key) {
			return term{word: word + next, exact: joined(key), loose: alternatives(key), phrase: true}, 2
		}
	}
	t := term{word: word, exact: stem(word), optional: number(word)}
	if n := len([]rune(word)); n >= 4 || (n == 3 && i == len(tokens)-1) {
		t.loose = append(t.loose, way{all: []string{word}, begins: true})
	}
	t.loose = append(t.loose, alternatives(t.exact)...)
	return t, 1
}

// compound is a hyphenated word: written as one, or its parts anywhere.
func compound(parts []string) term {
	word := cut(strings.Join(parts, ""))
	var stems []string
	for _, p := range parts {
		stems = append(stems, stem(p))
	}
	loose := append([]way{{all: stems}}, alternatives(strings.Join(stems, " "))...)
	return term{word: word, exact: stem(word), loose: append(loose, alternatives(stem(word))...), optional: number(word), parts: stems}
}

func alternatives(key string) []way {
	var out []way
	for _, other := range synonyms.others[key] {
		out = append(out, lexeme(joined(other)))
	}
	return out
}

// joined is the lexeme of a phrase.
func joined(key string) string { return strings.ReplaceAll(key, " ", "") }

func requireSomething(terms []term) []term {
	if !slices.ContainsFunc(terms, func(t term) bool { return !t.optional }) {
		for i := range terms {
			terms[i].optional = false
		}
	}
	return terms
}

// quote makes a lexeme safe in a tsquery or tsvector. Words hold letters and digits only; it costs little to be sure.
func quote(lexeme string) string {
	return "'" + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(lexeme) + "'"
}

// ways are all of them, the best first.
func (t term) ways() []way { return append([]way{lexeme(t.exact)}, t.loose...) }

// tsquery of everything that fits the term.
func (t term) tsquery() string {
	var parts []string
	for _, w := range t.ways() {
		parts = append(parts, w.tsquery())
	}
	return "(" + strings.Join(parts, " | ") + ")"
}

// all asks for every term that has to be there.
func all(terms []term) string { return join(terms, " & ") }

// anyOf asks for one of them.
func anyOf(terms []term) string { return join(terms, " | ") }

func join(terms []term, op string) string {
	var parts []string
	for _, t := range terms {
		if !t.optional {
			parts = append(parts, t.tsquery())
		}
	}
	return strings.Join(parts, op)
}
