package matching

import (
	"slices"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// otherTimes are times at which the offer could meet the need, the closest to what was wanted first: the same days at
// another hour, another day at the same hours, any day at any hour.
func (p *pair) otherTimes() []change {
	when := p.need.Listing.When
	if len(when.Windows) == 0 {
		return nil
	}
	var out []change
	for _, wider := range widened(when) {
		if c, ok := p.timeChange(wider); ok {
			out = append(out, c)
		}
	}
	return out
}

// widened are the need's times with more room, step by step.
func widened(when market.When) []market.When {
	moved := movedDays(when)
	if when.Duration == 0 {
		when.Duration = int(when.Windows[0].End - when.Windows[0].Start)
	}
	sameDays := when
	sameDays.Windows = reworked(when.Windows, anyHour)
	if onDates(when) {
		return append([]market.When{sameDays}, moved...)
	}
	otherDay, anyTime := when, when
	otherDay.Windows = reworked(when.Windows, anyDay)
	anyTime.Windows = reworked(sameDays.Windows, anyDay)
	return []market.When{otherDay, sameDays, anyTime}
}

// onDates reports whether all is wanted on dates of its own, and nothing comes round.
func onDates(when market.When) bool {
	return !slices.ContainsFunc(when.Windows, func(w market.Window) bool { return w.Repeat != market.Once })
}

func reworked(list []market.Window, change func(*market.Window)) []market.Window {
	out := make([]market.Window, len(list))
	for i, w := range list {
		change(&w)
		out[i] = w
	}
	return out
}

func anyHour(w *market.Window) {
	w.Start, w.End = min(w.Start, earliestTime), max(w.End, latestTime)
}

func anyDay(w *market.Window) {
	w.Repeat, w.Days, w.Nth, w.On = market.Weekly, market.EveryDay, 0, ""
}

// movedDays are a one-off's dates moved together by up to a week, nearest first.
func movedDays(when market.When) []market.When {
	var out []market.When
	for n := 1; n <= daysEither; n++ {
		for _, by := range []int{n, -n} {
			moved := when
			moved.Windows = reworked(when.Windows, func(w *market.Window) { w.On = w.On.AddDays(by) })
			out = append(out, moved)
		}
	}
	return out
}

// timeChange is the best slot within wider times, as a change of the need to just that.
func (p *pair) timeChange(wider market.When) (change, bool) {
	again := p.changed(change{need: func(e *market.Entry) { e.Listing.When = wider }})
	if len(timesMeet(again)) > 0 {
		return change{}, false
	}
	m := again.meeting
	if m.Of > 1 && onDates(wider) {
		return p.datesChange(wider, m)
	}
	if m.Start == 0 && m.End == 0 || len(m.Slots) == 0 {
		return change{}, false
	}
	said := market.Reason{Day: m.Day, Start: m.Start, End: m.End, Fits: m.Fits, Of: m.Of}
	window := market.Window{Repeat: market.Daily, Start: m.Start, End: m.End}
	switch {
	case m.Of == 1:
		said.Dates = []market.Date{market.DateOf(m.Slots[0].From)}
		window.Repeat, window.On = market.Once, said.Dates[0]
	case m.Day > 0:
		window.Repeat, window.Days = market.Weekly, 1<<(m.Day-1)
	}
	return change{said: said, need: func(e *market.Entry) {
		e.Listing.When = wider
		e.Listing.When.Windows = []market.Window{window}
	}}, true
}

// datesChange moves dates of the need's own to other days at the same hours, or to other hours of the same days. A date that gains
// nothing by it stays as it is.
func (p *pair) datesChange(wider market.When, m calendar.Meeting) (change, bool) {
	was, fits, said := p.need.Listing.When, map[market.Date]bool{}, market.Reason{Fits: m.Fits, Of: m.Of}
	for _, s := range m.Slots {
		said.Dates = append(said.Dates, market.DateOf(s.From))
		fits[market.DateOf(s.From)] = true
	}
	moved := wider.Windows[0].On != was.Windows[0].On
	if !moved {
		said.Start, said.End = m.Start, m.End
	}
	var windows []market.Window
	for i, w := range wider.Windows {
		old := was.Windows[i]
		switch {
		case moved && !fits[w.On] && fits[old.On]:
			return change{}, false // two dates would fall on one
		case !fits[w.On]:
			w = old
		case moved:
		case m.End == 0 || was.Duration == 0 && old.End-old.Start != m.End-m.Start:
			return change{}, false // hours that differ from day to day are no small change
		default:
			w.Start, w.End = m.Start, m.End
		}
		if !slices.Contains(windows, w) {
			windows = append(windows, w)
		}
	}
	return change{said: said, need: func(e *market.Entry) { e.Listing.When.Windows = windows }}, true
}
