package matching

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
	"wherewithal/matching/words"
)

// card is an entry as the index keeps it: what most comparisons can be settled by, in numbers, and the rest packed. It
// never changes; its slot does when its shelf is laid out anew, under the shelf's lock.
type card struct {
	stance
	slot     uint32
	minutes  int16 // need: of one use, at least
	open     bool
	windows  bool // states times
	key      key
	version  uint32
	model    uint32 // the number of its name
	group    uint32
	quantity int32  // offer: how much there is; need: how much it still wants
	smallest int32  // offer: the least it goes in; need: the least it can use
	paused   uint32 // Unix seconds until which it is paused; 0: not
	expires  uint32 // Unix seconds; 0: never
	from     int32  // first and last day it holds, in days since 1970; 0: not said
	last     int32
	gives    lifts
	home     *shelf
	ties     *ties          // nil: in no network, and blocks nobody
	week     *week          // shared with all that have the same
	ends     [pieces]uint16 // of each piece of written; after the last the entry itself
	written  []byte
}

// The pieces of what is written on a card, one behind the other: the words, and what a model read.
const (
	gistPiece = iota
	letterPiece
	thingPiece
	sketchPiece
	pieces
)

// write on a card.
func (c *card) write(g words.Gist, s *sense, entry []byte) {
	b := g.Append(make([]byte, 0, 128+len(s.letters)+len(s.things)+len(s.sketches)+len(entry)))
	c.ends[gistPiece] = uint16(len(b))
	for i, piece := range [][]byte{s.letters, s.things, s.sketches} {
		b = append(b, piece...)
		c.ends[letterPiece+i] = uint16(len(b))
	}
	b = append(b, entry...)
	c.written = append(make([]byte, 0, len(b)), b...)
}

func (c *card) piece(i int) []byte {
	from := uint16(0)
	if i > 0 {
		from = c.ends[i-1]
	}
	return c.written[from:c.ends[i]]
}

// gist of its words, in the given numbers.
func (c *card) gist(in *[]uint32) words.Gist { return words.GistOf(c.piece(gistPiece), in) }

func (c *card) sense(shared *names) sense {
	return sense{shared.name(c.model), c.piece(letterPiece), c.piece(thingPiece), c.piece(sketchPiece)}
}

// entry of the listing. Its id is not written twice: the key is the id but where the key is a digest.
func (c *card) entry(in *shared) market.Entry {
	e := unpack(c.written[c.ends[sketchPiece]:], in)
	if e.Listing.ID == "" {
		e.Listing.ID = market.IDFrom(c.key)
	}
	return e
}

// hot is what a scan looks at first, kept side by side.
type hot struct {
	slot     uint32
	lat, lng float32 // degrees
	reach    float32 // km its own side travels; 0: it does not
	busy     float32 // what its fit is lowered to at least, (0,1]
	nums     [mostNums]float32
	coarse   uint64 // the week's times
	stance
	traits
	tie uint32 // of the key: which of equals comes first
}

// stance is what both a scan and a closer look ask.
type stance struct {
	zone    uint32
	borough uint32
	region  uint32
	terms   uint8 // one bit of the kind of terms; need: all that suit
	way     uint8
	circle  circle
	tied    uint8 // one bit in eight of each network that its group is in or its circle holds
}

// mostNums of a kind that must be at least what a need states; more are checked later.
const mostNums = 3

// traits that are sets, as bits. Of an offer what it has, of a need what it requires.
type traits struct {
	features uint8
	uses     uint8 // offer: not allowed; need: involved
	flags    uint8 // needed facts
}

const (
	wayOnline = 1 << iota
	wayDelivered
	wayNowhere // no point, and not online
)

type circle uint8

// ties of a group.
type ties struct{ joined, audience, blocked []uint32 }

// namer is number of names or ids for what is kept, known for what only asks.
type namer[K ~string] func(K) uint32

