package market

import "time"

// Event is the trace of one change, written in its transaction: ids only, so that nothing personal stays behind.
type Event struct {
	ID        int64
	At        time.Time
	Actor     ID     // who; none for the program itself
	OnBehalf  ID     // the group acted for
	NetworkID ID     // the network it was done in, when a connector acts
	Verb      string // "listing.published"
	Subject   string // "listing"
	SubjectID ID
	OtherID   ID // a second thing involved, such as the blocked group
}
