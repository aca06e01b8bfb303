package calendar

import (
	"time"

	"wherewithal/market"
)

// Side is one listing's times, made ready for an almanac.
type Side struct {
	when market.When
	loc  *time.Location
	days *days
	term []bool // nil: term or not is no matter
	in   Nation
	asks *asked // what it was found to want, when it is compared often; nil: nothing is kept
}

// asked are the regular ways to meet a need from a minute on, worked out once.
type asked struct {
	from int64 // 0: not yet
	ways []series
}

// Side makes a listing's times ready; the borough chooses the term dates.
func (a *Almanac) Side(w market.When, borough string) Side {
	loc := a.book.location(w)
	s := Side{when: w, loc: loc, days: a.in(loc)}
	if w.TermTimeOnly {
		s.term = s.days.inTerm(borough, a.book.terms)
	}
	return s
}

// Kept is the side with what is worked out of it once for all that it is compared with, by one goroutine.
func (s Side) Kept() Side {
	s.asks = &asked{}
	return s
}

// In is the side where a nation's bank holidays hold.
func (s Side) In(n Nation) Side {
	s.in = n
	return s
}

// closed says why the listing does not hold on a day, "" when it does.
func (s *Side) closed(i int) string {
	d, w := &s.days.list[i], &s.when
	switch {
	case w.From != "" && d.date < w.From, w.Until != "" && d.date > w.Until, w.NeededBy != "" && d.date > w.NeededBy:
		return OutOfDates
	case has(w.Exceptions, d.date):
		return Excepted
	case w.NotBankHolidays && d.holiday[s.in]:
		return BankHoliday
	case s.term != nil && !s.term[i]:
		return OutOfTerm
	}
	return ""
}

func has(list []market.Date, d market.Date) bool {
	for _, x := range list {
		if x == d {
			return true
		}
	}
	return false
}

// windows that apply on a day, in minutes on the wall. A listing without any is open all day.
func (s *Side) windows(i int, into []span) []span {
	if len(s.when.Windows) == 0 {
		return append(into, span{0, 1440})
	}
	d := &s.days.list[i]
	for k := range s.when.Windows {
		if w := &s.when.Windows[k]; d.holds(w) {
			into = append(into, span{int64(w.Start), int64(w.End)})
		}
	}
	return into
}

func (d *day) holds(w *market.Window) bool {
	switch w.Repeat {
	case market.Daily:
		return true
	case market.Weekly:
		return w.Days.Has(d.weekday)
	case market.Monthly:
		return w.Days.Has(d.weekday) && (w.Nth == d.nth || w.Nth == -1 && d.last)
	}
	return w.On == d.date
}
