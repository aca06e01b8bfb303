package market

import "time"

// State of an introduction.
type State string

const (
	Proposed  State = "proposed"  // the need side was told of the match
	Asked     State = "asked"     // the need side said yes; the offer side is asked
	Connected State = "connected" // both said yes
	Declined  State = "declined"  // one side said no
	Lapsed    State = "lapsed"    // nobody answered in time
	Undone    State = "withdrawn" // a listing closed, the need was filled, or a block
)

// Open states are those in which an answer is still possible; one pair of listings has at most one open introduction.
func (s State) Open() bool { return s == Proposed || s == Asked }

// stateMoves is the drawing in docs/introductions.md as a table.
var stateMoves = map[State][]State{
	Proposed:  {Asked, Connected, Declined, Lapsed, Undone},
	Asked:     {Connected, Declined, Lapsed, Undone},
	Declined:  {Proposed, Asked, Connected}, // within ten minutes, a no can become a yes
	Connected: {Undone},
}

// CanBecome reports whether the move is one an introduction can make.
func (s State) CanBecome(next State) bool { return contains(stateMoves[s], next) }

// Before are the states in which an introduction may be that is now written down as s: s itself, and those that can become it.
func (s State) Before() []State { return before(stateMoves, s) }

// Answer of one side.
type Answer string

const (
	NoAnswer Answer = ""
	Yes      Answer = "yes"
	No       Answer = "no"
)

// DeclineReasons are the short list; the choice is never shown raw to the other side.
var DeclineReasons = []string{"not_now", "not_suitable", "too_far", "already_sorted", "rather_not"}

// The clocks of an introduction.
const (
	AnswerWithin  = 72 * time.Hour // from the moment that person's mail was handed over
	RemindAfter   = 48 * time.Hour
	ChangeMind    = 10 * time.Minute // a no can become a yes
	AgreeWithin   = 14 * 24 * time.Hour
	IgnoredInARow = 2 // proposals ignored in a row stop further ones for that need
)

// Introduction is a match put to both groups.
type Introduction struct {
	ID            ID
	Version       int64
	MatchID       ID
	OfferID       ID
	NeedID        ID
	OfferGroupID  ID
	NeedGroupID   ID
	State         State
	NeedAnswer    Answer
	OfferAnswer   Answer
	NeedBy        ID // the person who answered
	OfferBy       ID
	DeclineReason string
	Amount        int      // how much of the offer the need would take
	Reasons       []Reason `gorm:"serializer:json"` // as they were when proposed
	Slots         []Slot   `gorm:"serializer:json"`
	Fit           float64
	ProposedAt    time.Time
	NeedToldAt    *time.Time // the proposal's mail was handed over
	AskedAt       *time.Time
	OfferToldAt   *time.Time // the request's mail was handed over
	YesToldAt     *time.Time // a mail was handed over that tells the need side of the giver's yes, which was there first
	AnsweredAt    *time.Time // the last answer
	ConnectedAt   *time.Time
	EndedAt       *time.Time
	SettledAt     *time.Time // what follows from its end was done: mails, the next best
	End           End        `gorm:"embedded;embeddedPrefix:end_"` // why it was withdrawn
	OfferMask     string     // local part of the masked address that reaches the offer side; made when connected
	NeedMask      string
}

// Undecided reports whether it ended before either side had refused, and before the two had been given to each other.
func (in Introduction) Undecided() bool {
	return in.State == Undone && in.ConnectedAt == nil && in.NeedAnswer != No && in.OfferAnswer != No
}

// Over reports whether the two have met or one refused, after which they are not put to each other again.
func (in Introduction) Over() bool { return !in.State.Open() && !in.Undecided() }

// SideOf is the side on which a group stands in the introduction, "" when on neither.
func (in Introduction) SideOf(group ID) Side {
	switch group {
	case in.NeedGroupID:
		return Need
	case in.OfferGroupID:
		return Offer
	}
	return ""
}

// SideOfViewer is the side from which a viewer looks at the introduction, and for which they answer: the one they may
// answer for, before one they may only read for; of two alike, the one whose turn it is.
func (in Introduction) SideOfViewer(v Viewer) Side {
	need, offer := v.Roles[in.NeedGroupID], v.Roles[in.OfferGroupID]
	switch {
	case need.CanPost() != offer.CanPost():
		return map[bool]Side{true: Need, false: Offer}[need.CanPost()]
	case need != "" && (offer == "" || in.NeedAnswer == NoAnswer):
		return Need
	}
	return Offer
}

// KnownTo reports whether a viewer may know of the introduction: the side that gives only once it is asked, or answered.
func (in Introduction) KnownTo(v Viewer) bool {
	if v.In(in.NeedGroupID) {
		return true
	}
	asked := in.State == Asked || in.State == Connected || in.OfferAnswer != NoAnswer || in.OfferToldAt != nil ||
		in.State == Undone && in.AskedAt != nil // it was there to be answered until the last unit went
	return asked && v.In(in.OfferGroupID)
}

