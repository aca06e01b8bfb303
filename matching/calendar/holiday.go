package calendar

import (
	"strings"
	"time"

	"wherewithal/market"
)

// IsBankHoliday reports whether d is a bank holiday in England and Wales, by the standing rules (Banking and
// Financial Dealings Act 1971 and the yearly proclamations that follow them): a day that is proclaimed once, as for
// a coronation, is not known.
func IsBankHoliday(d market.Date) bool {
	t := d.Time(time.UTC)
	for _, h := range BankHolidays(t.Year()) {
		if h == d {
			return true
		}
	}
	return false
}

// Nation whose bank holidays hold.
type Nation uint8

const (
	EnglandAndWales Nation = iota
	Scotland
	NorthernIreland
	nations
)

// scottish are the postcode areas that lie in Scotland, all but a few farms of them.
var scottish = map[string]bool{"AB": true, "DD": true, "DG": true, "EH": true, "FK": true, "G": true, "HS": true, "IV": true,
	"KA": true, "KW": true, "KY": true, "ML": true, "PA": true, "PH": true, "TD": true, "ZE": true}

// NationOf an outcode ("EH6", "BT1"); without one, England and Wales.
func NationOf(outcode string) Nation {
	area := strings.ToUpper(strings.TrimRightFunc(outcode, func(r rune) bool { return r < 'A' }))
	if i := strings.IndexFunc(area, func(r rune) bool { return r < 'A' }); i >= 0 {
		area = area[:i]
	}
	switch {
	case scottish[area]:
		return Scotland
	case area == "BT":
		return NorthernIreland
	}
	return EnglandAndWales
}

// BankHolidaysIn a nation in a year, by the schedule to the Act of 1971 as amended (St Andrew's Day by the Act of
// 2007). Scotland's summer holiday is the first Monday of August; councils there name local days of their own, which
// are not known.
func BankHolidaysIn(n Nation, year int) []market.Date {
	switch n {
	case Scotland:
		return []market.Date{
			offWeekend(on(year, time.January, 1), 2),
			offWeekend(on(year, time.January, 2), 2),
			Easter(year).AddDays(-2),
			monday(on(year, time.May, 1)),
			monday(on(year, time.May, 25)),
			monday(on(year, time.August, 1)),
			offWeekend(on(year, time.November, 30), 1),
			offWeekend(on(year, time.December, 25), 2),
			offWeekend(on(year, time.December, 26), 2),
		}
	case NorthernIreland:
		return append(BankHolidays(year), offWeekend(on(year, time.March, 17), 1), offWeekend(on(year, time.July, 12), 1))
	}
	return BankHolidays(year)
}

// BankHolidays of a year in England and Wales, in order.
func BankHolidays(year int) []market.Date {
	easter := Easter(year)
	return []market.Date{
		offWeekend(on(year, time.January, 1), 1),
		easter.AddDays(-2),
		easter.AddDays(1),
		monday(on(year, time.May, 1)),
		monday(on(year, time.May, 25)),
		monday(on(year, time.August, 25)),
		offWeekend(on(year, time.December, 25), 2),
		offWeekend(on(year, time.December, 26), 2),
	}
}

// Easter Sunday in the Gregorian calendar, by the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms,
// chapter 8).
func Easter(year int) market.Date {
	a, b, c := year%19, year/100, year%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return on(year, time.Month(n/31), n%31+1)
}

// offWeekend moves a holiday from a Saturday by two days, from a Sunday by the days given: Christmas and Boxing Day
// follow each other, so that each leaves the other's Monday free.
func offWeekend(d market.Date, fromSunday int) market.Date {
	switch d.Weekday() {
	case time.Saturday:
		return d.AddDays(2)
	case time.Sunday:
		return d.AddDays(fromSunday)
	}
	return d
}

// monday on or after a day.
func monday(d market.Date) market.Date {
	return d.AddDays((8 - int(d.Weekday())) % 7)
}

func on(year int, m time.Month, day int) market.Date {
	return market.DateOf(time.Date(year, m, day, 0, 0, 0, 0, time.UTC))
}
