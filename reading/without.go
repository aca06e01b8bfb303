package reading

import (
	"regexp"
	"slices"
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

// cutIf takes those matches out that are meant.
func cutIf(low string, pattern *regexp.Regexp, meant func(m []string) bool) string {
	return pattern.ReplaceAllStringFunc(low, func(said string) string {
		if meant(pattern.FindStringSubmatch(said)) {
			return apart
		}
		return said
	})
}

var (
	placedAt  = regexp.MustCompile(`(?i)\b(?:(?:in|near|around|at|from|of|close to)\s+)?` + postcodeOf)
	withinOf  = regexp.MustCompile(within.String() + `(?:\s+of\b)?`)
	peopleSay = []string{"people", "persons", "adults", "members"}
)

// WithoutPlace is a text without the place that was read, and the word that leads to it.
func WithoutPlace(text string) string {
	low := plain(text)
	if postcode.MatchString(low) {
		return cut(low, placedAt)
	}
	return cut(low, named())
}

// WithoutReach is a text without how far away something may be.
func WithoutReach(text string) string { return cut(plain(text), withinOf) }

// WithoutPeople is a text without how many there are; who they are stays: "for 20 children" leaves the children.
func WithoutPeople(text string) string {
	return people.ReplaceAllStringFunc(plain(text), func(said string) string {
		switch m := people.FindStringSubmatch(said); {
		case spans.MatchString(m[2]):
			return said
		case slices.Contains(peopleSay, m[2]):
			return " "
		default:
			return " " + m[2] + " "
		}
	})
}

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

// WithoutTimes is a text without the days, dates and hours in it. Parts of the day stay where no hours were made of them:
// there is no evening in "evening dress".
func (s Sentence) WithoutTimes(text string) string {
	return strings.ReplaceAll(s.withoutTimes(clockWords(plain(text))), apart, " ")
}

// apart stands for what was taken out, so that what follows a short day is not taken for a word behind it.
const apart = " ; "

func (s Sentence) withoutTimes(low string) string {
	low = cut(low, thatDay, thisDay, byDay, weekend, nextSpan, nthDay, endOfIt, between)
	low = cutIf(low, ranged, func(m []string) bool { return !strings.Contains(m[0], "and") || strings.HasPrefix(m[0], "between") })
	low = cut(low, listed)
	low = cutIf(low, inMonth, func(m []string) bool { return m[5] == "" })
	low = cutIf(low, dated, func(m []string) bool { return m[1] != "" || m[2] != "" })
	low = cut(low, other, dayRange)
	low = cutDays(cut(low, everyDay))
	low = cut(low, weekdays, weekends)
	for _, r := range repeats {
		low = cut(low, r.words)
	}
	low = cutIf(low, hours, func(m []string) bool { return m[2] != "" || m[3] != "" || m[5] != "" || m[6] != "" })
	low = cutIf(low, begins, func(m []string) bool { return m[2] != "" || m[3] != "" })
	if len(s.When.Windows) == 0 {
		return low
	}
	for _, p := range dayParts {
		if slices.ContainsFunc(s.When.Windows, func(w market.Window) bool { return w.Start == p.start && w.End == p.end }) {
			low = cut(low, p.words)
		}
	}
	return cut(low, lasting, everyOne)
}

// everyOne is left of "every evening", once the evening is gone.
var everyOne = regexp.MustCompile(`\b(?:every|each|daytime)\b`)

// cutDays takes the days of the week out, but for short names that may be words: "we sat in the sun".
func cutDays(low string) string {
	var b strings.Builder
	at := 0
	for _, m := range oneDay.FindAllStringIndex(low, -1) {
		if m[1]-m[0] < len("friday") && !afterShort.MatchString(low[m[1]:]) {
			continue
		}
		b.WriteString(low[at:m[0]])
		b.WriteString(apart)
		at = m[1]
	}
	return b.String() + low[at:]
}
