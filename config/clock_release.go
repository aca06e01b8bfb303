//go:build !testclock

package config

import "time"

// ClockTurn is how often the schedule looks at the business clock.
const ClockTurn = 10 * time.Second

// systemNow is the machine's time: a release has no switch to move it.
func systemNow() time.Time { return time.Now() }
