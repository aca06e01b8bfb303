package oracle

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Times are an offer's and a need that comes round, ahead of a moment, no further than minutesDays.
type Times struct {
	Offer, Need market.When
	Stock       calendar.Stock
	Amount      int
	Now         time.Time
}

// Check is nil where the calendar finds as many uses as counting every minute does, and only such as can be.
func (q Times) Check() error {
	a := calendar.NewAlmanac(q.Now, nil)
	m, o := a.Meet(a.Side(q.Offer, "Greenwich"), a.Side(q.Need, "Greenwich"), q.Stock, q.Amount), newMinutes(q)
	if fits, of := o.best(); m.Fits != fits || fits > 0 && m.Of != of {
		return fmt.Errorf("%+v\n%d of %d, every minute counted gives %d of %d", q, m.Fits, m.Of, fits, of)
	}
	return o.check(m)
}

// minutes answers the calendar's question minute by minute.
type minutes struct {
	offer, need market.When
	stock       calendar.Stock
	amount      int
	now         time.Time
	from        time.Time // the first minute kept
	free        []bool    // the offer is open and, notice given, can be used in that minute
	walls       map[place][]time.Time
	lent        []int // how much is lent in that minute, turn-round included
}

const minutesDays = 45

func newMinutes(q Times) *minutes {
	o := &minutes{offer: q.Offer, need: q.Need, stock: q.Stock, amount: q.Amount, now: q.Now, from: q.Now.AddDate(0, 0, -2), walls: map[place][]time.Time{}}
	n := (minutesDays + 4) * 1440
	o.free, o.lent = make([]bool, n), make([]int, n)
	loc := q.Offer.Location()
	for d := -2; d < minutesDays+2; d++ {
		o.open(o.date(d, loc), loc)
	}
	for i := range o.lent {
		o.lent[i] = o.used(o.from.Add(time.Duration(i) * time.Minute))
	}
	return o
}

func (o *minutes) date(d int, loc *time.Location) market.Date {
	return market.DateOf(o.now.In(loc)).AddDays(d)
}

func (o *minutes) open(d market.Date, loc *time.Location) {
	wall := o.wall(d, loc)
	for _, w := range o.offer.Windows {
		if !holds(o.offer, w, d) {
			continue
		}
		for t := wall[w.Start]; t.Before(wall[w.End]); t = t.Add(time.Minute) {
			i := o.minute(t)
			notice := !t.Before(o.now.Add(time.Duration(o.offer.LeadTime) * time.Hour))
			if i >= 0 && i < len(o.free) && notice {
				o.free[i] = true
			}
		}
	}
}

func (o *minutes) used(t time.Time) int {
	n := 0
	for _, l := range o.stock.Lent {
		over := l.Until != nil && !t.Before(l.Until.Add(time.Duration(o.stock.TurnRound)*time.Minute))
		if !t.Before(l.From) && !over {
			n += l.Amount
		}
	}
	return n
}

// wallOf is, for each minute of a day's wall, the first instant that shows it or a later one.
func wallOf(d market.Date, loc *time.Location) []time.Time {
	wall := make([]time.Time, 1441)
	day := d.Time(time.UTC)
	t := day.Add(-15 * time.Hour)
	for m := 0; m <= 1440; t = t.Add(time.Minute) {
		local := t.In(loc)
		shows := local.Hour()*60 + local.Minute()
		switch later := cmp.Or(cmp.Compare(local.Year(), day.Year()), cmp.Compare(local.YearDay(), day.YearDay())); {
		case later > 0:
			shows = 1440
		case later < 0:
			continue
		}
		for ; m <= shows; m++ {
			wall[m] = t
		}
	}
	return wall
}

// place is a day somewhere.
type place struct {
	date market.Date
	loc  *time.Location
}

// wall of a day, worked out once.
func (o *minutes) wall(d market.Date, loc *time.Location) []time.Time {
	at := place{d, loc}
	if o.walls[at] == nil {
		o.walls[at] = wallOf(d, loc)
	}
	return o.walls[at]
}

func holds(w market.When, win market.Window, d market.Date) bool {
	if w.From != "" && d < w.From || w.Until != "" && d > w.Until || w.NotBankHolidays && calendar.IsBankHoliday(d) {
		return false
	}
	for _, x := range w.Exceptions {
		if x == d {
			return false
		}
	}
	t := d.Time(time.UTC)
	switch win.Repeat {
	case market.Once:
		return win.On == d
	case market.Weekly:
		return win.Days.Has(t.Weekday())
	case market.Monthly:
		return win.Days.Has(t.Weekday()) && (win.Nth == (t.Day()+6)/7 || win.Nth == -1 && t.AddDate(0, 0, 7).Month() != t.Month())
	}
	return true
}

