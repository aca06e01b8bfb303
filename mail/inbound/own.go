package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// Own is what the writer of a text wrote: quoted mail, signatures and disclaimers are cut. Written above what is quoted,
// below it or between its lines: each is kept, in that order. by are the writer's names, as From says them: a signature is
// known by them. Empty when nothing is the writer's; what looks like a footer or a signature stays where it is all there is.
func Own(text, by string) string {
	r := reading{cards: true, by: namesIn(by)}
	if own := r.own(text); own != "" {
		return own
	}
	r.all = true
	return r.own(text)
}

// Signed is Own with all that only looks like a signature or a quote, or stands below what looks like the end: it may be words,
// such as a condition. Only what "-- " marks, unmistakable quotes, and footers that say nothing are cut.
func Signed(text string) string { return reading{}.own(text) }

// reading is how a mail is read.
type reading struct {
	cards bool // cut what looks like a signature, and what looks like a quote
	all   bool // keep what looks like a signature, since nothing else is there
	by    names
}

func (r reading) own(text string) string {
	lines := strings.Split(clean(text), "\n")
	last := 1 // lines from the last marked one to the end; more than there are: none is marked
	for last <= len(lines) && !marks(lines[len(lines)-last]) {
		last++
	}
	above, quote := r.split(lines)
	own := r.piece(nil, above)
	for quote != nil {
		quote = quote[fieldsAtop(quote):]
		if !begun(quote) && (len(own) > 0 || len(quote) < last) {
			break // older mail down to the end
		}
		above, quote = r.split(quote)
		own = r.piece(own, above)
	}
	return strings.Join(own, "\n\n")
}

func (r reading) piece(own []string, lines []string) []string {
	if s := r.signed(sorted(unquoted(lines), !r.cards)); s != "" {
		return append(own, s)
	}
	return own
}

// split parts a mail where its program says that older mail begins; nil: nowhere. An answer is parted only where that is
// sure, or where what follows is marked.
func (r reading) split(lines []string) (above, quote []string) {
	for i := range lines {
		n, sure := heads(lines[i:])
		if n > 0 && (r.cards || sure || !unmarked(lines[i+n:])) {
			return lines[:i], lines[i+n:]
		}
	}
	return lines, nil
}

// begun says whether a quote is marked from its first line on: then what is not marked below is an answer. Where nothing
// is marked, the rest is all quoted.
func begun(quote []string) bool {
	first := slices.IndexFunc(quote, filledIn)
	return first >= 0 && marks(quote[first])
}

// unmarked says whether something follows a heading that no program marked.
func unmarked(quote []string) bool {
	quote = quote[fieldsAtop(quote):]
	return slices.ContainsFunc(quote, filledIn) && !begun(quote)
}

func filledIn(line string) bool { return strings.TrimSpace(line) != "" }

