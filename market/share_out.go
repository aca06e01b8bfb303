package market

import "time"

// Cause is why many needs were looked at together.
type Cause string

const (
	ByNight  Cause = "night"  // every night, all open needs
	ByBurst  Cause = "burst"  // many needs of a kind came at once
	OnDemand Cause = "demand" // somebody asked for it
)

// ShareOut is a sharing out: many offers and many needs looked at together, and what was decided.
type ShareOut struct {
	ID        ID
	Cause     Cause
	NetworkID ID     // the needs of one network; none: of all
	Kind      string // of one kind; "": of all
	Weights   string // versions of the weights that made the fits and the plan
	Needs     int
	Offers    int
	Pairs     int
	Value     float64 // what the plan is worth
	Bound     float64 // no plan is worth more
	Gap       float64 // how much better a plan there could be at most, as a share of the bound, [0,1]
	Steps     int     // flows solved
	At        time.Time
	Parts     []SharePart `gorm:"-"` // what matters most first
}

// SharePart is what the plan gives from an offer to a need.
type SharePart struct {
	ShareOutID ID
	Position   int
	OfferID    ID
	NeedID     ID
	Amount     int
	Slots      []Slot `gorm:"serializer:json"`
}

// SharedNeed says which sharing out speaks for a need.
type SharedNeed struct {
	NeedID     ID `gorm:"primaryKey"`
	ShareOutID ID // none: it waits for the next
	Since      time.Time
}

// What a sharing out decides, and how long that holds.
const (
	PlanLasts = 36 * time.Hour   // a night that failed does no harm; after two, needs are ranked one by one again
	HoldFor   = 10 * time.Minute // a need waits no longer than that for a sharing out that does not come
)

// Holds reports whether a plan speaks for the need at that time.
func (n SharedNeed) Holds(now time.Time) bool {
	return n.ShareOutID != "" && now.Sub(n.Since) < PlanLasts
}

// Waits reports whether the need waits for a sharing out at that time.
func (n SharedNeed) Waits(now time.Time) bool {
	return n.NeedID != "" && n.ShareOutID == "" && now.Sub(n.Since) < HoldFor
}
