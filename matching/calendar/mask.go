package calendar

import "wherewithal/market"

// Week is the half hours of a week as bits, from Monday 00:00: a cheap first look at whether two listings' windows
// can ever touch.
type Week [7]uint64

// AllWeek has every bit set.
var AllWeek = Week{halfHours, halfHours, halfHours, halfHours, halfHours, halfHours, halfHours}

const halfHours = 1<<48 - 1

// MaskOf is the half hours that a When's windows touch; all of them when it states none.
func MaskOf(w market.When) Week {
	if len(w.Windows) == 0 {
		return AllWeek
	}
	var week Week
	for _, win := range w.Windows {
		bits := half(win)
		for day := range week {
			if onDay(win, day) {
				week[day] |= bits
			}
		}
	}
	return week
}

func half(w market.Window) uint64 {
	first, after := uint(w.Start)/30, (uint(w.End)+29)/30
	return (1<<after - 1) &^ (1<<first - 1)
}

func onDay(w market.Window, day int) bool {
	switch w.Repeat {
	case market.Daily:
		return true
	case market.Once:
		return market.DayBit(w.On.Weekday()) == 1<<day
	}
	return w.Days&(1<<day) != 0
}

// Holds reports whether both weeks are open through one stretch of a number of minutes within a day, as far as half
// hours can tell: it may say yes to what an exact look refuses, never no to what it grants.
func (w *Week) Holds(other *Week, minutes int) bool {
	n := max(1, (minutes+29)/30)
	for i := range w {
		both := w[i] & other[i]
		for k := 1; k < n && both != 0; k++ {
			both &= w[i] & other[i] >> k
		}
		if both != 0 {
			return true
		}
	}
	return false
}

// Meets reports whether any half hour is in both. Masks of listings in different zones cannot be compared.
func (w *Week) Meets(other *Week) bool {
	for i := range w {
		if w[i]&other[i] != 0 {
			return true
		}
	}
	return false
}