// fieldsAtop is how many lines of a copied header begin a quote.
func fieldsAtop(quote []string) int {
	i := 0
	for i < min(len(quote), maxFields) && !marks(quote[i]) && copied(quote[i]) {
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

// signed cuts signatures: below "-- ", below a footer or a lone dash where nothing else follows, cards under a line of dashes or
// "Kind regards"; and small print. Small print and a line of dashes end a mail only where nothing follows that a person may
// have written, and the number of a charity does not by itself: it may be an answer. Without cards only "-- ", what phones add
// and small print are cut.
func (r reading) signed(lines []line) string {
	var own []line
	kept := 0     // lines up to one that a person may have written
	again := true // an afterthought may follow: one, for a mail made of many would be read without end
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if l.is == delimiter {
			n := slices.IndexFunc(lines[i:], line.adds)
			if n < 0 || !again {
				break
			}
			own, i, again = append(own, line{is: blank}), i+n-1, false
			continue
		}
		if i >= kept && r.ends(lines, i) {
			n := words(lines[i+1:])
			if end := r.ending(lines[i:], n); end > 0 {
				own, i = append(own, line{is: blank}), i+end-1
				continue
			}
			if kept = len(lines); n >= 0 {
				kept = i + 1 + n
			}
		}
		switch {
		case l.is != footer && (!r.all || l.is != dash && l.is != rule):
			own = append(own, l)
		case !r.cards:
			own = append(own, line{"--", dash}) // a name may follow, as below a dash
		}
	}
	if r.cards {
		own = farewell(own)
	}
	return strings.TrimSpace(squeezed(joined(own)))
}

// ends says whether the end of a mail may begin with a line.
func (r reading) ends(lines []line, i int) bool {
	switch lines[i].is {
	case said, blank:
		return false
	case rule:
		return i > 0 && !r.all
	case plate:
		return !r.cards || !r.all && i+1 < len(lines) && lines[i+1].is == fine
	}
	return !r.all
}

// ending is how many lines from the first one, which programs add, end a mail, or go before an afterthought; 0: words follow.
// The first of them is the n-th below.
func (r reading) ending(lines []line, n int) int {
	switch first := lines[0].is; {
	case !r.cards && (first == dash || n >= 0):
		return 0
	case n < 0:
		return len(lines)
	case first == footer || first == dash:
		return r.closing(lines[1:]) + 1
	case first == rule && card(lines[1:]):
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
func farewell(lines []line) []line {
	for i := len(lines) - 1; i >= 0; i-- {
		if regards.MatchString(lines[i].text) {
			if signature(lines[i+1:]) && !opens(lines[:i]) {
				return lines[:i]
			}
			break
		}
	}
	return lines
}

// opens says whether nothing, or a greeting alone, stands in the lines.
func opens(lines []line) bool {
	said := sentencesOf(joined(lines))
	return len(said) == 0 || len(said) == 1 && said[0].greets()
}

// maxCard is the most lines that a card under a rule has, of those with something in them, and maxSignature one under "Kind regards".
const maxCard, maxSignature = 6, 8

// contact is what tells a card from words; stop ends a sentence, or goes on with it.
var (
	contact = regexp.MustCompile(`(?:\+|\b)\d[\d ()]{8,}\d\b|www\.|https?://|\S@\S`)
	stop    = regexp.MustCompile(`[.?!:;,]\s*$`)
)

// card says whether a signature follows a rule, to the end: a few lines, none of them a sentence, with a way to reach somebody.
func card(lines []line) bool {
	full := filled(lines, maxCard+1)
	return len(full) <= maxCard && !slices.ContainsFunc(full, stop.MatchString) && !slices.ContainsFunc(full, wordy) &&
		slices.ContainsFunc(full, contact.MatchString)
}

// What a signature under "Kind regards" has none of: speech is in a sentence, with or without an end; item begins a line of a list, or
// an afterthought; detail is one, without a sign of it: so many of something, the code of a door, whom to call on the day. findUs is
// what is on cards and would else be speech.
var (
	speech = regexp.MustCompile(`(?i)[.?!:;]\s*$|(?:^|[^\p{L}'’])(?:i|i['’]\p{L}+|me|my|we|we['’]\p{L}+|us|you|your|please|can|could|would|is|are|but|unless)(?:$|[^\p{L}])`)
	item   = regexp.MustCompile(`^\s*(?:[-–•]|\*[^*]*$|\d+[.)](?:\D|$)|(?i:(?:p\W?)+s\b))`)
	detail = regexp.MustCompile(`^\s*(?i:also|and|or|plus|not|only)\b|(?i)\b(?:on|for) (?:the|that) (?:day|night|morning|afternoon|evening)\b|` +
		`\b(?:code|key|door|gate)\W{1,2}\d|(?-i:^\D*\b\d{1,3} [a-z]{3,})`)
	findUs = regexp.MustCompile(`(?i)\b(?:find|visit|follow|contact|call|e-?mail) us\b(?: (?:at|on|by|via)\b)?`)
)

// signature says whether one follows "Kind regards", to the end: a name, something more and a way to reach somebody, in a few lines
// that say nothing.
func signature(lines []line) bool {
	full := filled(lines, maxSignature+1)
	return len(full) >= 3 && len(full) <= maxSignature && named(full[0]) &&
		!slices.ContainsFunc(full, wordy) && slices.ContainsFunc(full, contact.MatchString)
}

// named says whether a line begins with a name, as cards do: with capitals, up to the first sign.
func named(line string) bool {
	said := sentencesOf(strings.NewReplacer("|", ",", "(", ",", "/", ",").Replace(line))
	return len(said) > 0 && !terms.MatchString(said[0].text) && name.MatchString(said[0].typed)
}

// wordy says whether a line is more than what cards hold. "Find us on Facebook" is not; "call us on Thursday" is.
func wordy(line string) bool {
	bare := findUs.ReplaceAllString(line, "")
	return speech.MatchString(bare) || item.MatchString(line) || detail.MatchString(line) || bare != line && terms.MatchString(strings.ToLower(bare))
}

// filled are the first so many lines with something in them.
func filled(lines []line, most int) (full []string) {
	for _, l := range lines {
		if len(full) == most {
			break
		}
		if filledIn(l.text) {
			full = append(full, l.text)
		}
	}
	return full
}
