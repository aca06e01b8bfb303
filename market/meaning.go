package market

import (
	"crypto/sha256"
	"strings"
)

// Meaning is what a model read out of a listing's text, beyond its words. Readings of different models do not compare,
// and the zero Meaning says nothing: then the words alone are compared. matching/meaning makes it.
type Meaning struct {
	Model   string   // what read it; "": nothing has yet
	Vectors []byte   // of VectorBytes signed bytes each: of all the text says; then of what it is, and of phrases, when it says more than that
	Things  []uint32 // what it names that can be given, done or be, by number
}

// VectorBytes is the length of one vector.
const VectorBytes = 384

// Known reports whether a model has read the text.
func (m Meaning) Known() bool { return m.Model != "" && len(m.Vectors) >= VectorBytes }

// TextDigest tells whether a listing still says what a model read: title, what its facts say it is, tags, description.
func (l Listing) TextDigest() [32]byte {
	said := append([]string{l.Title, l.Facts.Text("what"), l.Description}, l.Tags...)
	return sha256.Sum256([]byte(strings.Join(said, "\x00")))
}