// fits reports whether a use from start for the need's duration is possible on a day.
func (o *minutes) fits(wall []time.Time, start int) bool {
	from, until := wall[start], wall[start+o.need.Duration]
	if !from.Before(until) {
		return false
	}
	u := o.use(from, until)
	for i := u.from; i < u.to; i++ {
		if i < 0 || !o.free[i] {
			return false
		}
	}
	return o.enough([]use{u})
}

func (o *minutes) minute(t time.Time) int { return int(t.Sub(o.from) / time.Minute) }

// use is from a minute to another, that one left out.
type use struct{ from, to int }

func (o *minutes) use(from, until time.Time) use { return use{o.minute(from), o.minute(until)} }

// enough reports whether there is enough, in every minute, for some uses that all take the amount, turn-round included.
func (o *minutes) enough(uses []use) bool {
	for _, u := range uses {
		for i := u.from; i < u.to+o.stock.TurnRound; i++ {
			n := 0
			for _, v := range uses {
				if v.from <= i && i < v.to+o.stock.TurnRound {
					n++
				}
			}
			if o.lent[i]+n*o.amount > o.stock.Quantity {
				return false
			}
		}
	}
	return true
}

// most is the size of the largest choice of some uses, each of which is possible alone, that there is enough for.
func (o *minutes) most(uses []use) (most int) {
	for chosen := 1<<len(uses) - 1; chosen > 0; chosen-- { // all first: mostly there is enough
		if bits.OnesCount(uint(chosen)) <= most {
			continue
		}
		var some []use
		for i, u := range uses {
			if chosen&(1<<i) != 0 {
				some = append(some, u)
			}
		}
		if o.enough(some) {
			most = len(some)
		}
	}
	return most
}

// best is the most occurrences that any regular start can have, and how many were wanted.
func (o *minutes) best() (bestFits, bestOf int) {
	loc := o.need.Location()
	byDay := map[time.Weekday][]market.Date{}
	for d := -1; d < minutesDays; d++ {
		date := o.date(d, loc)
		key := date.Weekday()
		if o.need.Every == market.Daily {
			key = 0
		}
		if o.wants(date, loc) && len(byDay[key]) < o.need.Times {
			byDay[key] = append(byDay[key], date)
		}
	}
	for _, dates := range byDay {
		possible := make([][]use, 1441) // by where they start
		for _, date := range dates {
			o.possible(possible, date, loc)
		}
		for _, uses := range possible {
			if n := o.most(uses); better(n, len(dates), bestFits, bestOf) {
				bestFits, bestOf = n, len(dates)
			}
		}
	}
	return bestFits, bestOf
}

func better(fits, of, thanFits, thanOf int) bool {
	enough := fits > 0 && 10*fits >= 6*of
	thanEnough := thanFits > 0 && 10*thanFits >= 6*thanOf
	if enough != thanEnough {
		return enough
	}
	return fits > thanFits || fits == thanFits && fits > 0 && of < thanOf
}

// wants reports whether the need could still use the date.
func (o *minutes) wants(date market.Date, loc *time.Location) bool {
	wall := o.wall(date, loc)
	for _, w := range o.need.Windows {
		last := int(w.End) - o.need.Duration
		if holds(o.need, w, date) && last >= int(w.Start) && !wall[last].Before(o.now) {
			return true
		}
	}
	return false
}

func (o *minutes) possible(into [][]use, date market.Date, loc *time.Location) {
	wall, held := o.wall(date, loc), []market.Window{}
	for _, w := range o.need.Windows {
		if holds(o.need, w, date) {
			held = append(held, w)
		}
	}
	for s := 0; s+o.need.Duration <= 1440; s++ {
		inside := slices.ContainsFunc(held, func(w market.Window) bool { return s >= int(w.Start) && s+o.need.Duration <= int(w.End) })
		if inside && o.fits(wall, s) {
			into[s] = append(into[s], o.use(wall[s], wall[s+o.need.Duration]))
		}
	}
}

// check that every slot found can be used, and every occurrence is found or missed.
func (o *minutes) check(m calendar.Meeting) error {
	if len(m.Slots) != m.Fits || m.Fits+len(m.Missed) != m.Of {
		return fmt.Errorf("%d slots and %d missed for %d of %d", len(m.Slots), len(m.Missed), m.Fits, m.Of)
	}
	var uses []use
	for _, s := range m.Slots {
		for at := s.From; at.Before(s.Until); at = at.Add(time.Minute) {
			if !o.free[o.minute(at)] {
				return fmt.Errorf("slot %s is not free at %s", s.From, at)
			}
		}
		uses = append(uses, o.use(s.From, s.Until))
	}
	if !o.enough(uses) {
		return fmt.Errorf("there is not enough for all of %v", m.Slots)
	}
	return nil
}

