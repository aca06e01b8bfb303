package reading

import (
	"regexp"
	"strings"
	"time"

	"wherewithal/market"
)

// lead is what says how a day is meant: the first, the last, the last that still helps, or none: the day itself.
const lead = `(?:(from|starting|starting from|since|until|till|up to|by|before)\s+)?`

var (
	thatDay  = regexp.MustCompile(`\b` + lead + `(?:on )?(today|tonight|tomorrow|the day after tomorrow|this (?:morning|afternoon|evening))\b`)
	thisDay  = regexp.MustCompile(`\b` + lead + `(?:on )?(this|next|this coming|coming) ` + dayName + `\b`)
	byDay    = regexp.MustCompile(`\b(by|before)\s+()` + dayName + `\b`)
	weekend  = regexp.MustCompile(`\b` + lead + `(?:(?:at|over|for) )?(this|next|this coming|the|the coming) weekend\b`)
	nextSpan = regexp.MustCompile(`\b` + lead + `(?:(?:in|during|for|within) )?(the )?(this|next) (week|month)\b`)
)

// readRelative reads days that are counted from today, and gives back the text without them.
func (w *whenText) readRelative() {
	w.take(thatDay, func(m []string) bool { return w.mean(m[1], w.dayCalled(m[2]), strings.Contains(m[2], "night")) })
	w.take(thisDay, func(m []string) bool {
		return m[4] == "" && w.mean(m[1], w.dayOfWeek(dayOf(m[3]), m[2] == "next"), false)
	})
	w.take(byDay, func(m []string) bool { return w.mean(m[1], w.dayOfWeek(dayOf(m[3]), false), false) })
	w.take(weekend, w.meanWeekend)
	w.take(nextSpan, w.meanSpan)
}

func (w *whenText) dayCalled(word string) market.Date {
	switch word {
	case "tomorrow":
		return w.after(1)
	case "the day after tomorrow":
		return w.after(2)
	}
	return w.today
}

func (w *whenText) after(days int) market.Date {
	return market.DateOf(w.today.Time(time.UTC).AddDate(0, 0, days))
}

// dayOfWeek is the next such day from today; of next week, which begins on Monday, where "next" is said.
func (w *whenText) dayOfWeek(d time.Weekday, next bool) market.Date {
	from := 0
	if next {
		from = w.toMonday()
	}
	for i := from; ; i++ {
		if day := w.today.Time(time.UTC).AddDate(0, 0, i); day.Weekday() == d {
			return market.DateOf(day)
		}
	}
}

// toMonday is how many days it is to the Monday of next week.
func (w *whenText) toMonday() int { return 7 - (int(w.today.Time(time.UTC).Weekday())+6)%7 }

// mean writes a day as it was meant.
func (w *whenText) mean(how string, day market.Date, night bool) bool {
	switch how {
	case "from", "starting", "starting from", "since":
		w.when.From = day
	case "until", "till", "up to":
		w.when.Until = day
	case "by", "before":
		w.when.NeededBy = day
	default:
		w.addDay(day, night)
	}
	return true
}

func (w *whenText) meanWeekend(m []string) bool {
	saturday := w.dayOfWeek(time.Saturday, false)
	today := w.today.Time(time.UTC).Weekday()
	if m[2] == "next" {
		saturday = market.DateOf(w.today.Time(time.UTC).AddDate(0, 0, w.toMonday()+5))
	} else if today == time.Sunday {
		saturday = w.after(-1)
	}
	sunday := market.DateOf(saturday.Time(time.UTC).AddDate(0, 0, 1))
	switch {
	case strings.HasPrefix(m[2], "the") && m[1] == "" && m[2] == "the":
		return false // "at the weekend" is any
	case m[1] == "by" || m[1] == "before":
		return w.mean(m[1], max(saturday, w.today), false)
	case m[1] != "":
		return w.mean(m[1], saturday, false)
	}
	for _, day := range []market.Date{saturday, sunday} {
		if day >= w.today {
			w.addDay(day, false)
		}
	}
	return true
}

// meanSpan reads a week or a month as its first and last day.
func (w *whenText) meanSpan(m []string) bool {
	today := w.today.Time(time.UTC)
	first, last := today, today.AddDate(0, 0, w.toMonday()-1)
	thisMonth := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, time.UTC)
	switch m[2] + m[3] + m[4] {
	case "the nextweek": // the seven days from now
		return w.mean("by", w.after(7), false)
	case "the nextmonth":
		return w.mean("by", market.DateOf(today.AddDate(0, 1, 0)), false)
	case "nextweek":
		first, last = last.AddDate(0, 0, 1), last.AddDate(0, 0, 7)
	case "thismonth":
		last = thisMonth.AddDate(0, 1, -1)
	case "nextmonth":
		first, last = thisMonth.AddDate(0, 1, 0), thisMonth.AddDate(0, 2, -1)
	}
	return w.span(m[1], market.DateOf(first), market.DateOf(last))
}

// span writes a stretch of days as it was meant.
func (w *whenText) span(how string, first, last market.Date) bool {
	switch how {
	case "from", "starting", "starting from", "since":
		w.when.From = first
	case "until", "till", "up to":
		w.when.Until = last
	case "by":
		w.when.NeededBy = last
	case "before":
		w.when.NeededBy = market.DateOf(first.Time(time.UTC).AddDate(0, 0, -1))
	default:
		w.when.From, w.when.Until = first, last
	}
	return true
}
