package corpus

import (
	"regexp"
	"strings"
)

// aside is what stands in brackets: it says which, or of what sort, and not what.
var aside = regexp.MustCompile(`\s*\([^()]*\)`)

// Bare is a text without its asides, and whether it has any and says something without them: "Java (programming)" is Java.
func Bare(text string) (string, bool) {
	bare := strings.TrimSpace(aside.ReplaceAllString(text, ""))
	return bare, bare != text && says(bare)
}
