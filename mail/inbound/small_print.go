package inbound

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// small is how what lawyers add begins. So may a person: see legal.
var (
	small = regexp.MustCompile(`(?i)^` + edge + `(?:confidentiality notice|disclaimer\b|legal notice|this (?:e-?mail|message|communication)\b|` +
		`the (?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message)|` +
		`please consider the environment|think before you print|if you (?:are not|have received) th(?:e|is) (?:intended|e-?mail|message))`)
	dashes   = regexp.MustCompile(`^\s*(?:-{5,}|={5,}|\*{5,}|_{5,})\s*$`)
	numbered = regexp.MustCompile(`(?i)^` + edge + `(?:(?:uk )?registered (?:charity|company|office)(?: in england(?: and wales)?)?(?: (?:no|number))?|charity (?:no|number))\W{0,3}\d{4,}` + edge + `$`)
)

// isPlate says whether a line is the number of a charity or a company alone.
func isPlate(text string) bool { return len(text) < 200 && numbered.MatchString(text) }

// lawyer is what a sentence of small print has, and no other in a mail to a neighbour; more begins a line that may be
// somebody's, and person is in what only a person says, whatever else the sentence holds.
var (
	lawyer = regexp.MustCompile(`(?i)\b(?:disclaimer|legal notice|intended recipients?|addressees?|in error|confidential(?:ity)?|privileged|unauthori[sz]ed|` +
		`disclos(?:e|ed|ure)|disseminat(?:e|ed|ion)|liab(?:le|ility)|virus(?:es)?|malware|delete (?:it|this|the)|destroy|` +
		`(?:contents?|message|e-?mail) (?:is|are) (?:strictly )?private|(?:views|opinions) expressed|scanned|(?:is|was) not (?:meant |intended )?for you|` +
		`for the (?:sole )?use of|individual or entity|notify the sender|contact the sender|whom it is (?:addressed|intended)|` +
		`must not (?:copy|use|distribute|disclose|read|forward)|(?:may|will) (?:be )?monitor(?:ed)?|prohibited|unlawful|(?:represent|reflect) the (?:views|opinions))\b|` +
		`\bprint(?:ing)?(?: (?:it|this|this e-?mail|this message|out|off))?\W*$`)
	more   = regexp.MustCompile(`(?im)^\W*(?:but|and|also|only|unless|except|provided|not|yes|no|we|i|our|us|my|please note)\b`)
	person = regexp.MustCompile(`(?i),\s+so\b|\b(?:because|until|between us|today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\d{1,2}(?:[:.]\d\d)? ?[ap]m)\b`)
)

// special is in small print of one house alone, and in words of a person: a name within a sentence, or a figure.
var special = regexp.MustCompile(`[\p{Ll},]\s+\p{Lu}\p{Ll}|\p{Nd}`)

// maxLegal is the most bytes that are read as small print; more stay.
const maxLegal = 20_000

// legal says whether a paragraph that begins like small print is nothing else: each of its sentences says what only lawyers say. A line
// with a capital begins one, as it does where somebody typed on right below. Of an answer it must be that of everybody.
func legal(lines []string, answer bool) bool {
	all := strings.Join(lines, "\n")
	if len(all) > maxLegal || answer && special.MatchString(all) || more.MatchString(all) || person.MatchString(all) {
		return false
	}
	var b strings.Builder
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if first := []rune(line)[0]; unicode.IsUpper(first) || unicode.IsTitle(first) {
			b.WriteString("\n")
		}
		b.WriteString(line + " ")
	}
	return !slices.ContainsFunc(sentenceEnd.Split(b.String(), -1), func(sentence string) bool {
		return strings.ContainsFunc(sentence, unicode.IsLetter) && !lawyer.MatchString(sentence)
	})
}

var sentenceEnd = regexp.MustCompile(`[.!?:;]+\s|\n`)
