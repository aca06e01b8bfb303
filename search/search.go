// Package search finds listings, and groups and networks beside them: by words (typos, beginnings, other forms and names of the same thing), by filters,
// by place and by time, for one viewer.
//
// Its contract is the Query, the Page that answers it and the tests in searchtest, which every implementation passes.
// Postgres is the first. An index is a copy: it can be thrown away and rebuilt while the site runs, and Reconcile
// mends it. It promises that nobody is shown what they may not see (a question cannot be built without its viewer),
// that only public data and public points are in it, and that no answer tells a distance finer than a kilometre.
//
// It knows nothing of where listings come from, of pages or of clocks: business time arrives in the Query.
package search

import (
	"errors"
	"slices"
	"time"

	"wherewithal/market"
)

// ErrCursor says that a cursor is not one of ours, belongs to another question, or is too old. The first page of the
// same question is the way on; a door answers 400.
var ErrCursor = errors.New("search: the cursor does not fit")

// Sort is the order of the hits. Within equals the newest comes first.
type Sort string

const (
	ByRelevance Sort = "relevance" // the zero Sort means this; without words: by distance when Near is given, else newest
	ByDistance  Sort = "distance"  // whole kilometres from Near; listings without a place come last
	ByNewest    Sort = "newest"
)

// Query is a question. The zero Query with Now set asks for everything the viewer may see, newest first.
// Values within a field are alternatives, but for Tags and Requires, which must all be there; fields add up.
type Query struct {
	Text     string // at most 4,000 characters, of which the first MaxTerms words that mean something count
	Sides    []market.Side
	Kinds    []string
	Tags     []string // all of them; case and accents do not matter
	Boroughs []string
	Networks []market.ID      // of the audience
	Requires []market.Feature // all of them: an offer has them, a need asks for them
	Terms    []market.TermsKind

	Words []market.NetworkWord `json:",omitempty"` // what the networks call kinds and tags: either word finds the other, which counts half

	NotOf []market.ID `json:"-"` // groups of which nothing is found, whatever the index has of them

	Near     *market.Point // where the asker is: for distances, and to prefer what is close
	RadiusKM float64       // 0: any distance. 0.5 to 100; whole kilometres count. Listings without a place are everywhere

	FreeFrom  market.Date // a day on which it is free lies in FreeFrom to FreeUntil, both included
	FreeUntil market.Date
	Weekly    *Weekly // and at this time of that day

	AtLeast map[string]float64 // facts that are numbers: "seated": 40; "quantity" is one of them

	Now        time.Time // what has expired by then is not found
	Sort       Sort
	Cursor     string  // Next of the page before, with everything else the same
	Limit      int     // 0 means 20; at most 100
	Count      []Facet // the facets that are shown; none: all of them
	SkipFacets bool    // for those who show none

	// Meant has a first page of words, sorted by relevance, that has fewer than 20 hits (or fewer than Limit) filled up to as many
	// with listings that mean nearly the same. It needs Meilisearch and the model; without them words are all there is.
	Meant bool `json:"-"`

	Parties int // so many groups and networks that have all the words, beside the first page; at most MaxParties

	// Seek has groups or networks found, or both, in place of listings: those that have all the words, the best first, in pages. Filters are of
	// listings alone. A Page of them has Parties and Next, and no counts: who is kept apart from whom is not known to an index.
	Seek []market.PartyKind `json:",omitempty"`
}

// For is the question as a viewer may ask it: one who is bound to some networks asks only for what reaches those. Every
// engine asks it so.
func (q Query) For(v market.Viewer) Query {
	if v.Within == nil {
		return q
	}
	asked := q.Networks
	q.Networks = nil
	for _, id := range v.Within {
		if len(asked) == 0 || slices.Contains(asked, id) {
			q.Networks = append(q.Networks, id)
		}
	}
	if len(q.Networks) == 0 {
		q.Networks = []market.ID{noNetwork}
	}
	return q
}

// noNetwork is the id of none.
const noNetwork market.ID = "00000000-0000-0000-0000-000000000000"

// Facet is one of the Facets of a Page.
type Facet string

const (
	CountSides    Facet = "sides"
	CountKinds    Facet = "kinds"
	CountTags     Facet = "tags"
	CountBoroughs Facet = "boroughs"
	CountFeatures Facet = "features"
	CountTerms    Facet = "terms"
	CountNetworks Facet = "networks"
)

var allFacets = []Facet{CountSides, CountKinds, CountTags, CountBoroughs, CountFeatures, CountTerms, CountNetworks}

// counts are the facets to be counted.
func (q Query) counts() []Facet {
	switch {
	case q.SkipFacets:
		return nil
	case len(q.Count) == 0:
		return allFacets
	}
	return q.Count
}

// Weekly is a stretch of a day of the week, in half hours: an offer is open for the whole of it on one of the days; a
// need wants some of it.
type Weekly struct {
	Days       market.Weekdays
	Start, End market.Minute
	Some       bool `json:",omitempty"` // of an offer too some of it is enough
}

// SomeTimeOn is any time of some days of the week, nil for none.
func SomeTimeOn(days market.Weekdays) *Weekly {
	if days == 0 {
		return nil
	}
	return &Weekly{Days: days, End: 1440, Some: true}
}

// someTime reports whether it is enough that a listing is open for some of what is asked for.
func (q Query) someTime() bool { return q.Weekly == nil || q.Weekly.Some }

// Limits of a Query.
const (
	MaxText   = 4000
	MaxTerms  = 12
	MaxLimit  = 100
	MaxValues = 50
	MinRadius = 0.5
	MaxRadius = 100
	MaxCount  = 1000
)

// usualLimit is the length of a page that did not say.
const usualLimit = 20

// Hit is one listing found.
type Hit struct {
	ID    market.ID
	Score int  // how well the words fit; comparable within one question only
	KM    int  // about, from Near to its public point, at least 1; 0: no Near, or no place
	Meant bool // it means nearly the same; words did not find it
}

// Page answers a Query.
type Page struct {
	Hits    []Hit
	Total   int  // of all pages; never above MaxCount
	More    bool // there are more than Total: say "1,000+"
	Facets  Facets
	Next    string // cursor of the next page; "" on the last
	Relaxed bool   // nothing has all the words; these have some

	Parties []market.ID // groups and networks, the best first; whoever shows them looks what they are now

	partiesKnown bool // by whoever answered; if not, somebody else is to be asked for them

	meant string // how the question for what means nearly the same ended; "": it was not asked
}

// Facets count what the same question finds, by value; the viewer and all filters are obeyed. What was not asked for is
// empty. While one turns pages the counts may stay those of the first.
type Facets struct {
	Sides    map[market.Side]int
	Kinds    map[string]int
	Tags     map[string]int // the most frequent MaxFacetTags
	Boroughs map[string]int
	Features map[market.Feature]int
	Terms    map[market.TermsKind]int
	Networks map[market.ID]int // that it is shown in, the most frequent MaxFacetNetworks; of a viewer bound to some, those alone
}

// MaxFacetTags and MaxFacetNetworks bound what is counted: more is no help to a reader.
const MaxFacetTags, MaxFacetNetworks = 30, 30

// Version of a listing, as the truth or an index has it.
type Version struct {
	ID      market.ID
	Version int64
}
