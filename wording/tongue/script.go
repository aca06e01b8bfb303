package tongue

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// scripts are those that tell a text from one in Latin letters, by their codes in ISO 15924: of living languages, in the order
// in which London writes in them.
var scripts = []struct {
	code  string
	table *unicode.RangeTable
}{
	{"Arab", unicode.Arabic}, {"Cyrl", unicode.Cyrillic}, {"Hani", unicode.Han}, {"Beng", unicode.Bengali}, {"Guru", unicode.Gurmukhi},
	{"Taml", unicode.Tamil}, {"Deva", unicode.Devanagari}, {"Gujr", unicode.Gujarati}, {"Grek", unicode.Greek}, {"Ethi", unicode.Ethiopic},
	{"Hebr", unicode.Hebrew}, {"Hira", unicode.Hiragana}, {"Kana", unicode.Katakana}, {"Hang", unicode.Hangul}, {"Thai", unicode.Thai},
	{"Sinh", unicode.Sinhala}, {"Mlym", unicode.Malayalam}, {"Telu", unicode.Telugu}, {"Knda", unicode.Kannada}, {"Orya", unicode.Oriya},
	{"Armn", unicode.Armenian}, {"Geor", unicode.Georgian}, {"Mymr", unicode.Myanmar}, {"Khmr", unicode.Khmer}, {"Laoo", unicode.Lao},
	{"Tibt", unicode.Tibetan}, {"Mong", unicode.Mongolian}, {"Thaa", unicode.Thaana}, {"Syrc", unicode.Syriac}, {"Nkoo", unicode.Nko},
}

// scriptOf a letter; "" for a Latin one, and for what belongs to no script, such as blanks and digits.
func scriptOf(r rune) string {
	if r < utf8.RuneSelf || unicode.Is(unicode.Latin, r) || !unicode.IsLetter(r) {
		return ""
	}
	for _, s := range scripts {
		if unicode.Is(s.table, r) {
			return s.code
		}
	}
	return ""
}

// scriptsOf a language; Chinese, Japanese and Korean are written in several of Unicode's.
func scriptsOf(lang string) []string {
	script, _ := language.Make(lang).Script()
	switch code := script.String(); code {
	case "Hans", "Hant":
		return []string{"Hani"}
	case "Jpan":
		return []string{"Hani", "Hira", "Kana"}
	case "Kore":
		return []string{"Hang", "Hani"}
	default:
		return []string{code}
	}
}

// kin are scripts that one language mixes.
func kin(script string) string {
	if script == "Hira" || script == "Kana" {
		return "Hani"
	}
	return script
}

// foreign reports whether a page has a letter of a script that is none of its own. Of nearly every page nearly all is ASCII, which
// is of no script: that is passed over byte by byte.
func (m *marker) foreign(page []byte) bool {
	for i, size := 0, 1; i < len(page); i += size {
		size = 1
		if page[i] < utf8.RuneSelf {
			continue
		}
		var r rune
		if r, size = utf8.DecodeRune(page[i:]); m.script(r) != "" {
			return true
		}
	}
	return false
}

// script of a letter; "" where it may be one of the page's.
func (m *marker) script(r rune) string {
	s := scriptOf(r)
	for _, own := range m.own {
		if s == own {
			return ""
		}
	}
	return s
}

// runs takes a text apart where its script changes. Blanks, digits and signs go with the letters on both sides of them.
func (m *marker) runs(text string) (all []Words) {
	begun, end, of := 0, 0, "" // a run of another script, and up to where it is sure to go
	plain := 0                 // up to where all is in pieces
	flush := func() {
		if of == "" {
			return
		}
		if begun > plain {
			all = append(all, Words{Text: text[plain:begun]})
		}
		all = append(all, Words{Text: text[begun:end], Lang: m.language(text[begun:end], of)})
		plain, of = end, ""
	}
	for i, r := range text {
		s := m.script(r)
		switch {
		case s != "" && kin(s) == of:
			end = i + utf8.RuneLen(r)
		case s != "":
			flush()
			begun, end, of = i, i+utf8.RuneLen(r), kin(s)
		case unicode.IsLetter(r):
			flush()
		case unicode.Is(unicode.M, r) && of != "" && i == end: // a vowel of the letter before it
			end = i + utf8.RuneLen(r)
		}
	}
	flush()
	if plain < len(text) {
		all = append(all, Words{Text: text[plain:]})
	}
	return all
}

// language of a run: the one that something else on the page is said to be in, if that is written so; else the likeliest.
func (m *marker) language(run, script string) string {
	if lang := m.scripts[script]; lang != "" {
		return lang
	}
	if strings.ContainsFunc(run, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }) {
		return "ja"
	}
	base, _ := language.Make("und-" + script).Base()
	return base.String()
}

// alone reports whether text[from:until] begins and ends where words do.
func alone(text string, from, until int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	first, _ := utf8.DecodeRuneInString(text[from:])
	last, _ := utf8.DecodeLastRuneInString(text[:until])
	after, _ := utf8.DecodeRuneInString(text[until:])
	return !(inWord(before) && inWord(first)) && !(inWord(last) && inWord(after))
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}
