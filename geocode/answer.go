package geocode

import (
	"context"
	"time"

	"wherewithal/market"
)

// Answer is where something lies.
type Answer struct {
	Point     market.Point
	Precision market.Precision
	Borough   string // usual name; empty when nobody said
	Outcode   string // empty when unknown
	Label     string // how to show it: "SE10 9JF", "Greenwich (SE10)"
	Source    string // which link of the chain knew: "table", "postcodes", "nominatim", "built-in"
	Degraded  bool   // a finer answer may exist, but who knows it did not answer
	Missed    error  // why, for a door's log; nil when nothing failed
}

// Geocoder turns what a person typed into a place. now is business time; it ages the cache.
// A text that names nothing known is a market.Invalid on "place" or "postcode".
type Geocoder interface {
	Locate(ctx context.Context, now time.Time, text string) (Answer, error)
}

// Source is a table of postcodes, such as the one `admin places import` fills. ok is false for an unknown one.
type Source interface {
	LookupPostcode(ctx context.Context, postcode string) (p market.Point, borough string, ok bool, err error)
}

// query is what was typed, read once.
type query struct {
	text     string
	postcode Postcode // empty when there is none in the text
	outcode  string   // of the postcode, or on its own
	whole    bool     // the text is a postcode or an outcode and nothing else
}

const textLimit = 200 // characters; a full address with a venue's name is under 150

func read(text string) (query, error) {
	text = market.Tidy(text)
	if text == "" {
		return query{}, market.Refuse("place", "text_missing")
	}
	if n := len([]rune(text)); n > textLimit {
		return query{}, market.Refuse("place", "text_long", "Max", textLimit, "Over", n-textLimit)
	}
	if oc, err := ParseOutcode(text); err == nil {
		return query{text: text, outcode: oc, whole: true}, nil
	}
	if pc, err := ParsePostcode(text); err == nil {
		return query{text: text, postcode: pc, outcode: pc.Outcode(), whole: true}, nil
	}
	return readInside(text), nil
}

// readInside looks for a postcode or an outcode among other words.
func readInside(text string) query {
	q := query{text: text}
	if pc, ok := postcodeIn(text); ok {
		q.postcode, q.outcode = pc, pc.Outcode()
		return q
	}
	q.outcode = outcodeIn(text)
	return q
}

// key is what the cache keeps the answer under.
func (q query) key() string {
	switch {
	case q.whole && q.postcode != "":
		return string(q.postcode)
	case q.whole:
		return q.outcode
	}
	return fold(q.text)
}

// unknown is the refusal that fits what was asked.
func (q query) unknown() error {
	if q.whole {
		return market.Refuse("postcode", "postcode_unknown", "Given", q.text)
	}
	return market.Refuse("place", "place_unknown", "Given", q.text)
}
