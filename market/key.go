package market

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// Keyed is what a form shows whole and writes whole. Its Key names what it says, short, in fields that the form has and no others.
type Keyed interface{ Key() string }

// Unread is ErrConflict where a form would write over what nobody who sent it has read: the thing had another key when the form was drawn
// than it has now. Saying what it says by now is no conflict, so that a form may be sent twice. seen is that key, "" when it does not matter.
func Unread(seen string, now, next Keyed) error {
	if seen != "" && seen != now.Key() && next.Key() != now.Key() {
		return ErrConflict
	}
	return nil
}

// keyOf names texts, numbers and lists of them; a list that is empty must not be nil.
func keyOf(said ...any) string {
	text, _ := json.Marshal(said) // which takes all of these
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
