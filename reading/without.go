package reading

import (
	"regexp"
	"strings"

	"wherewithal/market"
)

// A search makes filters of what was read, and looks for the rest of its words. What follows is that rest, in small
// letters: a text without the words that one thing was read out of.

// plain is a text as all readers see it.
func plain(text string) string { return strings.ToLower(dashed(text)) }

// cut takes the matches of patterns out of a text.
func cut(low string, patterns ...*regexp.Regexp) string {
	for _, p := range patterns {
		low = p.ReplaceAllString(low, " ")
	}
	return low
}

// cutFirst takes the first match of a pattern out of a text: the one that was read.
func cutFirst(low string, pattern *regexp.Regexp) string {
	at := pattern.FindStringIndex(low)
	if at == nil {
		return low
	}
	return low[:at[0]] + " " + low[at[1]:]
}

var (
	placedAt = regexp.MustCompile(`(?i)\b(?:(?:in|near|around|at|from|of|close to)\s+)?` + postcodeOf)
	withinOf = regexp.MustCompile(within.String() + `(?:\s+of\b)?`)
)

// WithoutPlace is a text without the place that was read, and the word that leads to it.
func WithoutPlace(text string) string {
	low := plain(text)
	if at := placeIn(low, placedAt); at != nil {
		return low[:at[0]] + " " + low[at[1]:]
	}
	return cutFirst(low, named())
}

// WithoutReach is a text without how far away something may be.
func WithoutReach(text string) string { return cut(plain(text), withinOf) }

// thing are words for features that may be what is looked for itself.
var thing = regexp.MustCompile(`\bwheelchairs?\b|\bramps?\b|\b(?:hearing|induction) loops?\b|\bquiet rooms?\b|\bparking\b|\bcar parks?\b`)

// SaysThing reports whether a text speaks of what could be a feature of a place, and could be borrowed or given as well: a ramp.
func SaysThing(text string) bool { return thing.MatchString(plain(text)) }

// WithoutFeature is a text without what was said of a feature.
func WithoutFeature(text string, is market.Feature) string {
	low := plain(text)
	for _, f := range features {
		if f.is == is {
			low = cut(low, regexp.MustCompile(`(?:`+f.words.String()+`)[a-z]*(?:[- ](?:access(?:ible|ibility)?|friendly|users?|spaces?)\b)?`))
		}
	}
	return low
}

// SaysHours reports whether a text says hours, and no mere parts of a day.
func SaysHours(text string) bool {
	return saysHours(clockWords(plain(text)))
}

func saysHours(low string) bool {
	_, _, both := readHours(low)
	_, begin := readStart(low)
	return both || begin
}

// WithoutTimes is a text without the days, dates and hours in it. A part of the day goes with the day before it: there is no evening
// in "evening dress". Times in words that were no times, as in "ten to twelve year olds", stay as they were.
func (s Sentence) WithoutTimes(text string) string {
	low := plain(text)
	rest := s.withoutTimes(clockWords(low))
	if figure.MatchString(rest) {
		rest = s.withoutTimes(low)
	}
	return strings.ReplaceAll(rest, apart, " ")
}

// apart stands for what was taken out, so that what follows can be told from what never had a time before it.
const apart = " ; "

var (
	figure   = regexp.MustCompile(`\b\d{1,2}\.\d\d\b|\b(?:am|pm)\b`)
	everyOne = regexp.MustCompile(`\b(?:every|each|daytime)\b`) // is left of "every evening"
	dayPart  = regexp.MustCompile(`(?:;|\b(?:every|each|any|most|this))[\s;]*(?:in the\s+)?(?:mornings?|afternoons?|evenings?|nights?)\b`)
	onlyThen = regexp.MustCompile(`;\s*only\b`)
	// what follows "weekly" where it says how often, and names no weekly thing
	afterOften = regexp.MustCompile(`^\s*(?:$|[,.;:)]|(?:on|for|from|in|at|and|or|until|till|please)\b)`)
)

func (s Sentence) withoutTimes(low string) string {
	all := func([]string) bool { return true }
	take := func(meant func(m []string) bool, patterns ...*regexp.Regexp) {
		for _, p := range patterns {
			low = p.ReplaceAllStringFunc(low, func(said string) string {
				if meant(p.FindStringSubmatch(said)) {
					return apart
				}
				return said
			})
		}
	}
	take(all, deniedDays, thatDay, thisDay, byDay, weekend, nextSpan, nthDay, nthAlone, endOfIt, between)
	take(func(m []string) bool { return !strings.Contains(m[0], "and") || strings.HasPrefix(m[0], "between") }, ranged)
	take(all, listed)
	take(func(m []string) bool { return m[5] == "" }, inMonth)
	take(all, monthToMonth)
	take(func(m []string) bool { return aDate(m, s.When.From != "") }, dated)
	take(all, other, dayRange, everyDay)
	low = cutBefore(low, oneDay, func(name, behind string) bool { return len(name) >= len("friday") || afterShort.MatchString(behind) })
	take(all, weekdays, weekends)
	for _, r := range repeats {
		low = cutBefore(low, r.words, func(often, behind string) bool {
			return !strings.HasSuffix(often, "ly") || afterOften.MatchString(behind)
		})
	}
	take(func(m []string) bool { return m[2] != "" || m[3] != "" || m[5] != "" || m[6] != "" }, hours)
	take(func(m []string) bool { return m[2] != "" || m[3] != "" }, begins)
	take(beginsThen, alone)
	if len(s.When.Windows) > 0 {
		take(all, anyDay, dayPart, lasting, series, everyOne, onlyThen)
	}
	return low
}

// cutBefore takes the matches of a pattern out that are meant by what stands behind them.
func cutBefore(low string, pattern *regexp.Regexp, meant func(match, behind string) bool) string {
	var b strings.Builder
	at := 0
	for _, m := range pattern.FindAllStringIndex(low, -1) {
		if meant(low[m[0]:m[1]], low[m[1]:]) {
			b.WriteString(low[at:m[0]])
			b.WriteString(apart)
			at = m[1]
		}
	}
	return b.String() + low[at:]
}
