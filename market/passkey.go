package market

import "time"

// Passkey is a key pair of a person's device, by which they sign in instead of by a mailed link. Only its public half is
// known here.
type Passkey struct {
	ID           ID
	PersonID     ID
	Name         string // which device it is on, in its person's words
	CredentialID []byte // by which devices find it
	Record       string // the public key with its counter and flags, as the WebAuthn library writes it: JSON
	CreatedAt    time.Time
	SeenAt       *time.Time
	DoubtedAt    *time.Time // when it answered with a counter that had been there before: it may have been copied
}

// PasskeyChallenge is a question that a device answers once: to make a passkey, when it has a person, or to sign in.
type PasskeyChallenge struct {
	ID          ID
	PersonID    ID
	BrowserHash []byte // who may answer, where nobody is known yet
	State       string // what the WebAuthn library wants to see again: JSON
	CreatedAt   time.Time
	ExpiresAt   time.Time
}

// The limits of passkeys.
const (
	MaxPasskeys       = 10 // of a person: a phone, a laptop, a key in a drawer, and those they will replace
	PasskeyAnswerSize = 16 << 10
	PasskeyLasts      = 5 * time.Minute // to answer a challenge: somebody may have to look for the key
)

// The letters about passkeys, to their person.
const (
	PasskeyAdded   LetterKind = "passkey_added"
	PasskeyRemoved LetterKind = "passkey_removed"
)

// ValidateName checks what a person calls a passkey.
func (p Passkey) ValidateName() error {
	e := &Invalid{}
	checkText(e, "name", p.Name, 1, 60)
	return e.OrNil()
}
