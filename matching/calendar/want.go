package calendar

import (
	"iter"
	"slices"

	"wherewithal/market"
)

// series is one regular way in which a need could be met: the days it would be, and the same stretch of each.
type series struct {
	days   []int // in the need's days
	window span  // a fixed window to take whole; zero: any of the day's windows
	length int64 // minutes each time; 0: the day's window, whatever its length
	free   bool  // each occurrence takes its own time of day
	of     int   // how many of the days are wanted
}

// lengthIn is how long one use in a window lasts.
func (s *series) lengthIn(w span) int64 {
	if s.length > 0 {
		return s.length
	}
	return w.to - w.from
}

// rhythm is how often the need comes round. A need that wants several times but does not say how often follows its
// windows.
func rhythm(w market.When) market.Repeat {
	if w.Every != "" && w.Every != market.Once {
		return w.Every
	}
	if w.Times < 2 {
		return market.Once
	}
	every := market.Once
	for _, win := range w.Windows {
		if win.Repeat != market.Once {
			every = win.Repeat
		}
	}
	return every
}

// wanted are the regular ways to meet the need, from the minute on. Days of a single time are looked at only until one
// will do.
func wanted(need *Side, now int64) iter.Seq[series] {
	w := need.when
	every := rhythm(w)
	if every == market.Once && w.Times < 2 {
		return func(yield func(series) bool) { single(need, now, yield) }
	}
	if kept := need.asks; kept != nil && kept.from == now {
		return slices.Values(kept.ways)
	}
	var all []series
	for _, shape := range shapes(w) {
		shape.free = every == market.Once
		for _, group := range groups(need, every, shape, now) {
			shape.days = first(need, group, w.Times)
			shape.of = len(shape.days)
			if shape.free {
				shape.days = group // any of them, as long as there are enough
			}
			all = append(all, shape)
		}
	}
	if need.asks != nil {
		*need.asks = asked{now, all}
	}
	return slices.Values(all)
}

// shapes of one time: its length, or each whole window when no length is stated.
func shapes(w market.When) []series {
	switch {
	case w.Duration > 0:
		return []series{{length: int64(w.Duration)}}
	case len(w.Windows) == 0:
		return []series{{length: unsaidMinutes}}
	case rhythm(w) == market.Once:
		return []series{{}}
	}
	var list []series
	for _, win := range w.Windows {
		s := series{window: span{int64(win.Start), int64(win.End)}}
		if !hasWindow(list, s.window) {
			list = append(list, s)
		}
	}
	return list
}

func hasWindow(list []series, w span) bool {
	for _, s := range list {
		if s.window == w {
			return true
		}
	}
	return false
}

// single is a need for one time: every day of it is a way of its own.
func single(need *Side, now int64, yield func(series) bool) {
	shape := series{length: int64(need.when.Duration)}
	for i := range need.days.list {
		if !need.openOn(i, shape, now) {
			continue
		}
		if shape.days, shape.of = []int{i}, 1; !yield(shape) {
			return
		}
	}
}

// groups are the days that could form one series: the same weekday each week, the same counted weekday each month,
// or every day.
func groups(need *Side, every market.Repeat, shape series, now int64) [][]int {
	byKey := make([][]int, 7*6)
	for _, i := range open(need, shape, now) {
		d := &need.days.list[i]
		for _, key := range keys(d, every, need.when) {
			byKey[key] = append(byKey[key], i)
		}
	}
	var out [][]int
	for _, g := range byKey {
		if len(g) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func keys(d *day, every market.Repeat, w market.When) []int {
	weekday := (int(d.weekday) + 6) % 7
	switch {
	case every == market.Weekly:
		return []int{weekday}
	case every != market.Monthly:
		return []int{0}
	case countsDays(w):
		return countedKeys(d, w)
	case d.last && d.nth < 5:
		return []int{7*d.nth - 7 + weekday, 35 + weekday}
	case d.last:
		return []int{35 + weekday}
	}
	return []int{7*d.nth - 7 + weekday}
}

// countsDays reports whether a need says itself which weekday of the month it wants: "last Saturdays" are a series of
// last ones, also where the last is the fourth.
func countsDays(w market.When) bool {
	return len(w.Windows) > 0 && !slices.ContainsFunc(w.Windows, func(win market.Window) bool { return win.Repeat != market.Monthly })
}

func countedKeys(d *day, w market.When) (list []int) {
	weekday := (int(d.weekday) + 6) % 7
	for _, win := range w.Windows {
		switch {
		case !win.Days.Has(d.weekday):
		case win.Nth == d.nth:
			list = append(list, 7*d.nth-7+weekday)
		case win.Nth < 0 && d.last:
			list = append(list, 35+weekday)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// open are the days on which the need holds and some window is long enough and not over.
func open(need *Side, shape series, now int64) []int {
	var list []int
	for i := range need.days.list {
		if need.openOn(i, shape, now) {
			list = append(list, i)
		}
	}
	return list
}

func (s *Side) openOn(i int, shape series, now int64) bool {
	if s.closed(i) != "" {
		return false
	}
	var buf [market.MaxOfWhen]span
	for _, w := range s.windows(i, buf[:0]) {
		last := w.to - shape.lengthIn(w)
		if s.anyLength(shape) {
			last = w.to - 1
		}
		if shape.suits(w) && s.days.list[i].at(last) >= now {
			return true
		}
	}
	return false
}

// anyLength reports whether a stretch of any length would do: nothing was said of windows or of a length.
func (s *Side) anyLength(shape series) bool { return len(s.when.Windows) == 0 && shape.length == 0 }

func (s *series) suits(w span) bool {
	if s.window != (span{}) {
		return s.window == w
	}
	return s.lengthIn(w) <= w.to-w.from
}

// first days of a series: as many as are wanted, or, in a series without number or end, those of the next 90 days.
func first(need *Side, group []int, times int) []int {
	if times == 0 && need.when.LastDay() == "" {
		last := need.days.list[group[0]].date.AddDays(OpenEndedDays)
		for n, i := range group {
			if need.days.list[i].date >= last {
				return group[:n]
			}
		}
	}
	if times == 0 {
		times = MaxOccurrences
	}
	return group[:min(times, MaxOccurrences, len(group))]
}
