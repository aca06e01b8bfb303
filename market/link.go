package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// LinkToken is the secret part of a link in a letter: bound to one thing, one person and one purpose, so that the page works
// signed out and a forwarded link is good for nothing else.
func LinkToken(secret []byte, purpose string, thing, person ID) string {
	raw := append(linkID(thing), linkID(person)...)
	return base64.RawURLEncoding.EncodeToString(append(raw, linkMAC(secret, purpose, raw)...))
}

// ReadLinkToken checks a token made for a purpose. ErrNotFound: it is not one of ours.
func ReadLinkToken(secret []byte, purpose, token string) (thing, person ID, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 48 || !hmac.Equal(raw[32:], linkMAC(secret, purpose, raw[:32])) {
		return "", "", ErrNotFound
	}
	return IDFrom([16]byte(raw[:16])), IDFrom([16]byte(raw[16:32])), nil
}

// linkMAC is cut to 128 bits, far beyond guessing, to keep links on one line.
func linkMAC(secret []byte, purpose string, raw []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(purpose + ":"))
	m.Write(raw)
	return m.Sum(nil)[:16]
}

func linkID(id ID) []byte {
	b, _ := hex.DecodeString(strings.ReplaceAll(string(id), "-", "")) // ids are canonical UUIDs
	return b
}
