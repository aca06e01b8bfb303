package market

import (
	"regexp"
	"time"
)

// MandateState is how far a partner's wish to post for a group has come.
type MandateState string

const (
	MandateAsked     MandateState = "asked"
	MandateGiven     MandateState = "given"
	MandateRefused   MandateState = "refused"
	MandateWithdrawn MandateState = "withdrawn" // by the group, after it had said yes
	MandateLapsed    MandateState = "lapsed"    // nobody answered
)

// Mandate is what lets a partner post for a group: asked of it, given, refused, withdrawn or lapsed.
type Mandate struct {
	ID         ID
	PartnerID  ID
	Test       bool // of the sandbox
	Reference  string
	GroupID    ID         // none until somebody says yes for a group that is new here
	Address    string     // whom we ask, where not the owners of GroupID; dropped some time after the answer
	About      GroupAbout `gorm:"serializer:json"`
	State      MandateState
	Words      string // what whoever said yes had read
	AskedAt    time.Time
	LapsesAt   time.Time
	AnsweredAt *time.Time
	AnsweredBy ID
	EndedAt    *time.Time // withdrawn or lapsed

	Undelivered bool `gorm:"-"` // no letter that asks arrived
}

// GroupAbout is what a partner says of a group that is new here; what the group's page begins with when it says yes.
type GroupAbout struct {
	Name      string    `json:"name,omitempty"`
	Does      string    `json:"does,omitempty"`
	LegalForm LegalForm `json:"legalForm,omitempty"`
	Size      int       `json:"size,omitempty"`
	Link      string    `json:"link,omitempty"`
	Languages []string  `json:"languages,omitempty"`
	Place     *Place    `json:"place,omitempty"`
}

// Key names what a page says of the group, and what its own page would begin with.
func (a GroupAbout) Key() string {
	var at Place
	if a.Place != nil {
		at = *a.Place
	}
	return keyOf(a.Name, a.Does, a.LegalForm, a.Size, a.Link, append([]string{}, a.Languages...), at.Postcode, at.Outcode, at.Borough)
}

// Group is what it would be as a group of ours.
func (a GroupAbout) Group() Group {
	return Group{Name: a.Name, Does: a.Does, LegalForm: a.LegalForm, Size: a.Size, Link: a.Link, Languages: a.Languages}
}

// ToMandate is the purpose of the link by which a group answers.
const ToMandate = "mandate"

// The kinds of letters about what partners post.
const (
	MandateLetter LetterKind = "mandate"      // may an outside site post for your group?
	FeedQuiet     LetterKind = "feed_quiet"   // nothing came from a partner for weeks; its listings will be paused
	FeedStopped   LetterKind = "feed_stopped" // they are
)

// The limits of posting for groups.
const (
	MandateLasts   = 30 * 24 * time.Hour // that a question to a group stands, and what was sent for it waits
	MandateNo      = 30 * 24 * time.Hour // that a no counts before the same partner may ask the same address once more
	MandateBefore  = 500                 // listings of one mandate that are open, paused or waiting at once
	MaxMandates    = 2_000               // groups of one partner
	TestMandates   = 5                   // groups of one partner in the sandbox
	TestLasts      = 7 * 24 * time.Hour  // that what a test key made stays
	MaxReference   = 100                 // characters
	QuietAfter     = 23 * 24 * time.Hour // nothing came: a mail
	StoppedAfter   = 30 * 24 * time.Hour // nothing came: the listings are paused
	MandatesPerDay = 200                 // questions to groups that one partner may have mailed
)

// Validate checks what a partner says of a group, and its name for it.
func (m Mandate) Validate() error {
	e := &Invalid{}
	ValidateReference(e, "reference", m.Reference)
	if m.GroupID != "" {
		return e.OrNil()
	}
	if bad, ok := m.About.Group().Validate().(*Invalid); ok {
		e.Faults = append(e.Faults, bad.Faults...)
	}
	if p := m.About.Place; p != nil {
		if bad, ok := p.Validate().(*Invalid); ok {
			e.Faults = append(e.Faults, bad.Faults...)
		}
	}
	return e.OrNil()
}

// ReferencePattern is what ValidateReference takes, in Go as in SQL.
const ReferencePattern = `^[A-Za-z0-9._~:-]{1,100}$`

var referencePattern = regexp.MustCompile(ReferencePattern)

// ValidateReference checks a partner's own name for a thing: letters, digits and . _ ~ : - stand in an address as they are.
func ValidateReference(e *Invalid, field, reference string) {
	if !referencePattern.MatchString(reference) {
		e.Add(field, "reference", "Max", MaxReference)
	}
}
