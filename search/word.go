package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// maxWord is the longest word kept, in bytes: longer ones are not words.
const maxWord = 40

// stopWords say nothing about what is sought. Words that only look small ("up", "off", "pa", "it") stay in.
var stopWords = set(`a about all also am an and any are as at be been but by can could do does for from had has have
	he her his how i if in into is its like looking me my need needed needs of offer offered offering offers on or our
	please she so some someone somewhere such than that the their them then there these they this to us want wanted
	wants was we were what when where which who will with would you your`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// fold makes text comparable: lower case, without accents, compatibility forms made plain.
func fold(s string) string {
	s = norm.NFKD.String(letters.Replace(strings.ToLower(s)))
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s))
}

// letters that no decomposition makes plain, and the apostrophes that are left out of words.
var letters = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "đ", "d", "æ", "ae", "œ", "oe", "þ", "th", "ı", "i",
	"’s ", " ", "'s ", " ", "’", "", "'", "", "\u00ad", "")

// words are the runs of letters and digits in s, folded. A hyphenated word gives its parts and, joined, itself:
// "book-keeper" is book, keeper and bookkeeper.
func words(s string) []string {
	var out []string
	for _, run := range strings.FieldsFunc(fold(s+" "), func(r rune) bool { return !inWord(r) && r != '-' }) {
		parts := strings.FieldsFunc(run, func(r rune) bool { return r == '-' })
		out = append(out, parts...)
		if len(parts) == 2 {
			out = append(out, parts[0]+parts[1])
		}
	}
	return out
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// stem is the form under which a word is indexed.
func stem(word string) string {
	word = cut(word)
	if word == "evening" || word == "evenings" { // or it would be "even"
		return "evening"
	}
	return english.Stem(british(word), false)
}

// american are words that only there end in -er.
var american = map[string]string{"center": "centre", "centers": "centres", "theater": "theatre", "theaters": "theatres", "meter": "metre",
	"meters": "metres", "liter": "litre", "liters": "litres", "fiber": "fibre"}

// british writes as one what is spelt in two ways: -ise and -ize, -our and -or. It need not be right, but alike on both
// sides.
func british(word string) string {
	if like, ok := american[word]; ok {
		return like
	}
	if len(word) < 6 {
		return word
	}
	for _, end := range []string{"isation", "isations", "ising", "iser", "isers", "ised", "ises", "ise"} {
		if root, ok := strings.CutSuffix(word, end); ok {
			return root + "iz" + end[2:]
		}
	}
	for _, end := range []string{"our", "ours", "ouring", "oured", "ourhood", "ourhoods", "ourly"} {
		if root, ok := strings.CutSuffix(word, end); ok {
			return root + "or" + end[3:]
		}
	}
	return word
}

// cut shortens a word to maxWord.
func cut(word string) string {
	word = word[:min(len(word), maxWord)]
	for !utf8.ValidString(word) {
		word = word[:len(word)-1]
	}
	return word
}

// number reports whether a word is one: "40". It may be said otherwise in what is sought ("seats forty"), so that it
// never has to be there.
func number(word string) bool {
	return strings.Trim(word, "0123456789") == ""
}
