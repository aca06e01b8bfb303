package market

import (
	"slices"
	"time"
)

// Invitation asks whoever reads mail at an address to join a group in a role.
type Invitation struct {
	ID        ID
	GroupID   ID
	Address   string // dropped when it ends
	Role      Role
	InvitedBy ID
	CreatedAt time.Time
	ExpiresAt time.Time
	EndedAt   *time.Time
	Outcome   InvitationOutcome

	Undelivered bool `gorm:"-"` // the letter with it did not arrive
}

// InvitationOutcome is what became of an invitation.
type InvitationOutcome string

const (
	Accepted InvitationOutcome = "accepted"
	Refused  InvitationOutcome = "declined"
	Revoked  InvitationOutcome = "revoked" // by an owner
)

// ToJoin is the purpose of the link that an invitation holds.
const ToJoin = "join"

// The limits of inviting.
const (
	InvitationLasts = 14 * 24 * time.Hour
	DeclinedFor     = 30 * 24 * time.Hour // a no counts so long: as long as an ended invitation is kept
	MaxInvitations  = 30                  // open at once for a group
	MaxMembers      = 200                 // a group whose people are more needs few of them here
)

// Roles in the order in which a form shows them.
var Roles = []Role{Owner, Poster, Reader}

// Members of a group as they are now, the longest-standing first.
type Members []Membership

// Of is a person's membership; false when there is none.
func (ms Members) Of(person ID) (Membership, bool) {
	i := slices.IndexFunc(ms, func(m Membership) bool { return m.PersonID == person })
	if i < 0 {
		return Membership{}, false
	}
	return ms[i], true
}

// OnlyOwner reports whether the group would be without an owner if that person were none.
func (ms Members) OnlyOwner(person ID) bool {
	return !slices.ContainsFunc(ms, func(m Membership) bool { return m.Role == Owner && m.PersonID != person })
}

// Heir is who looks after the group's introductions once that person does not: an owner before a poster, the
// longest-standing first. Zero: nobody is left who may.
func (ms Members) Heir(leaving ID) ID {
	for _, role := range []Role{Owner, Poster} {
		for _, m := range ms {
			if m.Role == role && m.PersonID != leaving {
				return m.PersonID
			}
		}
	}
	return ""
}

// ValidateRole checks a role that a form named.
func ValidateRole(r Role) error {
	if !contains(Roles, r) {
		return Refuse("role", "choice")
	}
	return nil
}
