package market

import "time"

// ImportState is how far a file has come.
type ImportState string

const (
	ImportReading ImportState = "reading" // it is still coming in
	ImportLooking ImportState = "looking" // it is here whole, and a job looks at it
	ImportShown   ImportState = "shown"   // what it would change can be looked at; nothing is changed
	ImportRefused ImportState = "refused" // it could not be read: Faults says why
	ImportDoing   ImportState = "doing"
	ImportDone    ImportState = "done" // but for what Faults says
)

// Import is a file of listings that a partner sent.
type Import struct {
	ID        ID
	PartnerID ID
	Test      bool
	Format    string // "csv" or "hsds"
	SumsAll   bool   // it is all that the partner has: what is not in it is to be closed
	State     ImportState
	SHA256    []byte `gorm:"column:sha256"`
	Size      int64  // bytes
	CreatedAt time.Time
	BegunAt   *time.Time
	EndedAt   *time.Time
	Faults    []Fault      `gorm:"serializer:json"` // what is wrong with all of it, or what of it is not done
	CountedAs ImportState  // in which Counts were counted; in another they are not those of its rows
	Counts    ImportCounts `gorm:"serializer:json"`
}

// LookedAt reports whether it is known what each row does.
func (i Import) LookedAt() bool {
	return i.State == ImportShown || i.State == ImportDoing || i.State == ImportDone
}

// What a row of a file would do.
const (
	RowAdds      = "add"
	RowChanges   = "change"
	RowKeeps     = "keep" // the same, and its listing is kept open for longer
	RowCloses    = "close"
	RowUnchanged = "unchanged"
	RowRefused   = "refused"
)

// ImportRow is one row of a file. Position is that of the file; what is to be closed because it is not in the file comes after
// all rows, with PositionAbsent before its number.
type ImportRow struct {
	ImportID  ID
	Position  int
	Reference string
	Said      *Supply `gorm:"serializer:json"`
	Closed    bool
	Digest    []byte
	Was       []byte // what stood under its reference when it was looked at, as Supplied.Stands
	Act       string
	Faults    []Fault `gorm:"serializer:json"`
	Cut       []Fault `gorm:"serializer:json"`
	Notes     []Fault `gorm:"serializer:json"` // what becomes of its listing beyond Act: it waits, stays paused, is shown less far
	Result    string  // done, or why not; "" before
}

// PositionAbsent is beyond the last row that a file can have.
const PositionAbsent = 2_000_000

// What became of a row that was to be done.
const (
	ResultDone    = "done"
	ResultMoved   = "moved"   // what it speaks of was sent or closed after the file was looked at
	ResultRefused = "refused" // by a rule that the look at the file could not know of
)

// ImportCounts say how many rows do what.
type ImportCounts struct {
	Rows                                       int // of the file, as far as it was read
	Added, Changed, Closed, Unchanged, Refused int // Unchanged holds those that are kept open
	Waiting                                    int // of those added: for their group's yes, or for a look, before they open
	Done, Failed                               int // of those that change something
}

// ImportKept is how long a file, with what became of its rows, can be looked at.
const ImportKept = 7 * 24 * time.Hour

// The jobs of files.
const (
	LookJob   = "look"   // look at a large one
	ImportJob = "import" // do what one would change
)