// ListPart is a part of a list of introductions, as a viewer sees them.
type ListPart int

// The parts, in their order.
const (
	WaitsForViewer ListPart = iota // and may be answered, confirmed or told by them
	OnItsWay                       // open or connected
	Over
)

// WaitsFor reports whether the introduction waits for that side's answer.
func (in Introduction) WaitsFor(s Side) bool {
	return in.AnswerOf(s) == NoAnswer && (in.State == Asked && s == Offer || in.State == Proposed && s == Need)
}

// Unheard is the side that the introduction waits for and that was told nothing of it; "": none.
func (in Introduction) Unheard() Side {
	switch {
	case in.WaitsFor(Need) && in.NeedToldAt == nil:
		return Need
	case in.WaitsFor(Offer) && in.OfferToldAt == nil:
		return Offer
	}
	return ""
}

// AnswerOf is the answer of a side so far.
func (in Introduction) AnswerOf(s Side) Answer {
	if s == Need {
		return in.NeedAnswer
	}
	return in.OfferAnswer
}

// Reply works out the introduction after a side's answer at a time, without changing anything else: the transition
// table of the house. ErrGone: it has ended. ErrRepeated: that was the answer already. ErrWrongState: a mind cannot be
// changed any more.
func (in Introduction) Reply(s Side, a Answer, by ID, now time.Time) (Introduction, error) {
	if in.AnswerOf(s) == a {
		return in, ErrRepeated
	}
	if !in.canReply(s, now) {
		return in, in.refusal()
	}
	if s == Need {
		in.NeedAnswer, in.NeedBy = a, by
	} else {
		in.OfferAnswer, in.OfferBy = a, by
	}
	in.AnsweredAt = &now
	in.settle(now)
	return in, nil
}

// Stop works out the introduction after a side stopped it, which is a no of that side for good. ErrGone, ErrRepeated and
// ErrWrongState as with Reply; whether the two have agreed already is the exchange's to say.
func (in Introduction) Stop(s Side, by ID, now time.Time) (Introduction, error) {
	if in.State == Undone && in.AnswerOf(s) == No {
		return in, ErrRepeated
	}
	if !in.State.CanBecome(Undone) || !in.State.Open() && in.State != Connected {
		return in, ErrGone
	}
	if s == Need {
		in.NeedAnswer, in.NeedBy = No, by
	} else {
		in.OfferAnswer, in.OfferBy = No, by
	}
	in.State, in.AnsweredAt, in.EndedAt, in.End = Undone, &now, &now, End{EndStopped, s}
	return in, nil
}

// Lapse works out the introduction once its time to answer is over. False: no clock runs, or it is not over.
func (in Introduction) Lapse(now time.Time) (Introduction, bool) {
	due, running := in.DueAt()
	if !running || now.Before(due) {
		return in, false
	}
	in.State, in.EndedAt = Lapsed, &now
	return in, true
}

// Withdraw works out an open introduction that neither side refused and that goes no further. False: it is not open.
func (in Introduction) Withdraw(why End, now time.Time) (Introduction, bool) {
	if !in.State.Open() {
		return in, false
	}
	in.State, in.EndedAt, in.End = Undone, &now, why
	return in, true
}

func (in Introduction) canReply(s Side, now time.Time) bool {
	if in.State.Open() {
		return !in.yesTold(s)
	}
	changed := in.State == Declined && in.SettledAt == nil && in.AnswerOf(s) == No && in.AnswerOf(s.Other()) != No
	return changed && in.EndedAt != nil && now.Sub(*in.EndedAt) <= ChangeMind
}

// yesTold reports whether the other side was told of a side's yes, which therefore cannot be taken back any more.
func (in Introduction) yesTold(s Side) bool {
	if s == Need {
		return in.State == Asked && in.OfferToldAt != nil
	}
	return in.OfferAnswer == Yes && in.YesToldAt != nil
}

func (in Introduction) refusal() error {
	if in.State.Open() || in.State == Connected {
		return ErrWrongState
	}
	return ErrGone
}

// settle derives the state from both answers.
func (in *Introduction) settle(now time.Time) {
	in.EndedAt, in.SettledAt, in.DeclineReason = nil, nil, ""
	switch {
	case in.NeedAnswer == No || in.OfferAnswer == No:
		in.State, in.EndedAt = Declined, &now
	case in.NeedAnswer == Yes && in.OfferAnswer == Yes:
		in.State, in.ConnectedAt = Connected, &now
	case in.NeedAnswer == Yes:
		in.State, in.AskedAt = Asked, &now
	default:
		in.State = Proposed
	}
}

// DueAt is when the introduction lapses, and whether a clock is running: 72 h from the moment the mail of the side
// that is to answer was handed over.
func (in Introduction) DueAt() (time.Time, bool) {
	switch {
	case in.State == Proposed && in.NeedToldAt != nil:
		return in.NeedToldAt.Add(AnswerWithin), true
	case in.State == Asked && in.OfferToldAt != nil:
		return in.OfferToldAt.Add(AnswerWithin), true
	}
	return time.Time{}, false
}
