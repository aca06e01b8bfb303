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
func (s *shelf) add(c *card, keys []uint32) {
	c.slot = uint32(len(s.slots))
	s.slots, s.spots = append(s.slots, c), append(s.spots, spotOf(&c.hot))
	switch c.way {
	case wayOnline:
		s.online = append(s.online, c.hot)
	case wayNowhere: // nobody can come together with it
	default:
		s.grid(c).add(c.hot)
	}
	for _, key := range keys {
		if s.posts[key] == nil {
			s.posts[key] = &postings{}
		}
		s.posts[key].add(c.slot)
	}
}

func (s *shelf) grid(c *card) *grid {
	i, _ := slices.BinarySearch(reaches[:], c.reach)
	return &s.grids[i]
}

// remove a card, under the shelf's lock. Its places by word go when a quarter of them is void.
func (s *shelf) remove(c *card) {
	s.gone++
	s.slots[c.slot] = nil
	switch c.way {
	case wayOnline:
		s.online = without(s.online, c.slot)
	case wayNowhere:
	default:
		s.grid(c).remove(c.hot)
	}
}

// without a slot; the last takes its place.
func without(list []hot, slot uint32) []hot {
	if i := slices.IndexFunc(list, func(h hot) bool { return h.slot == slot }); i >= 0 {
		list[i] = list[len(list)-1]
		list = list[:len(list)-1]
	}
	return list
}

// worn reports whether so many slots are void that the shelf should be laid out anew.
func (s *shelf) worn() bool { return s.gone > 1024 && s.gone > len(s.slots)/4 }

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

func (g *grid) add(h hot) {
	if g.cells == nil {
		g.cells = map[cell][]hot{}
	}
	c := cellOf(h.lat, h.lng)
	g.cells[c] = append(g.cells[c], h)
	g.far = max(g.far, h.reach)
}

func (g *grid) remove(h hot) {
	c := cellOf(h.lat, h.lng)
	if g.cells[c] = without(g.cells[c], h.slot); len(g.cells[c]) == 0 {
		delete(g.cells, c)
	}
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
