package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

// EraseLasts is how long the link works with which a person confirms that they want to be erased.
const EraseLasts = 24 * time.Hour

// ToErase is the purpose of that link.
const ToErase = "erase"

// EraseConfirm is the letter that holds it.
const EraseConfirm LetterKind = "erase_confirm"

// ErasedAddress stands in place of the address of a person who was erased: nobody can sign in with it, and no mail goes there.
func ErasedAddress(person ID) string { return "erased:" + string(person) }

// SuppressHash is what is kept of an address that is not to be written to: of a person who was erased, or of nobody who is known
// here. It tells whether an address is one of those, and does not tell the address.
func SuppressHash(secret []byte, address string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("suppressed:" + address))
	return mac.Sum(nil)
}
