package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// worth refuses what can come to nothing any more: market.ErrGone where one of the two closed, or their groups are kept apart;
// market.ErrTaken where nothing is left of the offer that the need could use of it, or others bring all that it wants.
func worth(offer, need market.Entry, now time.Time) error {
	switch {
	case !standing(offer) || !standing(need) || apart(offer, need):
		return market.ErrGone
	case need.Filled() || !matching.Explain(offer, need, now, matching.Options{}).Stands():
		return market.ErrTaken
	}
	return nil
}

// apart reports whether one of the two groups blocked the other.
func apart(offer, need market.Entry) bool {
	return slices.Contains(offer.Group.Blocked, need.Listing.GroupID)
}

// endSoon has a look at its need end an introduction that can come to nothing any more; false when it still can.
func endSoon(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) (bool, error) {
	offer, need, err := pair(ctx, tx, in.OfferID, in.NeedID, now)
	if err == nil {
		err = worth(offer, need, now)
	}
	if !errors.Is(err, market.ErrGone) && !errors.Is(err, market.ErrTaken) {
		return false, err
	}
	return true, tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.FillJob, Subject: in.NeedID})
}

// comesTo is why an introduction of a pair can come to nothing any more; false when it still can.
func comesTo(ctx context.Context, tx *store.Tx, in market.Introduction, offer, need market.Entry, now time.Time) (why market.End, over bool, err error) {
	if worth(offer, need, now) == nil {
		return why, false, nil
	}
	if apart(offer, need) {
		why, err = blockOf(ctx, tx, in)
		return why, true, err
	}
	return reason(offer, need, now), true, nil
}

// reason is why a pair that is not kept apart can come to nothing.
func reason(offer, need market.Entry, now time.Time) market.End {
	unlent := offer
	unlent.Lent = nil
	switch {
	case need.Listing.Life == market.Fulfilled, standing(need) && need.Filled():
		return market.End{Cause: market.EndFilled, Side: market.Need}
	case !standing(need):
		return market.End{Cause: market.EndClosed, Side: market.Need}
	case !standing(offer):
		return market.End{Cause: market.EndClosed, Side: market.Offer}
	case matching.Explain(unlent, need, now, matching.Options{}).Stands():
		return market.End{Cause: market.EndGone, Side: market.Offer}
	}
	return market.End{Cause: market.EndChanged}
}

// blockOf is an end by the side that blocked the other.
func blockOf(ctx context.Context, tx *store.Tx, in market.Introduction) (market.End, error) {
	blocks, err := tx.Blocks(ctx, in.OfferGroupID)
	if slices.ContainsFunc(blocks, func(b market.Block) bool { return b.BlockedID == in.NeedGroupID }) {
		return market.End{Cause: market.EndBlocked, Side: market.Offer}, err
	}
	return market.End{Cause: market.EndBlocked, Side: market.Need}, err
}

// lookedThrough bounds how many requests of an offer are gone through at once for those that are worth asking. What ends of them has the
// next looked through.
const lookedThrough = 50

// heardLately is how far back what a group was asked about counts when its turn is given to who needs: as far as help does in the order of
// matches, so that who comes back each month never waits behind a crowd of requests for what they had a year ago.
const heardLately = 30 * 24 * time.Hour

// inTurn are the requests of an offer that its group is to be asked about next, for as many as there is room: the groups that need
// by turns, however many needs one has, and the oldest first. Those that can come to nothing any more are passed over: a look at
// their needs ends them, and those who wait are told.
func inTurn(ctx context.Context, tx *store.Tx, offer market.ID, room int, now time.Time) (turn []market.Introduction, err error) {
	waiting, err := tx.Untold(ctx, offer, now.Add(-heardLately), lookedThrough)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	ids := []market.ID{offer}
	for _, in := range waiting {
		ids = append(ids, in.NeedID)
	}
	list, err := tx.Entries(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	entries := map[market.ID]market.Entry{}
	for _, e := range list {
		entries[e.Listing.ID] = e
	}
	var over []market.Job
	for _, in := range waiting {
		if len(turn) == room {
			break
		}
		if worth(entries[offer], entries[in.NeedID], now) == nil {
			turn = append(turn, in)
		} else {
			over = append(over, market.Job{Kind: market.FillJob, Subject: in.NeedID})
		}
	}
	return turn, tx.Enqueue(ctx, time.Now(), over...)
}
