package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// Own is what the writer of a text wrote: quoted mail, signatures and disclaimers are cut. Written above what is quoted,
// below it or between its lines: each is kept, in that order. Empty when nothing is the writer's.
func Own(text string) string { return own(text, true) }

// Signed is Own with all that only looks like a signature, or stands below what looks like the end: it may be words, such as a
// condition. Only what "-- " marks, quotes, and footers that say nothing are cut.
func Signed(text string) string { return own(text, false) }

// own is Own or Signed: cards says whether what looks like a signature is cut.
func own(text string, cards bool) string {
	lines := strings.Split(clean(text), "\n")
	last := 1 // lines from the last marked one to the end; more than there are: none is marked
	for last <= len(lines) && !marks(lines[len(lines)-last]) {
		last++
	}
	above, quote := split(lines)
	own := piece(nil, above, cards)
	for quote != nil {
		quote = quote[fieldsAtop(quote):]
		if !begun(quote) && (len(own) > 0 || len(quote) < last) {
			break // older mail down to the end
		}
		above, quote = split(quote)
		own = piece(own, above, cards)
	}
	return strings.Join(own, "\n\n")
}

func piece(own []string, lines []string, cards bool) []string {
	if s := signed(unquoted(lines), cards); s != "" {
		return append(own, s)
	}
	return own
}

// split parts a mail where its program says that older mail begins; nil: nowhere.
func split(lines []string) (above, quote []string) {
	for i := range lines {
		if n := heads(lines[i:]); n > 0 {
			return lines[:i], lines[i+n:]
		}
	}
	return lines, nil
}

// begun says whether a quote is marked from its first line on: then what is not marked below is an answer. Where nothing
// is marked, the rest is all quoted.
func begun(quote []string) bool {
	for _, line := range quote {
		if strings.TrimSpace(line) != "" {
			return marks(line)
		}
	}
	return false
}

// fieldsAtop is how many lines of a copied header begin a quote.
func fieldsAtop(quote []string) int {
	i := 0
	for i < len(quote) && !marks(quote[i]) && copied(quote[i]) {
		i++
	}
	return i
}

func marks(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ">") }

func unquoted(lines []string) []string {
	var own []string
	for _, line := range lines {
		if !marks(line) {
			own = append(own, line)
		}
	}
	return own
}

// registered is how charities and companies say their number.
const registered = `registered (?:charity|office|company)\b.{0,40}\d|charity (?:no|number)\b.{0,5}\d`

// small is how what lawyers add begins.
var (
	small = regexp.MustCompile(`(?i)^` + edge + `(?:confidentiality notice|disclaimer\b|legal notice|this (?:e-?mail|message|communication)\b.{0,80}` +
		`\b(?:confidential|intended|privileged|solely)|the (?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message)|` +
		`please consider the environment|think before you print|if you (?:are not|have received) th(?:e|is) (?:intended|e-?mail|message)|` +
		`this (?:e-?mail|message) (?:is|was|has been) (?:from|sent|scanned)\b|` + registered + `)`)
	number = regexp.MustCompile(`(?i)^` + edge + `(?:` + registered + `)`)
	dashes = regexp.MustCompile(`^\s*(?:-{5,}|={5,}|\*{5,}|_{5,})\s*$`)
)

// signed cuts signatures: below "-- ", below a footer or a lone dash where nothing else follows, cards under a line of dashes or
// "Kind regards"; and a lawyer's paragraph. Small print and a line of dashes end a mail only where nothing follows that a person may
// have written. Without cards only "-- ", what phones add and plain small print are cut.
func signed(lines []string, cards bool) string {
	var own []string
	kept := 0     // lines up to one that a person may have written
	again := true // an afterthought may follow: one, for a mail made of many would be read without end
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if delimits(line) {
			n := slices.IndexFunc(lines[i:], postscript.MatchString)
			if n < 0 || !again {
				break
			}
			own, i, again = append(own, ""), i+n-1, false
			continue
		}
		if i >= kept && (i > 0 || !dashes.MatchString(line)) && programs(line) {
			after := rest(lines[i:])
			n := words(after)
			if end := ending(lines[i:], n, cards); end > 0 {
				own, i = append(own, ""), i+end-1
				continue
			}
			if kept = len(lines); n >= 0 {
				kept += n - len(after)
			}
		}
		switch {
		case !sent(line):
			own = append(own, line)
		case !cards:
			own = append(own, "--") // a name may follow, as below a dash
		}
	}
	if cards {
		own = farewell(own)
	}
	return strings.TrimSpace(squeezed(strings.Join(own, "\n")))
}

// ending is how many lines from the first one, which programs add, end a mail, or go before an afterthought; 0: words follow.
// The first of them is the n-th of the rest.
func ending(lines []string, n int, cards bool) int {
	switch first := lines[0]; {
	case !cards && (lone(first) || n >= 0 || !mere(lines)):
		return 0
	case n < 0:
		return len(lines)
	case sent(first) || lone(first):
		return closing(lines[1:]) + 1
	case dashes.MatchString(first) && card(rest(lines)):
		return len(lines)
	}
	return 0
}

// postscript begins an afterthought: what somebody typed below the signature that their program had put there.
var postscript = regexp.MustCompile(`^\s*(?i:(?:p\W?)+s\b)\W`)

