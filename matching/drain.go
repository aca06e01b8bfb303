package matching

import (
	"wherewithal/market"
	"wherewithal/matching/words"
)

// drain settles all candidates whose bound is above what may still come. It reports whether the search is over: as many
// matches as are asked for are known, and nothing left can be better. Near misses are those met on the way.
func (s *search) drain(still float32) bool {
	for len(s.heap) > 0 && s.heap[0].bound > still {
		if s.leastFound.beats(s.heap[0].bound) {
			return true
		}
		c := s.pop()
		switch {
		case c.near && s.leastNear.beats(c.most):
		case !c.close:
			s.closer(c)
		default:
			s.settle(c)
		}
	}
	return s.leastFound.beats(still)
}

// closer looks at the card: silent rules, then whatever numbers can say, and a tighter bound.
func (s *search) closer(c candidate) {
	if !s.silentlyPasses(c.card) {
		return
	}
	kind := c.home.kind
	sameKind := kind == s.subject.Listing.Kind
	said := s.compared(c.card)
	if !sameKind && said.Shared < words.Titles {
		return // of another kind, and what its title names is another thing: no near miss
	}
	offer, need := c.card, s.asks
	theirs, ours := c.sense(&s.index.names), &s.subject.sense
	like := alike{}
	if s.subject.Listing.Side == market.Offer {
		offer, need = need, offer
		like = senseAlike(said, &theirs, ours)
	} else {
		like = senseAlike(said, ours, &theirs)
	}
	if (!sameKind || kind != market.Room) && !like.same() {
		return
	}
	s.considered++
	failed := need.failsMore(offer)
	if c.near {
		failed++
	}
	if failed > 1 {
		return
	}
	most := 1.0
	if !need.windows && !offer.windows {
		most = unspokenTime
	}
	c.near, c.close = failed > 0, true
	size := min(1, float64(max(1, offer.quantity))/float64(max(1, need.quantity)))
	likeness, lift := s.index.opts.wordsFit(like, s.offerKind(kind)), c.gives.of(s.index.opts.Weights, s.subject.Listing.Side.Other(), s.now)*(1+slack)
	at := func(most float64) float32 {
		return float32(s.bound(&offer.stance, kind, parts{km: float64(c.km), time: most, size: size, words: likeness}) * lift)
	}
	c.bound = min(c.bound, at(most))
	if c.most = min(c.most, c.bound); need.weeksApart(offer) {
		c.most = min(c.most, at(0))
	}
	s.push(c)
}

// compared are the words of the subject and a card.
func (s *search) compared(c *card) words.Likeness {
	theirs := c.gist(&s.ids)
	if s.subject.Listing.Side == market.Offer {
		return words.CompareGists(theirs, s.subject.gist)
	}
	return words.CompareGists(s.subject.gist, theirs)
}

func (s *search) offerKind(kind string) string {
	if s.subject.Listing.Side == market.Offer {
		return s.subject.Listing.Kind
	}
	return kind
}

// failsMore counts rules an offer certainly fails for a need that the hot parts leave open: quantity, and dates or
// times that never meet. Times that the hot parts found apart are apart here too and not counted twice.
func (need *card) failsMore(offer *card) int {
	n := 0
	if offer.quantity < max(need.smallest, min(offer.smallest, need.quantity)) {
		n++
	}
	dates := offer.last > 0 && need.from > offer.last+1 || need.last > 0 && offer.from > need.last+1
	if (dates || need.weeksApart(offer)) && !need.apart(offer) {
		n++
	}
	return n
}

// weeksApart reports whether no week holds one use of the need within the offer's times.
func (need *card) weeksApart(offer *card) bool {
	return need.zone == offer.zone && !need.week.Holds(&offer.week.Week, int(need.minutes))
}

// silentlyPasses are the silent rules on a card; TestCardsKeepTheSilentRules holds them to the rules themselves.
func (s *search) silentlyPasses(c *card) bool {
	me, now := s.asks, s.now.Unix()
	switch {
	case c.group == me.group, !c.open, int64(c.paused) > now, c.expires > 0 && int64(c.expires) <= now:
		return false
	case c.ties != nil && has(c.ties.blocked, me.group), me.ties != nil && has(me.ties.blocked, c.group):
		return false
	}
	return me.sees(c) && c.sees(me)
}

// sees reports whether a card's group may see another's listing.
func (c *card) sees(other *card) bool {
	switch {
	case other.circle == circleAnyone, c.ties != nil && other.ties != nil && overlap(c.ties.joined, other.ties.audience):
		return true
	case other.circle == circleBorough:
		return other.borough != 0 && c.borough == other.borough
	case other.circle == circleCity:
		return other.region != 0 && c.region == other.region
	}
	return false
}

const (
	circleBorough circle = 1
	circleCity    circle = 2
	circleAnyone  circle = 3
)

func has(list []uint32, id uint32) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}

func overlap(a, b []uint32) bool {
	for _, x := range a {
		if x != noName && has(b, x) {
			return true
		}
	}
	return false
}

// settle a candidate by every rule.
func (s *search) settle(c candidate) {
	if s.seen[c.key] {
		return // changed while we looked
	}
	s.seen[c.key] = true
	other := c.card.read(&s.index.shared)
	p := s.pair(other)
	if len(p.check(silentNow, 0)) > 0 {
		return
	}
	failed := p.check(stated, 1)
	if len(failed) > 1 || len(failed) == 1 && !p.nearMiss(failed[0]) {
		return
	}
	found := scored{p, other, Failure{}, s.index.opts.standing(p.fit(), other, s.now)}
	if len(failed) == 0 {
		s.found = append(s.found, found)
		s.leastFound.add(found.by)
		return
	}
	found.failed = failed[0]
	s.nearly = append(s.nearly, found)
	s.leastNear.add(found.by)
}

func (s *search) pair(other *reading) *pair {
	p := &pair{offer: other, need: s.subject, opts: &s.index.opts, almanac: s.almanac, now: s.now, asks: s.subject.Listing.Side}
	if s.subject.Listing.Side == market.Offer {
		p.offer, p.need = s.subject, other
	}
	return p
}
