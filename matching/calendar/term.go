package calendar

import (
	"time"

	"wherewithal/market"
)

// Term is a stretch of days in which schools are open, both ends included.
type Term struct{ First, Last market.Date }

// TermDates are the terms of a borough. A borough that is missing, or a school year that is, follows PlainTerms.
type TermDates map[string][]Term

// InTerm reports whether d is in term time in the borough. Weekends inside a half term count as in term.
func (t TermDates) InTerm(borough string, d market.Date) bool {
	return within(t.of(borough, schoolYear(d)), d)
}

// of a school year in a borough.
func (t TermDates) of(borough string, year int) []Term {
	for _, term := range t[borough] {
		if schoolYear(term.First) == year {
			return t[borough]
		}
	}
	return PlainTerms(year)
}

func within(terms []Term, d market.Date) bool {
	for _, t := range terms {
		if t.First <= d && d <= t.Last {
			return true
		}
	}
	return false
}

// schoolYear is the year in which the school year of d began: it turns over on 1 August.
func schoolYear(d market.Date) int {
	t := d.Time(time.UTC)
	if t.Month() < time.August {
		return t.Year() - 1
	}
	return t.Year()
}

// PlainTerms are the six half terms of the school year that begins in the given year, by the pattern most councils
// follow: a week off in late October, mid February and late May, two weeks at Christmas and at Easter.
func PlainTerms(year int) []Term {
	autumnBreak := monday(on(year, time.October, 25))
	winterBreak := monday(on(year+1, time.February, 12))
	easterBreak := max(monday(on(year+1, time.March, 29)), Easter(year+1).AddDays(-13))
	mayBreak := monday(on(year+1, time.May, 25))
	return []Term{
		{monday(on(year, time.September, 1)), autumnBreak.AddDays(-3)},
		{autumnBreak.AddDays(7), monday(on(year, time.December, 11)).AddDays(4)},
		{monday(on(year+1, time.January, 3)), winterBreak.AddDays(-3)},
		{winterBreak.AddDays(7), easterBreak.AddDays(-3)},
		{easterBreak.AddDays(14), mayBreak.AddDays(-3)},
		{mayBreak.AddDays(7), on(year+1, time.July, 22)},
	}
}
