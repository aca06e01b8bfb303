package matching

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// spoken are the tags of languages by the names that people give them, in English and in the language itself, in lower case.
var spoken = sync.OnceValue(func() map[string]string {
	tags := map[string]string{}
	for _, base := range display.Supported.BaseLanguages() {
		tag := language.Make(base.String())
		for _, name := range []string{display.English.Languages().Name(tag), display.Self.Name(tag)} {
			tags[strings.ToLower(name)] = base.String()
		}
	}
	delete(tags, "") // what some are called is not known
	return tags
})

// languageOf is a language without its region, as listings say it in tags and groups in words: "en" of en-GB and of
// English. What is neither stays as it is.
func languageOf(said string) string {
	said = strings.ToLower(strings.TrimSpace(said))
	if tag, ok := spoken()[said]; ok {
		return tag
	}
	base, _, _ := strings.Cut(said, "-")
	return base
}
