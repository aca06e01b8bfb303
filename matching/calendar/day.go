package calendar

import (
	"sort"
	"time"

	"wherewithal/market"
)

// Almanac is the days ahead of a moment, worked out once for every zone asked about, so that thousands of pairs
// can share them. It is not for concurrent use: each call of a ranking makes its own.
type Almanac struct {
	now   time.Time
	terms TermDates
	zones map[*time.Location]*days
	named map[string]*time.Location
}

// NewAlmanac for the days ahead of now.
func NewAlmanac(now time.Time, terms TermDates) *Almanac {
	return &Almanac{now: now, terms: terms, zones: map[*time.Location]*days{}, named: map[string]*time.Location{}}
}

// days of one zone, from the day before now to the last of the horizon.
type days struct {
	loc   *time.Location
	list  []day
	terms map[string][]bool
}

// day is one civil day in a zone.
type day struct {
	date    market.Date
	weekday time.Weekday
	nth     int  // how many such weekdays the month has had, this one included
	last    bool // no further such weekday in the month
	holiday bool
	begins  int64   // minute since 1970 at which it begins
	ends    int64   // at which the next begins
	wall    []int64 // when clocks change: the minute since 1970 for each of 0…1440 on the wall; nil on plain days
}

// at is the minute since 1970 at which a clock on the wall first shows m.
func (d *day) at(m int64) int64 {
	if d.wall != nil {
		return d.wall[m]
	}
	return d.begins + m
}

// location of a When, found once: reading a zone costs a file.
func (a *Almanac) location(w market.When) *time.Location {
	loc, ok := a.named[w.Zone]
	if !ok {
		loc = w.Location()
		for _, known := range a.named {
			if known.String() == loc.String() {
				loc = known
			}
		}
		a.named[w.Zone] = loc
	}
	return loc
}

func (a *Almanac) in(loc *time.Location) *days {
	ds, ok := a.zones[loc]
	if !ok {
		ds = newDays(a.now, loc)
		a.zones[loc] = ds
	}
	return ds
}

func newDays(now time.Time, loc *time.Location) *days {
	local := now.In(loc)
	ds := &days{loc: loc, list: make([]day, Horizon+2), terms: map[string][]bool{}}
	holidays := map[market.Date]bool{}
	for y := local.Year() - 1; y <= local.Year()+2; y++ {
		for _, h := range BankHolidays(y) {
			holidays[h] = true
		}
	}
	for i := range ds.list {
		civil := time.Date(local.Year(), local.Month(), local.Day()+i-1, 0, 0, 0, 0, time.UTC)
		ds.list[i] = newDay(civil, loc)
		ds.list[i].holiday = holidays[ds.list[i].date]
	}
	return ds
}

func newDay(civil time.Time, loc *time.Location) day {
	date := market.DateOf(civil)
	d := day{date: date, weekday: civil.Weekday(), nth: (civil.Day()-1)/7 + 1}
	d.last = civil.AddDate(0, 0, 7).Month() != civil.Month()
	d.begins = minuteOf(date.At(0, loc))
	d.ends = minuteOf(date.At(1440, loc))
	if d.ends-d.begins != 1440 {
		d.wall = make([]int64, 1441)
		for m := range d.wall {
			d.wall[m] = minuteOf(date.At(market.Minute(m), loc))
		}
	}
	return d
}

func minuteOf(t time.Time) int64 { return floorDiv(t.Unix(), 60) }

func timeOf(minute int64, loc *time.Location) time.Time { return time.Unix(minute*60, 0).In(loc) }

func floorDiv(a, b int64) int64 {
	if q := a / b; a%b >= 0 {
		return q
	}
	return a/b - 1
}

// holding is the index of the day that holds a minute, clipped to the list.
func (ds *days) holding(minute int64) int {
	i := sort.Search(len(ds.list), func(i int) bool { return ds.list[i].ends > minute })
	return min(i, len(ds.list)-1)
}

// inTerm says for each day whether it is in term time in the borough.
func (ds *days) inTerm(borough string, terms TermDates) []bool {
	in, ok := ds.terms[borough]
	if ok {
		return in
	}
	in = make([]bool, len(ds.list))
	year, of := 0, []Term(nil)
	for i, d := range ds.list {
		if y := schoolYear(d.date); y != year {
			year, of = y, terms.of(borough, y)
		}
		in[i] = within(of, d.date)
	}
	ds.terms[borough] = in
	return in
}
