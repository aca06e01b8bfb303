package introduction

import "time"

// Take has the work of a use case seem to take so long.
func (is *Introductions) Take(long time.Duration) {
	is.since = func(time.Time) time.Duration { return long }
}
