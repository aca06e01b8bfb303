package calendar

import (
	"sort"
	"sync"
	"time"

	"wherewithal/market"
)

// Almanac is the days ahead of a moment, worked out once for every zone asked about, so that thousands of pairs
// can share them. It is not for concurrent use: each call of a ranking makes its own.
type Almanac struct {
	now  time.Time
	book *Yearbook
	days map[*time.Location]*days
}

// Yearbook keeps the days ahead for every date and zone asked about, so that one ranking after another need not work
// them out. Safe for concurrent use.
type Yearbook struct {
	terms TermDates
	mu    sync.Mutex
	days  map[bookmark]*days
	named map[string]*time.Location
}

type bookmark struct {
	loc   *time.Location
	today market.Date
}

// mostDays kept in a yearbook; a clock moves on by one a day and zone.
const mostDays = 64

// NewYearbook with the terms of boroughs.
func NewYearbook(terms TermDates) *Yearbook {
	return &Yearbook{terms: terms, days: map[bookmark]*days{}, named: map[string]*time.Location{}}
}

// Almanac for the days ahead of now.
func (b *Yearbook) Almanac(now time.Time) *Almanac {
	return &Almanac{now: now, book: b, days: map[*time.Location]*days{}}
}

// NewAlmanac for the days ahead of now.
func NewAlmanac(now time.Time, terms TermDates) *Almanac {
	return NewYearbook(terms).Almanac(now)
}

// days of one zone, from the day before now to the last of the horizon.
type days struct {
	loc   *time.Location
	list  []day
	mu    sync.Mutex // of terms
	terms map[string][]bool
}

// day is one civil day in a zone.
type day struct {
	date    market.Date
	weekday time.Weekday
	nth     int  // how many such weekdays the month has had, this one included
	last    bool // no further such weekday in the month
	holiday [nations]bool
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
func (b *Yearbook) location(w market.When) *time.Location {
	b.mu.Lock()
	defer b.mu.Unlock()
	loc, ok := b.named[w.Zone]
	if !ok {
		loc = w.Location()
		for _, known := range b.named {
			if known.String() == loc.String() {
				loc = known
			}
		}
		b.named[w.Zone] = loc
	}
	return loc
}

func (b *Yearbook) in(loc *time.Location, now time.Time) *days {
	key := bookmark{loc, market.DateOf(now.In(loc))}
	b.mu.Lock()
	defer b.mu.Unlock()
	ds, ok := b.days[key]
	if !ok {
		if len(b.days) >= mostDays {
			clear(b.days)
		}
		ds = newDays(now, loc)
		b.days[key] = ds
	}
	return ds
}

func (a *Almanac) in(loc *time.Location) *days {
	ds, ok := a.days[loc]
	if !ok {
		ds = a.book.in(loc, a.now)
		a.days[loc] = ds
	}
	return ds
}

func newDays(now time.Time, loc *time.Location) *days {
	local := now.In(loc)
	ds := &days{loc: loc, list: make([]day, Horizon+2), terms: map[string][]bool{}}
	holidays := holidaysAround(local.Year())
	for i := range ds.list {
		civil := time.Date(local.Year(), local.Month(), local.Day()+i-1, 0, 0, 0, 0, time.UTC)
		ds.list[i] = newDay(civil, loc)
		ds.list[i].holiday = holidays[ds.list[i].date]
	}
	return ds
}

func holidaysAround(year int) map[market.Date][nations]bool {
	out := map[market.Date][nations]bool{}
	for y := year - 1; y <= year+2; y++ {
		for n := range nations {
			for _, h := range BankHolidaysIn(n, y) {
				in := out[h]
				in[n] = true
				out[h] = in
			}
		}
	}
	return out
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
	ds.mu.Lock()
	defer ds.mu.Unlock()
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
