package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"wherewithal/market"
)

// oracle answers the calendar's question the slow way: minute by minute, with nothing of its code.
type oracle struct {
	offer, need market.When
	stock       Stock
	amount      int
	now         time.Time
	from        time.Time // the first minute kept
	free        []bool    // the offer is open and, notice given, can be used in that minute
	walls       map[market.Date][]time.Time
	full        []bool // a use of the amount cannot run in that minute
}

const oracleDays = 45

func newOracle(offer, need market.When, stock Stock, amount int, now time.Time) *oracle {
	o := &oracle{offer: offer, need: need, stock: stock, amount: amount, now: now, from: now.AddDate(0, 0, -2),
		walls: map[market.Date][]time.Time{}}
	minutes := (oracleDays + 4) * 1440
	o.free, o.full = make([]bool, minutes), make([]bool, minutes)
	loc := offer.Location()
	for d := -2; d < oracleDays+2; d++ {
		o.open(o.date(d, loc), loc)
	}
	for i := range o.full {
		o.full[i] = o.used(o.from.Add(time.Duration(i)*time.Minute)) > stock.Quantity-amount
	}
	return o
}

func (o *oracle) date(d int, loc *time.Location) market.Date {
	return market.DateOf(o.now.In(loc)).AddDays(d)
}

func (o *oracle) open(d market.Date, loc *time.Location) {
	wall := oracleWall(d, loc)
	for _, w := range o.offer.Windows {
		if !oracleHolds(o.offer, w, d) {
			continue
		}
		for t := wall[w.Start]; t.Before(wall[w.End]); t = t.Add(time.Minute) {
			i := int(t.Sub(o.from) / time.Minute)
			notice := !t.Before(o.now.Add(time.Duration(o.offer.LeadTime) * time.Hour))
			if i >= 0 && i < len(o.free) && notice {
				o.free[i] = true
			}
		}
	}
}

func (o *oracle) used(t time.Time) int {
	n := 0
	for _, l := range o.stock.Lent {
		over := l.Until != nil && !t.Before(l.Until.Add(time.Duration(o.stock.TurnRound)*time.Minute))
		if !t.Before(l.From) && !over {
			n += l.Amount
		}
	}
	return n
}

// oracleWall is, for each minute of a day's wall, the first instant that shows it or a later one.
func oracleWall(d market.Date, loc *time.Location) []time.Time {
	wall := make([]time.Time, 1441)
	t := d.Time(time.UTC).Add(-15 * time.Hour)
	for m := 0; m <= 1440; t = t.Add(time.Minute) {
		local := t.In(loc)
		shows := local.Hour()*60 + local.Minute()
		switch date := market.DateOf(local); {
		case date > d:
			shows = 1440
		case date < d:
			continue
		}
		for ; m <= shows; m++ {
			wall[m] = t
		}
	}
	return wall
}

// wall of one of the need's days, worked out once.
func (o *oracle) wall(d market.Date, loc *time.Location) []time.Time {
	if o.walls[d] == nil {
		o.walls[d] = oracleWall(d, loc)
	}
	return o.walls[d]
}

