package inbound

import (
	"regexp"
	"strings"
)

// Answer is what a reply says to a question that has two answers.
type Answer int

// Answers. Unclear is everything a person would have to read.
const (
	Unclear Answer = iota
	Yes
	No
)

func (a Answer) String() string { return [...]string{"unclear", "yes", "no"}[a] }

// maxSaid is how long an answer of one word can be with its greeting and thanks; more needs a person.
const maxSaid = 240

// Said reads the writer's own words (see Own) for an unmistakable yes or no. Each sentence of them must be known to say
// yes, to say no, or to say nothing to the question (a greeting, thanks, a name at the end); a condition, a question, a
// date or both answers at once make it Unclear. Better to send a link than to guess for somebody.
func Said(own string) Answer {
	if len(own) > maxSaid || strings.Contains(own, "?") {
		return Unclear
	}
	answer := Unclear
	sentences := sentencesOf(own)
	for i, s := range sentences {
		said, known := sentence(s)
		switch {
		case known && said == Unclear:
		case known && (answer == Unclear || answer == said):
			answer = said
		case !known && answer != Unclear && i > 0 && signsOff(sentences[i-1:], s):
		default:
			return Unclear
		}
	}
	return answer
}

// Punctuation ends a sentence; so does a line. A comma does too: "yes please, thank you".
var ends = regexp.MustCompile(`[.!,;:\n]+|\s[-–—]\s`)

func sentencesOf(own string) []string {
	var all []string
	for _, s := range ends.Split(strings.ToLower(own), -1) {
		s = strings.ReplaceAll(s, "’", "'")
		s = strings.Join(strings.FieldsFunc(s, notWord), " ")
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}

func notWord(r rune) bool {
	return r != '\'' && r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r < 0x80 ||
		r > 0x2000 && r < 0x2100 || r >= 0x1f000 || r >= 0x2600 && r <= 0x27bf || r == 0xfe0f
}

// Whole sentences; none is a part of another's meaning. "No problem" and "no worries" say no to nothing and are left
// out on purpose, and so is "ok": it answers a statement, not this question.
var (
	yes = regexp.MustCompile(`^(?:oh |and |so |well )?(?:` +
		`(?:yes|yep|yeah|yup|aye)(?: (?:please|thanks|thank you|indeed|absolutely|definitely|of course|we would|we'd love to|we can|we do|i would|i can|i do|happy to|do))*|` +
		`(?:yes )?(?:that|this|it) (?:would be|sounds|is|'s|will be) (?:lovely|great|perfect|wonderful|brilliant|fantastic|ideal|fine by us)|` +
		`(?:yes )?(?:we|i)(?:'d| would) (?:love|like|be happy|be glad|be delighted) to(?: help| accept| do (?:it|this|that|so))?|` +
		`(?:very |more than |always )?(?:happy|glad|delighted) to help(?: out)?|` +
		`(?:yes )?(?:we|i) (?:accept|agree)|please go ahead|go ahead please|count us in|yes it is|absolutely|definitely|ie os gwelwch yn dda)$`)
	no = regexp.MustCompile(`^(?:oh |and |so |well |sorry |i'm afraid |we're afraid )?(?:` +
		`(?:no|nope|nah)(?: (?:thanks|thank you|sorry|not this time|we can't|we cannot|i can't|i cannot|we don't))*|` +
		`no thank you very much|not this time|(?:we|i) (?:can't|cannot|can not|are not able to|aren't able to|am not able to|won't be able to|will not be able to)(?: help| do (?:it|this|that))?(?: this time)?|` +
		`(?:we|i)(?:'d| would) rather not|(?:we|i) (?:decline|must decline|have to decline|have to say no)|` +
		`(?:it's|it is|that's|that is) not possible|please decline|dim diolch)$`)
	nothing = regexp.MustCompile(`^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hiya)(?: [^ ]+){0,3}|sorry|so sorry|` +
		`(?:many |with )?(?:thanks|thank you|ta|cheers|diolch)(?: (?:so|very) much| a lot| again| for asking| for (?:the|your) (?:mail|email|message))?|` +
		`(?:kind|best|warm|kindest|all good|many)? ?(?:regards|wishes|rgds)|all the best|best|yours(?: sincerely| faithfully| truly)?|take care|x+|please)$`)
	signs = regexp.MustCompile(`^(?:.*\b(?:regards|wishes|best|thanks|thank you|cheers|diolch|sincerely|faithfully|truly|ta)|x+)$`)
	name  = regexp.MustCompile(`^[^ \d]+(?: [^ \d]+){0,3}$`)
)

// sentence says what one sentence answers, and whether it is one we know.
func sentence(s string) (Answer, bool) {
	switch {
	case yes.MatchString(s):
		return Yes, true
	case no.MatchString(s):
		return No, true
	case nothing.MatchString(s):
		return Unclear, true
	}
	return Unclear, false
}

// signsOff takes a name after "kind regards" or "thanks" for a name.
func signsOff(from []string, s string) bool { return signs.MatchString(from[0]) && name.MatchString(s) }
