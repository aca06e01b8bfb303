package search

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unique"

	"wherewithal/market"
)

// Standing is a question that stays: held against one listing at a time, in memory, where a Query is asked of all of
// them. What it finds is what the Query finds in Postgres, for a viewer who may see everything; standing_test.go holds
// the two together. It is stricter in three things, because nobody stands by who could say "not that":
//
//   - words are taken as typed: a word that no listing has is not mended to one that looks like it;
//   - all words that have to be there have to be there: nothing is found by some of them;
//   - days that are over find nothing, and of a range only what is left of it counts.
//
// Paging, order, facets and Now of the Query play no part. It does not change once made, and is safe for concurrent use.
type Standing struct {
	words  [][]standingWay // each term: one of its ways
	filter filter
	time   *occasionsOf // nil: at any time
}

// filter is what a listing's facts have to be.
type filter struct {
	sides, kinds, tags, boroughs, networks, requires, terms []string
	least                                                   map[string]float64
	near                                                    market.Point
	km                                                      int // 0: any distance
}

// standingWay is a way as keys of a Candidate, all of which it has to have.
type standingWay []unique.Handle[string]

// Stand makes a question stay.
func Stand(q Query) *Standing {
	s := &Standing{time: timesOf(q), filter: filter{sides: plain(q.Sides), kinds: q.Kinds, tags: tags(q.Tags), boroughs: q.Boroughs,
		networks: plain(q.Networks), requires: plain(q.Requires), terms: plain(q.Terms), least: q.AtLeast}}
	if q.Near != nil && q.RadiusKM > 0 {
		s.filter.near, s.filter.km = *q.Near, market.AboutKM(q.RadiusKM)
	}
	for _, t := range read(q.Text, calling(q.Words)) {
		if t.optional {
			continue
		}
		var ways []standingWay
		for _, w := range t.ways() {
			ways = append(ways, w.keys())
		}
		s.words = append(s.words, ways)
	}
	return s
}

func (w way) keys() standingWay {
	kind := ofLexeme
	if w.begins {
		kind = ofBeginning
	}
	keys := make(standingWay, len(w.all))
	for i, l := range w.all {
		keys[i] = unique.Make(kind + l)
	}
	return keys
}

// The kinds of keys. A key is something that a listing has, and that a question may ask for.
const (
	ofLexeme    = "w:"
	ofBeginning = "p:" // of a lexeme
	ofTag       = "t:"
	ofFeature   = "f:"
	ofNetwork   = "n:"
	ofBorough   = "b:"
	ofPlace     = "g:" // a square of the map
	ofShape     = "s:" // side and kind
	ofTerms     = "m:"
	ofAll       = "*" // every listing has it
)

// Candidate is a listing made ready to be held against many Standings. It does not change once made.
type Candidate struct {
	doc      Document
	keys     map[string]bool
	networks []string
	features []string
	open     [slotsOfWeek + 1]int16 // how many half hours of the week are open before each
	extra    []seconds
	taken    []seconds
	first    int // day number; none: the least there is
	last     int
	today    int
	over     bool // it has expired
}

// CandidateOf makes a document ready, as it is at a business time.
func CandidateOf(d Document, now time.Time) *Candidate {
	c := &Candidate{doc: d, today: dayNumber(market.DateOf(onWall(now, market.When{}.Location()))), over: d.ExpiresAt != nil && !d.ExpiresAt.After(now), keys: map[string]bool{ofAll: true}, networks: plain(d.Told), features: plain(d.Features),
		extra: secondsOf(merge(d.Free.Extra)), taken: secondsOf(d.Free.Taken), first: math.MinInt, last: math.MaxInt}
	open := [slotsOfWeek]bool{}
	for _, s := range d.Free.Slots {
		open[s] = true
	}
	for i, is := range open {
		c.open[i+1] = c.open[i]
		if is {
			c.open[i+1]++
		}
	}
	if d.Free.First != "" {
		c.first = dayNumber(d.Free.First)
	}
	if d.Free.Last != "" {
		c.last = dayNumber(d.Free.Last)
	}
	c.hold()
	return c
}

