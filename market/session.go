package market

import "time"

// SignIn is one request for a sign-in link. The link's secret and the browser's secret are kept as hashes only.
type SignIn struct {
	ID          ID
	Address     string
	LinkHash    []byte
	BrowserHash []byte // of the cookie of the browser that asked
	Device      string // "Firefox on Android", told to whoever opens the link elsewhere
	Next        string // the page to go on to
	Tries       int    // wrong codes typed
	CreatedAt   time.Time
	ExpiresAt   time.Time
	UsedAt      *time.Time
}

// The limits of signing in.
const (
	LinkLasts = 10 * time.Minute
	CodeTries = 5
)

// Session is a signed-in browser. Its secret is kept as a hash only.
type Session struct {
	ID        ID
	PersonID  ID
	Hash      []byte
	Device    string
	CreatedAt time.Time
	SeenAt    time.Time
	EndedAt   *time.Time
}

// ProofLasts is how long signing in proves that whoever holds the browser is the person: long enough to do what one came for.
const ProofLasts = 10 * time.Minute

// Proves reports whether the session began so lately that it may open new ways into the account, or take all of it away.
func (s Session) Proves(now time.Time) bool { return now.Sub(s.CreatedAt) < ProofLasts }

// Live reports whether the session still counts, given how long it may be idle and last in all.
func (s Session) Live(now time.Time, idle, most time.Duration) bool {
	return s.EndedAt == nil && now.Sub(s.SeenAt) < idle && now.Sub(s.CreatedAt) < most
}
