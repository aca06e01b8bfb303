package matching

import (
	"strings"

	"wherewithal/wording"
)

// languageOf is a language without its region, as listings say it in tags and groups in words: "en" of en-GB and of
// English. What is neither stays as it is.
func languageOf(said string) string {
	if tag := wording.Called(said); tag != "" {
		return tag
	}
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(said)), "-")
	return base
}
