package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"wherewithal/market"
)

// Why a cursor does not do, beside errCursor.
var (
	errCursorOld   = errors.New("a cursor from before what is kept")
	errCursorOther = errors.New("a cursor of somebody who sees something else")
)

// place is how far a partner has read: through what is there, or, after that, through what changed.
type place struct {
	Who   string    `json:"w"`           // whose it is and what they see, hashed
	Era   string    `json:"e"`           // of the database that it was made with
	XID   uint64    `json:"x"`           // of a store.Cursor
	Seq   int64     `json:"s"`           //
	First bool      `json:"f,omitempty"` // what is there is still being read
	After market.ID `json:"a,omitempty"` // then: the last listing read
}

// sealSize is how much of the seal a cursor carries: 128 bits.
const sealSize = 16

// sealed writes a cursor that only we can make. purpose keeps those of one operation from another.
func (a *API) sealed(purpose string, v any) (string, error) {
	body, err := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(append(a.seal(purpose, body), body...)), err
}

func (a *API) seal(purpose string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(a.Config.TokenSecret))
	mac.Write([]byte(purpose + " cursor:"))
	mac.Write(body)
	return mac.Sum(nil)[:sealSize]
}

// unsealed reads what sealed wrote; errCursor for anything else.
func (a *API) unsealed(purpose, text string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < sealSize || !hmac.Equal(raw[:sealSize], a.seal(purpose, raw[sealSize:])) {
		return errCursor
	}
	return json.Unmarshal(raw[sealSize:], into)
}

// sight names what a key sees, so that a mirror made of it is not continued when that is something else.
func sight(v market.Viewer) string {
	parts := []string{string(v.Partner), "all"}
	if v.Within != nil {
		parts[1] = "within"
	}
	for _, id := range v.Within {
		parts = append(parts, string(id))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, " ")))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
