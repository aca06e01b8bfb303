package wording

import (
	"math"
	"strings"
	"time"

	"wherewithal/market"
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
	return Text(lang, "date.time", map[string]any{"Date": Date(lang, t), "Time": Clock(lang, t)})
}

func dateParts(lang string, t time.Time) map[string]any {
	return map[string]any{
		"Weekday": Weekday(lang, t.Weekday()),
		"Day":     t.Day(),
		"Month":   Text(lang, "month."+strings.ToLower(t.Month().String()), nil),
		"Year":    Digits(lang, t.Year(), 1),
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

// Clock says a time of day, "18:00", in t's own time zone. Whether by 24 hours or by twice twelve is the language's.
func Clock(lang string, t time.Time) string { return minute(lang, minuteOf(t)) }

func minuteOf(t time.Time) market.Minute { return market.Minute(t.Hour()*60 + t.Minute()) }

// minute says a minute of the day; its end is "24:00".
func minute(lang string, m market.Minute) string {
	hour, period := int(m)/60, "date.am"
	if hour%24 >= 12 {
		period = "date.pm"
	}
	return Text(lang, "date.clock", map[string]any{"Hour": Digits(lang, hour, 2), "OfTwelve": (hour+11)%12 + 1,
		"Minute": Digits(lang, int(m)%60, 2), "Period": Text(lang, period, nil)})
}

// Times says a span of one day, "18:00 to 20:00"; the end of the day is said "24:00", not "00:00".
func Times(lang string, from, until time.Time) string {
	end := minuteOf(until)
	if end == 0 && until.After(from) {
		end = 24 * 60
	}
	return Minutes(lang, minuteOf(from), end)
}

// Minutes says a span of any day, "18:00 to 24:00".
func Minutes(lang string, from, until market.Minute) string {
	return Text(lang, "date.times", map[string]any{"From": minute(lang, from), "Until": minute(lang, until)})
}

// Money says an amount in pence as pounds: "£12", "£1,250.50". A gift of nothing is "free".
func Money(lang string, pence int) string {
	if pence == 0 {
		return Text(lang, "money.free", nil)
	}
	return Text(lang, "money.pounds", map[string]any{"Amount": pounds(lang, pence)})
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
	most := items[0]
	for _, next := range items[1:last] {
		most = Text(lang, "list.comma", map[string]any{"Most": most, "Next": next})
	}
	key := "list.and"
	if last == 1 {
		key = "list.pair"
	}
	return Text(lang, key, map[string]any{"Most": most, "Last": items[last]})
}
