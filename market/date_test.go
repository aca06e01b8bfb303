package market

import (
	"testing"
	"time"
)

func TestAtIsTheFirstInstantTheWallShows(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		date Date
		at   string
		want string
	}{
		{"winter", "2027-01-14", "19:00", "2027-01-14T19:00:00Z"},
		{"summer", "2027-07-15", "19:00", "2027-07-15T18:00:00Z"},
		{"before the clocks go on", "2027-03-28", "00:30", "2027-03-28T00:30:00Z"},
		{"the hour that is skipped begins", "2027-03-28", "01:00", "2027-03-28T01:00:00Z"},
		{"inside the hour that is skipped", "2027-03-28", "01:30", "2027-03-28T01:00:00Z"},
		{"after the clocks went on", "2027-03-28", "02:00", "2027-03-28T01:00:00Z"},
		{"evening of that day", "2027-03-28", "19:00", "2027-03-28T18:00:00Z"},
		{"the hour that comes twice, the first time", "2027-10-31", "01:00", "2027-10-31T00:00:00Z"},
		{"half of it", "2027-10-31", "01:30", "2027-10-31T00:30:00Z"},
		{"after it", "2027-10-31", "02:00", "2027-10-31T02:00:00Z"},
		{"midnight at the end of that day", "2027-10-31", "24:00", "2027-11-01T00:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ParseMinute(c.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.date.At(m, london).UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("%s %s: got %s, want %s", c.date, c.at, got, c.want)
			}
		})
	}
}

func TestLaterMinutesAreNeverEarlierInstants(t *testing.T) {
	for _, zone := range []string{"Europe/London", "America/New_York", "Australia/Lord_Howe"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for d := Date("2027-01-01"); d < "2028-01-01"; d = d.AddDays(1) {
			for m, last := Minute(0), d.At(0, loc); m <= 1440; m += 15 {
				if at := d.At(m, loc); at.Before(last) {
					t.Fatalf("%s %s %s comes before a quarter of an hour earlier", zone, d, m.Clock())
				} else {
					last = at
				}
			}
		}
	}
}
