package search

import (
	"time"

	"wherewithal/market"
)

// seconds is a Span as seconds since 1970 on the clock on the wall.
type seconds struct{ from, until int64 }

const secondsOfDay = 24 * 60 * 60

func secondsOf(spans []Span) []seconds {
	out := make([]seconds, len(spans))
	for i, s := range spans {
		out[i] = seconds{s.From.Unix(), s.Until.Unix()}
	}
	return out
}

// dayNumber counts days from 1970; 0 for none.
func dayNumber(d market.Date) int { return int(d.Time(time.UTC).Unix() / secondsOfDay) }

// occasionsOf is when a standing question wants a listing to be free: free.go says the same in SQL.
type occasionsOf struct {
	from, until int             // day numbers, 0: none said
	days        market.Weekdays // on which days of the week
	hours       bool            // from start to end; else at some time of the day
	start, end  market.Minute
}

// timesOf the question; nil when it asks for none.
func timesOf(q Query) *occasionsOf {
	if q.FreeFrom == "" && q.FreeUntil == "" && q.Weekly == nil {
		return nil
	}
	o := &occasionsOf{days: market.EveryDay, end: 1440}
	if q.FreeFrom != "" {
		o.from = dayNumber(q.FreeFrom)
	}
	if q.FreeUntil != "" {
		o.until = dayNumber(q.FreeUntil)
	}
	if w := q.Weekly; w != nil {
		o.days, o.hours, o.start, o.end = w.Days, !w.Some, w.Start, w.End
	}
	return o
}

// span is the first and last day that still count; last before first when all are over.
func (o *occasionsOf) span(today int) (first, last int) {
	first = max(o.from, today)
	if last = o.until; last == 0 {
		last = first + halfYear
	}
	return first, min(last, first+year)
}

func (o *occasionsOf) fit(c *Candidate) bool {
	from, until := o.span(c.today)
	if c.first > until || c.last < from {
		return false
	}
	if len(c.extra) == 0 && len(c.taken) == 0 { // a week tells all
		from = max(from, c.first)
		until = min(until, c.last, from+6)
	}
	for day := from; day <= until; day++ {
		if o.has(day) && !o.isTaken(c, day) && (o.isSingle(c, day) || day >= c.first && day <= c.last && o.comesRound(c, day)) {
			return true
		}
	}
	return false
}

// weekday of a day number, 0 Monday: 1 January 1970 was a Thursday.
func weekday(day int) int { return (day + 3) % 7 }

func (o *occasionsOf) has(day int) bool { return o.days&(1<<weekday(day)) != 0 }

func (o *occasionsOf) on(day int) seconds {
	midnight := int64(day) * secondsOfDay
	return seconds{midnight + int64(o.start)*60, midnight + int64(o.end)*60}
}

// comesRound reports whether the pattern of the week is open then: of hours all, or for a need some; of a day some.
func (o *occasionsOf) comesRound(c *Candidate, day int) bool {
	first := weekday(day)*slotsOfDay + int(o.start)/slotMinutes
	end := weekday(day)*slotsOfDay + min((int(o.end)+slotMinutes-1)/slotMinutes, slotsOfDay)
	open := int(c.open[end] - c.open[first])
	return open == end-first || open > 0 && (!o.hours || c.doc.Side == market.Need)
}

func (o *occasionsOf) isSingle(c *Candidate, day int) bool {
	return anySpan(c.extra, o.on(day), o.hours && c.doc.Side != market.Need)
}

// isTaken: hours when some of them are, a day when all of it is.
func (o *occasionsOf) isTaken(c *Candidate, day int) bool {
	return anySpan(c.taken, o.on(day), !o.hours)
}

// anySpan reports whether one of the spans holds all of s, or some of it.
func anySpan(spans []seconds, s seconds, all bool) bool {
	for _, o := range spans {
		if all && o.from <= s.from && o.until >= s.until || !all && o.from < s.until && o.until > s.from {
			return true
		}
	}
	return false
}
