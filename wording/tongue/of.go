package tongue

import (
	"slices"
	"unicode"

	"wherewithal/wording"
)

// Of is the language of words of which nobody said it, but which languages their writers speak: each a BCP 47 tag, or what people
// call it. It is the first of these that is written in the script of most of the letters, and "" where none is. Which of
// several in one script it is no letter says: whoever speaks the site's own language too is taken to write to its readers in that.
func Of(text string, spoken ...string) string {
	script, found := mostly(text), ""
	for _, s := range spoken {
		lang := tagOf(s)
		switch {
		case lang == "" || !slices.Contains(scriptsOf(lang), script):
		case wording.SameLanguage(lang, wording.Default):
			return lang
		case found == "":
			found = lang
		}
	}
	return found
}

// tagOf a language as somebody said it; "" for what is none. Names have capitals, and tags begin without: Ga is spoken in Accra,
// and ga is Irish.
func tagOf(said string) string {
	if tag := wording.Called(said); tag != "" {
		return tag
	}
	if wording.IsLanguage(said) && said[0] >= 'a' {
		return said
	}
	return ""
}

const latin = "Latn"

// mostly is the script of most letters of a text, the first of those that have as many; "" of a text without any.
func mostly(text string) (script string) {
	count := map[string]int{}
	for _, r := range text {
		s := scriptOf(r)
		if s == "" && unicode.Is(unicode.Latin, r) {
			s = latin
		}
		if s == "" {
			continue
		}
		if count[s]++; count[s] > count[script] {
			script = s
		}
	}
	return script
}
