package calendar

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

func TestWhatIsOpenIsNeitherLentNorTooSoonNorClosed(t *testing.T) {
	loc := market.When{}.Location()
	at := func(day market.Date, m market.Minute) time.Time { return day.At(m, loc) }
	now := at("2027-03-18", 17*60+30) // a Thursday, ten days before clocks change
	thursdays := market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}}, LeadTime: 1,
		Exceptions: []market.Date{"2027-04-08"}, TurnRound: 30}
	until := at("2027-03-25", 20*60)
	stock := Stock{Quantity: 1, TurnRound: 30, Lent: []market.Allocation{{Amount: 1, From: at("2027-03-25", 19*60), Until: &until}}}
	open := func(w market.When, s Stock, days, most int) (said []string) {
		a := NewAlmanac(now, nil)
		for _, s := range a.Open(a.Side(w, ""), s, 1, days, most, 30*time.Minute) {
			said = append(said, s.From.In(loc).Format("02.01. 15:04")+"–"+s.Until.In(loc).Format("15:04 MST"))
		}
		return said
	}
	want := []string{"18.03. 18:30–22:00 GMT", "25.03. 18:00–18:30 GMT", "25.03. 20:30–22:00 GMT", "01.04. 18:00–22:00 BST", "15.04. 18:00–22:00 BST"}
	if diff := cmp.Diff(want, open(thursdays, stock, 30, 100)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:2], open(thursdays, stock, 30, 2)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:1], open(thursdays, Stock{Quantity: 1}, 7, 100)); diff != "" {
		t.Error(diff)
	}
	if got := open(market.When{}, stock, 30, 100); got != nil {
		t.Errorf("any time is %v", got)
	}
}
