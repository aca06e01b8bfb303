// Package feed writes lists of what is new as other programs read them: JSON Feed 1.1 (jsonfeed.org/version/1.1) and Atom
// (RFC 4287).
//
// It promises that what it writes is valid whatever people typed, and that an item keeps its id in both. It knows nothing of
// listings, of who may see them or of words: all of that comes in the Feed.
package feed

import "time"

// Feed is a list of items, the newest first. Title, Home, JSON and Atom are needed.
type Feed struct {
	Title    string
	About    string    // a sentence; may be empty
	Home     string    // the page that shows the same to people
	JSON     string    // where the JSON Feed is
	Atom     string    // where the Atom feed is, which is the feed's id as well
	Icon     string    // a square picture; may be empty
	Language string    // BCP 47, of Title and About
	Author   string    // the site
	Since    time.Time // when it changed, if it has no item
	Items    []Item
}

// Item is one thing. ID, URL, Title, Published and Updated are needed.
type Item struct {
	ID        string // a UUID: the same for ever, whatever becomes of the address
	URL       string
	Title     string
	Text      string // plain
	Language  string // of Title and Text, BCP 47
	Author    string
	AuthorURL string
	Image     string // may be empty
	Tags      []string
	Published time.Time
	Updated   time.Time
	More      map[string]any // in JSON alone, as an extension named _wherewithal
}

// urn is an item's id as an IRI, which Atom asks for.
func (i Item) urn() string { return "urn:uuid:" + i.ID }

// updated is when the feed changed last.
func (f Feed) updated() time.Time {
	last := f.Since
	for _, i := range f.Items {
		if i.Updated.After(last) || last.IsZero() {
			last = i.Updated
		}
	}
	return last
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
