package letter

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"wherewithal/market"
)

// Addresses are those of ours that belong to one letter. Nobody who has not seen the letter can write one. The zero value
// makes none.
type Addresses struct {
	Domain string // of those, and of masked addresses; empty: no mail comes in
	Secret []byte
}

// Use of an address of ours: what mail to it is.
type Use string

const (
	Bounces Use = "b" // the letter's envelope: servers report to it what became of the letter (VERP)
	Replies Use = "r" // its reader answers what it asks
)

// feedback is the one address to which mailbox providers send complaints (their feedback loops know no address a letter).
const feedback = "fbl"

// Feedback reports whether a local part is that to which complaints about any letter come.
func (a Addresses) Feedback(local string) bool { return local == feedback }

// Bounced says which letter an address is the envelope of. market.ErrNotFound: of none.
func (a Addresses) Bounced(address string) (market.ID, error) {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	use, id, err := a.Read(local)
	if err != nil || a.Domain == "" || domain != a.Domain || use != Bounces {
		return "", market.ErrNotFound
	}
	return id, nil
}

// At is the address of a letter for a use; "" when no mail comes in.
func (a Addresses) At(use Use, letter market.ID) string {
	if a.Domain == "" {
		return ""
	}
	raw, _ := hex.DecodeString(strings.ReplaceAll(string(letter), "-", "")) // ids are canonical UUIDs
	return string(use) + "-" + small.EncodeToString(append(raw, a.mac(use, raw)...)) + "@" + a.Domain
}

// small letters and digits only: mail servers may change the case.
var small = base32.HexEncoding.WithPadding(base32.NoPadding)

// Read says which letter a local part belongs to, and its use. market.ErrNotFound: it is not one of ours.
func (a Addresses) Read(local string) (Use, market.ID, error) {
	use, code, _ := strings.Cut(strings.ToLower(local), "-")
	raw, err := small.DecodeString(strings.ToUpper(code))
	if err != nil || len(raw) != 26 || !hmac.Equal(raw[16:], a.mac(Use(use), raw[:16])) {
		return "", "", market.ErrNotFound
	}
	return Use(use), market.IDFrom([16]byte(raw[:16])), nil
}

// mac is cut to 80 bits: beyond guessing over SMTP, and the local part stays under 64 characters.
func (a Addresses) mac(use Use, letter []byte) []byte {
	m := hmac.New(sha256.New, a.Secret)
	m.Write([]byte("letter address:" + string(use) + ":"))
	m.Write(letter)
	return m.Sum(nil)[:10]
}
