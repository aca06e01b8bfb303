package inbound

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
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

// Said reads the writer's own words (see Signed) for an unmistakable yes or no. Each sentence of them must be known to say
// yes, to say no, or to say nothing to the question (a greeting, thanks, the writer's name at the end); a condition, a question, a
// date, both answers at once or a yes with an apology make it Unclear. by are the writer's names, as From says them: of no other
// word under thanks can it be known that it is a name, and not "Upstairs". Better to send a link than to guess for somebody.
func Said(own, by string) Answer {
	if len(own) > maxSaid || strings.Contains(own, "?") {
		return Unclear
	}
	answer, sorry := Unclear, false
	sentences := sentencesOf(own)
	for i, s := range sentences {
		said, known := s.says()
		sorry = sorry || apology.MatchString(s.text)
		switch {
		case known && said == Unclear, i == 0 && s.greets():
		case known && (answer == Unclear || answer == said):
			answer = said
		case i > 0 && i == len(sentences)-1 && signs.MatchString(sentences[i-1].text) && s.names(namesIn(by)):
		default:
			return Unclear
		}
	}
	if answer == Yes && sorry {
		return Unclear // "We'd love to, sorry!" is a no
	}
	return answer
}

// sentence is a piece of an answer between two signs or line ends.
type sentence struct {
	text  string // lower case, without signs
	typed string // as it was written, without signs
}

// Punctuation ends a sentence; so does a line. A comma does too: "yes please, thank you".
var ends = regexp.MustCompile(`[.!,;:\n]+|\s[-–—]\s`)

func sentencesOf(own string) []sentence {
	var all []sentence
	own = strings.ReplaceAll(own, "\n—\n", "\n--\n")
	for own != "" {
		end := []int{len(own), len(own)}
		if found := ends.FindStringIndex(own); found != nil {
			end = found
		}
		typed := strings.Join(strings.FieldsFunc(strings.ReplaceAll(own[:end[0]], "’", "'"), notWord), " ")
		if typed != "" {
			all = append(all, sentence{text: strings.ToLower(typed), typed: typed})
		}
		own = own[end[1]:]
	}
	return all
}

func notWord(r rune) bool {
	return r != '\'' && r != '-' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r < 0x80 ||
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
	greeting = regexp.MustCompile(`^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hiya)((?: [^ ]+){0,3})$`)
	nothing  = regexp.MustCompile(`^(?:sorry|so sorry|` +
		`(?:many |with )?(?:thanks|thank you|ta|cheers|diolch)(?: (?:so|very) much| a lot| again| for asking| for (?:the|your) (?:mail|email|message))?|` +
		`(?:kind|best|warm|kindest|all good|many)? ?(?:regards|wishes|rgds)|all the best|best|yours(?: sincerely| faithfully| truly)?|take care|x+|please|-+)$`)
	signs = regexp.MustCompile(`^(?:.*\b(?:regards|wishes|best|thanks|thank you|cheers|diolch|sincerely|faithfully|truly|ta)|x+|-+)$`)
	// An apology beside a yes makes it a polite no, or leaves open which it is.
	apology = regexp.MustCompile(`\b(?:sorry|apologies|apologise|apologize|afraid|alas|unfortunately|regrettably)\b`)
	// Up to four names, each with a capital: a word written small may be "fortnightly".
	name = regexp.MustCompile(`^\p{Lu}[\p{Latin}'-]*(?: (?:\p{Lu}[\p{Latin}'-]*|and|de|van|der)){0,3}$`)
	// What says how or when is no name, nor are the words of an answer.
	terms = regexp.MustCompile(`\b(?:but|not|no|non|nein|yes|only|just|if|when|whenever|where|while|in|on|at|by|from|to|till|for|with|without|maybe|perhaps|possibly|` +
		`probably|unless|after|until|before|during|except|excluding|apart|once|provided|providing|subject|depending|depends|assuming|as|although|though|however|please|` +
		`cancel|cancelled|never|later|sometimes|always|today|tonight|tomorrow|next|this|these|term|half|weekly|monthly|alternate|every|each|either|or|` +
		`fortnights?|fortnightly|daily|hourly|yearly|annually|quarterly|termly|nightly|occasionally|usually|mostly|partly|rarely|seldom|regularly|` +
		`temporarily|eventually|ideally|preferably|soon|shortly|early|late|anytime|midday|noon|midnight|lunchtimes?|biweekly|bimonthly|twice|conditions?|terms|apply|applies|approval|permission|permitting|negotiable|available|unavailable|tentative(?:ly)?|partial(?:ly)?|provisional|conditional|occasional|alternat\pL+|` +
		`mornings?|afternoons?|evenings?|nights?|weeks?|weekends?|weekdays?|months?|years?|summer|autumn|winter|spring|christmas|easter|ramadan|` +
		`(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|weds?|thurs?|fri|sat|sun|` +
		`january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|` +
		`can't|cannot|won't|don't|isn't|free|paid|pending|tbc|tba|conditionally|provisionally|hopefully|unsure|wait|call|ring|phone)\b`)
)

// says is what one sentence answers, and whether it is one we know.
func (s sentence) says() (Answer, bool) {
	switch {
	case yes.MatchString(s.text):
		return Yes, true
	case no.MatchString(s.text):
		return No, true
	case nothing.MatchString(s.text):
		return Unclear, true
	}
	return Unclear, false
}

// greets: "good evening slots only" does not.
func (s sentence) greets() bool {
	parts := greeting.FindStringSubmatch(s.text)
	return parts != nil && !terms.MatchString(parts[1])
}

// names says whether a sentence is the writer's name under "kind regards" or "thanks", with initials: "Ama B. from the Choir" of
// Ama, whose From names the choir.
func (s sentence) names(by names) bool {
	known := false
	for _, word := range wordsOf(s.typed) {
		if !by[word] && !joins[word] && utf8.RuneCountInString(word) > 1 {
			return false
		}
		known = known || by[word]
	}
	return known && !terms.MatchString(fromThe.ReplaceAllString(s.text, " "))
}

// names are the words of what somebody is called, in small letters.
type names map[string]bool

func namesIn(by string) names {
	all := names{}
	for _, word := range wordsOf(by) {
		all[word] = true
	}
	return all
}

// joins may stand between names.
var (
	joins   = names{"and": true, "from": true, "the": true}
	fromThe = regexp.MustCompile(`\b(?:and|from|the)\b`)
)

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) })
}
