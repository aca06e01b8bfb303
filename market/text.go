package market

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	linkPattern    = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|org|net|info|london|uk|io|co|eu|me|biz|xyz|app|dev)(?:\.[a-z]{2})?(?:/\S*)?\b`)
	addressPattern = regexp.MustCompile(`(?i)[a-z0-9._%+-]+\s?(?:@|\(at\)|\[at\])\s?[a-z0-9.-]+`)
	phonePattern   = regexp.MustCompile(`(?:\+|00)\d[\d\s().-]{7,}\d|\b0[\d\s().-]{8,14}\d\b`)
)

// checkText adds a fault when s is not clean text of min to max characters (runes, after trimming).
func checkText(e *Invalid, field, s string, min, max int) {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		e.Add(field, "text_broken")
	case strings.ContainsFunc(s, forbiddenRune):
		e.Add(field, "text_control")
	case n == 0 && min > 0:
		e.Add(field, "text_missing")
	case n < min:
		e.Add(field, "text_short", "Min", min)
	case n > max:
		e.Add(field, "text_long", "Max", max, "Over", n-max)
	}
}

// forbiddenRune is true for control characters (but line breaks and tabs) and for the bidirectional overrides
// that can make a text read differently from what it says.
func forbiddenRune(r rune) bool {
	if r == '\n' || r == '\r' || r == '\t' {
		return false
	}
	return unicode.IsControl(r) || (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}

// checkNoContact refuses links, addresses and phone numbers: people meet through an introduction, so that
// nobody's contact details stand in public.
func checkNoContact(e *Invalid, field, s string) {
	switch {
	case strings.ContainsAny(s, "@([") && addressPattern.MatchString(s):
		e.Add(field, "text_address")
	case mayLink(s) && linkPattern.MatchString(s):
		e.Add(field, "text_link")
	case mayDial(s) && phonePattern.MatchString(s):
		e.Add(field, "text_phone")
	}
}

// mayLink is false for texts in which linkPattern finds nothing for sure. It looks once at each byte, which is ten times
// as fast, and every text that is posted is asked about.
func mayLink(s string) bool {
	for i := range len(s) - 1 {
		if s[i] == '.' && !isSpace(s[i+1]) || s[i] == ':' && s[i+1] == '/' {
			return true
		}
	}
	return false
}

// shortestPhone is the least that phonePattern takes for one.
const shortestPhone = 10

// mayDial does the same for phonePattern.
func mayDial(s string) bool {
	run := 0
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9', isSpace(b), b == '(', b == ')', b == '.', b == '-', b == '+':
			run++
		default:
			run = 0
		}
		if run >= shortestPhone {
			return true
		}
	}
	return false
}

// isSpace is \s of a pattern.
func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' && b != '\v' }

// Tidy trims a text and makes its line ends \n.
func Tidy(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
}

// Plain leaves out of a text what a form would refuse: control characters, and marks that turn the direction of what
// follows.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 0 || forbiddenRune(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// CutContacts is a text without links, addresses and phone numbers: what a form would refuse, where nobody stands by who could
// mend it.
func CutContacts(s string) string {
	s = Tidy(s)
	for range 5 { // what is left when one is cut out can be another
		e := &Invalid{}
		if checkNoContact(e, "", s); len(e.Faults) == 0 {
			return s
		}
		for _, p := range []*regexp.Regexp{linkPattern, addressPattern, phonePattern} {
			s = p.ReplaceAllString(s, "")
		}
		s = Tidy(strings.ReplaceAll(s, "  ", " "))
	}
	return ""
}
