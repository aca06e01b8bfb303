package search

import (
	"slices"
	"strings"
	"time"

	"wherewithal/market"
)

// Calendar says when a listing is free (an offer) or wanted (a need), so that an index can be asked. Times are those
// of the wall clock at the place, written as if in UTC.
type Calendar struct {
	AnyTime bool        // nothing was said: whenever suits
	Slots   []int       // half hours of the week that come round, 0 Monday 00:00 to 335, ascending
	Extra   []Span      // single stretches: dates, and days of a month for the next 18
	Taken   []Span      // days out, and what is lent already; ascending, apart
	First   market.Date // none: from now on
	Last    market.Date // none: no end
}

// Span is a stretch of time.
type Span struct{ From, Until time.Time }

const (
	slotMinutes  = 30
	slotsOfDay   = 24 * 60 / slotMinutes
	slotsOfWeek  = 7 * slotsOfDay
	monthsAhead  = 18 // a listing lasts 90 days unless renewed; asking further ahead than a year is not possible
	forEverYears = 50
)

// calendarOf a listing with what is lent of it.
func calendarOf(l market.Listing, lent []market.Allocation) Calendar {
	c := Calendar{AnyTime: len(l.When.Windows) == 0, First: l.When.From, Last: l.When.LastDay()}
	start := market.DateOf(opened(l).In(l.When.Location()))
	if c.First > start {
		start = c.First
	}
	c.Slots = slotsOf(l.When.Windows)
	for _, w := range l.When.Windows {
		c.Extra = append(c.Extra, singles(w, start)...)
	}
	c.Extra = slices.DeleteFunc(c.Extra, func(s Span) bool { return !c.within(market.DateOf(s.From)) })
	c.Taken = c.taken(l, lent)
	return c
}

// within reports whether a day is among those for which the listing is there at all.
func (c Calendar) within(d market.Date) bool { return d >= c.First && (c.Last == "" || d <= c.Last) }

// slotsOf are the half hours that lie wholly in windows that come round every week.
func slotsOf(windows []market.Window) []int {
	var week [slotsOfWeek]bool
	if len(windows) == 0 {
		windows = []market.Window{{Repeat: market.Daily, Start: 0, End: 1440}}
	}
	for _, w := range windows {
		for _, s := range windowSlots(w) {
			week[s] = true
		}
	}
	out := []int{}
	for s, open := range week {
		if open {
			out = append(out, s)
		}
	}
	return out
}

func windowSlots(w market.Window) []int {
	days := w.Days
	switch w.Repeat {
	case market.Daily:
		days = market.EveryDay
	case market.Weekly:
	default:
		return nil
	}
	var out []int
	for day := range 7 {
		if days&(1<<day) == 0 {
			continue
		}
		for s := (int(w.Start) + slotMinutes - 1) / slotMinutes; s < int(w.End)/slotMinutes; s++ {
			out = append(out, day*slotsOfDay+s)
		}
	}
	return out
}

// singles are the stretches of a window that does not come round weekly, from start on.
func singles(w market.Window, start market.Date) []Span {
	switch w.Repeat {
	case market.Once:
		return []Span{stretch(w.On, w)}
	case market.Monthly:
		first := start.Time(time.UTC)
		var out []Span
		for m := range monthsAhead {
			month := time.Date(first.Year(), first.Month()+time.Month(m), 1, 0, 0, 0, 0, time.UTC)
			out = append(out, stretch(nth(month, w), w))
		}
		return out
	}
	return nil
}

func stretch(d market.Date, w market.Window) Span {
	return Span{d.At(w.Start, time.UTC), d.At(w.End, time.UTC)}
}

// nth is the day of a month that a monthly window means.
func nth(month time.Time, w market.Window) market.Date {
	day := month
	if w.Nth < 0 {
		day = month.AddDate(0, 1, -7)
	}
	for !w.Days.Has(day.Weekday()) {
		day = day.AddDate(0, 0, 1)
	}
	if w.Nth > 0 {
		day = day.AddDate(0, 0, 7*(w.Nth-1))
	}
	return market.DateOf(day)
}

// taken is when too little is left to be of use, turn-round included, and the days out.
func (c Calendar) taken(l market.Listing, lent []market.Allocation) []Span {
	var spans []Span
	for _, d := range l.When.Exceptions {
		spans = append(spans, wholeDay(d))
	}
	spans = append(spans, full(l, lent)...)
	spans = merge(spans)
	for _, s := range spans {
		if d := market.DateOf(s.From); s.Until.Sub(s.From) < 24*time.Hour && c.usedUp(l.When.Windows, d, spans) {
			spans = append(spans, wholeDay(d))
		}
	}
	return merge(spans)
}

func wholeDay(d market.Date) Span { return Span{d.Time(time.UTC), d.AddDays(1).Time(time.UTC)} }

