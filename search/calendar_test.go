package search

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

func TestMonthlyWindowsFallOnTheRightDays(t *testing.T) {
	w := market.Window{Repeat: market.Monthly, Days: market.DayBit(time.Monday), Start: 600, End: 720}
	for nthDay, want := range map[int]market.Date{1: "2027-02-01", 2: "2027-02-08", 4: "2027-02-22", -1: "2027-02-22"} {
		w.Nth = nthDay
		if got := nth(time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), w); got != want {
			t.Errorf("%d. Monday of February 2027 is %s, want %s", nthDay, got, want)
		}
	}
}

func TestHalfHoursLieWhollyInTheirWindow(t *testing.T) {
	got := slotsOf([]market.Window{{Repeat: market.Weekly, Days: market.DayBit(time.Tuesday), Start: 9*60 + 10, End: 10*60 + 45}})
	if diff := cmp.Diff([]int{48 + 19, 48 + 20}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFullWhereUsesOverlap(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2027, 2, d, 0, 0, 0, 0, time.UTC) }
	use := func(amount, from, until int) market.Allocation {
		end := day(until)
		return market.Allocation{Amount: amount, From: day(from), Until: &end}
	}
	l := market.Listing{Quantity: 3, Splittable: true, SmallestPart: 1, When: market.When{Zone: "UTC"}}
	got := merge(full(l, []market.Allocation{use(1, 1, 9), use(1, 2, 4), use(1, 3, 8), use(1, 4, 5)}))
	if diff := cmp.Diff([]Span{{day(3), day(5)}}, got); diff != "" {
		t.Error(diff)
	}
	released := use(3, 1, 9)
	released.ReleasedAt = new(day(1))
	if got := full(l, []market.Allocation{released}); len(got) != 0 {
		t.Errorf("released, yet taken: %v", got)
	}
}

func TestTurnRoundIsTaken(t *testing.T) {
	end := time.Date(2027, 7, 1, 20, 0, 0, 0, time.UTC)
	l := market.Listing{Quantity: 1, When: market.When{TurnRound: 30}}
	got := full(l, []market.Allocation{{Amount: 1, From: end.Add(-time.Hour), Until: &end}})
	want := "[2027-07-01 19:30:00,2027-07-01 21:30:00)" // by London's clocks, an hour ahead in summer
	if len(got) != 1 || got[0].String() != want {
		t.Errorf("taken %v, want %s", got, want)
	}
}

// A date of a window that lies outside the days for which the whole is offered is no time at which it is free: the engine that
// matches says so as well.
func TestDatesOutsideTheDaysOfTheWholeAreNotFree(t *testing.T) {
	once := func(on market.Date) market.Window {
		return market.Window{Repeat: market.Once, On: on, Start: 600, End: 720}
	}
	monthly := market.Window{Repeat: market.Monthly, Nth: 1, Days: market.DayBit(time.Monday), Start: 600, End: 720}
	for name, c := range map[string]struct {
		when market.When
		want []market.Date
	}{
		"dates":             {market.When{From: "2027-02-02", Until: "2027-02-20", Windows: []market.Window{once("2027-02-01"), once("2027-02-02"), once("2027-02-20"), once("2027-02-21")}}, []market.Date{"2027-02-02", "2027-02-20"}},
		"needed by":         {market.When{NeededBy: "2027-02-05", Windows: []market.Window{once("2027-02-05"), once("2027-02-06")}}, []market.Date{"2027-02-05"}},
		"no days are said":  {market.When{Windows: []market.Window{once("2027-02-01"), once("2027-03-01")}}, []market.Date{"2027-02-01", "2027-03-01"}},
		"days of the month": {market.When{From: "2027-02-02", Until: "2027-04-05", Windows: []market.Window{monthly}}, []market.Date{"2027-03-01", "2027-04-05"}},
	} {
		l := market.Listing{Quantity: 1, CreatedAt: time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC), When: c.when}
		var got []market.Date
		for _, s := range calendarOf(l, nil).Extra {
			got = append(got, market.DateOf(s.From))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
