package market

import "time"

// AddressChange is a person's wish to sign in with, and be written to at, another address. Nothing changes until whoever
// asked confirms it by the link that went to the new address; by the one that went to the old it is stopped, or taken back.
type AddressChange struct {
	ID        ID
	PersonID  ID
	Was       string // the address before
	Address   string // the one asked for
	CreatedAt time.Time
	ExpiresAt time.Time
	EndedAt   *time.Time
	Outcome   AddressOutcome
}

// AddressOutcome is what became of a change of address.
type AddressOutcome string

// The outcomes; none while it waits.
const (
	AddressConfirmed AddressOutcome = "confirmed"
	AddressStopped   AddressOutcome = "stopped"    // whoever reads the old address said that it was not them
	AddressReplaced  AddressOutcome = "replaced"   // another was asked for
	AddressTakenBack AddressOutcome = "taken_back" // it was confirmed, and the old address is back
)

// The limits of a change of address.
const (
	AddressChangeLasts = 24 * time.Hour // to confirm it
	TakeBackWithin     = 72 * time.Hour // of its confirmation, by whoever reads the old address
)

// The purposes of the links in letters about a change of address.
const (
	ToConfirmAddress = "address"
	ToDisown         = "not-me"
)

// The letters about a change of address.
const (
	AddressConfirm LetterKind = "address_confirm" // to the new address
	AddressAsked   LetterKind = "address_asked"   // to the old one
	AddressChanged LetterKind = "address_changed" // to both
)

// Waits reports whether the change can be confirmed.
func (a AddressChange) Waits(now time.Time) bool { return a.EndedAt == nil && now.Before(a.ExpiresAt) }

// CanBeDisowned reports whether whoever reads the old address can still say that it was not them.
func (a AddressChange) CanBeDisowned(now time.Time) bool {
	return a.Waits(now) || a.Outcome == AddressConfirmed && now.Before(a.EndedAt.Add(TakeBackWithin))
}
