package market

import "time"

// OnceKept is how long it is remembered that something was made: whatever comes again later is made again.
const OnceKept = 7 * 24 * time.Hour

// OnceOnly makes a change safe to repeat: it is made for the first that comes with the ID, and the others are led to
// what the first became.
type OnceOnly struct {
	ID     string
	Digest []byte // of what is asked, where a caller may send something else under the same ID; nil where it cannot
}
