package introduction

import (
	"context"
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
// need's side is asked first, and nobody gets more letters than the governor allows; a need that may have none today is
// looked at again by the schedule. For those who post for the group; offers that are not the group's are left out. Safe to
// repeat: what was proposed before is not proposed twice.
func (is *Introductions) Propose(ctx context.Context, v market.Viewer, group market.ID, plan []Planned, now time.Time) (err error) {
	defer market.Wrap(&err, "Propose(%s, %d)", group, len(plan))
	if err := v.MustPost(group); err != nil {
		return err
	}
	for _, p := range plan {
		candidates, err := is.ownOffers(ctx, group, p, now)
		if err != nil {
			return err
		}
		if len(candidates) == 0 {
			continue
		}
		if err := is.store.InTx(ctx, func(tx *store.Tx) error { return is.fill(ctx, tx, p.Need, candidates, is.propose, now) }); err != nil {
			return err
		}
	}
	return nil
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
	return list, nil
}