// Dice give a number from 0 to n-1: a *rand.Rand does.
type Dice interface{ IntN(n int) int }

var zones = []string{"Europe/London", "Europe/London", "Europe/London", "America/New_York"}

// moments lie shortly before both changes of the clocks and in between.
var moments = []time.Time{
	time.Date(2027, 3, 15, 9, 20, 0, 0, time.UTC), time.Date(2027, 10, 18, 22, 45, 0, 0, time.UTC),
	time.Date(2027, 12, 10, 0, 0, 0, 0, time.UTC),
}

// SomeTimes are as the dice have it: windows of all sorts in two zones, around the changes of the clocks, with exceptions, notice, turn-round and
// what is lent.
func SomeTimes(r Dice) Times {
	now := moments[r.IntN(len(moments))]
	today := market.DateOf(now)
	q := Times{Offer: someWhen(r, today), Need: someWhen(r, today), Stock: someStock(r, now), Amount: 1, Now: now}
	q.Offer.LeadTime = []int{0, 0, 5, 48}[r.IntN(4)]
	q.Need.Every = []market.Repeat{market.Weekly, market.Daily}[r.IntN(2)]
	q.Need.Times, q.Need.Duration = 2+r.IntN(4), 15*(1+r.IntN(10))
	q.Need.Until = today.AddDays(5 + r.IntN(31))
	return q
}

// SomeDaily are daily uses that stand in one another's way, as the turn-round is about as long as the night.
func SomeDaily(r Dice) Times {
	q := Times{Now: moments[r.IntN(len(moments))], Offer: daily(r, 24, 80), Need: daily(r, 16, 60), Amount: 1}
	q.Need.Every, q.Need.Times, q.Need.Duration = market.Daily, 2+r.IntN(4), 15*(1+r.IntN(16))
	q.Need.Until = market.DateOf(q.Now).AddDays(5 + r.IntN(16))
	q.Stock = someStock(r, q.Now)
	q.Stock.TurnRound = max(q.Stock.TurnRound, 1440-q.Need.Duration+15*(r.IntN(15)-6))
	return q
}

// daily are one or two windows of every day, so many quarters of an hour long.
func daily(r Dice, least, most int) market.When {
	w := market.When{Zone: zones[r.IntN(len(zones))]}
	for range 1 + r.IntN(2) {
		start := market.Minute(15 * r.IntN(61))
		w.Windows = append(w.Windows, market.Window{Repeat: market.Daily, Start: start, End: min(1440, start+market.Minute(15*(least+r.IntN(most-least+1))))})
	}
	return w
}

func someWhen(r Dice, today market.Date) market.When {
	w := market.When{Zone: zones[r.IntN(len(zones))], NotBankHolidays: r.IntN(2) == 0}
	for range 1 + r.IntN(3) {
		w.Windows = append(w.Windows, someWindow(r, today))
	}
	for range r.IntN(4) {
		w.Exceptions = append(w.Exceptions, today.AddDays(r.IntN(36)))
	}
	return w
}

func someWindow(r Dice, today market.Date) market.Window {
	start := market.Minute(15 * r.IntN(96))
	w := market.Window{Start: start, End: min(1440, start+market.Minute(15*(2+r.IntN(23))))}
	switch r.IntN(6) {
	case 0:
		w.Repeat, w.On = market.Once, today.AddDays(r.IntN(21))
	case 1:
		w.Repeat = market.Daily
	case 2:
		w.Repeat, w.Days = market.Monthly, market.DayBit(time.Weekday(r.IntN(7)))
		w.Nth = []int{1, 2, 3, 4, -1}[r.IntN(5)]
	default:
		w.Repeat, w.Days = market.Weekly, market.Weekdays(1+r.IntN(127))
	}
	return w
}

// turnRounds from none to longer than any day, some of which a daily series just keeps.
var turnRounds = []int{0, 15, 30, 60, 600, 1260, 1290, 1350, 1380, 1410, 1440, 1500, 2000, 2880}

func someStock(r Dice, now time.Time) calendar.Stock {
	s := calendar.Stock{Quantity: 1 + r.IntN(4), TurnRound: turnRounds[r.IntN(len(turnRounds))]}
	for range r.IntN(5) {
		from := now.Truncate(15 * time.Minute).Add(time.Duration(15*r.IntN(30*96+1)) * time.Minute)
		l := market.Allocation{From: from, Amount: 1 + r.IntN(2)}
		if r.IntN(10) > 0 {
			until := from.Add(time.Duration(15*(1+r.IntN(300))) * time.Minute)
			l.Until = &until
		}
		s.Lent = append(s.Lent, l)
	}
	return s
}
