package market

import "time"

// Decision is what was decided about something that was reported, and what became of an appeal against it.
type Decision struct {
	ID         ID
	Subject    string // "listing", "photo", "group", "message", "network", "site"
	SubjectID  ID
	GroupID    ID // whose it is; none for the site and for networks
	Act        Act
	Reason     string // one of ReportReasons; Alike of a name that is refused
	Words      string // why, to whoever posted it
	Was        string // what is put back when the appeal is granted; of a listing that was put back, the life it got
	DecidedBy  ID
	NetworkID  ID // for which it was decided; none: an operator did for the whole site
	CreatedAt  time.Time
	Appeal     string
	AppealedAt *time.Time
	AppealedBy ID
	Outcome    AppealOutcome
	Answer     string
	AnsweredAt *time.Time
	AnsweredBy ID
}

// Act of a decision.
type Act string

const (
	Hidden      Act = "hidden"
	RefusedHeld Act = "refused" // it waited for a look, and is not let through
	Kept        Act = "kept"
)

// Against reports whether what was decided about is not shown: its poster is told why, and can appeal.
func (a Act) Against() bool { return a == Hidden || a == RefusedHeld }

// Refuses reports whether it is the no to the name that a group or network has now, which is held since then, and not to one before.
func (d Decision) Refuses(id ID, held *time.Time) bool {
	return d.Act == RefusedHeld && d.Outcome != Restored && d.SubjectID == id && held != nil && !held.After(d.CreatedAt)
}

// Alike is the reason for which a name is refused. Nobody reports one for it.
const Alike = "alike"

// AppealOutcome of an appeal.
type AppealOutcome string

const (
	Upheld   AppealOutcome = "upheld" // the decision stands
	Restored AppealOutcome = "restored"
)

// AppealWithin is how long a decision can be appealed against.
const AppealWithin = 180 * 24 * time.Hour // half a year: a small group may look in rarely

// Came names what came of an appeal: the outcome, and of a listing that was given back what it became: shown as "restored", or
// "restored_paused", "restored_expired", "restored_back". Of what had been refused it ends in "_refused". "": it has no answer.
func (d Decision) Came() string {
	switch {
	case d.Act == RefusedHeld && d.Outcome != "":
		return string(d.Outcome) + "_refused"
	case d.Outcome != Restored || d.Subject != "listing" || d.Was == string(Open):
		return string(d.Outcome)
	case d.Was == string(Paused) || d.Was == string(Expired):
		return string(d.Outcome) + "_" + d.Was
	}
	return string(d.Outcome) + "_back" // closed or a draft as it was; or it is long ago
}

// Appealable reports whether it can be appealed against at a time.
func (d Decision) Appealable(now time.Time) bool {
	return d.Act.Against() && d.AppealedAt == nil && now.Sub(d.CreatedAt) < AppealWithin
}

// Validate checks what a decision says.
func (d Decision) Validate() error {
	e := &Invalid{}
	if !d.Act.Against() && d.Act != Kept {
		e.Add("do", "choice")
	}
	if !contains(ReportReasons, d.Reason) && !(d.Act == RefusedHeld && (d.Subject == "group" || d.Subject == "network") && d.Reason == Alike) {
		e.Add("reason", "choice")
	}
	least := 0
	if d.Act.Against() {
		least = 3 // whoever posted it is owed a why
	}
	checkText(e, "words", d.Words, least, 2000)
	return e.OrNil()
}

// ValidateAppeal checks what an appeal, or the answer to one, says.
func ValidateAppeal(field, words string) error {
	e := &Invalid{}
	checkText(e, field, words, 3, 2000)
	return e.OrNil()
}

// HeldListing is a new group's first listing that waits for a connector's look.
type HeldListing struct {
	ListingID ID
	GroupID   ID
	CreatedAt time.Time
}

// ValidateComplaint checks what somebody has to say about the site: unlike a report it is nothing without words.
func ValidateComplaint(words string) error {
	e := &Invalid{}
	checkText(e, "words", words, 3, 2000)
	return e.OrNil()
}
