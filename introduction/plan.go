package introduction

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// Planned is a need that a plan would meet from these offers of one group, in this order.
type Planned struct {
	Need   market.ID
	Offers []market.ID
}

// Propose puts a plan of a group's offers to the needs in it, by the rules of every proposal: each pair is checked again, the
// need's side is asked first, and nobody gets more letters than the governor allows. It says how many groups were asked of
// something that they had not been asked before. The giver has decided what goes to whom: no sharing out keeps these offers for
// others, and nothing else is put to the needs now. For those who post for the group; offers that are not the group's are left
// out. Safe to repeat: what was proposed before is not proposed twice.
func (is *Introductions) Propose(ctx context.Context, v market.Viewer, group market.ID, plan []Planned, now time.Time) (asked int, err error) {
	defer market.Wrap(&err, "Propose(%s, %d)", group, len(plan))
	if err := v.MustPost(group); err != nil {
		return 0, err
	}
	groups := map[market.ID]bool{}
	for _, p := range plan {
		candidates, err := is.ownOffers(ctx, group, p, now)
		if err != nil {
			return 0, err
		}
		if len(candidates) == 0 {
			continue
		}
		put := is.proposeOnly(candidates, groups)
		if err := is.store.InTx(ctx, func(tx *store.Tx) error { return is.fill(ctx, tx, p.Need, candidates, put, now) }); err != nil {
			return len(groups), err
		}
	}
	return len(groups), nil
}

// proposeOnly some of what could be put to a need, whatever a sharing out keeps for others. Groups to which that is new are noted.
func (is *Introductions) proposeOnly(own []matching.Found, asked map[market.ID]bool) proposer {
	return func(ctx context.Context, tx *store.Tx, need market.Entry, p proposal, now time.Time) error {
		p.planned = false
		p.offers = slices.DeleteFunc(p.offers, func(f matching.Found) bool {
			return !slices.ContainsFunc(own, func(o matching.Found) bool { return o.Match.OfferID == f.Match.OfferID })
		})
		if err := is.propose(ctx, tx, need, p, now); err != nil {
			return err
		}
		all, err := tx.IntroductionsFor(ctx, need.Listing.ID)
		if len(all) > len(p.past) {
			asked[need.Listing.GroupID] = true
		}
		return err
	}
}

func (is *Introductions) ownOffers(ctx context.Context, group market.ID, p Planned, now time.Time) ([]matching.Found, error) {
	entries, err := is.store.Entries(ctx, p.Offers, now)
	if err != nil {
		return nil, err
	}
	var list []matching.Found
	for _, e := range entries {
		if e.Listing.GroupID == group && e.Listing.Side == market.Offer {
			list = append(list, matching.Found{Match: market.Match{OfferID: e.Listing.ID, NeedID: p.Need}})
		}
	}
	slices.SortFunc(list, func(a, b matching.Found) int {
		return slices.Index(p.Offers, a.Match.OfferID) - slices.Index(p.Offers, b.Match.OfferID)
	})
	return list, nil
}
