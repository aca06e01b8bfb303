package market

import "time"

// Match is an offer and a need that pass every hard rule, with a fit and its reasons.
type Match struct {
	ID           ID
	OfferID      ID
	NeedID       ID
	Fit          float64  // [0,1]; a measure of fit, never a probability
	Reasons      []Reason `gorm:"serializer:json"`
	Weights      string   // version of the weights that made the fit
	Slots        []Slot   `gorm:"serializer:json"` // occurrences that would be used, in order; empty: no times on either side
	OfferVersion int64
	NeedVersion  int64
	FoundAt      time.Time
	Since        time.Time  // when it was found first
	GoneAt       *time.Time // a later look found that it no longer holds
}

// Of is the match's listing on that side.
func (m Match) Of(s Side) ID {
	if s == Offer {
		return m.OfferID
	}
	return m.NeedID
}

// Slot is one occurrence, as instants.
type Slot struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Reason codes. A reason is data; wording renders it, the same everywhere.
const (
	ReasonSameBorough = "same_borough" // Borough, KM
	ReasonDistance    = "distance"     // KM
	ReasonOnline      = "online"
	ReasonDelivers    = "delivers" // KM
	ReasonTimes       = "times"    // Fits, Of, Day (weekday 0 Monday or -1), Start, End (minutes)
	ReasonAnyTime     = "any_time"
	ReasonNotOn       = "not_on"   // Dates: the occurrences it cannot do, at most three; Of: how many there are, where that is more
	ReasonFact        = "fact"     // Fact, Have, Want: "seats 40, you need 25"
	ReasonFlag        = "flag"     // Fact: "has a kitchen"
	ReasonQuantity    = "quantity" // Have, Want, Unit; Key StillWanted: others bring the rest
	ReasonFeature     = "feature"  // Feature
	ReasonTerms       = "terms"    // Terms, Pence, Per
	ReasonWords       = "words"    // Words: what both texts speak of
	ReasonMeaning     = "meaning"  // other words for much the same
	ReasonTags        = "tags"     // Words
	ReasonNetwork     = "network"  // both in a network
	ReasonEvidence    = "evidence" // Evidence, ShownTo, ShownOn
	ReasonWelcome     = "welcome"  // Use
)

// InPart is the key of a near miss by quantity whose need would be filled in smaller parts.
const InPart = "part"

// StillWanted is the key of a quantity where Want is what is left of a need that others have filled in part.
const StillWanted = "still"

// Reason is one thing that speaks for (or, with Against, a caution about) a match: a code and its numbers.
type Reason struct {
	Code    string   `json:"code"`
	Against bool     `json:"against,omitempty"`
	KM      int      `json:"km,omitempty"` // whole kilometres, at least 1
	Borough string   `json:"borough,omitempty"`
	Fits    int      `json:"fits,omitempty"`
	Of      int      `json:"of,omitempty"`
	Day     int      `json:"day,omitempty"` // 1 Monday … 7 Sunday; 0: several days
	Start   Minute   `json:"start,omitempty"`
	End     Minute   `json:"end,omitempty"`
	Dates   []Date   `json:"dates,omitempty"`
	Key     string   `json:"key,omitempty"` // the fact, feature, use, terms or evidence it speaks of
	Have    float64  `json:"have,omitempty"`
	Want    float64  `json:"want,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Pence   int      `json:"pence,omitempty"`
	Per     string   `json:"per,omitempty"`
	Words   []string `json:"words,omitempty"`
	ShownTo string   `json:"shownTo,omitempty"` // the network whose connector has seen the evidence; none: it is stated
	ShownOn Date     `json:"shownOn,omitempty"`
}

// The rules a near miss may fail on; circle, block, life and moderation never make one.
const (
	MissKind        = "kind"
	MissTime        = "time"
	MissDistance    = "distance"
	MissQuantity    = "quantity"
	MissTerms       = "terms"
	MissEligibility = "eligibility"
)

// NearMiss is a pair that fails on exactly one of the rules above, and the smallest change that would do. Change uses
// the fields of Reason: for time Day, Start, End ("would match on Wednesdays"); for distance KM; for quantity Have;
// for terms Key and Pence; for eligibility Key; for kind Key.
type NearMiss struct {
	OfferID ID
	NeedID  ID
	Rule    string
	By      Side // who would change
	Change  Reason
	Fit     float64 // with the change made
}

// OfListing reports whether the change is one of a listing; what a group would have to show is not.
func (m NearMiss) OfListing() bool { return m.Rule != MissEligibility || !GroupShows(m.Change.Key) }

// GroupShows reports whether a thing asked for is shown by the taker's group: its form, evidence, checks.
func GroupShows(key string) bool {
	return contains([]string{"constituted", "checked", string(Insurance), string(Safeguarding)}, key)
}

// Of is the near miss's listing on that side.
func (m NearMiss) Of(s Side) ID {
	if s == Offer {
		return m.OfferID
	}
	return m.NeedID
}