// card of a reading, and what a scan looks at of it. A subject that only asks brings no new names.
func (x *Index) card(r *reading, asks bool) (*card, hot) {
	word, name, id := namer[string](x.words.number), namer[string](x.names.number), namer[market.ID](x.ids.number)
	if asks {
		word, name, id = x.words.known, x.names.known, x.ids.known
	}
	l := &r.Listing
	c := &card{key: keyOf(l.ID), version: uint32(min(l.Version, math.MaxUint32)), group: id(l.GroupID),
		quantity: clip32(l.Quantity), smallest: clip32(r.smallest()), paused: unixOf(l.PausedUntil), expires: unixOf(l.ExpiresAt),
		from: dayOf(l.When.From), last: dayOf(r.lastDay), gives: liftsOf(r), ties: tiesOf(r, id), week: x.week(r.week), model: name(r.sense.model),
		open: l.Life == market.Open && r.Group.Active && !r.Filled(), windows: len(l.When.Windows) > 0, minutes: int16(leastMinutes(l.When))}
	r.gist, r.numbered = r.text.Gist(word), true
	if l.Side == market.Need {
		c.quantity, c.smallest = clip32(r.Wanted()), clip32(r.LeastWanted())
	}
	h := x.hot(r, c.week)
	h.zone, h.borough, h.region = name(l.When.Zone), name(r.Borough), name(r.Region)
	h.circle = circle(slices.Index(market.Circles, l.Circle))
	h.tied = c.ties.hint()
	h.busy = float32(c.gives.most(x.opts.Weights)) * (1 + slack)
	c.stance, h.tie = h.stance, binary.BigEndian.Uint32(c.key[12:])
	return c, h
}

// week is one of the weeks known, so that the usual ones are kept once.
func (x *Index) week(w calendar.Week) *week {
	if known, ok := x.weeks.Load(w); ok {
		return known.(*week)
	}
	known, _ := x.weeks.LoadOrStore(w, &week{w, coarse(w)})
	return known.(*week)
}

// week is when something is free or wanted, and the same in pieces of three hours.
type week struct {
	calendar.Week
	coarse uint64
}

// slack keeps a bound worked out in 32 bits on the safe side.
const slack = 1e-5

func clip32(n int) int32 { return int32(max(math.MinInt32, min(math.MaxInt32, n))) }

// unixOf a time, which serves until 2106; 0: none.
func unixOf(t *time.Time) uint32 {
	if t == nil {
		return 0
	}
	return uint32(max(1, min(math.MaxUint32, t.Unix())))
}

func dayOf(d market.Date) int32 {
	if !d.Valid() {
		return 0
	}
	return int32(d.Time(time.UTC).Unix() / 86400)
}

// leastMinutes of one use of a need; 0 when it could be any.
func leastMinutes(w market.When) int {
	if w.Duration > 0 || len(w.Windows) == 0 {
		return w.Duration
	}
	least := market.Minute(1440)
	for _, win := range w.Windows {
		least = min(least, win.End-win.Start)
	}
	return int(least)
}

func tiesOf(r *reading, number namer[market.ID]) *ties {
	if len(r.Group.Joined) == 0 && len(r.Networks) == 0 && len(r.Group.Blocked) == 0 {
		return nil
	}
	return &ties{numbersOf(r.Group.Joined, number), numbersOf(r.Networks, number), numbersOf(r.Group.Blocked, number)}
}

func numbersOf(ids []market.ID, number namer[market.ID]) []uint32 {
	if len(ids) == 0 {
		return nil
	}
	out := make([]uint32, len(ids))
	for i, id := range ids {
		out[i] = number(id)
	}
	return out
}

