package wording_test

import (
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/wording"
)

func TestSlotsSayWallClockTimes(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	slot := func(month time.Month, day, hour int) market.Slot {
		from := time.Date(2027, month, day, hour, 0, 0, 0, london)
		return market.Slot{From: from.UTC(), Until: from.Add(2 * time.Hour).UTC()}
	}
	for want, slots := range map[string][]market.Slot{
		"":                                    nil,
		"Thursday 4 February, 18:00 to 20:00": {slot(2, 4, 18)},
		"Thursdays 19:00 to 21:00, 2 times from 25 March to 1 April":      {slot(3, 25, 19), slot(4, 1, 19)}, // the clocks go forward between
		"2 times from Thursday 4 February, 18:00 to 20:00, to 5 February": {slot(2, 4, 18), slot(2, 5, 10)},
	} {
		if got := wording.Slots("en-GB", slots, london); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
