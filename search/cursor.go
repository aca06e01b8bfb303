package search

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"wherewithal/market"
)

// cursorLasts is how long the pages of one question can be turned.
const cursorLasts = 24 * time.Hour

// sealSize is how much of the seal a cursor carries: 128 bits.
const sealSize = 16

// position is where a page ended, and how its question's words were read: a word that enters the index meanwhile
// must not change the order under somebody who turns pages.
type position struct {
	Shape   int              `json:"v"`
	Asked   string           `json:"q"` // hash of the question
	At      int64            `json:"t"` // Unix seconds of the page's Now
	Rank    int              `json:"r"`
	Opened  int64            `json:"o"` // Unix microseconds, as exact as Postgres
	ID      market.ID        `json:"i"`
	Relaxed uint             `json:"x,omitempty"` // the terms, as bits, of which some are enough
	Mends   map[int][]string `json:"m,omitempty"`
}

func (p position) opened() time.Time { return time.UnixMicro(p.Opened).UTC() }

// seal makes cursors that only we can make.
type seal []byte

func (s seal) sum(body []byte) []byte {
	mac := hmac.New(sha256.New, s)
	mac.Write([]byte("search cursor:"))
	mac.Write(body)
	return mac.Sum(nil)[:sealSize]
}

func (s seal) write(p position) string {
	body, err := json.Marshal(p)
	if err != nil { // numbers and strings always marshal
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sum(body), body...))
}

// read opens the question's cursor: nil when it has none, ErrCursor when it does not fit.
func (s seal) read(q Query) (*position, error) {
	if q.Cursor == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || len(raw) < sealSize || !hmac.Equal(raw[:sealSize], s.sum(raw[sealSize:])) {
		return nil, fmt.Errorf("%w: not one of ours", ErrCursor)
	}
	var p position
	if err := json.Unmarshal(raw[sealSize:], &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	switch {
	case p.Shape != shape || q.Now.Sub(time.Unix(p.At, 0)) > cursorLasts:
		return nil, fmt.Errorf("%w: too old", ErrCursor)
	case p.Asked != q.hash():
		return nil, fmt.Errorf("%w: of another question", ErrCursor)
	}
	return &p, nil
}

// hash tells questions apart; the page's length and the time do not make another question.
func (q Query) hash() string {
	q.Cursor, q.Limit, q.Now, q.SkipFacets = "", 0, time.Time{}, false
	body, err := json.Marshal(q)
	if err != nil { // Check has refused what does not marshal
		panic(err)
	}
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
