package matching

import (
	"math"
	"slices"
	"sync"

	"wherewithal/market"
)

// shelf is the listings of one side and kind: in grids by where they are, and by the words that could find them.
type shelf struct {
	kind   string
	mu     sync.RWMutex
	grids  [len(reaches) + 1]grid // by how far its listings' own side travels
	online []hot
	slots  []*card
	spots  []spot               // by slot
	posts  map[uint32]*postings // by key
	gone   int                  // slots whose card is no longer in use
	laid   int                  // how often it was laid out anew
}

// reaches part the grids, in km: a few that travel far do not make every search wide.
var reaches = [...]float32{0, 2, 5, 10, 20, 50}

func newShelf(kind string) *shelf { return &shelf{kind: kind, posts: map[uint32]*postings{}} }

func (s *shelf) len() int { return len(s.slots) - s.gone }

// add a card, under the shelf's lock.
func (s *shelf) add(c *card, h hot, keys []uint32) {
	c.slot = uint32(len(s.slots))
	h.slot = c.slot
	p := spotOf(&h)
	if p.reach != nowhere {
		list := s.list(p)
		p.at = uint32(len(list))
		s.put(p, append(roomy(list, 1), h))
	}
	s.slots, s.spots = append(s.slots, c), append(s.spots, p)
	for _, key := range keys {
		if s.posts[key] == nil {
			s.posts[key] = &postings{}
		}
		s.posts[key].add(c.slot)
	}
}

// roomy is a list with room for n more and little beside: there are many lists, and they are most of an index.
func roomy[E any](list []E, n int) []E {
	if room := len(list) + n; room > cap(list) {
		list = append(make([]E, 0, room+room/8), list...)
	}
	return list
}

// list that has what is at a spot.
func (s *shelf) list(p spot) []hot {
	if p.reach == online {
		return s.online
	}
	return s.grid(p).cells[cellOf(p.lat, p.lng)]
}

// put a list in its place.
func (s *shelf) put(p spot, list []hot) {
	if p.reach == online {
		s.online = list
		return
	}
	s.grid(p).put(p, list)
}

func (s *shelf) grid(p spot) *grid {
	i, _ := slices.BinarySearch(reaches[:], p.reach)
	return &s.grids[i]
}

// hot of a slot that is in use and somewhere.
func (s *shelf) hot(slot uint32) *hot {
	p := s.spots[slot]
	return &s.list(p)[p.at]
}

// remove a card, under the shelf's lock; the last of its list takes its place there. Its places by word go when a quarter
// of them is void.
func (s *shelf) remove(c *card) {
	s.gone++
	s.slots[c.slot] = nil
	p := s.spots[c.slot]
	if p.reach == nowhere {
		return
	}
	list := s.list(p)
	last := list[len(list)-1]
	list[p.at], s.spots[last.slot].at = last, p.at
	s.put(p, list[:len(list)-1])
}

// worn reports whether so many slots are void that the shelf should be laid out anew.
func (s *shelf) worn(most int) bool { return s.gone > most && s.gone > len(s.slots)/4 }

// keysOf a listing by which one of the other side finds it when both mean the same thing.
func keysOf(r *reading) []uint32 { return onceEach(r.sense.keys(r.Listing.Side, r.wordKeys())) }

// wordKeys by which one of the other side finds it when both speak of the same thing.
func (r *reading) wordKeys() []uint32 {
	if r.Listing.Side == market.Need {
		return r.gist.SoughtKeys(nil)
	}
	return r.gist.Keys(nil)
}

func onceEach(keys []uint32) []uint32 {
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) > 0 && keys[0] == 0 {
		keys = keys[1:]
	}
	return keys
}

// grid is listings by squares of about 2 km at the latitude of London.
type grid struct {
	cells map[cell][]hot
	far   float32 // the furthest that any of its listings' own side travels
}

type cell struct{ lat, lng int32 }

const (
	cellLat  = 0.02
	cellLng  = 0.03
	kmPerLat = 111.19 // of a degree of latitude
)

func cellOf(lat, lng float32) cell {
	return cell{int32(math.Floor(float64(lat) / cellLat)), int32(math.Floor(float64(lng) / cellLng))}
}

func (g *grid) put(p spot, list []hot) {
	if g.cells == nil {
		g.cells = map[cell][]hot{}
	}
	at := cellOf(p.lat, p.lng)
	if g.cells[at] = list; len(list) == 0 {
		delete(g.cells, at)
	}
	g.far = max(g.far, p.reach)
}

// ring of cells around one, r steps out.
func (g *grid) ring(at cell, r int32, do func([]hot)) {
	if r == 0 {
		do(g.cells[at])
		return
	}
	for d := -r; d <= r; d++ {
		do(g.cells[cell{at.lat - r, at.lng + d}])
		do(g.cells[cell{at.lat + r, at.lng + d}])
	}
	for d := -r + 1; d < r; d++ {
		do(g.cells[cell{at.lat + d, at.lng - r}])
		do(g.cells[cell{at.lat + d, at.lng + r}])
	}
}

func (g *grid) all(do func([]hot)) {
	for _, list := range g.cells {
		do(list)
	}
}

// beyond is how far in km everything outside the first r rings is at least.
func beyond(h *hot, r int32) float64 {
	at := cellOf(h.lat, h.lng)
	lat, lng := float64(h.lat), float64(h.lng)
	south, north := lat-float64(at.lat-r)*cellLat, float64(at.lat+r+1)*cellLat-lat
	west, east := lng-float64(at.lng-r)*cellLng, float64(at.lng+r+1)*cellLng-lng
	widest := math.Min(89, math.Abs(lat)+float64(r+1)*cellLat)
	return .99 * kmPerLat * min(south, north, min(west, east)*math.Cos(widest*math.Pi/180))
}