// hold collects the keys.
func (c *Candidate) hold() {
	for _, v := range []vector{c.doc.subject(), c.doc.around()} {
		for l := range v {
			c.keys[ofLexeme+l] = true
			for end := range l {
				if end > 0 {
					c.keys[ofBeginning+l[:end]] = true
				}
			}
			c.keys[ofBeginning+l] = true
		}
	}
	for kind, values := range map[string][]string{ofTag: c.doc.Tags, ofFeature: c.features, ofNetwork: c.networks,
		ofBorough: {c.doc.Audience.Borough}, ofTerms: {string(c.doc.Terms)}, ofPlace: squaresAt(c.doc.Point),
		ofShape: {string(c.doc.Side) + "/", "/" + c.doc.Kind, string(c.doc.Side) + "/" + c.doc.Kind}} {
		for _, v := range values {
			c.keys[kind+v] = true
		}
	}
}

// Keys are what the listing has. A Standing that fits it has one of them in each of its groups.
func (c *Candidate) Keys(yield func(string) bool) {
	for k := range c.keys {
		if !yield(k) {
			return
		}
	}
}

// Has reports whether a key is among them.
func (c *Candidate) Has(key string) bool { return c.keys[key] }

// Side of the listing.
func (c *Candidate) Side() market.Side { return c.doc.Side }

// Fits reports whether the question finds the listing, whoever asks.
func (s *Standing) Fits(c *Candidate) bool {
	return !c.over && s.filter.fits(c) && s.says(c) && (s.time == nil || s.time.fit(c))
}

// Side is the one that the question asks about; "": it asks about both.
func (s *Standing) Side() market.Side {
	if len(s.filter.sides) != 1 {
		return ""
	}
	return market.Side(s.filter.sides[0])
}

// says reports whether the listing has the words.
func (s *Standing) says(c *Candidate) bool {
	return !slices.ContainsFunc(s.words, func(ways []standingWay) bool {
		return !slices.ContainsFunc(ways, func(w standingWay) bool {
			return !slices.ContainsFunc(w, func(k unique.Handle[string]) bool { return !c.keys[k.Value()] })
		})
	})
}

func (f *filter) fits(c *Candidate) bool {
	d := &c.doc
	return oneOf(f.sides, string(d.Side)) && oneOf(f.kinds, d.Kind) && oneOf(f.boroughs, d.Audience.Borough) && oneOf(f.terms, string(d.Terms)) &&
		holds(d.Tags, f.tags) && holds(c.features, f.requires) && (len(f.networks) == 0 || slices.ContainsFunc(f.networks, within(c.networks))) &&
		f.enough(d.Numbers) && f.reaches(d.Point)
}

func oneOf(wanted []string, has string) bool { return len(wanted) == 0 || slices.Contains(wanted, has) }

func within(list []string) func(string) bool {
	return func(s string) bool { return slices.Contains(list, s) }
}

func holds(has, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(has, w) {
			return false
		}
	}
	return true
}

func (f *filter) enough(numbers map[string]float64) bool {
	for key, least := range f.least {
		if n, ok := numbers[key]; !ok || n < least {
			return false
		}
	}
	return true
}

// reaches is the radius in whole kilometres, as they are said; what has no place is everywhere. The box comes first, as
// in Postgres: it ends at the date line.
func (f *filter) reaches(p *market.Point) bool {
	if f.km == 0 || p == nil {
		return true
	}
	box := around(f.near, float64(f.km)+0.5)
	return p.Lat >= box[0].Lat && p.Lat <= box[1].Lat && p.Lng >= box[0].Lng && p.Lng <= box[1].Lng && market.AboutKM(f.near.KM(*p)) <= f.km
}

// Group is keys of which every listing that fits has at least one.
type Group struct {
	Keys []unique.Handle[string]
	// Share is about how many of a thousand listings have one of the keys: what is rare tells most. Nobody counts; it
	// only has to be right about what is rarer than what.
	Share int
}

