package introduction

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/ring"
	"wherewithal/store"
)

const (
	ringMost   = 2000             // needs looked at for rings, the longest open first
	ringBudget = 10 * time.Second // of choosing among the rings there are; the best choice so far is taken
)

// FindRings looks for rings among groups that both need and offer, and proposes those that are worth most together. A ring
// is for needs that no direct match serves: nothing is proposed for them and nothing could be, because what suits them is
// only given in return for something. Without an index none are looked for; one that is not built yet is market.ErrUnavailable. Opened is how many were proposed; rules, caps and governor are kept as by Fill. Safe
// to repeat.
func (is *Introductions) FindRings(ctx context.Context, now time.Time) (opened int, err error) {
	defer market.Wrap(&err, "FindRings")
	if err := is.whole(ctx); errors.Is(err, market.ErrOverBound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	ids, err := is.store.RingNeeds(ctx, ringMost)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	w, err := is.swaps(ctx, ids, now)
	if err != nil {
		return 0, err
	}
	if err := w.weigh(ctx, is.store); err != nil {
		return 0, err
	}
	end := time.Now().Add(ringBudget)
	plan, err := ring.Find(len(w.groups), w.gifts(), nil, ring.Options{Longest: market.MostInRing, Stop: func() bool { return time.Now().After(end) }})
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(plan.Rings, func(a, b ring.Ring) int { return cmp.Compare(b.Worth, a.Worth) })
	for _, r := range plan.Rings {
		ok, failed := is.openRing(ctx, w.ring(r, now), now)
		err = errors.Join(err, ignore(failed))
		if ok && failed == nil {
			opened++
		}
	}
	return opened, err
}

// web is who could give what to whom.
type web struct {
	groups []market.ID
	byID   map[market.ID]int
	best   map[[2]int]matching.Found // giver and taker → the best there is between them
	yes    []float64                 // group → chance that it says yes
}

// swaps are the best gifts between the groups of needs that nothing else serves.
func (is *Introductions) swaps(ctx context.Context, ids []market.ID, now time.Time) (*web, error) {
	w := &web{byID: map[market.ID]int{}, best: map[[2]int]matching.Found{}}
	needs, err := is.store.Entries(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(needs, func(a, b market.Entry) int { return slices.Index(ids, a.Listing.ID) - slices.Index(ids, b.Listing.ID) })
	past, err := is.store.IntroductionsForAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	refused, err := is.store.RefusedLegs(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range needs {
		w.place(n.Listing.GroupID)
	}
	for _, n := range needs {
		met := slices.DeleteFunc(slices.Clone(past), func(in market.Introduction) bool { return in.NeedID != n.Listing.ID })
		if !standing(n) {
			continue
		}
		direct, err := is.rank.Rank(ctx, n, now, keepMatches)
		if err != nil {
			return nil, err
		}
		if len(choose(direct.Matches, met)) > 0 {
			continue // a direct match serves it
		}
		swapped, err := is.rank.Rank(ctx, n.AsSwap(), now, 2*keepMatches)
		if err != nil {
			return nil, err
		}
		for _, f := range choose(swapped.Matches, met) {
			if f.Other.Listing.Terms.Kind == market.Swap && !slices.Contains(refused, store.Leg{OfferID: f.Match.OfferID, NeedID: f.Match.NeedID}) {
				w.add(f, n)
			}
		}
	}
	return w, nil
}

func (w *web) place(group market.ID) {
	if _, ok := w.byID[group]; !ok {
		w.byID[group] = len(w.groups)
		w.groups = append(w.groups, group)
	}
}

// add a gift; of several between the same two the best counts. What a group gives that needs nothing closes no ring.
func (w *web) add(f matching.Found, need market.Entry) {
	from, ok := w.byID[f.Other.Listing.GroupID]
	key := [2]int{from, w.byID[need.Listing.GroupID]}
	if best, known := w.best[key]; ok && (!known || f.Rank > best.Rank) {
		w.best[key] = f
	}
}

// weigh estimates for each group the chance that it says yes: the mean of a Beta(1, 1) prior and what it answered so far,
// silence counting as a no.
func (w *web) weigh(ctx context.Context, s *store.Store) error {
	asked, yes, err := s.Answers(ctx, w.groups)
	w.yes = make([]float64, len(w.groups))
	for i, g := range w.groups {
		w.yes[i] = float64(1+yes[g]) / float64(2+asked[g])
	}
	return err
}

// gifts of the web: each group stands in a ring once as a giver, so the chances of the gifts multiply to that of the ring.
func (w *web) gifts() []ring.Gift {
	gifts := make([]ring.Gift, 0, len(w.best))
	for key, f := range w.best {
		gifts = append(gifts, ring.Gift{From: key[0], To: key[1], Worth: f.Rank, Chance: w.yes[key[0]]})
	}
	slices.SortFunc(gifts, func(a, b ring.Gift) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	return gifts
}

// ring as it would be proposed. A member's need is what the member before it gives to.
func (w *web) ring(r ring.Ring, now time.Time) market.Ring {
	out := market.Ring{ID: market.NewID(), Version: 1, State: market.Proposed, Worth: r.Worth, ProposedAt: now}
	n := len(r.Groups)
	for i, g := range r.Groups {
		gives := w.best[[2]int{g, r.Groups[(i+1)%n]}]
		gets := w.best[[2]int{r.Groups[(i+n-1)%n], g}]
		out.Members = append(out.Members, market.RingMember{RingID: out.ID, Position: i, GroupID: w.groups[g], OfferID: gives.Match.OfferID,
			NeedID: gets.Match.NeedID, Amount: gives.Amount, Slots: gives.Match.Slots, Reasons: gives.Match.Reasons, Fit: gives.Match.Fit, Live: true})
	}
	return out
}