// regards is a line with which a mail ends, above a name.
var regards = regexp.MustCompile(`(?i)^` + edge + `(?:(?:(?:kind|kindest|best|warm|warmest|with) )*regards|(?:with )?(?:(?:best|warm|kind|good|all good) )?wishes|all (?:the |my )?best|` +
	`yours (?:sincerely|faithfully|truly)|sincerely|cheers|(?:many |with )*thanks(?: again| in advance| so much)?|thank you|` +
	`(?:bien )?cordialement|mit freundlichen grüßen|(?:un )?saludos?|cofion(?: gorau| cynnes)?|z poważaniem|saygılarımla)` + edge + `$`)

// farewell cuts a signature that no program marked: "Kind regards" with a card of a name, something more and a way to reach somebody.
// A name and a number alone may be typed for this reader, and stay; so does whatever stands under a greeting alone, or under nothing:
// it is the answer. In doubt the lines stay: a card that is passed on costs less than words that are lost.
func farewell(lines []string) []string {
	for i := len(lines) - 1; i >= 0; i-- {
		if regards.MatchString(lines[i]) {
			if signature(lines[i+1:]) && !opens(lines[:i]) {
				return lines[:i]
			}
			break
		}
	}
	return lines
}

// opens says whether nothing, or a greeting alone, stands in the lines.
func opens(lines []string) bool {
	said := sentencesOf(strings.Join(lines, "\n"))
	return len(said) == 0 || len(said) == 1 && said[0].greets()
}

// rest is what follows small print: from the next line after a rule, a footer or a charity's number, from the next paragraph after a
// lawyer's.
func rest(lines []string) []string {
	if first := lines[0]; number.MatchString(first) || dashes.MatchString(first) || sent(first) || lone(first) {
		return lines[1:]
	}
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			return lines[i:]
		}
	}
	return nil
}

// words finds the first line that is not small print, a rule or what programs add; -1: none. Of a paragraph its first line
// tells. Below "-- " only an afterthought is one.
func words(lines []string) int {
	inside := false
	for i, line := range lines {
		bare := strings.TrimSpace(line)
		switch {
		case bare == "":
			inside = false
		case delimits(line):
			if n := slices.IndexFunc(lines[i:], postscript.MatchString); n >= 0 {
				return i + n
			}
			return -1
		case sent(line) || lone(line) || dashes.MatchString(line):
		case small.MatchString(line):
			inside = !number.MatchString(line)
		case !inside:
			return i
		}
	}
	return -1
}

// maxCard is the most lines that a card under a rule has, of those with something in them, and maxSignature one under "Kind regards".
const maxCard, maxSignature = 6, 8

// contact is what tells a card from words; stop ends a sentence, or goes on with it.
var (
	contact = regexp.MustCompile(`(?:\+|\b)\d[\d ()]{8,}\d\b|www\.|https?://|\S@\S`)
	stop    = regexp.MustCompile(`[.?!:;,]\s*$`)
)

// card says whether a signature follows a rule, to the end: a few lines, none of them a sentence, with a way to reach somebody.
func card(lines []string) bool {
	lines = filled(lines, maxCard+1)
	return len(lines) <= maxCard && !slices.ContainsFunc(lines, stop.MatchString) && !slices.ContainsFunc(lines, wordy) &&
		slices.ContainsFunc(lines, contact.MatchString)
}

// What a signature under "Kind regards" has none of: speech is in a sentence, with or without an end; item begins a line of a list, or
// an afterthought; detail is one, without a sign of it: so many of something, the code of a door, whom to call on the day. footer is
// what is on cards and would else be speech.
var (
	speech = regexp.MustCompile(`(?i)[.?!:;]\s*$|(?:^|[^\p{L}'’])(?:i|i['’]\p{L}+|me|my|we|we['’]\p{L}+|us|you|your|please|can|could|would|is|are|but|unless)(?:$|[^\p{L}])`)
	item   = regexp.MustCompile(`^\s*(?:[-–•]|\*[^*]*$|\d+[.)](?:\D|$)|(?i:(?:p\W?)+s\b))`)
	detail = regexp.MustCompile(`^\s*(?i:also|and|or|plus|not|only)\b|(?i)\b(?:on|for) (?:the|that) (?:day|night|morning|afternoon|evening)\b|` +
		`\b(?:code|key|door|gate)\W{1,2}\d|(?-i:^\D*\b\d{1,3} [a-z]{3,})`)
	footer = regexp.MustCompile(`(?i)\b(?:find|visit|follow|contact|call|e-?mail) us\b(?: (?:at|on|by|via)\b)?`)
)

// signature says whether one follows "Kind regards", to the end: a name, something more and a way to reach somebody, in a few lines
// that say nothing.
func signature(lines []string) bool {
	lines = filled(lines, maxSignature+1)
	return len(lines) >= 3 && len(lines) <= maxSignature && named(lines[0]) &&
		!slices.ContainsFunc(lines, wordy) && slices.ContainsFunc(lines, contact.MatchString)
}

// named says whether a line begins with a name, as cards do: with capitals, up to the first sign.
func named(line string) bool {
	said := sentencesOf(strings.NewReplacer("|", ",", "(", ",", "/", ",").Replace(line))
	return len(said) > 0 && !terms.MatchString(said[0].text) && name.MatchString(said[0].typed)
}

// wordy says whether a line is more than what cards hold. "Find us on Facebook" is not; "call us on Thursday" is.
func wordy(line string) bool {
	bare := footer.ReplaceAllString(line, "")
	return speech.MatchString(bare) || item.MatchString(line) || detail.MatchString(line) || bare != line && terms.MatchString(strings.ToLower(bare))
}

// filled are the first so many lines with something in them.
func filled(lines []string, most int) (full []string) {
	for _, line := range lines {
		if len(full) == most {
			break
		}
		if strings.TrimSpace(line) != "" {
			full = append(full, line)
		}
	}
	return full
}