// The shares of a thousand, as guessed from a city's listings: a word is in one of a hundred, a feature in half of all.
const (
	shareWord    = 10
	shareBegins  = 20 // more lexemes than one begin so
	shareTag     = 10
	shareNetwork = 30
	shareBorough = 30
	shareSquares = 50
	shareShape   = 200
	shareTerms   = 200
	shareFeature = 500
	shareAll     = 1000
)

// Groups are all that can be told of a listing that fits by its keys alone, the rarest first; never none.
func (s *Standing) Groups() []Group {
	var out []Group
	for _, ways := range s.words {
		out = append(out, groupOf(ways))
	}
	f := &s.filter
	for kind, all := range map[string][]string{ofTag: f.tags, ofFeature: f.requires} {
		for _, one := range all {
			out = append(out, group(kind, map[string]int{ofTag: shareTag, ofFeature: shareFeature}[kind], one))
		}
	}
	for _, g := range []Group{group(ofNetwork, shareNetwork, f.networks...), group(ofBorough, shareBorough, f.boroughs...),
		group(ofTerms, shareTerms, f.terms...), group(ofShape, shareShape, f.shapes()...), group(ofPlace, shareSquares, f.squares()...),
		group(ofAll, shareAll, "")} {
		if len(g.Keys) > 0 {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b Group) int { return cmp.Compare(a.Share, b.Share) })
	return out
}

func group(kind string, share int, values ...string) Group {
	g := Group{Share: share * len(values)}
	for _, v := range values {
		g.Keys = append(g.Keys, unique.Make(kind+v))
	}
	return g
}

// groupOf a term: of each of its ways the longest word, which is the rarest as words go.
func groupOf(ways []standingWay) Group {
	var g Group
	for _, w := range ways {
		k := slices.MaxFunc(w, func(a, b unique.Handle[string]) int { return cmp.Compare(len(a.Value()), len(b.Value())) })
		if slices.Contains(g.Keys, k) {
			continue
		}
		g.Keys = append(g.Keys, k)
		if strings.HasPrefix(k.Value(), ofBeginning) {
			g.Share += shareBegins
		} else {
			g.Share += shareWord
		}
	}
	return g
}

// shapes are the sides and kinds that will do, together where both are said.
func (f *filter) shapes() []string {
	var out []string
	sides, kinds := f.sides, f.kinds
	if len(sides)+len(kinds) == 0 {
		return nil
	}
	if len(sides) == 0 {
		sides = []string{""}
	}
	if len(kinds) == 0 {
		kinds = []string{""}
	}
	for _, s := range sides {
		for _, k := range kinds {
			out = append(out, s+"/"+k)
		}
	}
	return out
}

// The map is laid with squares of several sizes, each twice as wide as the one before, so that a radius is covered by a few
// squares of one size. The smallest is some 2 km from south to north, the largest wider than any radius.
const (
	smallestSquare = 0.02 // degrees
	squareSizes    = 15
)

// nowhere is the square of what has no place.
const nowhere = "-"

func square(size int, p market.Point) (row, column int) {
	side := smallestSquare * float64(int(1)<<size)
	return int(math.Floor(p.Lat / side)), int(math.Floor(p.Lng / side))
}

func squareName(size, row, column int) string { return fmt.Sprintf("%d/%d/%d", size, row, column) }

// squaresAt are the squares in which a point lies, of each size one.
func squaresAt(p *market.Point) []string {
	if p == nil {
		return []string{nowhere}
	}
	var out []string
	for size := range squareSizes {
		row, column := square(size, *p)
		out = append(out, squareName(size, row, column))
	}
	return out
}

// squares cover the radius, at most nine of one size; and what is nowhere is in all of them.
func (f *filter) squares() []string {
	if f.km == 0 {
		return nil
	}
	box := around(f.near, float64(f.km)+0.5)
	size := 0
	for size < squareSizes-1 && smallestSquare*float64(int(1)<<size)*2 < max(box[1].Lat-box[0].Lat, box[1].Lng-box[0].Lng) {
		size++
	}
	top, left := square(size, box[0])
	bottom, right := square(size, box[1])
	out := []string{nowhere}
	for row := top; row <= bottom; row++ {
		for column := left; column <= right; column++ {
			out = append(out, squareName(size, row, column))
		}
	}
	return out
}