func (x *Index) hot(r *reading, w *week) hot {
	l := &r.Listing
	h := hot{lat: float32(r.Point.Lat), lng: float32(r.Point.Lng), coarse: w.coarse}
	switch {
	case l.Where == market.Online:
		h.way = wayOnline
	case r.Point.IsZero():
		h.way = wayNowhere
	case l.Where == market.Delivered:
		h.way = wayDelivered
	}
	if (l.Where == market.Delivered) == (l.Side == market.Offer) {
		h.reach = float32(l.Reach())
	}
	if i := slices.Index(market.TermsKinds, l.Terms.Kind); i >= 0 {
		h.terms = 1 << i
	}
	h.features, h.uses = bitsOf(l.Has, market.Features), bitsOf(l.NotAllowed, market.Uses)
	if l.Side == market.Need {
		h.terms = x.opts.suited(l)
		h.features, h.uses = bitsOf(l.Requires, market.Features), bitsOf(l.Involves, market.Uses)
	}
	x.factsOf(&h, l)
	return h
}

func bitsOf[T comparable](some, all []T) (b uint8) {
	for _, x := range some {
		if i := slices.Index(all, x); i >= 0 && i < 8 {
			b |= 1 << i
		}
	}
	return b
}

// suited are the terms a need of its own kind can accept.
func (o *Options) suited(l *market.Listing) (b uint8) {
	for i, k := range market.TermsKinds {
		if suits(l.Kind, k, l.Terms.Kind) {
			b |= 1 << i
		}
	}
	return b
}

// factsOf puts down numbers and flags in the order in which the kind lists them; an offer's number that is not stated
// is none.
func (x *Index) factsOf(h *hot, l *market.Listing) {
	n, flag := 0, 0
	for _, f := range x.opts.facts(l.Kind) {
		switch {
		case f.AtLeast && n < mostNums:
			if h.nums[n] = float32(l.Facts.Number(f.Key)); l.Side == market.Offer {
				if _, stated := l.Facts[f.Key]; !stated {
					h.nums[n] = float32(math.NaN())
				}
			}
			n++
		case f.Needed && flag < 8:
			if l.Facts.Flag(f.Key) {
				h.flags |= 1 << flag
			}
			flag++
		}
	}
}

// coarse is a week in pieces of three hours, eight a day.
func coarse(w calendar.Week) (out uint64) {
	for day, half := range w {
		for i := range 8 {
			if half>>(6*i)&0x3f != 0 {
				out |= 1 << (8*day + i)
			}
		}
	}
	return out
}

// apart reports whether the times of two never meet, as far as three hours can tell. Those of different zones cannot be
// compared.
func (h *hot) apart(other *hot) bool { return h.zone == other.zone && h.coarse&other.coarse == 0 }

func (c *card) apart(other *card) bool {
	return c.zone == other.zone && c.week.coarse&other.week.coarse == 0
}

// hint is one bit in eight of each network: ties that share none have none in common.
func (t *ties) hint() (b uint8) {
	if t == nil {
		return 0
	}
	for _, list := range [][]uint32{t.joined, t.audience} {
		for _, id := range list {
			b |= 1 << (id % 8)
		}
	}
	return b
}

// maySee reports whether a card's group may see another's listing; of two whose networks may be the same only the cards can tell.
func (h *stance) maySee(other *stance) bool {
	switch {
	case other.circle == circleAnyone, h.tied&other.tied != 0:
		return true
	case other.circle == circleBorough:
		return other.borough != 0 && h.borough == other.borough
	case other.circle == circleCity:
		return other.region != 0 && h.region == other.region
	}
	return false
}

// fails counts the rules that an offer certainly fails for a need, by their hot parts. Facts are compared within a
// kind only.
func (need *hot) fails(offer *hot, sameKind bool) int {
	n := bits.OnesCount8(need.features&^offer.features) + bits.OnesCount8(need.uses&offer.uses)
	if need.apart(offer) {
		n++
	}
	if !sameKind {
		return n
	}
	if need.terms&offer.terms == 0 {
		n++
	}
	n += bits.OnesCount8(need.flags &^ offer.flags)
	for i := range need.nums {
		if offer.nums[i] < need.nums[i] {
			n++
		}
	}
	return n
}
