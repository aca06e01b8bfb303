package reading

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

const (
	monthName  = `(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)`
	monthWhole = `(january|february|march|april|may|june|july|august|september|october|november|december)`
	dayNumber  = `(\d{1,2})(?:st|nd|rd|th)?`
	dayBefore  = `(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?`
	nthName    = `(first|second|third|fourth|last|1st|2nd|3rd|4th)`
)

var (
	nths    = map[string]int{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
	nthDay  = regexp.MustCompile(`\b(?:the |every |each )*` + nthName + `(?:\s*(?:and|&|or|,)\s*(?:the )?` + nthName + `)? ` + dayName + `(?: (?:morning|afternoon|evening|night)s?)? (?:of|in) (?:(?:the|each|every|a) month|` + monthName + `(?: (20\d\d))?)\b`)
	ranged  = regexp.MustCompile(`\b(?:from |between )?(?:the )?` + dayNumber + `\s*(?:-|to|until|till|and)\s*(?:the )?` + dayNumber + `(?: of)? ` + monthName + `(?: (20\d\d))?\b`)
	between = regexp.MustCompile(`\bbetween (?:the )?` + dayNumber + `(?: of)? ` + monthName + ` and (?:the )?` + dayNumber + `(?: of)? ` + monthName + `(?: (20\d\d))?\b`)
	// "the first Thursday", of no month that is named
	nthAlone = regexp.MustCompile(`\b((?:the |every |each |on )*)` + nthName + `(?:\s*(?:and|&|or|,)\s*(?:the )?` + nthName + `)? (mon|tues|wednes|thurs|fri|satur|sun)day(s)?\b`)
	// "from February to May"; with days of their own they are dates
	monthToMonth = regexp.MustCompile(`\b(?:(not|never|except|closed|shut|away)\s+)?(?:from|between)\s+` + monthWhole + `\s*(?:and|to|-|until|till)\s*` + monthWhole + `(?: (20\d\d))?\b`)
	listed       = regexp.MustCompile(`\b(?:on )?(?:the )?((?:` + dayBefore + `\d{1,2}(?:st|nd|rd|th)?(?:\s*,\s*|\s*&\s*|\s+and\s+|, and |\s+or\s+)(?:on )?)+)` + dayBefore + dayNumber + `(?: of)? ` + monthName + `(?: (20\d\d))?\b`)
	endOfIt      = regexp.MustCompile(`\b(until|till|to|up to|by|before) the end of (?:(?:the|this) (week|month|year)|next (month)|` + monthName + `(?: (20\d\d))?)\b`)
	inMonth      = regexp.MustCompile(`\b(?:(not|never|except|closed|shut|away)\s+)?(?:in|during|throughout|all)\s+` + monthWhole + `(?:\s*(?:and|or|to|-|until)\s*` + monthWhole + `)?(?: (20\d\d))?\b('s)?`)
	dayDigit     = regexp.MustCompile(`\d{1,2}`)
)

// readMonths reads what is said by months, and gives back the text without it.
func (w *whenText) readMonths() {
	w.take(nthDay, w.meanNth)
	w.take(nthAlone, w.meanNthAlone)
	w.take(endOfIt, w.meanEnd)
	w.take(between, func(m []string) bool {
		return w.fromTo(m[1], monthCalled(m[2]), m[3], monthCalled(m[4]), m[5])
	})
	w.take(ranged, func(m []string) bool {
		if strings.Contains(m[0], "and") && !strings.HasPrefix(m[0], "between") {
			return false // two days, not all between them
		}
		return w.fromTo(m[1], monthCalled(m[3]), m[2], monthCalled(m[3]), m[4])
	})
	w.take(listed, w.meanListed)
	w.take(inMonth, w.meanMonths)
	w.take(monthToMonth, func(m []string) bool { return w.meanMonths(append(m, "")) })
}

func monthCalled(word string) time.Month { return months[word[:min(3, len(word))]] }

// meanNth reads "the first Monday of the month", and "the last Friday in May", which is one day.
func (w *whenText) meanNth(m []string) bool {
	day := dayOf(m[3])
	for _, name := range []string{m[1], m[2]} {
		nth, ok := nths[name]
		switch {
		case !ok:
		case m[5] == "":
			w.monthly = append(w.monthly, market.Window{Repeat: market.Monthly, Days: market.DayBit(day), Nth: nth})
		default:
			w.addDay(w.nthOf(nth, day, monthCalled(m[5]), m[6]), false)
			w.dates++
		}
	}
	return true
}

// meanNthAlone reads "every 1st Thursday" and "first Thursdays", which come round by the month. "Every second Thursday" is any other one,
// and "the last Thursday" may be over: neither is read, and no Thursday of each week either.
func (w *whenText) meanNthAlone(m []string) bool {
	often := strings.Contains(m[1], "every") || strings.Contains(m[1], "each")
	second := m[2] == "second" || m[2] == "2nd"
	switch {
	case often && second && m[3] == "":
		return m[2] == "2nd"
	case often, m[5] != "", strings.Contains(w.low, "monthly"), m[2][0] < 'a' && !strings.Contains(m[1], "the"):
		return w.meanNth([]string{m[0], m[2], m[3], m[4], "", "", ""})
	}
	return true
}

// nthOf is that weekday of the next such month that has it still to come.
func (w *whenText) nthOf(nth int, day time.Weekday, month time.Month, year string) market.Date {
	y, _ := strconv.Atoi(year)
	if year == "" {
		y = w.today.Time(time.UTC).Year()
	}
	for {
		first := time.Date(y, month, 1, 0, 0, 0, 0, time.UTC)
		if nth < 0 {
			first = first.AddDate(0, 1, -7)
			nth = 1
		}
		found := first.AddDate(0, 0, (int(day)-int(first.Weekday())+7)%7+7*(nth-1))
		if year != "" || market.DateOf(found) >= w.today {
			return market.DateOf(found)
		}
		y++
	}
}

func (w *whenText) meanEnd(m []string) bool {
	today := w.today.Time(time.UTC)
	end := time.Date(today.Year(), today.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	switch {
	case m[2] == "week":
		end = today.AddDate(0, 0, w.toMonday()-1)
	case m[2] == "year":
		end = time.Date(today.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
	case m[3] != "":
		end = time.Date(today.Year(), today.Month()+2, 0, 0, 0, 0, 0, time.UTC)
	case m[4] != "":
		first := nextMonth(monthCalled(m[4]), m[5], w.today)
		end = first.AddDate(0, 1, -1)
	}
	how := m[1]
	if how == "to" {
		how = "until"
	}
	return w.mean(how, market.DateOf(end), false)
}

// nextMonth is the first day of the next such month that has not ended.
func nextMonth(month time.Month, year string, today market.Date) time.Time {
	y, _ := strconv.Atoi(year)
	if year == "" {
		y = today.Time(time.UTC).Year()
	}
	first := time.Date(y, month, 1, 0, 0, 0, 0, time.UTC)
	if year == "" && market.DateOf(first.AddDate(0, 1, -1)) < today {
		first = first.AddDate(1, 0, 0)
	}
	return first
}

// fromTo reads a first and a last day; one that is running began before today.
func (w *whenText) fromTo(day1 string, month1 time.Month, day2 string, month2 time.Month, year string) bool {
	last := nextDate(day2, month2, year, w.today)
	if last == "" {
		return false
	}
	d, _ := strconv.Atoi(day1)
	first := time.Date(last.Time(time.UTC).Year(), month1, d, 0, 0, 0, 0, time.UTC)
	if market.DateOf(first) > last {
		first = first.AddDate(-1, 0, 0)
	}
	if first.Day() != d || first.Month() != month1 || market.DateOf(first) == last {
		return false
	}
	return w.span("", market.DateOf(first), last)
}

// meanListed reads "3, 10 and 17 May" as its days. "Room for 12, 3 May" is for twelve.
func (w *whenText) meanListed(m []string) bool {
	var days []market.Date
	before := dayDigit.FindAllString(m[1], -1)
	if len(before) == 1 && !strings.HasPrefix(m[0], "on") && !strings.ContainsAny(m[1], "&no") {
		return false
	}
	for _, d := range append(before, m[2]) {
		day := nextDate(d, monthCalled(m[3]), m[4], w.today)
		if day == "" {
			return false
		}
		days = append(days, day)
	}
	for _, day := range days {
		w.addDay(day, false)
		w.dates++
	}
	return true
}

// meanMonths reads "in May" as all of May, "in May and June" as both; not where it is left out, or where days of their
// own were said.
func (w *whenText) meanMonths(m []string) bool {
	if m[5] != "" {
		return false // "in June's paper"
	}
	if m[1] != "" || len(w.when.Windows) > 0 || w.when.From != "" || w.when.Until != "" {
		return m[1] != ""
	}
	first := nextMonth(monthCalled(m[2]), m[4], w.today)
	last := first
	if m[3] != "" {
		last = time.Date(first.Year(), monthCalled(m[3]), 1, 0, 0, 0, 0, time.UTC)
		if last.Before(first) {
			last = last.AddDate(1, 0, 0)
		}
	}
	from := max(market.DateOf(first), w.today)
	return w.span("", from, market.DateOf(last.AddDate(0, 1, -1)))
}
