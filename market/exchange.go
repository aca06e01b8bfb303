package market

import "time"

// Outcome is what both sides' answers to "did it happen?" come to. Silence is not a no.
type Outcome string

const (
	Unknown  Outcome = "unknown"  // not asked yet
	Happened Outcome = "happened" // both said yes
	OneYes   Outcome = "one_yes"  // one said yes, the other nothing
	NotDone  Outcome = "not_done" // both said no, or one no and one nothing
	Disputed Outcome = "disputed" // one yes, one no
	Silent   Outcome = "silent"   // nobody answered
)

// Exchange is what two connected groups agreed: how much, when, and what became of it.
type Exchange struct {
	ID             ID
	IntroductionID ID
	Amount         int
	Slots          []Slot `gorm:"serializer:json"`
	ProposedBy     ID
	AgreedAt       *time.Time
	OfferSays      Answer
	NeedSays       Answer
	Outcome        Outcome
	Snapshot       Snapshot `gorm:"serializer:json"`
	CreatedAt      time.Time
}

// Snapshot keeps the facts as they were, so that later edits do not rewrite history.
type Snapshot struct {
	OfferTitle string   `json:"offerTitle"`
	NeedTitle  string   `json:"needTitle"`
	Kind       string   `json:"kind"`
	Facts      Facts    `json:"facts"`
	Networks   []ID     `json:"networks"`
	Boroughs   []string `json:"boroughs"`
	Weights    string   `json:"weights"` // version of the matching method
}

// OutcomeOf combines two answers once the time for answering is over.
func OutcomeOf(offer, need Answer) Outcome {
	switch {
	case offer == NoAnswer && need == NoAnswer:
		return Silent
	case offer == need && offer == Yes:
		return Happened
	case (offer == Yes && need == No) || (offer == No && need == Yes):
		return Disputed
	case offer == Yes || need == Yes:
		return OneYes
	}
	return NotDone
}
