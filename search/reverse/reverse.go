// Package reverse is search the other way round: of many questions that stay, those that find one listing.
//
// An Index holds search.Standings by the rarest thing that each asks for: a word, else a tag, a network, a square of the
// map. A listing brings what it has; the questions that hang there are held against it exactly. So one listing is looked at
// by few of them, however many there are, and what comes out is what search finds the ordinary way.
//
// It is pure: no I/O, no clock, no viewer. Who may see the listing is for its caller to ask.
package reverse

import (
	"slices"
	"sync"
	"unique"

	"wherewithal/market"
	"wherewithal/search"
)

// Index holds questions by their ids. The zero Index is not ready: use New. Safe for concurrent use: readers go on beside
// each other, and wait for a writer some microseconds.
type Index struct {
	mu    sync.RWMutex
	all   map[market.ID]*question
	under map[market.Side]map[string]*list // by the side asked about ("": both) and key
}

type question struct {
	id       market.ID
	standing *search.Standing
	hangs    []unique.Handle[string] // the keys it is listed under
}

// list is the questions under one key.
type list []*question

// New makes an empty index.
func New() *Index {
	return &Index{all: map[market.ID]*question{}, under: map[market.Side]map[string]*list{market.Offer: {}, market.Need: {}, "": {}}}
}

// Len is how many questions there are.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return len(ix.all)
}

// Put keeps a question, in place of the one of that id.
func (ix *Index) Put(id market.ID, s *search.Standing) {
	groups := s.Groups() // outside the lock: it costs more than the rest
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.remove(id)
	lists := ix.under[s.Side()]
	q := &question{id: id, standing: s}
	for _, k := range rarest(lists, groups) {
		if !slices.Contains(q.hangs, k) { // a value may have been said twice
			q.hangs = append(q.hangs, k)
		}
	}
	ix.all[id] = q
	for _, k := range q.hangs {
		l := lists[k.Value()]
		if l == nil {
			l = &list{}
			lists[k.Value()] = l
		}
		*l = append(*l, q)
	}
}

// rarest is the group under which a question costs least: how many listings come by there, times how many questions each
// of them meets.
func rarest(lists map[string]*list, groups []search.Group) []unique.Handle[string] {
	cost := func(g search.Group) int {
		hang := 0
		for _, k := range g.Keys {
			if l := lists[k.Value()]; l != nil {
				hang += len(*l)
			}
		}
		return g.Share * (1 + hang/len(g.Keys))
	}
	return slices.MinFunc(groups, func(a, b search.Group) int { return cost(a) - cost(b) }).Keys
}

// Delete takes a question out; one that is not there is out already.
func (ix *Index) Delete(id market.ID) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.remove(id)
}

func (ix *Index) remove(id market.ID) {
	q := ix.all[id]
	if q == nil {
		return
	}
	delete(ix.all, id)
	lists := ix.under[q.standing.Side()]
	for _, k := range q.hangs {
		l := lists[k.Value()]
		at := slices.Index(*l, q)
		last := len(*l) - 1
		(*l)[at], (*l)[last] = (*l)[last], nil
		if *l = (*l)[:last]; last == 0 {
			delete(lists, k.Value())
		}
	}
}

// Match are the ids of the questions that find the listing, in no order, each once.
func (ix *Index) Match(c *search.Candidate) []market.ID {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var found []market.ID
	for key := range c.Keys {
		for _, side := range [...]market.Side{c.Side(), ""} {
			l := ix.under[side][key]
			if l == nil {
				continue
			}
			for _, q := range *l {
				if q.standing.Fits(c) && (len(q.hangs) == 1 || q.first(c) == key) {
					found = append(found, q.id)
				}
			}
		}
	}
	return found
}

// first is the first of a question's keys that the listing has: of several, it is told there only.
func (q *question) first(c *search.Candidate) string {
	for _, k := range q.hangs {
		if c.Has(k.Value()) {
			return k.Value()
		}
	}
	return ""
}
