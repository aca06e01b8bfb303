package listing_test

import (
	"slices"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/reading"
)

// A day without hours is met by whoever has some of it, and several dates by whoever has them all. It is Monday, 23 November 2026, 10:00.
func TestWhatIsReadOfADayCanBeMet(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	daily := func(start, end market.Minute) market.When {
		return market.When{Windows: []market.Window{{Repeat: market.Daily, Start: start * 60, End: end * 60}}}
	}
	on := func(days ...market.Date) (w market.When) {
		for _, day := range days {
			w.Windows = append(w.Windows, market.Window{Repeat: market.Once, On: day, Start: 8 * 60, End: 20 * 60})
		}
		return w
	}
	const saturday market.Weekdays = 1 << 5
	allParts := market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: saturday, Start: 9 * 60, End: 12 * 60},
		{Repeat: market.Weekly, Days: saturday, Start: 12 * 60, End: 17 * 60}, {Repeat: market.Weekly, Days: saturday, Start: 18 * 60, End: 22 * 60}}}
	for _, c := range []struct {
		sentence string
		offer    market.When
		meets    bool
	}{
		{"Room today", daily(9, 22), true},
		{"Room today", daily(9, 11), false}, // an hour is left
		{"Gazebo on 12 June", daily(8, 20), true},
		{"Gazebo on 12 June", daily(18, 22), true},
		{"Gazebo on 12 June, all day", daily(8, 20), false},
		{"Gazebo on 12 June, 9 am to 10 pm", daily(8, 20), false},
		{"Hall on Saturday", allParts, true},
		{"Room on Saturdays", allParts, true},
		{"Someone to teach knitting on 12 June", daily(14, 17), true},
		{"Room for 3 and 10 May", on("2027-05-03"), false},
		{"Room for 3 and 10 May", on("2027-05-03", "2027-05-10"), true},
		{"Room on 3 or 10 May", on("2027-05-03"), true},
		{"Gazebo on 12 and 13 June", on("2027-06-13"), false},
		{"Gazebo on 12 and 13 June", on("2027-06-12", "2027-06-13"), true},
	} {
		said := reading.Read(c.sentence, market.Need, "2026-11-23")
		need, offer := entry(market.Need, said.Kind), entry(market.Offer, said.Kind)
		need.Listing.When, offer.Listing.When = said.When, c.offer
		v := matching.Explain(offer, need, now, matching.Options{})
		if late := slices.ContainsFunc(v.Failed, func(f matching.Failure) bool { return f.Rule == market.MissTime }); late == c.meets {
			t.Errorf("%q: %v, %+v", c.sentence, v.Failed, said.When)
		}
	}
}

// entry is an open listing of a kind in Greenwich.
func entry(side market.Side, kind string) market.Entry {
	l := market.Listing{ID: market.ID(side), Version: 1, GroupID: market.ID("group of " + side), Side: side, Kind: kind, Title: "Something useful", Quantity: 1,
		Where: market.AtPlace, Circle: market.InCity, Life: market.Open, Facts: market.Facts{}, Terms: market.Terms{Kind: market.Gift}}
	return market.Entry{Listing: l, Region: "London", Borough: "Greenwich", Point: market.Point{Lat: 51.48},
		Group: market.Standing{ID: l.GroupID, Active: true, LegalForm: market.Constituted}}
}
