package market

import "time"

// UnsentForm is the form of a listing that waits until its writer has signed in and has a group. It belongs to a
// browser: whoever holds the secret that was hashed may read it, and nobody else.
type UnsentForm struct {
	BrowserHash []byte
	Side        Side
	Fields      []byte // a JSON object of lists of texts, as they were typed
	KeptAt      time.Time
}

const (
	// UnsentLasts is how long an unsent form waits: a mail, a name and a group take minutes, a phone call about the
	// group's postcode takes longer.
	UnsentLasts = 2 * time.Hour
	// MaxUnsent is the largest form that waits, unsent or unfinished, in bytes: the longest description in the widest script, and all else.
	MaxUnsent = 64_000
)
