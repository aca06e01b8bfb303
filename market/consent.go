package market

import "time"

// ConsentWay is how a group that is not online said what a connector answers for it.
type ConsentWay string

const (
	ByPhone  ConsentWay = "phone"
	OnPaper  ConsentWay = "paper"
	InPerson ConsentWay = "in_person"
)

// ConsentWays in the order in which a form shows them.
var ConsentWays = []ConsentWay{ByPhone, OnPaper, InPerson}

// ConsentAbout is what a connector said for a group.
type ConsentAbout string

const (
	AboutAnswer    ConsentAbout = "answer"      // whether they want to be introduced
	AboutSuggested ConsentAbout = "suggested"   // how much and when would suit them
	AboutAgreed    ConsentAbout = "agreed"      // that what the other side suggests suits them
	AboutKept      ConsentAbout = "kept"        // that they would rather keep what was agreed than change it
	AboutEnded     ConsentAbout = "ended_early" // that a series is to end before its last time
	AboutStopped   ConsentAbout = "stopped"     // that it is not to go on
	AboutOutcome   ConsentAbout = "outcome"     // whether it happened
)

// Consent is the record of what a connector said for a group that is not online: on whose word, when and how.
// The group can see it.
type Consent struct {
	ID             ID
	IntroductionID ID
	GroupID        ID
	NetworkID      ID // as whose connector
	ConnectorID    ID
	About          ConsentAbout
	Answer         Answer
	SaidBy         string // who of the group
	SaidOn         Date
	Way            ConsentWay
	CreatedAt      time.Time
}

// Validate checks a record that is made at a time, in the local calendar of where.
func (c Consent) Validate(now time.Time, where *time.Location) error {
	e := &Invalid{}
	if c.Answer != Yes && c.Answer != No {
		e.Add("answer", "choice")
	}
	checkText(e, "said_by", c.SaidBy, 1, 80)
	checkNoContact(e, "said_by", c.SaidBy)
	if !contains(ConsentWays, c.Way) {
		e.Add("way", "choice")
	}
	today := DateOf(now.In(where))
	if !c.SaidOn.Valid() || c.SaidOn > today || c.SaidOn < today.AddDays(-28) { // an older word is asked for again
		e.Add("said_on", "consent_day")
	}
	return e.OrNil()
}
