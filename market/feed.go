package market

import "time"

// Feed is a calendar of what a person's groups have agreed, at an address that only the person knows.
type Feed struct {
	ID        ID
	PersonID  ID
	Hash      []byte // of the secret in the address
	CreatedAt time.Time
}
