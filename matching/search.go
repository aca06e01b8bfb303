package matching

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// search finds the best pairs of one subject, best bound first: each candidate stands in a heap under the highest rank
// it could have, is looked at more closely when it comes to the top, and the search ends when no bound reaches what
// was found. So it finds exactly what comparing everything would, mostly after a few dozen comparisons.
type search struct {
	index   *Index
	subject *reading
	asks    *card // the subject as a card
	at      hot   // and as a scan sees it
	now     time.Time
	almanac *calendar.Almanac
	limit   int

	sharing    *sharing // nil: a walk asks for no word in common
	heap       []candidate
	seen       map[key]bool
	ids        []uint32 // room for the words of the candidate that is looked at
	found      []scored
	nearly     []scored
	leastFound worst // of the matches that would be returned
	leastNear  worst // of the near misses that would be tried
	considered int
}

// candidate is a card and the highest rank it could have.
type candidate struct {
	*card
	bound float32 // by which it waits
	most  float32 // at least its rank as a near miss, where that is less
	km    float32 // at least
	tie   uint32
	near  bool // fails one rule for certain
	close bool // its card has been looked at
}

// scored is a pair with what it is sorted by.
type scored struct {
	*pair
	other  *reading
	failed Failure // of a near miss
	by     float64
}

// worst keeps the best n of what it is shown, to tell the least of them.
type worst struct {
	n    int
	best []float64
}

func (w *worst) add(v float64) {
	i, _ := slices.BinarySearchFunc(w.best, v, func(a, b float64) int { return cmpDown(a, b) })
	if w.n <= 0 || i >= w.n {
		return
	}
	w.best = slices.Insert(w.best, i, v)
	w.best = w.best[:min(len(w.best), w.n)]
}

