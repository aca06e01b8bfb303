package market

import "time"

// UnfinishedForm is the form of a listing as its writer left it, to go on with later. It is theirs alone: a listing, which the
// group sees, comes of it only once it is whole. A
// PostedForm is left of it then.
type UnfinishedForm struct {
	PersonID ID `gorm:"primaryKey"`
	ID       ID `gorm:"primaryKey"` // made with the form that is sent, and told from others of the same person only
	Side     Side
	Fields   map[string][]string `gorm:"serializer:json"` // as they were typed; MaxUnsent bytes at most
	KeptAt   time.Time
	Version  int64 // grows by one each time it is kept; 0: it never was
}

const (
	// UnfinishedLasts is how long an unfinished form waits for its writer after they saved it last: as long as a listing is open.
	UnfinishedLasts = 90 * 24 * time.Hour
	// MaxUnfinished forms of one person: more are not looked for again.
	MaxUnfinished = 10
)
