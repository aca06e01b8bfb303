package conversation

import (
	"regexp"
	"slices"
	"strings"

	"wherewithal/wording"
)

// SecretPaths are the first parts of the addresses on our site that act for whoever holds them: what follows is the secret.
var SecretPaths = []string{"address", "calendar", "erase", "i", "join", "mails", "may-post", "not-me", "o", "r", "ring", "s", "sign-in", "unwanted"}

// secret is what follows our host in such an address, as it is or as it stands within another: "/i/", "%2Fi%2F", "_i_".
var secret = regexp.MustCompile(`(?i)^(?:(?::|%3A|-3A)\d+)?(?:/|%2F|_)(?:` + strings.Join(SecretPaths, "|") + `)(?:/|%2F|_|$)`)

// within is another address that names ours and may lead to it: some mail servers put one of their own before every link.
var within = regexp.MustCompile(`(?i)^<?https?://[^/]+/`)

var (
	word  = regexp.MustCompile(`\S+`)
	shape = regexp.MustCompile(`^[A-Za-z0-9_-]{8,}`)
	whole = regexp.MustCompile(`[A-Za-z0-9_-]{43,}`) // the shortest secret there is
)

// withoutLinks takes the links out of a text by which its writer answers, signs in or stops mails: whoever quotes a mail of ours, or
// sends a link on because it does not open, gives away no more than that it was one. Links for everybody stay.
func (cs *Conversations) withoutLinks(text string) string {
	if !cs.host.MatchString(text) {
		return text
	}
	mark := wording.Text(wording.Default, "mail.link_left_out", nil)
	var out strings.Builder
	words, done := word.FindAllStringIndex(text, -1), 0
	for i, at := range words {
		if at[0] < done || !cs.acts(text[at[0]:at[1]]) {
			continue
		}
		out.WriteString(text[done:at[0]] + mark)
		done = at[1]
		if i+1 < len(words) && goesOn(text[at[0]:at[1]], text[at[1]:words[i+1][0]], text[words[i+1][0]:words[i+1][1]]) {
			done = words[i+1][1]
		}
	}
	return out.String() + text[done:]
}

// acts reports whether a word is a link that acts for whoever holds it, or one that may lead to such a one.
func (cs *Conversations) acts(word string) bool {
	return slices.ContainsFunc(cs.host.FindAllStringIndex(word, -1), func(at []int) bool {
		behind := word[at[1]:]
		return secret.MatchString(behind) || within.MatchString(word[:at[0]]) && !strings.ContainsAny(behind, "/%_")
	})
}

// goesOn reports whether what stands first in the next line is the rest of a link that a program has broken.
func goesOn(link, between, next string) bool {
	next = strings.TrimLeft(next, "<>")
	rest := shape.FindString(next)
	broken := strings.Count(between, "\n") == 1 && !whole.MatchString(link)
	return broken && (len(rest) >= 20 || rest != "" && strings.ContainsAny(rest, "0123456789") && strings.ToLower(rest) != rest)
}
