package search

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"wherewithal/market"
)

// cursorLasts is how long the pages of one question can be turned.
const cursorLasts = 24 * time.Hour

// sealSize is how much of the seal a cursor carries: 128 bits.
const sealSize = 16

// MaxCursor is the longest cursor there is, in bytes: whoever takes one need not take more.
const MaxCursor = 2000

// mostMended is how much of a cursor the stems may take that its question's words are mended by, in bytes: as many as twelve words
// of the usual length have. What stands around them, and the counts of the first page, take the rest.
const mostMended = 600

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
	Skip    int              `json:"s,omitempty"` // about how many hits stand before it in the engine's own order
	Counted *counted         `json:"c,omitempty"`
}

// counted is what the first page counted, carried along so that it is counted once: a page is read far more often for its
// hits than for its counts. Tags and boroughs have too many values for an address.
type counted struct {
	Of       []Facet                  `json:"f,omitempty"`
	Total    int                      `json:"n"`
	More     bool                     `json:"m,omitempty"`
	Sides    map[market.Side]int      `json:"s,omitempty"`
	Kinds    map[string]int           `json:"k,omitempty"`
	Features map[market.Feature]int   `json:"e,omitempty"`
	Terms    map[market.TermsKind]int `json:"t,omitempty"`
}

// carried is what of a page's counts fits into a cursor; nil when they do not.
func (q Query) carried(page Page) *counted {
	of := q.counts()
	if slices.Contains(of, CountTags) || slices.Contains(of, CountBoroughs) {
		return nil
	}
	f := page.Facets
	return &counted{of, page.Total, page.More, f.Sides, f.Kinds, f.Features, f.Terms}
}

// counts puts what an earlier page counted into this one, and reports whether that was all that is asked for.
func (p *position) counts(q Query, page *Page) bool {
	if p == nil || p.Counted == nil || !slices.Equal(p.Counted.Of, q.counts()) {
		return false
	}
	c := p.Counted
	page.Total, page.More = c.Total, c.More
	if len(c.Of) == 0 {
		return true
	}
	page.Facets = newFacets()
	maps.Copy(page.Facets.Sides, c.Sides)
	maps.Copy(page.Facets.Kinds, c.Kinds)
	maps.Copy(page.Facets.Features, c.Features)
	maps.Copy(page.Facets.Terms, c.Terms)
	return true
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

// hash tells questions apart; the page's length, its counts and the time do not make another question.
func (q Query) hash() string {
	q.Cursor, q.Limit, q.Now, q.Count, q.SkipFacets, q.Parties = "", 0, time.Time{}, nil, false, 0
	body, err := json.Marshal(q)
	if err != nil { // Check has refused what does not marshal
		panic(err)
	}
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
