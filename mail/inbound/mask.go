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

// Hidden is text with each of the addresses replaced by mark wherever it stands: within other signs ("_ama@example.org_",
// "ama@example.org.Thanks"), in capitals, with a tag behind a plus, percent-encoded or spelt out. It takes a longer address
// that holds one of them apart too: better a stranger's than one that is to be hidden.
func Hidden(text, mark string, addresses []string) string {
	lower := strings.ToLower(text)
	for _, a := range addresses {
		local, domain, found := strings.Cut(strings.ToLower(a), "@")
		if !found || local == "" || domain == "" || !strings.Contains(lower, local) { // the last is quick in long files
			continue
		}
		text = pattern(local, domain).ReplaceAllLiteralString(text, mark)
	}
	return text
}

func pattern(local, domain string) *regexp.Regexp {
	labels := strings.Split(domain, ".")
	for i := range labels {
		labels[i] = regexp.QuoteMeta(labels[i])
	}
	return regexp.MustCompile(`(?i)` + regexp.QuoteMeta(local) + `(?:(?:\+|%2b)[\p{L}\p{N}._%+-]{0,64}?)?(?:@|%40|\s*[\[({]\s*at\s*[\])}]\s*)` +
		strings.Join(labels, `(?:\.|%2e|\s*[\[({]\s*dot\s*[\])}]\s*|\s+\.\s*|\.\s+)`))
}
