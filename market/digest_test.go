package market

import (
	"testing"
	"time"
)

func TestADigestComesAtEightByItsReadersOwnClock(t *testing.T) {
	noon := time.Date(2027, 3, 24, 12, 0, 0, 0, time.UTC) // a Wednesday, before the clocks change on the 28th
	for _, c := range []struct {
		p    Person
		want time.Time
	}{
		{Person{}, time.Date(2027, 3, 29, 7, 0, 0, 0, time.UTC)},
		{Person{Digest: DailyDigest}, time.Date(2027, 3, 25, 8, 0, 0, 0, time.UTC)},
		{Person{Digest: DailyDigest, Zone: "America/New_York"}, time.Date(2027, 3, 25, 12, 0, 0, 0, time.UTC)}, // eight there is noon here
		{Person{Digest: WeeklyDigest, Zone: "Asia/Tokyo"}, time.Date(2027, 3, 28, 23, 0, 0, 0, time.UTC)},
		{Person{Zone: "Nowhere/Land"}, time.Date(2027, 3, 29, 8, 0, 0, 0, time.UTC)},
	} {
		if got := c.p.NextDigest(noon); !got.Equal(c.want) {
			t.Errorf("%+v: %v, want %v", c.p, got, c.want)
		}
	}
	p := Person{Digest: DailyDigest}
	if first := p.NextDigest(noon); !p.NextDigest(first).After(first) {
		t.Error("the next after a digest is the same")
	}
}
