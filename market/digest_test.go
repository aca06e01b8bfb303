package market

import (
	"testing"
	"time"
)

func TestWhoMovesGetsTheirNextDigestOnTheSameDay(t *testing.T) {
	now := time.Date(2027, 1, 18, 9, 0, 0, 0, time.UTC) // a Monday, an hour after the digest in London
	at := func(day, hour int) *time.Time {
		t := time.Date(2027, 1, day, hour, 0, 0, 0, time.UTC)
		return &t
	}
	for _, c := range []struct {
		from, to  string
		due, want *time.Time
	}{
		{"Europe/London", "America/New_York", at(25, 8), at(25, 13)}, // and not at eight there today, besides the one in London
		{"", "Asia/Tokyo", at(25, 8), at(24, 23)},
		{"America/New_York", "Europe/London", at(18, 13), at(18, 8)}, // today's, at once
		{"Europe/London", "Europe/London", at(25, 8), at(25, 8)},
		{"Europe/London", "America/New_York", at(18, 8), at(18, 8)}, // waits to be written
		{"Europe/London", "America/New_York", nil, nil},
	} {
		got := Person{Zone: c.from, DigestDue: c.due}.DigestDueIn(c.to, now)
		if (got == nil) != (c.want == nil) || got != nil && !got.Equal(*c.want) {
			t.Errorf("%v by %q's clock, moved to %s: %v, want %v", c.due, c.from, c.to, got, c.want)
		}
	}
}

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
