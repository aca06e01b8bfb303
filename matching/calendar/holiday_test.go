package calendar

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

func TestBankHolidaysByRule(t *testing.T) {
	for year, want := range map[int][]market.Date{
		2021: {"2021-01-01", "2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30", "2021-12-27", "2021-12-28"},
		2024: {"2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26"},
		2026: {"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"},
		2027: {"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"},
		2028: {"2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26"},
	} {
		if diff := cmp.Diff(want, BankHolidays(year)); diff != "" {
			t.Errorf("%d (-want +got):\n%s", year, diff)
		}
	}
}

func TestChristmasOnASundayPutsItsSubstituteBehindBoxingDay(t *testing.T) {
	got := BankHolidays(2022)[6:] // Sunday 25 and Monday 26 December
	if diff := cmp.Diff([]market.Date{"2022-12-27", "2022-12-26"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTermsFollowTheBoroughsDatesWhereKnown(t *testing.T) {
	terms := TermDates{"Greenwich": {{"2027-01-11", "2027-02-12"}}}
	for _, c := range []struct {
		borough string
		date    market.Date
		want    bool
	}{
		{"Greenwich", "2027-01-07", false}, // its own dates say so
		{"Lewisham", "2027-01-07", true},   // the plain pattern
		{"Greenwich", "2027-02-12", true},
		{"Lewisham", "2027-02-17", false}, // half term
		{"Lewisham", "2027-08-05", false},
		{"Greenwich", "2027-10-07", true}, // another school year: the plain pattern again
	} {
		if got := terms.InTerm(c.borough, c.date); got != c.want {
			t.Errorf("%s %s: in term %v, want %v", c.borough, c.date, got, c.want)
		}
	}
}

func TestPlainTermsLeaveTheHolidaysOut(t *testing.T) {
	for year := 2024; year < 2040; year++ {
		for _, d := range []market.Date{on(year, time.December, 25), on(year+1, time.January, 1), on(year+1, time.August, 10)} {
			if within(PlainTerms(year), d) {
				t.Errorf("%s is in term", d)
			}
		}
	}
}

func TestScotlandAndNorthernIrelandHaveTheirOwn(t *testing.T) {
	for _, c := range []struct {
		outcode string
		want    []market.Date
	}{
		{"EH6", []market.Date{"2027-01-01", "2027-01-04", "2027-03-26", "2027-05-03", "2027-05-31", "2027-08-02", "2027-11-30", "2027-12-27", "2027-12-28"}},
		{"g1", []market.Date{"2027-01-01", "2027-01-04", "2027-03-26", "2027-05-03", "2027-05-31", "2027-08-02", "2027-11-30", "2027-12-27", "2027-12-28"}},
		{"BT1", []market.Date{"2027-01-01", "2027-03-17", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-07-12", "2027-08-30", "2027-12-27", "2027-12-28"}},
		{"GU1", []market.Date{"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"}},
		{"", []market.Date{"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"}},
	} {
		got := BankHolidaysIn(NationOf(c.outcode), 2027)
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q: %s", c.outcode, diff)
		}
	}
	if got := BankHolidaysIn(Scotland, 2023)[:2]; !slices.Contains(got, "2023-01-02") || !slices.Contains(got, "2023-01-03") {
		t.Errorf("the new year of 2023 began on a Sunday: %v", got)
	}
}
