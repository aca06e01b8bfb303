package market

import "time"

// Scope is what a token is good for.
type Scope string

// The scopes of a token.
const (
	MayRead  Scope = "read"  // see what its person sees
	MayWrite Scope = "write" // see it, and do what its person may do
)

// Scopes in the order in which a form shows them.
var Scopes = []Scope{MayRead, MayWrite}

// Token is a credential with which a program acts for a person. Its secret is kept as a hash only.
type Token struct {
	ID        ID
	PersonID  ID
	Name      string // what it is for, in its person's words
	Hash      []byte
	Scopes    []Scope `gorm:"serializer:json"`
	CreatedAt time.Time
	ExpiresAt time.Time
	SeenAt    *time.Time
	EndedAt   *time.Time

	PartnerID ID     // of a partner's key; none for a token of the person's own
	Prefix    string // a key's beginning, to know it by
	Test      bool   // a key that sees the sandbox only
}

// TokenDays are how long a token may live, in days, in the order in which a form shows them.
var TokenDays = []int{30, 90, 365}

// MaxTokens bounds how many live tokens a person has: enough for every program they could look after.
const MaxTokens = 20

// Live reports whether the token still counts.
func (t Token) Live(now time.Time) bool { return t.EndedAt == nil && now.Before(t.ExpiresAt) }

// May reports whether the token is good for something. One that may write may read.
func (t Token) May(s Scope) bool {
	return contains(t.Scopes, s) || s == MayRead && contains(t.Scopes, MayWrite)
}

// Validate checks what a person enters about a token; days is how long it shall live.
func (t Token) Validate(days int) error {
	e := &Invalid{}
	checkText(e, "name", t.Name, 1, 60)
	if len(t.Scopes) == 0 || !subset(t.Scopes, Scopes) {
		e.Add("scopes", "choice")
	}
	if !contains(TokenDays, days) {
		e.Add("days", "choice")
	}
	return e.OrNil()
}
