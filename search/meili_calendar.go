package search

import (
	"time"

	"wherewithal/market"
)

// A run is a half hour that is open, with how many are open from it on within the same day, as one number: the half
// hour times runBase plus the length. "Open from 18:00 for two hours" is then one range: length 4 or more at that half
// hour. "Open at some time between" is one range too.
const runBase = 64 // more than the half hours of a day

// dayBase keeps the days of one weekday together: the weekday times dayBase plus the day's number.
const dayBase = 1_000_000

// lastDay is later than any day; a stretch from lastDay to 0 is none.
const lastDay = dayBase - 1

// longestOdd is how far ahead exceptions are written down day by day. Asking further than a year is not possible, and a
// listing that is not renewed lasts a quarter.
const longestOdd = 3 * year

// hours say when a listing is open, in numbers that an engine can filter by. On the days from First to Last, and on
// those of Days, the pattern of the week holds: Always, or the runs of Week. On the days that differ, the runs of Dates
// say what is open.
type hours struct {
	Always bool  `json:"always"`
	Week   []int `json:"week"`  // runs; half hours counted from Monday 00:00
	First  int   `json:"first"` // days since 1970
	Last   int   `json:"last"`
	Days   []int `json:"days"`  // weekday times dayBase, plus the day
	Dates  []int `json:"dates"` // runs; half hours counted from 1970
}

// hours of a calendar that is looked at from a day on.
func (c Calendar) hours(from market.Date) hours {
	h := hours{Always: len(c.Slots) == slotsOfWeek, Week: []int{}, Days: []int{}, Dates: []int{}, First: 0, Last: lastDay}
	if !h.Always {
		h.Week = runs(c.Slots)
	}
	if c.First != "" {
		h.First = dayNumber(c.First)
	}
	if c.Last != "" {
		h.Last = dayNumber(c.Last)
	}
	h.writeOdd(c, max(h.First, dayNumber(from)))
	if h.Last-h.First < 6 { // a weekday may be missing from it
		h.writeDays(c, h.First, h.Last)
		h.First, h.Last = lastDay, 0
	}
	return h
}

// writeOdd writes the days up to the last that differs one by one; after it the pattern holds.
func (h *hours) writeOdd(c Calendar, from int) {
	last := 0
	odd := map[int]bool{}
	for _, spans := range [][]Span{c.Extra, c.Taken} {
		for _, s := range spans {
			until := min(dayNumber(market.DateOf(s.Until.Add(-time.Nanosecond))), from+longestOdd)
			last = max(last, until)
			for d := max(from, dayNumber(market.DateOf(s.From))); d <= until; d++ {
				odd[d] = true
			}
		}
	}
	if last < from {
		return
	}
	for d := from; d <= last; d++ {
		switch {
		case odd[d]:
			h.Dates = append(h.Dates, c.runsOn(d, d >= h.First && d <= h.Last)...)
		case d <= h.Last:
			h.writeDays(c, d, d)
		}
	}
	h.First = last + 1
	if last == from+longestOdd {
		h.First, h.Last = lastDay, 0
	}
}

func (h *hours) writeDays(c Calendar, first, last int) {
	for d := first; d <= last; d++ {
		day := weekdayOf(d)
		for _, s := range c.Slots {
			if s/slotsOfDay == day {
				h.Days = append(h.Days, day*dayBase+d)
				break
			}
		}
	}
}

// runsOn are the runs of one day: of the pattern, where it holds, and of single stretches, without what is taken.
func (c Calendar) runsOn(d int, pattern bool) []int {
	var open [slotsOfDay]bool
	if pattern {
		for _, s := range c.Slots {
			if s/slotsOfDay == weekdayOf(d) {
				open[s%slotsOfDay] = true
			}
		}
	}
	var slots []int
	for i := range slotsOfDay {
		half := slotOf(d, i)
		for _, s := range c.Extra {
			open[i] = open[i] || !s.From.After(half.From) && !s.Until.Before(half.Until)
		}
		for _, s := range c.Taken {
			open[i] = open[i] && (!s.From.Before(half.Until) || !s.Until.After(half.From))
		}
		if open[i] {
			slots = append(slots, d*slotsOfDay+i)
		}
	}
	return runs(slots)
}

func slotOf(d, i int) Span {
	from := time.Unix(int64(d)*86400, 0).UTC().Add(time.Duration(i) * slotMinutes * time.Minute)
	return Span{from, from.Add(slotMinutes * time.Minute)}
}

// runs of half hours in ascending order; none goes past midnight.
func runs(slots []int) []int {
	out := make([]int, len(slots))
	for i := len(slots) - 1; i >= 0; i-- {
		length := 1
		if i+1 < len(slots) && slots[i+1] == slots[i]+1 && slots[i+1]%slotsOfDay != 0 {
			length += out[i+1] % runBase
		}
		out[i] = slots[i]*runBase + length
	}
	return out
}

// weekdayOf a day: 0 is Monday. The first of January 1970 was a Thursday.
func weekdayOf(day int) int { return (day + 3) % 7 }