func oracleHolds(w market.When, win market.Window, d market.Date) bool {
	if w.From != "" && d < w.From || w.Until != "" && d > w.Until || w.NotBankHolidays && IsBankHoliday(d) {
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
func (o *oracle) fits(wall []time.Time, start int) bool {
	from, until := wall[start], wall[start+o.need.Duration]
	if !from.Before(until) {
		return false
	}
	for t := from; t.Before(until); t = t.Add(time.Minute) {
		if i := int(t.Sub(o.from) / time.Minute); i < 0 || !o.free[i] {
			return false
		}
	}
	for t := from; t.Before(until.Add(time.Duration(o.stock.TurnRound) * time.Minute)); t = t.Add(time.Minute) {
		if o.full[int(t.Sub(o.from)/time.Minute)] {
			return false
		}
	}
	return true
}

// best is the most occurrences that any regular start can have, and how many were wanted.
func (o *oracle) best() (bestFits, bestOf int) {
	loc := o.need.Location()
	byDay := map[time.Weekday][]market.Date{}
	for d := -1; d < oracleDays; d++ {
		if date := o.date(d, loc); o.wants(date, loc) && len(byDay[date.Weekday()]) < o.need.Times {
			byDay[date.Weekday()] = append(byDay[date.Weekday()], date)
		}
	}
	for _, dates := range byDay {
		counts := make([]int, 1441)
		for _, date := range dates {
			o.count(counts, date, loc)
		}
		for _, n := range counts {
			if oracleBetter(n, len(dates), bestFits, bestOf) {
				bestFits, bestOf = n, len(dates)
			}
		}
	}
	return bestFits, bestOf
}

func oracleBetter(fits, of, thanFits, thanOf int) bool {
	enough := fits > 0 && 10*fits >= 6*of
	thanEnough := thanFits > 0 && 10*thanFits >= 6*thanOf
	if enough != thanEnough {
		return enough
	}
	return fits > thanFits || fits == thanFits && fits > 0 && of < thanOf
}

// wants reports whether the need could still use the date.
func (o *oracle) wants(date market.Date, loc *time.Location) bool {
	wall := o.wall(date, loc)
	for _, w := range o.need.Windows {
		last := int(w.End) - o.need.Duration
		if oracleHolds(o.need, w, date) && last >= int(w.Start) && !wall[last].Before(o.now) {
			return true
		}
	}
	return false
}

func (o *oracle) count(counts []int, date market.Date, loc *time.Location) {
	wall := o.wall(date, loc)
	for s := 0; s+o.need.Duration <= 1440; s++ {
		inside := false
		for _, w := range o.need.Windows {
			inside = inside || oracleHolds(o.need, w, date) && s >= int(w.Start) && s+o.need.Duration <= int(w.End)
		}
		if inside && o.fits(wall, s) {
			counts[s]++
		}
	}
}

var zones = []string{"Europe/London", "Europe/London", "Europe/London", "America/New_York"}

// moments lie shortly before both changes of the clocks and in between.
var moments = []time.Time{
	time.Date(2027, 3, 15, 9, 20, 0, 0, time.UTC), time.Date(2027, 10, 18, 22, 45, 0, 0, time.UTC),
	time.Date(2027, 12, 10, 0, 0, 0, 0, time.UTC),
}

func drawWindow(t *rapid.T, today market.Date) market.Window {
	start := market.Minute(rapid.IntRange(0, 95).Draw(t, "start") * 15)
	w := market.Window{Start: start, End: min(1440, start+market.Minute(rapid.IntRange(2, 24).Draw(t, "length")*15))}
	switch rapid.IntRange(0, 5).Draw(t, "repeat") {
	case 0:
		w.Repeat, w.On = market.Once, today.AddDays(rapid.IntRange(0, 20).Draw(t, "on"))
	case 1:
		w.Repeat = market.Daily
	case 2:
		w.Repeat, w.Days = market.Monthly, market.DayBit(time.Weekday(rapid.IntRange(0, 6).Draw(t, "day")))
		w.Nth = rapid.SampledFrom([]int{1, 2, 3, 4, -1}).Draw(t, "nth")
	default:
		w.Repeat, w.Days = market.Weekly, market.Weekdays(rapid.IntRange(1, 127).Draw(t, "days"))
	}
	return w
}

func drawWhen(t *rapid.T, today market.Date) market.When {
	w := market.When{Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
	for range rapid.IntRange(1, 3).Draw(t, "windows") {
		w.Windows = append(w.Windows, drawWindow(t, today))
	}
	for range rapid.IntRange(0, 3).Draw(t, "exceptions") {
		w.Exceptions = append(w.Exceptions, today.AddDays(rapid.IntRange(0, 35).Draw(t, "exception")))
	}
	w.NotBankHolidays = rapid.Bool().Draw(t, "not on bank holidays")
	return w
}

func drawStock(t *rapid.T, now time.Time) Stock {
	s := Stock{Quantity: rapid.IntRange(1, 4).Draw(t, "quantity"), TurnRound: 15 * rapid.IntRange(0, 4).Draw(t, "turn-round")}
	for range rapid.IntRange(0, 4).Draw(t, "lent") {
		from := now.Truncate(15 * time.Minute).Add(time.Duration(rapid.IntRange(0, 30*96).Draw(t, "lent from")) * 15 * time.Minute)
		l := market.Allocation{From: from, Amount: rapid.IntRange(1, 2).Draw(t, "amount lent")}
		if rapid.IntRange(0, 9).Draw(t, "for good") > 0 {
			until := from.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "lent for")) * 15 * time.Minute)
			l.Until = &until
		}
		s.Lent = append(s.Lent, l)
	}
	return s
}

func TestMeetAgreesWithCountingEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := rapid.SampledFrom(moments).Draw(t, "now")
		today := market.DateOf(now)
		offer, need := drawWhen(t, today), drawWhen(t, today)
		offer.LeadTime = rapid.SampledFrom([]int{0, 0, 5, 48}).Draw(t, "lead time")
		need.Every, need.Times = market.Weekly, rapid.IntRange(2, 5).Draw(t, "times")
		need.Duration = 15 * rapid.IntRange(1, 10).Draw(t, "duration")
		need.Until = today.AddDays(rapid.IntRange(5, 35).Draw(t, "until"))
		stock, amount := drawStock(t, now), 1
		o := newOracle(offer, need, stock, amount, now)
		m := meet(offer, need, stock, amount, now)
		fits, of := o.best()
		if m.Fits != fits || fits > 0 && m.Of != of {
			t.Fatalf("got %d of %d, every minute counted gives %d of %d", m.Fits, m.Of, fits, of)
		}
		o.checkSlots(t, m)
	})
}

func (o *oracle) checkSlots(t *rapid.T, m Meeting) {
	if len(m.Slots) != m.Fits || m.Fits+len(m.Missed) != m.Of {
		t.Fatalf("%d slots and %d missed for %d of %d", len(m.Slots), len(m.Missed), m.Fits, m.Of)
	}
	for _, s := range m.Slots {
		for at := s.From; at.Before(s.Until); at = at.Add(time.Minute) {
			if !o.free[int(at.Sub(o.from)/time.Minute)] {
				t.Fatalf("slot %s is not free at %s", s.From, at)
			}
		}
		after := s.Until.Add(time.Duration(o.stock.TurnRound) * time.Minute)
		for at := s.From; at.Before(after); at = at.Add(time.Minute) {
			if o.full[int(at.Sub(o.from)/time.Minute)] {
				t.Fatalf("slot %s is lent at %s", s.From, at)
			}
		}
	}
}
