package sample

import (
	"strings"
	"time"

	"wherewithal/market"
)

// times are when something is free or wanted, and how people say that; they fill {when}.
type times struct {
	when   market.When
	phrase string // "Thursday evenings"; empty without windows
}

const (
	morning   = "mornings"
	afternoon = "afternoons"
	evening   = "evenings"
)

// parts of the day on the wall clock.
var parts = map[string][2]market.Minute{
	morning:   {9*60 + 30, 12*60 + 30},
	afternoon: {13 * 60, 17 * 60},
	evening:   {18 * 60, 22 * 60},
}

var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// hours at which a room is free: mostly one or two evenings, but also mornings, weekends, once a month and in term.
// Kitchens and cafés are busy by day, desks and toddlers are not there at night.
func (m *maker) hours(t theme) times {
	byDay := contains(t.tags, "desk") || contains(t.tags, "toddlers")
	byNight := contains(t.tags, "kitchen") || contains(t.tags, "café")
	switch n := m.IntN(100); {
	case byDay:
		return weekly(m.someDays(m.between(1, 3)), pick(m, []string{morning, morning, afternoon}))
	case byNight || n < 45:
		return weekly(m.someDays(m.between(1, 2)), evening)
	case n < 58:
		return weekly(market.WorkDays, morning)
	case n < 70:
		return weekly(m.someDays(2), afternoon)
	case n < 82:
		return weekly(market.DayBit(pick(m, week[5:])), pick(m, []string{morning, afternoon}))
	case n < 90:
		return monthly(pick(m, week), pick(m, []int{1, 2, 3, -1}))
	case n < 96:
		t := weekly(m.someDays(2), afternoon)
		t.when.TermTimeOnly, t.when.NotBankHolidays = true, true
		t.phrase += " in term time"
		return t
	default:
		return m.once(m.between(14, 60), 10*60, 17*60)
	}
}

// someDays are that many working days, Thursday a little oftener than the others.
func (m *maker) someDays(n int) market.Weekdays {
	var days market.Weekdays
	for days.Count() < n {
		days |= market.DayBit(pick(m, append(week[:5:5], time.Thursday)))
	}
	return days
}

func weekly(days market.Weekdays, part string) times {
	w := market.Window{Repeat: market.Weekly, Days: days, Start: parts[part][0], End: parts[part][1]}
	return times{market.When{Windows: []market.Window{w}}, dayNames(days) + " " + part}
}

func dayNames(days market.Weekdays) string {
	if days == market.WorkDays {
		return "weekday"
	}
	var names []string
	for _, d := range week {
		if days.Has(d) {
			names = append(names, d.String())
		}
	}
	if len(names) > 2 {
		names = []string{names[0] + ", " + names[1], names[2]}
	}
	return strings.Join(names, " and ")
}

var ordinals = map[int]string{1: "first", 2: "second", 3: "third", -1: "last"}

func monthly(d time.Weekday, nth int) times {
	w := market.Window{Repeat: market.Monthly, Days: market.DayBit(d), Nth: nth, Start: 10 * 60, End: 20 * 60}
	return times{market.When{Windows: []market.Window{w}}, "the " + ordinals[nth] + " " + d.String() + " of the month"}
}

// once is a single day that far ahead.
func (m *maker) once(days int, start, end market.Minute) times {
	return onDay(m.day.AddDays(days), start, end)
}

func onDay(d market.Date, start, end market.Minute) times {
	w := market.Window{Repeat: market.Once, On: d, Start: start, End: end}
	return times{market.When{Windows: []market.Window{w}}, d.Time(time.UTC).Format("Monday 2 January")}
}

// regular is a part of what is free, wanted week by week or month by month for a while.
func (m *maker) regular(free times) times {
	w := free.when.Windows[0]
	if w.Repeat == market.Once {
		return m.single(free)
	}
	w.Start += market.Minute(30 * m.IntN(2))
	t := times{phrase: free.phrase}
	t.when = market.When{Duration: 60 + 30*m.between(0, 2), Every: w.Repeat, From: m.day.AddDays(m.between(12, 35))}
	if w.Repeat == market.Weekly {
		w.Days = market.DayBit(pick(m, daysOf(w.Days)))
		t.phrase = dayNames(w.Days) + " " + partOf(w)
		t.when.Times = pick(m, []int{6, 8, 10, 12, 12})
		t.when.Until = t.when.From.AddDays(7 * t.when.Times)
	} else {
		t.when.Times = pick(m, []int{3, 4, 6})
		t.when.Until = t.when.From.AddDays(31 * t.when.Times)
	}
	t.when.Windows = []market.Window{w}
	return t
}

// single is one day on which the thing is free.
func (m *maker) single(free times) times {
	w := free.when.Windows[0]
	start := w.Start
	length := min(int(w.End-w.Start), 60*m.between(2, 4))
	day := w.On
	if day == "" {
		day = m.dayFor(w)
	}
	t := onDay(day, start, start+market.Minute(length))
	t.when.Every = market.Once
	return t
}

// dayFor is a day within the next two months on which the window falls.
func (m *maker) dayFor(w market.Window) market.Date {
	d := m.day.AddDays(m.between(10, 30))
	for i := 0; !fallsOn(w, d); i++ {
		d = d.AddDays(1)
	}
	return d
}

func fallsOn(w market.Window, d market.Date) bool {
	if w.Repeat != market.Monthly {
		return w.Days.Has(d.Weekday())
	}
	t := d.Time(time.UTC)
	if w.Nth < 0 {
		return w.Days.Has(d.Weekday()) && t.AddDate(0, 0, 7).Month() != t.Month()
	}
	return w.Days.Has(d.Weekday()) && (t.Day()-1)/7+1 == w.Nth
}

func daysOf(set market.Weekdays) (days []time.Weekday) {
	for _, d := range week {
		if set.Has(d) {
			days = append(days, d)
		}
	}
	return days
}

func partOf(w market.Window) string {
	switch {
	case w.End <= 13*60:
		return morning
	case w.Start >= 17*60:
		return evening
	}
	return afternoon
}

// slots are the occurrences of a need's times, in order.
func slots(w market.When) (out []market.Slot) {
	if len(w.Windows) == 0 {
		return nil
	}
	win, loc := w.Windows[0], w.Location()
	length := market.Minute(w.Duration)
	if length == 0 {
		length = win.End - win.Start
	}
	if win.Repeat == market.Once {
		return []market.Slot{{From: win.On.At(win.Start, loc).UTC(), Until: win.On.At(win.Start+length, loc).UTC()}}
	}
	for d := w.From; d <= w.Until && len(out) < w.Times; d = d.AddDays(1) {
		if fallsOn(win, d) {
			out = append(out, market.Slot{From: d.At(win.Start, loc).UTC(), Until: d.At(win.Start+length, loc).UTC()})
		}
	}
	return out
}

// moved shifts all days by whole weeks, which keeps the weekdays.
func moved(w market.When, weeks int) market.When {
	shift := func(d market.Date) market.Date {
		if d == "" {
			return ""
		}
		return d.AddDays(7 * weeks)
	}
	windows := append([]market.Window(nil), w.Windows...)
	for i := range windows {
		windows[i].On = shift(windows[i].On)
	}
	w.Windows, w.From, w.Until, w.NeededBy = windows, shift(w.From), shift(w.Until), shift(w.NeededBy)
	return w
}
