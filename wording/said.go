package wording

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Date says a day as people do, "Thursday 4 February", in t's own time zone: give it the place's time.
func Date(lang string, t time.Time) string {
	return Text(lang, "date.day", dateParts(lang, t))
}

// LongDate says a day with its year, "Thursday 4 February 2027".
func LongDate(lang string, t time.Time) string {
	return Text(lang, "date.year", dateParts(lang, t))
}

// DateTime says a day and a time, "Thursday 4 February at 18:00", in t's own time zone.
func DateTime(lang string, t time.Time) string {
	return Text(lang, "date.time", map[string]any{"Date": Date(lang, t), "Time": Clock(t)})
}

func dateParts(lang string, t time.Time) map[string]any {
	return map[string]any{
		"Weekday": Weekday(lang, t.Weekday()),
		"Day":     t.Day(),
		"Month":   Text(lang, "month."+strings.ToLower(t.Month().String()), nil),
		"Year":    t.Year(),
	}
}

// ShortDate says a day without its weekday, "4 February".
func ShortDate(lang string, t time.Time) string {
	return Text(lang, "date.short", dateParts(lang, t))
}

// DayAndYear says a day without its weekday, "4 February 2027".
func DayAndYear(lang string, t time.Time) string {
	return Text(lang, "date.short_year", dateParts(lang, t))
}

// Weekday says "Thursday".
func Weekday(lang string, d time.Weekday) string {
	return Text(lang, "weekday."+strings.ToLower(d.String()), nil)
}

// Weekdays says the day that comes round, "Thursdays".
func Weekdays(lang string, d time.Weekday) string {
	return Text(lang, "weekdays."+strings.ToLower(d.String()), nil)
}

// Clock writes a time of day on the 24-hour clock, "18:00", in t's own time zone.
func Clock(t time.Time) string { return t.Format("15:04") }

// Times says a span of one day, "18:00 to 20:00"; the end of the day is said "24:00", not "00:00".
func Times(lang string, from, until time.Time) string {
	end := Clock(until)
	if end == "00:00" && until.After(from) {
		end = "24:00"
	}
	return Text(lang, "date.times", map[string]any{"From": Clock(from), "Until": end})
}

// Money says an amount in pence as pounds: "£12", "£12.50". A gift of nothing is "free".
func Money(lang string, pence int) string {
	switch {
	case pence == 0:
		return Text(lang, "money.free", nil)
	case pence%100 == 0:
		return fmt.Sprintf("£%d", pence/100)
	}
	return fmt.Sprintf("£%d.%02d", pence/100, pence%100)
}

// MoneyPer says an amount with what it is for, "£12 an hour". Unit is one of hour, session, day, week, month,
// use, item, person, or a word of the poster's own; an empty unit says the amount alone.
func MoneyPer(lang string, pence int, unit string) string {
	if pence == 0 || unit == "" {
		return Money(lang, pence)
	}
	return oneOf(lang, "money.per.", unit, map[string]any{"Amount": Money(lang, pence), "Unit": unit})
}

// Distance says how far two public points lie apart, "about 3 km". Km is rounded to whole kilometres and never
// said below one: the public point itself is blurred by 400 to 800 m, and finer words would undo that.
func Distance(lang string, km float64) string {
	return Text(lang, "distance", map[string]any{"Km": max(1, int(math.Round(km)))})
}

// List joins words as a sentence does: "a", "a and b", "a, b and c". None gives "".
func List(lang string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	if len(items) == 1 {
		return items[0]
	}
	last := len(items) - 1
	return Text(lang, "list.and", map[string]any{"Most": strings.Join(items[:last], ", "), "Last": items[last]})
}
