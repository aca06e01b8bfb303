package geocode

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"wherewithal/market"
)

// Config says which links the chain has. The zero value is the built-in table alone.
type Config struct {
	Table     Source        // postcodes in the database; nil = off
	Postcodes string        // base address of a postcodes.io-style service; empty = off
	Nominatim string        // base address of a Nominatim-style service; empty = off
	Agent     string        // User-Agent to ask with; such services want to know who is asking
	Client    *http.Client  // nil = an own one that gives up after 3 s and follows no redirect
	CacheSize int           // answers kept; 0 = 4096
	CacheAge  time.Duration // for how long; 0 = 30 days, postcodes move that seldom
}

// Chain asks its links in turn, the cheap and exact ones first, and ends at the built-in table.
// It is safe for concurrent use.
type Chain struct {
	links []link
	cache *cache
}

// link is one place to ask. It answers market.ErrNotFound for what it does not know; any other error means that
// it could not say.
type link interface {
	locate(ctx context.Context, now time.Time, q query) (Answer, error)
}

// New builds the chain. A base address that is no http(s) address is an error.
func New(c Config) (*Chain, error) {
	chain := &Chain{cache: newCache(c.CacheSize, c.CacheAge)}
	if c.Table != nil {
		chain.links = append(chain.links, tableLink{c.Table})
	}
	if c.Postcodes != "" {
		f, err := newFetcher(c.Postcodes, c.Agent, c.Client)
		if err != nil {
			return nil, fmt.Errorf("postcode service: %w", err)
		}
		chain.links = append(chain.links, postcodesLink{f})
	}
	if c.Nominatim != "" {
		f, err := newFetcher(c.Nominatim, c.Agent, c.Client)
		if err != nil {
			return nil, fmt.Errorf("place search service: %w", err)
		}
		chain.links = append(chain.links, nominatimLink{f})
	}
	return chain, nil
}

// Locate implements Geocoder. The built-in table answers when no link knows; when a link failed on the way the
// answer is Degraded, says why in Missed, and is not cached, so that the finer one comes as soon as it can.
func (c *Chain) Locate(ctx context.Context, now time.Time, text string) (Answer, error) {
	q, err := read(text)
	if err != nil {
		return Answer{}, err
	}
	if a, ok := c.cache.lookup(q.key(), now); ok {
		return known(a, q)
	}
	a := c.ask(ctx, now, q)
	if a.Missed == nil {
		c.cache.keep(q.key(), a, now)
	}
	return known(a, q)
}

func (c *Chain) ask(ctx context.Context, now time.Time, q query) Answer {
	if q.listed() {
		return builtIn(q)
	}
	var missed error
	for _, l := range c.links {
		a, err := l.locate(ctx, now, q)
		if err == nil {
			a.Missed = missed
			return completed(a, q)
		}
		if !errors.Is(err, market.ErrNotFound) {
			missed = errors.Join(missed, err)
		}
	}
	a := builtIn(q)
	a.Missed, a.Degraded = missed, missed != nil
	return a
}

// completed fills in from the built-in table what a link did not say.
func completed(a Answer, q query) Answer {
	if a.Outcode == "" {
		a.Outcode = q.outcode
	}
	if d, ok := Outcode(a.Outcode); ok && a.Borough == "" {
		a.Borough = d.Borough
	}
	a.Borough = boroughName(a.Borough)
	return a
}

// known turns an answer without a point into the refusal; the cache keeps those too.
func known(a Answer, q query) (Answer, error) {
	if a.Precision != "" {
		return a, nil
	}
	if a.Missed != nil {
		return Answer{}, fmt.Errorf("%w: %w", market.ErrUnavailable, a.Missed)
	}
	return Answer{}, q.unknown()
}

// builtIn answers from the embedded table; without a point when it does not know.
func builtIn(q query) Answer {
	if d, ok := Outcode(q.outcode); ok {
		return d.answer()
	}
	if districts := london().byPlace[fold(q.text)]; len(districts) > 0 {
		return districts[0].answer()
	}
	if b, ok := BoroughNamed(trimBorough(q.text)); ok {
		return Answer{Point: b.Point, Precision: market.ByOutcode, Borough: b.Name, Label: b.Name, Source: "built-in"}
	}
	return Answer{}
}

// listed reports whether the built-in table has just what was asked for, an outcode, a place, a place in its outcode, or a borough: no service
// knows more of those, and whoever chose one from our own list does not wait for a service that is away.
func (q query) listed() bool {
	if q.postcode != "" {
		return false
	}
	d, ours := Outcode(q.outcode)
	if q.whole {
		return ours
	}
	if slices.ContainsFunc(d.Places, func(place string) bool { return fold(q.text) == fold(place+" "+d.Code) }) {
		return true
	}
	_, borough := BoroughNamed(trimBorough(q.text))
	return borough || len(london().byPlace[fold(q.text)]) > 0
}

func (d District) answer() Answer {
	return Answer{Point: d.Point, Precision: market.ByOutcode, Borough: d.Borough, Outcode: d.Code,
		Label: d.Name(), Source: "built-in"}
}

// tableLink asks the postcode table.
type tableLink struct{ source Source }

func (l tableLink) locate(ctx context.Context, _ time.Time, q query) (Answer, error) {
	if q.postcode == "" {
		return Answer{}, market.ErrNotFound
	}
	p, borough, ok, err := l.source.LookupPostcode(ctx, string(q.postcode))
	if err != nil {
		return Answer{}, fmt.Errorf("postcode table: %w", err)
	}
	if !ok {
		return Answer{}, market.ErrNotFound
	}
	return Answer{Point: p, Precision: market.ByPostcode, Borough: borough, Label: string(q.postcode), Source: "table"}, nil
}
