package matching

import (
	"sync"

	"wherewithal/market"
)

// Index holds the open listings in memory. It is safe for any number of readers while one writer changes it: readings
// never change once made, and a ranking takes its candidates under a short lock and works on them outside it.
type Index struct {
	opts    Options
	mu      sync.RWMutex
	byID    map[market.ID]*reading
	shelves map[shelfKey]*shelf
}

// shelfKey is what candidates are looked up by first.
type shelfKey struct {
	side market.Side
	kind string
}

// New is an empty index.
func New(opts Options) *Index {
	return &Index{opts: opts.filled(), byID: map[market.ID]*reading{}, shelves: map[shelfKey]*shelf{}}
}

// Len is how many listings it holds.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// Put adds a listing or replaces what is known of it. A version older than the one held changes nothing.
func (x *Index) Put(e market.Entry) {
	r := read(e)
	x.mu.Lock()
	defer x.mu.Unlock()
	if old := x.byID[r.id()]; old != nil {
		if old.Listing.Version > r.Listing.Version {
			return
		}
		x.shelf(old).remove(old)
	}
	x.byID[r.id()] = r
	x.shelf(r).add(r)
}

// Delete forgets a listing; one that is not held is no fault.
func (x *Index) Delete(id market.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if old := x.byID[id]; old != nil {
		x.shelf(old).remove(old)
		delete(x.byID, id)
	}
}

func (x *Index) shelf(r *reading) *shelf {
	key := shelfKey{r.Listing.Side, r.Listing.Kind}
	s := x.shelves[key]
	if s == nil {
		s = &shelf{cells: map[cell][]*reading{}}
		x.shelves[key] = s
	}
	return s
}

// candidates for a subject: of its kind, all that distance could allow or nearly allow; of other kinds, what lies in
// its reach. The order means nothing.
func (x *Index) candidates(subject *reading) []*reading {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []*reading
	for key, s := range x.shelves {
		if key.side != subject.Listing.Side.Other() {
			continue
		}
		km := max(subject.Listing.Reach(), market.AssumedReachKM)
		if key.kind == subject.Listing.Kind {
			km *= nearlyInReach
		}
		out = s.near(subject.Point, km, out)
	}
	return out
}
