package reading_test

import (
	"testing"

	"wherewithal/market"
	"wherewithal/reading"
)

func TestReadsOneDayAsPeopleWriteIt(t *testing.T) { // today is 23 November 2026
	for text, want := range map[string]market.Date{
		"9 April": "2027-04-09", "9th of April 2028": "2028-04-09", " Friday 9 April 2027 ": "2027-04-09", "April 9": "2027-04-09",
		"the 1st of sept": "2027-09-01", "25 Dec": "2026-12-25", "23 november": "2026-11-23", "22 November": "2027-11-22",
		"09/04/2027": "2027-04-09", "31.12.2026": "2026-12-31", "2027-02-04": "2027-02-04", "29 February 2028": "2028-02-29",
		"29 February": "", "31 April": "", "the ninth": "", "4/13/2027": "", "9": "", "": "", "April": "", "9 m": "", "1 January 1802": "", "12 12": "",
	} {
		got, ok := reading.Day(text, today)
		if want != "" && got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", text, got, ok, want)
		}
	}
}