// full are the stretches during which less than the least useful part of an offer is left.
func full(l market.Listing, lent []market.Allocation) []Span {
	useful := l.Quantity
	if l.Splittable {
		useful = max(1, l.SmallestPart)
	}
	var uses []Span
	var amounts []int
	for _, a := range lent {
		if a.ReleasedAt == nil {
			uses, amounts = append(uses, use(l.When, a)), append(amounts, a.Amount)
		}
	}
	var out []Span
	for _, u := range uses { // what is used grows only where a use begins
		until := u.Until
		used := 0
		for i, o := range uses {
			if !o.From.After(u.From) && o.Until.After(u.From) {
				used += amounts[i]
				until = earlier(until, o.Until)
			}
		}
		if l.Quantity-used < useful {
			out = append(out, Span{u.From, until})
		}
	}
	return append(out, fullAfterEnds(l, uses, amounts, useful)...)
}

// fullAfterEnds are the full stretches that begin where one of several overlapping uses ends.
func fullAfterEnds(l market.Listing, uses []Span, amounts []int, useful int) []Span {
	var out []Span
	for _, e := range uses {
		used, until := 0, time.Time{}
		for i, o := range uses {
			if !o.From.After(e.Until) && o.Until.After(e.Until) {
				used += amounts[i]
				until = earlier(until, o.Until)
			}
		}
		if !until.IsZero() && l.Quantity-used < useful {
			out = append(out, Span{e.Until, until})
		}
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// use is the stretch an allocation takes, turn-round included. A gift never comes back.
func use(w market.When, a market.Allocation) Span {
	turn := time.Duration(w.TurnRound) * time.Minute
	s := Span{From: onWall(a.From.Add(-turn), w.Location())}
	if a.Until == nil {
		s.Until = s.From.AddDate(forEverYears, 0, 0)
		return s
	}
	s.Until = onWall(a.Until.Add(turn), w.Location())
	return s
}

// onWall is what the clock on the wall shows, as if it were UTC.
func onWall(t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// usedUp reports whether nothing of a day's windows is left.
func (c Calendar) usedUp(windows []market.Window, d market.Date, taken []Span) bool {
	var open []Span
	for _, w := range windows {
		if w.Repeat == market.Daily || w.Repeat == market.Weekly && w.Days.Has(d.Weekday()) {
			open = append(open, stretch(d, w))
		}
	}
	for _, s := range c.Extra {
		if market.DateOf(s.From) == d {
			open = append(open, s)
		}
	}
	return len(open) > 0 && !slices.ContainsFunc(open, func(o Span) bool { return !covered(o, taken) })
}

func covered(s Span, by []Span) bool {
	return slices.ContainsFunc(by, func(b Span) bool { return !b.From.After(s.From) && !b.Until.Before(s.Until) })
}

// merge sorts spans and joins those that touch.
func merge(spans []Span) []Span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return a.From.Compare(b.From) })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && !s.From.After(out[n-1].Until) {
			if s.Until.After(out[n-1].Until) {
				out[n-1].Until = s.Until
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

var (
	weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	dayparts = []struct {
		word        string
		from, until int // minutes
	}{{"morning", 6 * 60, 12 * 60}, {"afternoon", 12 * 60, 17 * 60}, {"evening", 17 * 60, 23 * 60}}
)

// usefulMinutes of a part of a day are needed for a listing to be called free then.
const usefulMinutes = 60

// lexemes are the calendar's words: "thursday", "evening", "thursdayevening", "weekend".
func (c Calendar) lexemes() []string {
	v := vector{}
	for _, s := range c.stretches() {
		day := weekdays[s[0]]
		v.put(stem(day), 'A')
		if s[0] >= 5 {
			v.put(stem("weekend"), 'A')
		}
		for _, p := range dayparts {
			if min(s[2], p.until)-max(s[1], p.from) >= usefulMinutes {
				v.put(stem(p.word), 'A')
				v.put(stem(day)+stem(p.word), 'A')
			}
		}
	}
	out := make([]string, 0, len(v))
	for lexeme := range v {
		out = append(out, lexeme)
	}
	slices.Sort(out)
	return out
}

// stretches are the runs of slots and the single stretches as day (0 Monday), first and last minute.
func (c Calendar) stretches() [][3]int {
	var out [][3]int
	for i := 0; i < len(c.Slots); {
		j := i
		for j+1 < len(c.Slots) && c.Slots[j+1] == c.Slots[j]+1 && c.Slots[j+1]%slotsOfDay != 0 {
			j++
		}
		first, last := c.Slots[i], c.Slots[j]
		out = append(out, [3]int{first / slotsOfDay, first % slotsOfDay * slotMinutes, (last%slotsOfDay + 1) * slotMinutes})
		i = j + 1
	}
	for _, s := range c.Extra {
		day := (int(s.From.Weekday()) + 6) % 7
		from := s.From.Hour()*60 + s.From.Minute()
		out = append(out, [3]int{day, from, from + int(s.Until.Sub(s.From).Minutes())})
	}
	return out
}

// timePhrase reports whether two stems are a day and a part of it: "thursday evening" means that day's evening.
func timePhrase(key string) bool {
	day, part, ok := strings.Cut(key, " ")
	return ok && slices.Contains(dayStems, day) && slices.Contains(partStems, part)
}

var dayStems, partStems = func() (days, parts []string) {
	for _, d := range weekdays {
		days = append(days, stem(d))
	}
	for _, p := range dayparts {
		parts = append(parts, stem(p.word))
	}
	return days, parts
}()
