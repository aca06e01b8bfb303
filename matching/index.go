package matching

import (
	"sync"
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Index holds the open listings in memory, about 1 kB each beside their text. It is safe for any number of readers
// while others change it: cards never change once made, and a ranking holds a shelf's lock only while it scans a ring
// of cells or looks words up, never while it compares calendars.
type Index struct {
	opts  Options
	book  *calendar.Yearbook
	words names
	shared
	weeks sync.Map // calendar.Week → *week

	mostByWords int // candidates are looked up by their words; when more have them, those near by are looked at first
	mostVoid    int // slots of a shelf that may be void, and a quarter of it, before it is laid out anew

	turn    sync.Mutex   // writers take turns
	mu      sync.RWMutex // of byID and shelves, beside the turn
	byID    map[key]*card
	shelves map[shelfKey]*shelf
}

// shared is what listings have in common and name by number.
type shared struct {
	names names
	ids   ids
}

// shelfKey is what candidates are looked up by first.
type shelfKey struct {
	side market.Side
	kind string
}

// New is an empty index.
func New(opts Options) *Index {
	opts = opts.filled()
	return &Index{mostByWords: 20_000, mostVoid: 1024, opts: opts, book: calendar.NewYearbook(opts.TermDates), byID: map[key]*card{}, shelves: map[shelfKey]*shelf{}}
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
	c, h := x.card(r, false)
	c.write(r.gist, &r.sense, pack(kept(e, c.key), &x.shared))
	keys := keysOf(r)
	x.turn.Lock()
	defer x.turn.Unlock()
	old := x.byID[c.key]
	if old != nil && old.version > c.version {
		return
	}
	x.drop(old)
	x.mu.Lock()
	x.byID[c.key] = c
	s := x.shelf(shelfKey{e.Listing.Side, e.Listing.Kind})
	x.mu.Unlock()
	c.home = s
	s.mu.Lock()
	s.add(c, h, keys)
	s.mu.Unlock()
}

// kept of an entry: not what the card has beside it, nor what no match, reason or order asks for: who posted it, which of the
// group's places it is at, when it was written and changed.
func kept(e market.Entry, k key) market.Entry {
	if e.Listing.ID == market.IDFrom(k) {
		e.Listing.ID = ""
	}
	e.Meaning = market.Meaning{}
	e.Listing.PostedBy, e.Listing.PlaceID, e.Listing.CreatedAt, e.Listing.UpdatedAt = "", "", time.Time{}, time.Time{}
	return e
}

// Delete forgets a listing; one that is not held is no fault.
func (x *Index) Delete(id market.ID) {
	x.turn.Lock()
	defer x.turn.Unlock()
	x.drop(x.byID[keyOf(id)])
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.byID, keyOf(id))
}

// drop a card from its shelf.
func (x *Index) drop(c *card) {
	if c == nil {
		return
	}
	s := c.home
	s.mu.Lock()
	s.remove(c)
	s.mu.Unlock()
	if s.worn(x.mostVoid) {
		s.relay()
	}
}

// relay lays a shelf out anew without its void slots. Only writers change a shelf and they take turns, so the work is
// done beside the readers and only the exchange keeps them waiting.
func (s *shelf) relay() {
	slots, spots := make([]*card, 0, s.len()), make([]spot, 0, s.len())
	moved := make([]uint32, len(s.slots))
	for i, c := range s.slots {
		if c != nil {
			moved[i] = uint32(len(slots)) + 1
			slots, spots = append(slots, c), append(spots, s.spots[i])
		}
	}
	posts := make(map[uint32]*postings, len(s.posts))
	for key, list := range s.posts {
		kept := &postings{}
		list.each(func(slot uint32) {
			if moved[slot] > 0 {
				kept.add(moved[slot] - 1)
			}
		})
		if kept.n > 0 {
			posts[key] = kept
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	renumber := func(list []hot) {
		for i := range list {
			list[i].slot = moved[list[i].slot] - 1
		}
	}
	for i := range s.grids {
		s.grids[i].all(renumber)
	}
	renumber(s.online)
	for i, c := range slots {
		c.slot = uint32(i)
	}
	s.slots, s.spots, s.posts, s.gone = slots, spots, posts, 0
	s.laid++
}

func (x *Index) shelf(key shelfKey) *shelf {
	s := x.shelves[key]
	if s == nil {
		s = newShelf(key.kind)
		x.shelves[key] = s
	}
	return s
}

// facing are the shelves of the other side, by kind.
func (x *Index) facing(side market.Side) map[string]*shelf {
	x.mu.RLock()
	defer x.mu.RUnlock()
	out := map[string]*shelf{}
	for key, s := range x.shelves {
		if key.side == side.Other() {
			out[key.kind] = s
		}
	}
	return out
}
