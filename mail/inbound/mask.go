package inbound

import (
	"regexp"
	"strings"
)

// Addresses as people write them: "ama@example.org", "<mailto:ama@example.org>", "ama (at) example (dot) org".
var (
	plainAddress = regexp.MustCompile(`(?i)(?:<?mailto:)?[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}]{2,24}>?`)
	spelt        = regexp.MustCompile(`(?i)\b[a-z0-9._%+-]{1,64}\s*[\[({]\s*at\s*[\])}]\s*[a-z0-9-]{1,63}(?:\s*(?:\.|[\[({]\s*dot\s*[\])}])\s*[a-z0-9-]{1,63}){1,4}`)
)

// Masked is text with every mail address replaced by mark. Addresses that keep says yes to stay: ours.
func Masked(text, mark string, keep func(address string) bool) string {
	replace := func(found string) string {
		bare := strings.ToLower(found)
		bare = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(bare, "<"), "mailto:"), ">")
		if keep != nil && keep(bare) {
			return found
		}
		return mark
	}
	return spelt.ReplaceAllStringFunc(plainAddress.ReplaceAllStringFunc(text, replace), replace)
}
