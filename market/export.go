package market

import "time"

// Export is a copy of all that is kept of a person: a zip, which waits for them for ExportLasts.
type Export struct {
	ID       ID
	PersonID ID
	AskedAt  time.Time
	ReadyAt  *time.Time // nil: it is being made
	Size     int64      // bytes
}

// ExportLasts is how long an export waits to be fetched. Then it is gone.
const ExportLasts = 24 * time.Hour

// ExportReady is the letter that says so.
const ExportReady LetterKind = "export_ready"

// Ready reports whether the export can be fetched.
func (e Export) Ready(now time.Time) bool { return e.ReadyAt != nil && now.Before(e.Until()) }

// Until is when a ready export goes.
func (e Export) Until() time.Time {
	if e.ReadyAt == nil {
		return time.Time{}
	}
	return e.ReadyAt.Add(ExportLasts)
}
