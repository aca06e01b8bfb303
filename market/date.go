package market

import (
	"fmt"
	"time"
)

// Date is a calendar day, "2027-02-04". The zero Date means none. Dates compare as text.
type Date string

// DateOf is the day that t falls on in its own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// ParseDate reads "2027-02-04".
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%q is not a date like 2027-02-04", s)
	}
	return Date(s), nil
}

// Valid reports whether d is a real day between 2000 and 2100.
func (d Date) Valid() bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Year() >= 2000 && t.Year() <= 2100
}

// Time is midnight at the start of d in loc; the zero time for the zero Date.
func (d Date) Time(loc *time.Location) time.Time { return d.At(0, loc) }

// At is the first instant at which a clock on the wall in loc shows the given minute of d. Daylight saving never
// moves it: 19:00 stays 19:00. A minute that the clocks skip is the instant at which they skip it, so that later
// minutes are never earlier instants.
func (d Date) At(m Minute, loc *time.Location) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	wall := t.Add(time.Duration(m) * time.Minute)
	return firstShowing(wall, time.Date(t.Year(), t.Month(), t.Day(), int(m)/60, int(m)%60, 0, 0, loc))
}

// firstShowing mends the choice that time.Date leaves open around a change of the clocks. wall is the wanted reading,
// as if it were UTC; got is what time.Date made of it.
func firstShowing(wall, got time.Time) time.Time {
	begin, end := got.ZoneBounds()
	_, offset := got.Zone()
	if !begin.IsZero() {
		_, before := begin.Add(-time.Second).Zone()
		earlier := wall.Add(-time.Duration(before) * time.Second)
		switch shows := earlier.In(got.Location()); {
		case before > offset && shows.Before(begin):
			return shows
		case before < offset && wall.Add(-time.Duration(offset)*time.Second).Before(begin):
			return begin
		case before < offset && !sameReading(wall, got):
			return begin
		}
	}
	if !end.IsZero() && !sameReading(wall, got) {
		return end
	}
	return got
}

func sameReading(wall, t time.Time) bool {
	return wall.Hour() == t.Hour() && wall.Minute() == t.Minute()
}

// AddDays moves d by n days.
func (d Date) AddDays(n int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return DateOf(t.AddDate(0, 0, n))
}

// Weekday of d.
func (d Date) Weekday() time.Weekday { return d.Time(time.UTC).Weekday() }

// Days counts the days from d to other.
func (d Date) Days(other Date) int {
	return int(other.Time(time.UTC).Sub(d.Time(time.UTC)).Hours() / 24)
}

// Minute is a time of day in minutes since midnight on the wall clock, 0 to 1440.
type Minute int

// Clock is m as people write it, "18:30".
func (m Minute) Clock() string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

// ParseMinute reads "18:30"; "24:00" is the end of the day.
func ParseMinute(s string) (Minute, error) {
	var h, m int
	if n, err := fmt.Sscanf(s, "%d:%d", &h, &m); err != nil || n != 2 || h < 0 || m < 0 || m > 59 || h*60+m > 1440 {
		return 0, fmt.Errorf("%q is not a time like 18:30", s)
	}
	return Minute(h*60 + m), nil
}
