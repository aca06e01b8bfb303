package introduction

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/allot"
)

// question is a sharing out as it is put to the solver.
type question struct {
	now    time.Time
	needs  []wish
	offers []*shelf
	byID   map[market.ID]*shelf
	pairs  []candidate
}

// wish is a need, of which its entry says what is still wanted.
type wish struct {
	entry market.Entry
	most  int  // how much the offer that gives most at once would give
	waits bool // for the answer to what it was proposed: nothing more is put to it now
}

// shelf is an offer with all that is asked of it: each pair over the spans of time in which it would have some of it.
type shelf struct {
	entry market.Entry
	index int
	kept  []market.Allocation // for needs that are not looked at here
	pairs []int
}

// candidate is a pair that fits.
type candidate struct {
	found matching.Found
	need  int
	shelf *shelf
	spans []market.Allocation // as it would be taken
}

func newQuestion(now time.Time) *question { return &question{now: now, byID: map[market.ID]*shelf{}} }

// add a need with the offers that suit it.
func (q *question) add(need market.Entry, found []matching.Found) {
	at := len(q.needs)
	q.needs = append(q.needs, wish{entry: need})
	for _, f := range found {
		s := q.byID[f.Other.Listing.ID]
		if s == nil {
			s = &shelf{entry: f.Other, index: len(q.offers)}
			q.byID[f.Other.Listing.ID], q.offers = s, append(q.offers, s)
		}
		s.pairs = append(s.pairs, len(q.pairs))
		q.needs[at].most = max(q.needs[at].most, f.Amount)
		in := market.Introduction{OfferID: f.Match.OfferID, NeedID: f.Match.NeedID, Amount: f.Amount, Slots: f.Match.Slots}
		q.pairs = append(q.pairs, candidate{found: f, need: at, shelf: s, spans: allocations(in, f.Other, f.Held, q.now)})
	}
}

// keep what earlier plans give to needs that are not looked at here.
func (q *question) keep(parts []market.SharePart) {
	for _, p := range parts {
		if s := q.byID[p.OfferID]; s != nil {
			s.kept = append(s.kept, spansOf(p, s.entry, q.now)...)
		}
	}
}

// spansOf a part of a plan: what would be taken of its offer.
func spansOf(p market.SharePart, offer market.Entry, now time.Time) []market.Allocation {
	in := market.Introduction{OfferID: p.OfferID, NeedID: p.NeedID, Amount: p.Amount, Slots: p.Slots}
	return allocations(in, offer, market.Slot{}, now)
}

// ids of the offers that are asked for.
func (q *question) offerIDs() []market.ID {
	ids := make([]market.ID, len(q.offers))
	for i, s := range q.offers {
		ids[i] = s.entry.Listing.ID
	}
	return ids
}

func (q *question) needIDs() []market.ID {
	ids := make([]market.ID, len(q.needs))
	for i, w := range q.needs {
		ids[i] = w.entry.Listing.ID
	}
	return ids
}

// weights of the house for sharing out, and their version.
const shareWeights = "share-1"

// solve the question within what stop allows.
func (q *question) solve(stop func() bool) (allot.Plan, error) {
	pairs := make([]allot.Pair, len(q.pairs))
	for i := range q.pairs {
		pairs[i] = q.pair(i)
	}
	offers := make([]allot.Offer, len(q.offers))
	for i, s := range q.offers {
		offers[i] = s.slots(q, pairs)
	}
	needs := make([]allot.Need, len(q.needs))
	for i := range q.needs {
		needs[i] = q.need(i)
	}
	plan, err := allot.Share(offers, needs, pairs, allot.Plain(), allot.Limits{Stop: stop})
	if err != nil {
		return plan, fmt.Errorf("share out %d pairs: %w", len(pairs), err)
	}
	slices.SortStableFunc(plan.Parts, func(a, b allot.Part) int {
		return cmp.Or(cmp.Compare(q.worth(b, needs), q.worth(a, needs)), cmp.Compare(q.pairs[a.Pair].need, q.pairs[b.Pair].need))
	})
	return plan, nil
}

