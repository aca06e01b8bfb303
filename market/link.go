package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
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

// LinkThing is the thing that a token names, true or not: for reading what the token must be checked against.
func LinkThing(token string) (ID, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 48 {
		return "", ErrNotFound
	}
	return IDFrom([16]byte(raw[:16])), nil
}

// LinkTokenUntil is LinkToken for a link that ends by itself.
func LinkTokenUntil(secret []byte, purpose string, thing, person ID, until time.Time) string {
	raw := append(linkID(thing), linkID(person)...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(until.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(raw, linkMAC(secret, purpose, raw)...))
}

// ReadLinkTokenUntil checks a token of LinkTokenUntil. ErrNotFound: it is not one of ours. ErrGone: it has ended.
func ReadLinkTokenUntil(secret []byte, purpose, token string, now time.Time) (thing, person ID, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 56 || !hmac.Equal(raw[40:], linkMAC(secret, purpose, raw[:40])) {
		return "", "", ErrNotFound
	}
	if now.Unix() > int64(binary.BigEndian.Uint64(raw[32:40])) {
		return "", "", ErrGone
	}
	return IDFrom([16]byte(raw[:16])), IDFrom([16]byte(raw[16:32])), nil
}

// toStop is the purpose of the link by which a stranger stops all mails.
const toStop = "unwanted"

// UnwantedToken is the secret part of the link in a letter to nobody who is known here, by which its reader stops all others: it
// holds the keyed hash of their address, so that it works for as long as the letter lies there.
func UnwantedToken(secret []byte, address string) string {
	hash := SuppressHash(secret, address)
	return base64.RawURLEncoding.EncodeToString(append(hash, linkMAC(secret, toStop, hash)...))
}

// ReadUnwantedToken is the hash in a token of UnwantedToken. ErrNotFound: it is not one of ours.
func ReadUnwantedToken(secret []byte, token string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 48 || !hmac.Equal(raw[32:], linkMAC(secret, toStop, raw[:32])) {
		return nil, ErrNotFound
	}
	return raw[:32], nil
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
