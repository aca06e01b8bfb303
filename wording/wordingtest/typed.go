package wordingtest

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Typed is what people and places brought with them: phrases, each whole, as it was typed.
type Typed struct {
	phrases []string // the longest first, so that none is torn by one that it holds
}

// Add takes in phrases.
func (t *Typed) Add(phrases ...string) {
	for _, p := range phrases {
		if p = bare(p); p != "" && !slices.Contains(t.phrases, p) {
			t.phrases = append(t.phrases, p)
		}
	}
	slices.SortStableFunc(t.phrases, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// Foreign are the words of a text that did not come from the catalogue, and the figures that are not written as its language writes them,
// beside the phrases that were typed. Part of a word that was typed is no typed word.
func (t *Typed) Foreign(text string) []string {
	if len(Plain(text))+len(PlainFigures(text)) == 0 {
		return nil
	}
	text = bare(text)
	for _, p := range t.phrases {
		text = without(text, p)
	}
	return append(Plain(text), PlainFigures(text)...)
}

// bare leaves out addresses: what stands in one is no word, though it may look like one that was typed.
func bare(text string) string { return folded(address.ReplaceAllString(text, " ")) }

// folded has one space where lines were broken.
func folded(text string) string { return strings.Join(strings.Fields(text), " ") }

// without cuts a phrase out of a text wherever it stands as a whole.
func without(text, phrase string) string {
	var b strings.Builder
	kept, from := 0, 0
	for {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			break
		}
		at, from = from+at, from+at+len(phrase)
		if !joined(text[:at], text[at:]) && !joined(text[:from], text[from:]) {
			b.WriteString(text[kept:at] + " … ")
			kept = from
		}
	}
	return b.String() + text[kept:]
}

// joined reports whether a word goes on from one text into the next.
func joined(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return inWord(last) && inWord(first)
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
