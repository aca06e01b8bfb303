package matching

import (
	"bytes"
	"crypto/sha256"

	"wherewithal/market"
)

// key of a listing in half the size of its id: a UUID as it is, the beginning of a digest of anything else.
type key [16]byte

func keyOf(id market.ID) key {
	if raw, ok := rawID(string(id)); ok {
		return raw
	}
	sum := sha256.Sum256([]byte(id))
	return key(sum[:16])
}

func (k *key) before(other *key) bool { return bytes.Compare(k[:], other[:]) < 0 }
