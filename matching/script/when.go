package script

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

// timeSetters are lines about when.
var timeSetters = map[string]func(e *market.Entry, value string) error{
	"when":                 windows,
	"every":                func(e *market.Entry, v string) error { e.Listing.When.Every = market.Repeat(v); return nil },
	"times":                number(func(e *market.Entry, n int) { e.Listing.When.Times = n }),
	"minutes":              number(func(e *market.Entry, n int) { e.Listing.When.Duration = n }),
	"notice hours":         number(func(e *market.Entry, n int) { e.Listing.When.LeadTime = n }),
	"turn-round":           number(func(e *market.Entry, n int) { e.Listing.When.TurnRound = n }),
	"from":                 func(e *market.Entry, v string) error { e.Listing.When.From = market.Date(v); return nil },
	"until":                func(e *market.Entry, v string) error { e.Listing.When.Until = market.Date(v); return nil },
	"needed by":            func(e *market.Entry, v string) error { e.Listing.When.NeededBy = market.Date(v); return nil },
	"not on":               func(e *market.Entry, v string) error { e.Listing.When.Exceptions = list[market.Date](v); return nil },
	"term time only":       func(e *market.Entry, v string) error { e.Listing.When.TermTimeOnly = v == "yes"; return nil },
	"not on bank holidays": func(e *market.Entry, v string) error { e.Listing.When.NotBankHolidays = v == "yes"; return nil },
	"lent":                 lent,
	"given":                number(given),
}

func windows(e *market.Entry, value string) error {
	for _, w := range split(value) {
		win, err := window(w)
		if err != nil {
			return err
		}
		e.Listing.When.Windows = append(e.Listing.When.Windows, win)
	}
	return nil
}

// lent reads "2027-02-04 18:00-22:00 1".
func lent(e *market.Entry, value string) error {
	f := strings.Fields(value)
	if len(f) != 3 {
		return fmt.Errorf("a day, hours and how many")
	}
	start, end, err := clocks(f[1])
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(f[2])
	loc := e.Listing.When.Location()
	until := market.Date(f[0]).At(end, loc)
	e.Lent = append(e.Lent, market.Allocation{From: market.Date(f[0]).At(start, loc), Until: &until, Amount: n})
	return err
}

// given away for good, before the story begins.
func given(e *market.Entry, n int) {
	e.Lent = append(e.Lent, market.Allocation{From: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Amount: n})
}

var nths = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

// window reads "mon-thu 18:00-22:00", "2027-02-04 18:00-22:00", "daily 09:00-17:00" or "last thu 18:00-22:00".
func window(text string) (w market.Window, err error) {
	f := strings.Fields(text)
	if len(f) < 2 {
		return w, fmt.Errorf("%q: a day and hours", text)
	}
	if w.Start, w.End, err = clocks(f[len(f)-1]); err != nil {
		return w, err
	}
	switch {
	case f[0] == "daily":
		w.Repeat = market.Daily
	case f[0][0] == '2':
		w.Repeat, w.On = market.Once, market.Date(f[0])
	case nths[f[0]] != 0:
		w.Repeat, w.Nth = market.Monthly, nths[f[0]]
		w.Days, err = weekdays(f[1])
	default:
		w.Repeat = market.Weekly
		w.Days, err = weekdays(f[0])
	}
	return w, err
}

func weekdays(s string) (days market.Weekdays, err error) {
	const names = "montuewedthufrisatsun"
	first, last, ranged := strings.Cut(s, "-")
	if !ranged {
		last = first
	}
	from, to := strings.Index(names, first), strings.Index(names, last)
	if from < 0 || to < from {
		return 0, fmt.Errorf("%q are no days", s)
	}
	for i := from / 3; i <= to/3; i++ {
		days |= 1 << i
	}
	return days, nil
}

func clocks(s string) (start, end market.Minute, err error) {
	a, b, _ := strings.Cut(s, "-")
	if start, err = market.ParseMinute(a); err != nil {
		return
	}
	end, err = market.ParseMinute(b)
	return
}
