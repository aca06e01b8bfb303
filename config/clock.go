package config

import "time"

// Clock tells the business time. Doors and jobs read it once and hand the time down. The zero Clock is the system's.
// Safe for use by several goroutines.
type Clock struct{ now func() time.Time }

// SystemClock is the clock of a process: the machine's, or in a build with the tag testclock one that tests can move.
func SystemClock() Clock { return Clock{systemNow} }

// ClockOf is a clock that tells what now says; for tests.
func ClockOf(now func() time.Time) Clock { return Clock{now} }

// Now is the time in UTC, to the microsecond: what Postgres keeps, so that a time read back equals the one written.
func (c Clock) Now() time.Time {
	now := c.now
	if now == nil {
		now = systemNow
	}
	return now().UTC().Truncate(time.Microsecond)
}
