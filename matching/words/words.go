// Package words reads what a listing is about out of its texts: stems of English words, British and American spelling
// folded together, and the things of the field by whatever name people give them.
//
// It promises that the same texts always read the same, whatever other listings there are. It knows nothing of
// listings, places or times, and its table of the field never changes while the program runs.
package words

import (
	"slices"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// Token is one word or phrase of a text, and what it is known as.
type Token struct {
	Word    string // as it is said to people: the word in lower case, or the name of the thing
	Key     string // its stem, or the thing's key
	Broader string // key of the wider sort of thing, "" when there is none
	Apart   bool   // other things of that sort cannot stand in for it
	Weak    bool   // says little alone: "training", "event"
}

// read turns a text into tokens: phrases of the field first, then single words without those that carry nothing. What
// follows "no", "not" and "without" is left out.
func read(text string) []Token {
	raw := split(text)
	stems := stemsOf(raw)
	var out []Token
	for i := 0; i < len(raw); {
		if denies[raw[i]] {
			i += 2
			continue
		}
		if t, n := field.longest(raw[i:], stems[i:]); n > 0 {
			out = append(out, t)
			i += n
			continue
		}
		if t, ok := single(raw[i], stems[i]); ok {
			out = append(out, t)
		}
		i++
	}
	return out
}

var denies = map[string]bool{"no": true, "not": true, "without": true}

func single(word, key string) (Token, bool) {
	if len(word) < 2 || empty[word] || isNumber(word) {
		return Token{}, false
	}
	if empty[key] {
		return Token{}, false
	}
	return Token{Word: word, Key: key, Weak: field.weak[key]}, true
}

// split cuts a text into lower-case words. An apostrophe inside a word is dropped with the s behind it; a full stop
// inside one ("P.A.") just goes.
func split(text string) []string {
	text = apostrophes.Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// apostrophes go with the s behind them; made once, for making it costs more than using it.
var apostrophes = strings.NewReplacer("’s", "", "'s", "", "’", "", "'", "", "&", " and ")

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// Stems of the words of any text in their order, repeats included, British and American spelling alike. Left out are
// the words that English cannot do without in a sentence (Snowball's list).
func Stems(text string) []string { return stemsOf(Plain(text)) }

// Plain words of any text in lower case, those of Stems before their endings go.
func Plain(text string) []string { return slices.DeleteFunc(split(text), english.IsStopWord) }

// stem of a word, with spelling folded first.
func stem(word string) string { return stemmed.stem(word) }

// fold writes a word the way both sides of the Atlantic can agree on.
func fold(w string) string {
	if to, ok := spellings[w]; ok {
		return to
	}
	for _, f := range folds {
		if (len(f.from) > 4 || len(w) > len(f.from)+2) && strings.Contains(w, f.from) {
			return strings.Replace(w, f.from, f.to, 1)
		}
	}
	return w
}

// folds are endings and middles that differ regularly. The short ones touch long words only; words that only look
// alike ("raised") stand in spellings.
var folds = []struct{ from, to string }{
	{"colour", "color"}, {"favour", "favor"}, {"harbour", "harbor"}, {"labour", "labor"}, {"neighbour", "neighbor"},
	{"honour", "honor"}, {"humour", "humor"}, {"behaviour", "behavior"}, {"flavour", "flavor"}, {"parlour", "parlor"},
	{"centre", "center"}, {"theatre", "theater"}, {"metre", "meter"}, {"litre", "liter"}, {"fibre", "fiber"},
	{"isation", "ization"}, {"ising", "izing"}, {"ised", "ized"}, {"iser", "izer"}, {"elling", "eling"}, {"elled", "eled"},
	{"programme", "program"}, {"catalogue", "catalog"}, {"dialogue", "dialog"}, {"jewellery", "jewelry"},
	{"licence", "license"}, {"defence", "defense"}, {"practise", "practice"}, {"aluminium", "aluminum"},
}

var spellings = map[string]string{
	"grey": "gray", "tyre": "tire", "tyres": "tires", "cheque": "check", "cheques": "checks", "kerb": "curb",
	"plough": "plow", "mould": "mold", "moulds": "molds", "organise": "organize", "organises": "organizes",
	"raised": "raised", "advertised": "advertised", "exercised": "exercised", "supervised": "supervised",
	"promised": "promised", "revised": "revised", "advised": "advised", "exercising": "exercising",
	"fundraising": "fundraising", "advertising": "advertising", "supervising": "supervising", "raising": "raising",
	"advising": "advising", "rising": "rising", "fundraiser": "fundraiser", "fundraisers": "fundraisers",
	"adviser": "advisor", "advisers": "advisors", "realise": "realize", "recognise": "recognize", "digitise": "digitize",
	"selling": "selling", "telling": "telling", "spelling": "spelling", "dwelling": "dwelling",
}

// empty words say nothing of what a listing is about: the grammar, the courtesies, and what every listing says.
var empty = set(`a about after again all also am an and any anyone anything are around as at available availability
	based be because been before being borrow both but by can cheap come could do does donate donated during each easy
	either etc ever every everyone few find for four free friendly from get give given giving go good great group groups
	had happy has have having help helping helped hello here hi hire how i if in into is it its just keep kind kindly
	large lend lending like little loan local london look looking lot lots lovely make many may me might more most much
	must my near nearby need needed needing needs new nice now of offer offered offering offers often on once one only
	or organisation organization other our out over own part people per perhaps person place please possible quite
	ready really regular request required seek seeking share shared sharing she should six size small so some somebody
	someone something somewhere spare still such suit suitable suits take than thank thanks that the their them then
	there these they thing things this those three through time times to today too two under until up us use used
	useful user using various very want wanted wants was way we week weekday weekly weekend well were what when where
	whether which while who whole will willing wish with within would year you your
	monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
	sundays morning mornings afternoon afternoons evening evenings night nights daily monthly month day days hour hours
	january february march april may june july august september october november december`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}
