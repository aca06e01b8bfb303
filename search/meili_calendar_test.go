package search

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

func TestRunsEndAtMidnightAndAtGaps(t *testing.T) {
	got := runs([]int{45, 46, 47, 48, 49, 60})
	want := []int{45*64 + 3, 46*64 + 2, 47*64 + 1, 48*64 + 2, 49*64 + 1, 60*64 + 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDaysOfTheWeekAreNumberedFromMonday(t *testing.T) {
	for day := market.Date("2027-01-01"); day < "2027-01-15"; day = day.AddDays(1) {
		if got, want := weekdayOf(dayNumber(day)), (int(day.Weekday())+6)%7; got != want {
			t.Errorf("%s: %d, want %d", day, got, want)
		}
	}
	first, last, ok := datesOf(3, dayNumber("2027-02-01"), dayNumber("2027-02-17"))
	if first != dayNumber("2027-02-04") || last != dayNumber("2027-02-11") || !ok {
		t.Errorf("Thursdays from %d to %d, %v", first, last, ok)
	}
	if _, _, ok := datesOf(3, dayNumber("2027-02-05"), dayNumber("2027-02-10")); ok {
		t.Error("a Thursday between a Friday and a Wednesday")
	}
}

// The same listing, asked about every stretch of days that matters: numbers and calendar must agree.
func TestNumbersSayWhatTheCalendarSays(t *testing.T) {
	thursday := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}
	for name, l := range map[string]market.Listing{
		"always":          {},
		"weekly":          {When: market.When{Windows: []market.Window{thursday}}},
		"a term":          {When: market.When{From: "2027-02-03", Until: "2027-02-28", Windows: []market.Window{thursday}}},
		"five days":       {When: market.When{From: "2027-02-03", Until: "2027-02-07", Windows: []market.Window{thursday}}},
		"a day out":       {When: market.When{Exceptions: []market.Date{"2027-02-11"}, Windows: []market.Window{thursday}}},
		"a day and after": {When: market.When{Windows: []market.Window{thursday, {Repeat: market.Once, On: "2027-02-13", Start: 600, End: 720}}}},
		"out near an end": {When: market.When{Until: "2027-02-14", Exceptions: []market.Date{"2027-02-09"}, Windows: []market.Window{thursday}}},
	} {
		l.Quantity, l.CreatedAt = 1, time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC)
		c := calendarOf(l, nil)
		h := c.hours("2027-01-10")
		for from := market.Date("2027-01-11"); from < "2027-03-01"; from = from.AddDays(1) {
			for _, length := range []int{0, 1, 6, 9, 20} {
				until := from.AddDays(length)
				if got, want := h.openBetween(from, until), c.openBetween(from, until); got != want {
					t.Errorf("%s, %s to %s: %v, want %v", name, from, until, got, want)
				}
			}
		}
	}
}

// openBetween asks the numbers as a filter does: for a Thursday from 18:00 to 20:00.
func (h hours) openBetween(from, until market.Date) bool {
	first, last, ok := datesOf(3, dayNumber(from), dayNumber(until))
	if !ok {
		return false
	}
	in := func(list []int, low, high int) bool {
		for _, n := range list {
			if n >= low && n <= high {
				return true
			}
		}
		return false
	}
	slot := 3*slotsOfDay + 36
	pattern := h.Always || in(h.Week, slot*runBase+4, slot*runBase+runBase-1)
	if pattern && (h.First <= last && h.Last >= first || in(h.Days, 3*dayBase+first, 3*dayBase+last)) {
		return true
	}
	for d := first; d <= last; d += 7 {
		if s := d*slotsOfDay + 36; in(h.Dates, s*runBase+4, s*runBase+runBase-1) {
			return true
		}
	}
	return false
}

// openBetween goes through the days one by one.
func (c Calendar) openBetween(from, until market.Date) bool {
	for d := from; d <= until; d = d.AddDays(1) {
		inTerm := (c.First == "" || c.First <= d) && (c.Last == "" || d <= c.Last)
		span := Span{d.At(18*60, time.UTC), d.At(20*60, time.UTC)}
		if d.Weekday() != time.Thursday || covered(span, c.Taken) {
			continue
		}
		open := 0
		for _, s := range c.Slots {
			if s >= 3*slotsOfDay+36 && s < 3*slotsOfDay+40 {
				open++
			}
		}
		if inTerm && open == 4 || covered(span, c.Extra) {
			return true
		}
	}
	return false
}
