package wording

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// spoken are the languages that most of London writes in (Census 2021, main language; Welsh, Yiddish and Hebrew beside them),
// English first and then as their own names stand in an alphabet.
var spoken = []string{Default, "cy", "de", "es", "fr", "it", "lt", "hu", "nl", "pl", "pt", "ro", "sq", "so", "vi", "tr", "yo", "el", "bg", "ru", "uk",
	"yi", "he", "ur", "ar", "ps", "fa", "ckb", "am", "ti", "ne", "hi", "bn", "pa", "gu", "ta", "zh-Hans", "zh-Hant"}

// longestTag is how many characters of a language's tag are kept at most.
const longestTag = 20

// Spoken are the languages that a text is likely to be written in, each a BCP 47 tag: London's, and those that pages can be had in.
func Spoken() []string {
	all := slices.Clone(spoken)
	for _, l := range Languages() {
		if !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	return all
}

// IsLanguage reports whether a tag says which language a text is in: one of BCP 47 whose parts are all registered, "pt-BR" or
// "syl", but neither "xx", which is nobody's, nor "und" or "mul", which are no one language.
func IsLanguage(tag string) bool {
	if len(tag) > longestTag || strings.Contains(tag, "_") { // which the library reads for other programs' sake
		return false
	}
	t, err := language.Parse(tag)
	if err != nil {
		return false
	}
	base, sure := t.Base()
	return sure == language.Exact && !slices.Contains(noLanguage, base.String())
}

// noLanguage are the registry's codes for texts in several languages, in one without a code, and in none.
var noLanguage = []string{"mul", "mis", "zxx"}

// SameLanguage reports whether two tags are of one language in one script, so that whoever reads the one aloud can read the
// other: en-GB and en-US are, Chinese in its two scripts is not.
func SameLanguage(a, b string) bool {
	x, y := language.Make(a), language.Make(b)
	xBase, _ := x.Base()
	yBase, _ := y.Base()
	xScript, _ := x.Script()
	yScript, _ := y.Script()
	return xBase == yBase && xScript == yScript
}
