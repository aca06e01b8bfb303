package conversation

import (
	"regexp"
	"strings"

	"wherewithal/wording"
)

// Of links of ours those that act for whoever holds them have a secret part, of 43 letters or more; a program that wraps its lines may
// have cut it. Ids of things (lower case) and names in addresses are none.
var (
	long  = regexp.MustCompile(`[A-Za-z0-9_-]{20,}`)
	upper = regexp.MustCompile(`[A-Z]`)
	words = regexp.MustCompile(`\S+`)
)

// withoutLinks takes the links out of a text by which its writer answers, signs in or stops mails: whoever quotes a mail of ours, or
// sends a link on because it does not open, gives away no more than that it was one. They may stand in another link, as some mail
// servers wrap them.
func (cs *Conversations) withoutLinks(text string) string {
	if !cs.namesUs(text) {
		return text
	}
	mark := wording.Text(wording.Default, "mail.link_left_out", nil)
	return words.ReplaceAllStringFunc(text, func(word string) string {
		if !cs.namesUs(word) {
			return word
		}
		_, behind, _ := strings.Cut(strings.ToLower(word), cs.mailDomain)
		for _, part := range long.FindAllString(word[len(word)-len(behind):], -1) {
			if upper.MatchString(part) {
				return mark
			}
		}
		return word
	})
}

func (cs *Conversations) namesUs(text string) bool {
	return strings.Contains(strings.ToLower(text), cs.mailDomain)
}
