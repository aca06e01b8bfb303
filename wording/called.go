package wording

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// called are the tags of languages by the names that people give them, in English and in the language itself, in lower case.
var called = sync.OnceValue(func() map[string]string {
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

// Called is the tag of the language that people call so, in English or in itself, "Welsh" or "Cymraeg"; "" where no language is
// known by that name.
func Called(name string) string { return called()[strings.ToLower(strings.TrimSpace(name))] }
