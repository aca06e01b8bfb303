package reading_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wherewithal/market"
	"wherewithal/reading"
)

const today = market.Date("2026-11-23")

func weekly(days market.Weekdays, start, end int) market.Window {
	return market.Window{Repeat: market.Weekly, Days: days, Start: market.Minute(start * 60), End: market.Minute(end * 60)}
}

const (
	mo market.Weekdays = 1 << iota
	tu
	we
	th
	fr
	sa
	su
)

func TestReadsNeeds(t *testing.T) {
	for text, want := range map[string]reading.Sentence{
		"Room for 25, weekly, Thursday evenings, step-free, within 3 km of SE10, from 1 February for 12 weeks": {
			Title: "Room for 25", Kind: market.Room, People: 25, Place: "SE10", ReachKM: 3, Features: []market.Feature{market.StepFree},
			When: market.When{Windows: []market.Window{weekly(th, 18, 22)}, Every: market.Weekly, Times: 12, From: "2027-02-01"}},
		"2 hours weekly in a hall, any evening Mon–Thu, for 12 weeks": {
			Title: "2 hours weekly in a hall", Kind: market.Room,
			When: market.When{Windows: []market.Window{weekly(mo|tu|we|th, 18, 22)}, Every: market.Weekly, Times: 12, Duration: 120}},
		"We need 40 chairs on 4 May near se3 9ud": {
			Title: "We need 40 chairs on 4 May near se3 9ud", Kind: market.Equipment, Quantity: 40, Unit: "chairs", Place: "SE3 9UD",
			When: market.When{Windows: []market.Window{{Repeat: market.Once, On: "2027-05-04", Start: 9 * 60, End: 22 * 60}}, Duration: 180}},
		"Someone to help with our accounts, online is fine, urgent": {
			Title: "Someone to help with our accounts", Kind: market.Skill, Online: true, Urgent: true},
		"Could we borrow a gazebo by 12 June?": {
			Title: "Could we borrow a gazebo by 12 June?", Kind: market.Equipment, Quantity: 1, Terms: market.Terms{Kind: market.Loan},
			When: market.When{NeededBy: "2027-06-12"}},
		"Hall for up to 60 people, Saturdays 2 to 5 pm, parking, kitchen, up to £15 an hour": {
			Title: "Hall for up to 60 people", Kind: market.Room, People: 60, Features: []market.Feature{market.Parking}, Flags: []string{"kitchen"},
			Terms: market.Terms{Kind: market.AtCost, Pence: 1500, Per: "hour"},
			When:  market.When{Windows: []market.Window{weekly(sa, 14, 17)}, Every: market.Weekly}},
		"A room within 2 miles of E8, no parking needed": {
			Title: "A room within 2 miles of E8", Kind: market.Room, Place: "E8", ReachKM: 3.2},
		"Choir": {Title: "Choir"},
		"":      {},
	} {
		got := reading.Read(text, market.Need, today)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

func TestReadsOffers(t *testing.T) {
	for text, want := range map[string]reading.Sentence{
		"Church hall for 80 with kitchen, Thursdays 6 to 10 pm, near SE3, £12 an hour for heating": {
			Title: "Church hall for 80 with kitchen", Kind: market.Room, People: 80, Place: "SE3", Flags: []string{"kitchen"},
			Terms: market.Terms{Kind: market.AtCost, Pence: 1200, Per: "hour"},
			When:  market.When{Windows: []market.Window{weekly(th, 18, 22)}}},
		"Two gazebos to lend, weekends, term time only": {
			Title: "Two gazebos to lend", Kind: market.Equipment, Quantity: 2, Unit: "gazebos", Terms: market.Terms{Kind: market.Loan},
			When: market.When{TermTimeOnly: true, Windows: []market.Window{weekly(sa|su, 9, 22)}}},
		"Weekday mornings in our studio, not on bank holidays, until 30 April 2027": {
			Title: "Weekday mornings in our studio", Kind: market.Room,
			When: market.When{NotBankHolidays: true, Until: "2027-04-30", Windows: []market.Window{weekly(mo|tu|we|th|fr, 9, 12)}}},
	} {
		got := reading.Read(text, market.Offer, today)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Room for 25, weekly, Thursday evenings, from 31 February for 12 weeks")
	f.Add("99999 chairs 25 to 26 pm £ within 999 km of \x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		for _, side := range []market.Side{market.Offer, market.Need} {
			s := reading.Read(text, side, today)
			for _, w := range s.When.Windows {
				if w.End <= w.Start || w.End > 1440 {
					t.Errorf("%q: window %v", text, w)
				}
			}
		}
	})
}