// worth of a part of the plan: what it brings its need, more for one that has waited.
func (q *question) worth(p allot.Part, needs []allot.Need) float64 {
	c := &q.pairs[p.Pair]
	n := needs[c.need]
	waited := 1 + allot.Plain().Waiting*n.Waiting/(n.Waiting+30)
	return float64(p.Amount) / float64(max(1, n.Amount)) * c.found.Rank * n.Worth * waited
}

func (q *question) need(i int) allot.Need {
	w := q.needs[i]
	n := allot.Need{Amount: int64(w.entry.Wanted()), Worth: matching.Lift(w.entry, matching.Weights{}), Group: string(w.entry.Listing.GroupID)}
	if w.entry.Listing.Kind != market.Equipment { // of a room or a skill as much is taken as goes together
		n.Amount, n.Least = int64(max(1, w.most)), 1
	} else {
		n.Least = int64(w.entry.LeastWanted())
	}
	if at := w.entry.Listing.OpenedAt; at != nil {
		n.Waiting = max(0, q.now.Sub(*at).Hours()/24)
	}
	return n
}

// pair of the solver; its slots are worked out with those of its offer. What goes in no part as small as the need wants is in no plan:
// it is proposed when the ranking comes to it, as far as nothing of it is kept for others.
func (q *question) pair(i int) allot.Pair {
	c := &q.pairs[i]
	need, offer := q.needs[c.need], c.shelf.entry
	p := allot.Pair{Offer: c.shelf.index, Need: c.need, Fit: c.found.Rank, Most: int64(c.found.Amount)}
	if offer.Listing.Where != market.Online {
		p.KM = offer.Point.KM(need.entry.Point)
	}
	if need.entry.Listing.Kind != market.Equipment {
		p.Least = p.Most
		return p
	}
	p.Most = int64(c.found.Amount) // the solver gives no need more than it wants
	p.Least = int64(max(smallestPart(offer.Listing), min(c.found.Amount, need.entry.LeastWanted())))
	return p
}

// smallestPart of a listing that is of use: all of it when it may not be split.
func smallestPart(l market.Listing) int {
	if l.Splittable {
		return max(1, l.SmallestPart)
	}
	return l.Quantity
}

// slots of an offer: time is cut wherever a use begins or ends, and spans that the same pairs would use are one slot with
// the least that is left in any of them. It says in pairs which slots each of them takes.
func (s *shelf) slots(q *question, pairs []allot.Pair) allot.Offer {
	var offer allot.Offer
	seen := map[string]int{}
	active, gone := map[int]int{}, 0 // pairs that would have some of it now, by how many of their spans; what is not there
	cuts := s.cuts(q)
	for i, c := range cuts {
		if c.pair < 0 {
			gone += c.change
		} else if active[c.pair] += c.change; active[c.pair] == 0 {
			delete(active, c.pair)
		}
		if len(active) == 0 || i+1 < len(cuts) && cuts[i+1].at.Equal(c.at) {
			continue
		}
		users := slices.Sorted(maps.Keys(active))
		key, left := fmt.Sprint(users), int64(max(0, s.entry.Listing.Quantity-gone))
		slot, ok := seen[key]
		if !ok {
			slot = len(offer.Left)
			seen[key], offer.Left = slot, append(offer.Left, left)
			for _, u := range users {
				pairs[u].Slots = append(pairs[u].Slots, slot)
			}
		}
		offer.Left[slot] = min(offer.Left[slot], left)
	}
	return offer
}

// cut is a moment at which a use begins or ends.
type cut struct {
	at     time.Time
	pair   int // that would use it; -1: what is lent or kept
	change int // of its spans, or of what is gone
}

// cuts in order of time, turn-round included.
func (s *shelf) cuts(q *question) (cuts []cut) {
	pause := time.Duration(s.entry.Listing.When.TurnRound) * time.Minute
	add := func(a market.Allocation, pair, change int) {
		cuts = append(cuts, cut{a.From, pair, change})
		if a.Until != nil {
			cuts = append(cuts, cut{a.Until.Add(pause), pair, -change})
		}
	}
	for _, a := range append(slices.Clone(s.entry.Lent), s.kept...) {
		add(a, -1, a.Amount)
	}
	for _, i := range s.pairs {
		for _, a := range q.pairs[i].spans {
			add(a, i, 1)
		}
	}
	slices.SortStableFunc(cuts, func(a, b cut) int { return a.at.Compare(b.at) })
	return cuts
}
