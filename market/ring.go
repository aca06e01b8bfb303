package market

import (
	"slices"
	"time"
)

// MostInRing is how many groups a ring has at most; two at least.
const MostInRing = 4

// Ring is a round of groups in which each gives to the one after it, and the last to the first. It comes about when all
// say yes, and not otherwise. Its states are those of an introduction without asked: all are asked at once.
type Ring struct {
	ID          ID
	Version     int64
	State       State
	Worth       float64 // what its gifts are worth × the chance that all say yes
	ProposedAt  time.Time
	ConnectedAt *time.Time
	EndedAt     *time.Time
	SettledAt   *time.Time   // what follows from its end was done: mails, the next best
	Members     []RingMember `gorm:"-"` // by position
}

// RingMember is a group in a ring, and what it gives to the one after it.
type RingMember struct {
	RingID         ID
	Position       int
	GroupID        ID
	OfferID        ID // what it gives
	NeedID         ID // what it is given for
	Amount         int
	Slots          []Slot   `gorm:"serializer:json"`
	Reasons        []Reason `gorm:"serializer:json"`
	Fit            float64
	Answer         Answer
	AnsweredBy     ID
	AnsweredAt     *time.Time
	ToldAt         *time.Time // its mail was handed over
	IntroductionID ID         // of what it gives, once all said yes
	Live           bool       // it is bound: the ring is open, or a mind may still change
}

// ringMoves is the third drawing in docs/introductions.md as a table.
var ringMoves = map[State][]State{
	Proposed: {Connected, Declined, Lapsed, Undone},
	Declined: {Proposed, Connected}, // within ten minutes, a no can become a yes
}

// RingCanBecome reports whether the move is one a ring can make.
func RingCanBecome(from, to State) bool { return contains(ringMoves[from], to) }

// RingBefore are the states in which a ring may be that is now written down as s: s itself, and those that can become it.
func RingBefore(s State) []State { return before(ringMoves, s) }

// Says is the word of catalogues for what a group of a ring reads of where it stands.
func (r Ring) Says(group ID) string {
	mine := r.Members[r.MemberOf(group)].Answer
	switch {
	case r.State == Proposed && mine == Yes:
		return "ring_says.proposed_yes"
	case r.State == Declined && mine == No:
		return "ring_says.declined_own"
	}
	return "ring_says." + string(r.State)
}

// MemberOf is the place of a group in the ring, -1 when it has none.
func (r Ring) MemberOf(group ID) int {
	return slices.IndexFunc(r.Members, func(m RingMember) bool { return m.GroupID == group })
}

// PlaceOf is the place of the group from which a viewer looks at a ring: of those they belong to one they may answer for and
// that is waited for, before others. The ring has one of the viewer's.
func (r Ring) PlaceOf(v Viewer) (place int) {
	best := -1
	for i, m := range r.Members {
		worth := 0
		switch role := v.Roles[m.GroupID]; {
		case role.CanPost() && r.WaitsFor(m.GroupID):
			worth = 3
		case role.CanPost():
			worth = 2
		case role != "":
			worth = 1
		}
		if worth > best {
			best, place = worth, i
		}
	}
	return place
}

// After is the place to which the member at a place gives, Before that from which it is given.
func (r Ring) After(i int) int  { return (i + 1) % len(r.Members) }
func (r Ring) Before(i int) int { return (i + len(r.Members) - 1) % len(r.Members) }

// Yeses counts who said yes so far.
func (r Ring) Yeses() (n int) {
	for _, m := range r.Members {
		if m.Answer == Yes {
			n++
		}
	}
	return n
}

// Listings of the ring, each once, in the order in which they are locked.
func (r Ring) Listings() []ID {
	var ids []ID
	for _, m := range r.Members {
		ids = append(ids, m.OfferID, m.NeedID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Groups of the ring, by position.
func (r Ring) Groups() []ID {
	ids := make([]ID, len(r.Members))
	for i, m := range r.Members {
		ids[i] = m.GroupID
	}
	return ids
}

// WaitsFor reports whether the ring waits for the answer of a group.
func (r Ring) WaitsFor(group ID) bool {
	i := r.MemberOf(group)
	return r.State == Proposed && i >= 0 && r.Members[i].Answer == NoAnswer
}

// Reply works out the ring after the answer of a group. A yes can become a no until all have said yes: nobody was told
// anything yet; a no can become a yes within ten minutes. ErrRepeated: that was the answer already. ErrGone: the ring has
// ended. ErrNotFound: the group is not in it.
func (r Ring) Reply(group ID, a Answer, by ID, now time.Time) (Ring, error) {
	i := r.MemberOf(group)
	if i < 0 {
		return r, ErrNotFound
	}
	if r.Members[i].Answer == a {
		return r, ErrRepeated
	}
	changes := r.State == Declined && r.SettledAt == nil && r.Members[i].Answer == No && now.Sub(*r.EndedAt) <= ChangeMind
	if r.State != Proposed && !changes {
		return r, ErrGone
	}
	r.Members = slices.Clone(r.Members)
	m := &r.Members[i]
	m.Answer, m.AnsweredBy, m.AnsweredAt = a, by, &now
	switch {
	case slices.ContainsFunc(r.Members, func(m RingMember) bool { return m.Answer == No }):
		r.State, r.EndedAt = Declined, &now
	case r.Yeses() == len(r.Members):
		r.State, r.ConnectedAt, r.EndedAt = Connected, &now, nil
	default:
		r.State, r.EndedAt = Proposed, nil
	}
	return r, nil
}

// Lapse ends a ring that one did not answer in time. False: no clock runs, or it is not over.
func (r Ring) Lapse(now time.Time) (Ring, bool) {
	due, running := r.DueAt()
	if !running || now.Before(due) {
		return r, false
	}
	r.State, r.EndedAt = Lapsed, &now
	return r, true
}

// Withdraw ends an open ring that nobody refused and that goes no further. False: it is not open.
func (r Ring) Withdraw(now time.Time) (Ring, bool) {
	if r.State != Proposed {
		return r, false
	}
	r.State, r.EndedAt = Undone, &now
	return r, true
}

// DueAt is when the ring lapses, and whether a clock is running: 72 hours from the moment the mail of the first that has
// not answered was handed over.
func (r Ring) DueAt() (due time.Time, running bool) {
	for _, m := range r.Members {
		if r.State != Proposed || m.Answer != NoAnswer || m.ToldAt == nil {
			continue
		}
		if at := m.ToldAt.Add(AnswerWithin); !running || at.Before(due) {
			due, running = at, true
		}
	}
	return due, running
}

// AsSwap is a need in a ring: it may be met by what is only given in return for something, for its group gives too.
func (e Entry) AsSwap() Entry {
	e.Listing.Terms.Kind, e.Listing.Terms.Pence = Swap, 0
	return e
}
