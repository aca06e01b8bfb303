package market_test

import (
	"testing"
	"time"

	"wherewithal/market"
)

func TestWhatIsForTheNightWaitsForIt(t *testing.T) {
	for now, want := range map[string]string{
		"2026-01-10T01:59:00Z": "2026-01-10T03:30:00Z",
		"2026-01-10T02:00:00Z": "2026-01-10T02:00:00Z",
		"2026-01-10T04:59:00Z": "2026-01-10T04:59:00Z",
		"2026-01-10T05:00:00Z": "2026-01-11T03:30:00Z",
		"2026-01-10T21:06:00Z": "2026-01-11T03:30:00Z",
		"2026-07-10T00:30:00Z": "2026-07-10T02:30:00Z", // summer time: 1:30, and half past three
		"2026-07-10T03:30:00Z": "2026-07-10T03:30:00Z",
		"2026-07-10T04:00:00Z": "2026-07-11T02:30:00Z",
		"2026-03-28T22:00:00Z": "2026-03-29T02:30:00Z", // the night in which summer time begins
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := market.AtNight(at).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}
