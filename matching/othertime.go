package matching

import (
	"wherewithal/market"
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
	if when.Duration == 0 {
		when.Duration = int(when.Windows[0].End - when.Windows[0].Start)
	}
	sameDays := when
	sameDays.Windows = reworked(when.Windows, anyHour)
	if when.Windows[0].Repeat == market.Once {
		return append([]market.When{sameDays}, movedDays(when)...)
	}
	otherDay, anyTime := when, when
	otherDay.Windows = reworked(when.Windows, anyDay)
	anyTime.Windows = reworked(sameDays.Windows, anyDay)
	return []market.When{otherDay, sameDays, anyTime}
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
