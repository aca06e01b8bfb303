package wording

import (
	"time"

	"wherewithal/market"
)

// Slots says the occurrences of an introduction in a place's own time: "Thursday 4 February, 18:00 to 20:00" for one,
// "Thursdays 18:00 to 20:00, 12 times from 4 February to 22 April" for a series at one time of one weekday, and the
// first with their number for everything else. No slots say nothing.
func Slots(lang string, slots []market.Slot, loc *time.Location) string {
	if len(slots) == 0 {
		return ""
	}
	first, last := slots[0].From.In(loc), slots[len(slots)-1].From.In(loc)
	times := Times(lang, first, slots[0].Until.In(loc))
	if until := slots[0].Until.In(loc); until.Sub(first) > 24*time.Hour {
		return overDays(lang, first, until, len(slots), last)
	}
	if len(slots) == 1 {
		return Text(lang, "slots.single", map[string]any{"Date": Date(lang, first), "Times": times})
	}
	data := map[string]any{"N": len(slots), "First": ShortDate(lang, first), "Last": ShortDate(lang, last), "Times": times,
		"Weekdays": Weekdays(lang, first.Weekday()), "Date": Date(lang, first)}
	if regular(slots, loc) {
		return Text(lang, "slots.series", data)
	}
	return Text(lang, "slots.several", data)
}

// regular reports whether all slots lie at one time of one weekday on the wall clock.
func regular(slots []market.Slot, loc *time.Location) bool {
	at := func(s market.Slot) string {
		return s.From.In(loc).Format("Mon 15:04") + s.Until.In(loc).Format(" 15:04")
	}
	for _, s := range slots[1:] {
		if at(s) != at(slots[0]) {
			return false
		}
	}
	return true
}

// overDays says a use that lasts for days: "from Friday 5 February at 18:00 to Monday 8 February at 10:00".
func overDays(lang string, from, until time.Time, n int, last time.Time) string {
	data := map[string]any{"From": DateTime(lang, from), "Until": DateTime(lang, until), "N": n, "Last": ShortDate(lang, last)}
	if n == 1 {
		return Text(lang, "slots.over_days", data)
	}
	return Text(lang, "slots.over_days_series", data)
}

// Use says when and how much: "Thursday 4 February, 18:00 to 20:00, 30 chairs". amount is empty of what is not counted.
func Use(lang, when, amount string) string {
	if amount == "" {
		return when
	}
	return Text(lang, "slots.use", map[string]any{"When": when, "Amount": amount})
}

// Amount says how many of what, a whole number or not: "30 chairs", "2.5 m", "12".
func Amount(lang string, n any, unit string) string {
	if unit == "" {
		return Number(lang, n)
	}
	return Text(lang, "slots.amount", map[string]any{"N": n, "Unit": unit})
}
