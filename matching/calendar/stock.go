package calendar

import (
	"sort"
	"time"

	"wherewithal/market"
)

// Stock is how much of an offer there is, and what of it is lent when.
type Stock struct {
	Quantity  int
	TurnRound int // minutes kept free after each use
	Lent      []market.Allocation
	Untimed   time.Duration // a use lasts for which no time is agreed; 0: for good
	Whole     bool          // and nothing shorter will do
}

// StockOf is what there is of an offer, of which so much is lent.
func StockOf(l market.Listing, lent []market.Allocation) Stock {
	return Stock{Quantity: l.Quantity, TurnRound: l.When.TurnRound, Lent: lent, Untimed: l.Untimed(), Whole: l.Terms.LoanDays > 0}
}

// change of how much is in use, from a minute on.
type change struct {
	at int64
	by int
}

// changes in order. A use lasts until its turn-round is over.
func (s Stock) changes() []change {
	var list []change
	for _, l := range s.Lent {
		if l.ReleasedAt != nil {
			continue
		}
		list = append(list, change{minuteOf(l.From), l.Amount})
		if l.Until != nil {
			list = append(list, change{minuteUp(*l.Until) + int64(s.TurnRound), -l.Amount})
		}
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].at < list[j].at || list[i].at == list[j].at && list[i].by < list[j].by
	})
	return list
}

func minuteUp(t time.Time) int64 { return minuteOf(t.Add(time.Minute - time.Nanosecond)) }

// blocked are the stretches, by all changes, in which no use that takes the amount can run. Because a use is followed by its own
// turn-round, they begin that much before the next one does.
func (s Stock) blocked(changes []change, amount int) []span {
	var out []span
	used, since := 0, int64(-1)
	for _, c := range changes {
		used += c.by
		switch full := used > s.Quantity-amount; {
		case full && since < 0:
			since = c.at
		case !full && since >= 0:
			out = join(out, span{since - int64(s.TurnRound), c.at})
			since = -1
		}
	}
	if since >= 0 {
		out = join(out, span{since - int64(s.TurnRound), forever})
	}
	return out
}

// join adds a span to an ordered list, melting it with the last when they touch.
func join(list []span, s span) []span {
	if s.to <= s.from {
		return list
	}
	if n := len(list); n > 0 && s.from <= list[n-1].to {
		list[n-1].to = max(list[n-1].to, s.to)
		return list
	}
	return append(list, s)
}

// Earliest is the first minute from a moment on from which an amount is free for as long as a use without a time lasts, and
// whether there is one.
func (s Stock) Earliest(amount int, from time.Time) (time.Time, bool) {
	at, ok := earliest(s.blocked(s.changes(), amount), minuteUp(from), int64(s.Untimed/time.Minute))
	return timeOf(at, from.Location()), ok
}

// earliest is the first minute from one on that begins so many minutes outside of what is blocked, which is in order.
func earliest(blocked []span, from, length int64) (int64, bool) {
	for _, b := range blocked {
		if b.to > from && b.from < from+length {
			from = b.to
		}
	}
	return from, from < forever
}

// Each is how much every one of some uses could take, turn-round after each included: those nearer than that to one another
// take it at once.
func (s Stock) Each(uses []market.Slot) int {
	type moment struct {
		at         int64
		lent, uses int
	}
	var list []moment
	for _, c := range s.changes() {
		list = append(list, moment{at: c.at, lent: c.by})
	}
	for _, u := range uses {
		list = append(list, moment{at: minuteOf(u.From), uses: 1}, moment{at: minuteUp(u.Until) + int64(s.TurnRound), uses: -1})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].at < list[j].at })
	each, lent, at := s.Quantity, 0, 0
	for i, m := range list {
		lent, at = lent+m.lent, at+m.uses
		if last := i+1 == len(list) || list[i+1].at > m.at; last && at > 0 {
			each = min(each, (s.Quantity-lent)/at)
		}
	}
	return each
}

// LeftForGood is how much is free from a moment on and stays so.
func (s Stock) LeftForGood(from time.Time) int {
	return s.Quantity - peak(s.changes(), minuteOf(from), forever)
}

// peak is the most that is in use at once within a stretch.
func peak(changes []change, from, to int64) int {
	used, most := 0, 0
	for i, c := range changes {
		if c.at >= to {
			break
		}
		used += c.by
		next := forever
		if i+1 < len(changes) {
			next = changes[i+1].at
		}
		if next > from {
			most = max(most, used)
		}
	}
	return most
}
