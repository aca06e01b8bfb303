//go:build !testclock

package config

import "time"

// systemNow is the machine's time: a release has no switch to move it.
func systemNow() time.Time { return time.Now() }
