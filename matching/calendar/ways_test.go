package calendar

import (
	"testing"
	"time"

	"wherewithal/market"
)

func waysOf(t *testing.T, offer, need market.When, stock Stock) []Meeting {
	t.Helper()
	a := NewAlmanac(time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), nil)
	return a.Ways(a.Side(offer, "Greenwich"), a.Side(need, "Greenwich"), stock, 1, 3)
}

func TestWaysAreTheEveningsThatBothHave(t *testing.T) {
	evenings := market.Window{Repeat: market.Weekly, Days: market.WorkDays, Start: 18 * 60, End: 22 * 60}
	tueThu := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Tuesday) | market.DayBit(time.Thursday), Start: 19 * 60, End: 21 * 60}
	offer := market.When{Windows: []market.Window{tueThu}}
	need := market.When{Windows: []market.Window{evenings}, Every: market.Weekly, Times: 4, Duration: 120}
	ways := waysOf(t, offer, need, Stock{Quantity: 1})
	if len(ways) != 2 || ways[0].Day != 2 || ways[1].Day != 4 || ways[0].Fits != 4 {
		t.Fatalf("%+v, want Tuesdays, then Thursdays", ways)
	}
	tuesday := ways[0].Slots[1]
	ways = waysOf(t, offer, need, Stock{Quantity: 1, Lent: []market.Allocation{{Amount: 1, From: tuesday.From, Until: &tuesday.Until}}})
	if len(ways) != 2 || ways[0].Day != 4 || ways[1].Fits != 3 {
		t.Errorf("%+v, want Thursdays first: a Tuesday is taken", ways)
	}
}

func TestWaysOfASingleDayAreTheNextDays(t *testing.T) {
	saturdays := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Saturday), Start: 10 * 60, End: 12 * 60}
	ways := waysOf(t, market.When{Windows: []market.Window{saturdays}}, market.When{Windows: []market.Window{saturdays}}, Stock{Quantity: 1})
	var days []int
	for _, w := range ways {
		days = append(days, w.Slots[0].From.Day())
	}
	if len(days) != 3 || days[0] != 16 || days[1] != 23 || days[2] != 30 {
		t.Errorf("days %v, want 16, 23 and 30", days)
	}
	if ways := waysOf(t, market.When{}, market.When{}, Stock{Quantity: 1}); ways != nil {
		t.Errorf("%+v where neither says any times", ways)
	}
}