func cmpDown(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// beats reports whether n better ones than the bound are known.
func (w *worst) beats(bound float32) bool {
	return w.n > 0 && len(w.best) == w.n && w.best[w.n-1] > float64(bound)*(1+slack)
}

func (s *search) run() {
	if !s.asks.shown() {
		return
	}
	shelves := s.index.facing(s.subject.Listing.Side)
	if shelf := shelves[s.subject.Listing.Kind]; shelf != nil {
		s.sameKind(shelf, s.subject.Listing.Kind)
	}
	if s.drain(-1) {
		return
	}
	for kind, shelf := range shelves {
		if kind != s.subject.Listing.Kind {
			s.byWords(shelf, kind)
		}
	}
	s.drain(-1)
}

// shown reports whether any other group may see the listing.
func (c *card) shown() bool {
	switch c.circle {
	case circleAnyone, circleBorough, circleCity:
		return true
	}
	return c.ties != nil && len(c.ties.audience) > 0
}

func (s *search) sameKind(shelf *shelf, kind string) {
	switch {
	case s.asks.way == wayNowhere:
	case kind != market.Room && shelf.count(keysOf(s.subject)) <= s.index.mostByWords:
		s.byWords(shelf, kind)
	default:
		if kind != market.Room {
			s.sharing = newSharing(shelf, keysOf(s.subject))
		}
		if s.asks.way != wayOnline {
			s.outwards(shelf, kind)
			return
		}
		shelf.mu.RLock()
		s.scan(shelf, kind, shelf.online)
		shelf.mu.RUnlock()
	}
}

// count of places under some keys.
func (s *shelf) count(keys []uint32) (n int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, key := range keys {
		if p := s.posts[key]; p != nil {
			n += int(p.n)
		}
	}
	return n
}

// byWords takes all that share a word with the subject.
func (s *search) byWords(shelf *shelf, kind string) {
	keys, here, times := keysOf(s.subject), spotOf(&s.at), float64(nearlyInReach)
	if kind != s.subject.Listing.Kind {
		keys, times = onceEach(s.subject.wordKeys()), 1 // a near miss of another kind shares words, and fails nothing else
	}
	shelf.mu.RLock()
	defer shelf.mu.RUnlock()
	shelf.under(keys, func(slot uint32) {
		if here.away(shelf.spots[slot], times) {
			return
		}
		if shelf.slots[slot] != nil {
			s.consider(shelf.hot(slot), shelf, kind)
		}
	})
}

// mostRings are walked one by one; a search that may reach further takes everything at once.
const mostRings = 40

// outwards walks rings of cells until nothing further out can be better than what was found.
func (s *search) outwards(shelf *shelf, kind string) {
	at, rings, inReach := cellOf(s.at.lat, s.at.lng), s.rings(shelf, nearlyInReach), s.rings(shelf, 1)
	if slices.Max(rings[:]) > mostRings {
		shelf.mu.RLock()
		for i := range shelf.grids {
			if rings[i] >= 0 {
				shelf.grids[i].all(func(list []hot) { s.scan(shelf, kind, list) })
			}
		}
		shelf.mu.RUnlock()
		return
	}
	for r := int32(0); r <= slices.Max(rings[:]); r++ {
		shelf.mu.RLock()
		for i := range shelf.grids {
			if r <= rings[i] {
				shelf.grids[i].ring(at, r, func(list []hot) { s.scan(shelf, kind, list) })
			}
		}
		shelf.mu.RUnlock()
		still := s.boundAt(beyond(&s.at, r))
		if s.drain(still) || r >= slices.Max(inReach[:]) && s.leastNear.beats(still) { // beyond reach are near misses only
			return
		}
	}
}

// rings of each grid that lie within some times the reach of who would travel; -1: none.
func (s *search) rings(shelf *shelf, times float64) (out [len(reaches) + 1]int32) {
	shelf.mu.RLock()
	defer shelf.mu.RUnlock()
	for i := range shelf.grids {
		g := &shelf.grids[i]
		km := max(s.at.reach, g.far)
		if s.subject.Listing.Side == market.Need && g.far > 0 || s.subject.Listing.Side == market.Offer && s.at.reach == 0 {
			km = g.far // the other side travels
		}
		if s.subject.Listing.Side == market.Offer && s.at.reach > 0 {
			km = s.at.reach
		}
		out[i] = -1
		if km > 0 && len(g.cells) > 0 {
			out[i] = ringsWithin(&s.at, float64(km)*times)
		}
	}
	return out
}

func ringsWithin(h *hot, km float64) int32 {
	for r := int32(0); r <= mostRings; r++ {
		if beyond(h, r) > km {
			return r
		}
	}
	return mostRings + 1
}

func (s *search) scan(shelf *shelf, kind string, list []hot) {
	for i := range list {
		if s.sharing.has(shelf, list[i].slot) {
			s.consider(&list[i], shelf, kind)
		}
	}
}

// consider a listing by its hot part: out with it when it fails two rules, or is no small change away; else into the
// heap.
func (s *search) consider(h *hot, shelf *shelf, kind string) {
	offer, need := h, &s.at
	if s.subject.Listing.Side == market.Offer {
		offer, need = need, offer
	}
	if (offer.way^need.way)&wayOnline != 0 || !h.maySee(&s.at.stance) || !s.at.maySee(&h.stance) {
		return
	}
	sameKind := kind == s.subject.Listing.Kind
	failed := need.fails(offer, sameKind)
	if !sameKind {
		failed++
	}
	if failed > 1 {
		return
	}
	km := float32(0)
	if offer.way != wayOnline {
		reach := need.reach
		if offer.way == wayDelivered {
			reach = offer.reach
		}
		if km = atLeastKM(h, &s.at); km > reach {
			failed++
		}
		if failed > 1 || reach == 0 || km > nearlyInReach*reach {
			return
		}
	}
	best := parts{km: float64(km), time: 1, size: 1, words: 1}
	bound := float32(s.bound(&offer.stance, kind, best)) * h.busy
	near, most := failed > 0, bound
	if near && need.apart(offer) {
		best.time = 0
		most = float32(s.bound(&offer.stance, kind, best)) * h.busy
	}
	if near && s.leastNear.beats(most) || !near && s.leastFound.beats(bound) {
		return
	}
	s.push(candidate{card: shelf.slots[h.slot], bound: bound, most: most, km: km, tie: h.tie, near: near})
}

// atLeastKM is a distance that is cheap to work out and never too long: the narrower of the two circles of latitude
// counts, and a little is taken off for the roundness of the Earth.
func atLeastKM(a, b *hot) float32 {
	const rad = math.Pi / 180
	dLat := math.Abs(float64(a.lat-b.lat)) * rad
	dLng := math.Abs(float64(a.lng-b.lng)) * rad
	if dLat > .15 || dLng > .15 { // beyond some 600 km a plane no longer serves
		p, q := market.Point{Lat: float64(a.lat), Lng: float64(a.lng)}, market.Point{Lat: float64(b.lat), Lng: float64(b.lng)}
		return float32(.99 * p.KM(q))
	}
	narrow := max(0, math.Cos(float64(b.lat)*rad)-dLat) * dLng
	return max(0, float32(.995*6371*math.Sqrt(dLat*dLat+narrow*narrow))-.002)
}

// parts of a fit at most, [0,1], but for the distance, which is at least.
type parts struct{ km, time, size, words float64 }

// bound is the highest fit with an offer of such terms, given what its parts can be.
func (s *search) bound(offer *stance, kind string, most parts) float64 {
	if s.subject.Listing.Side == market.Offer {
		kind = s.subject.Listing.Kind
	}
	w := s.index.opts.parts(kind)
	sum := w.Place + w.Time + w.Size + w.Words + w.Terms
	if sum <= 0 {
		return 0
	}
	place := 1 / (1 + most.km/halfWay)
	if offer.way == wayOnline {
		place = onlineFit
	}
	terms := 0.0
	if offer.terms != 0 {
		terms = termsFits[market.TermsKinds[bits.TrailingZeros8(offer.terms)]]
	}
	return (w.Place*place + w.Time*most.time + w.Size*most.size + w.Words*most.words + w.Terms*terms) / sum
}

// boundAt is the highest rank of anything of the subject's kind at least so far away.
func (s *search) boundAt(km float64) float32 {
	gift := stance{terms: 1}
	return float32(s.bound(&gift, s.subject.Listing.Kind, parts{km: max(0, km), time: 1, size: 1, words: 1})) * (1 + slack)
}
