package market

// OnceOnly makes a change safe to repeat: it is made for the first that comes with the ID, and the others are led to
// what the first became.
type OnceOnly struct {
	ID     string
	Digest []byte // of what is asked, where a caller may send something else under the same ID; nil where it cannot
}
