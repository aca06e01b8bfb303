package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// AskShareOut has what a network's groups need shared out soon, for one who looks after it. market.ErrRepeated: that is
// to come already.
func (is *Introductions) AskShareOut(ctx context.Context, v market.Viewer, network market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "AskShareOut(%s)", network)
	switch {
	case !v.SignedIn():
		return market.ErrSignedOut
	case !v.Looks(network):
		return market.ErrNotFound
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, network); err != nil {
			return err
		}
		waits, err := tx.NetworkShareWaits(ctx, network)
		if err == nil && waits {
			err = market.ErrRepeated
		}
		if err != nil {
			return err
		}
		return errors.Join(tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.ShareNetworkJob, Subject: network}),
			tx.Note(ctx, market.Event{At: now, Actor: v.Person, NetworkID: network, Verb: "share_out.asked", Subject: "network", SubjectID: network}))
	})
}

// ShareNetwork shares out among what the groups of a network, and of all networks below it, need. While another sharing
// out is at work it comes back later, which is no failure.
func (is *Introductions) ShareNetwork(ctx context.Context, network market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "ShareNetwork(%s)", network)
	_, err = is.ShareOut(ctx, Sharing{Cause: market.OnDemand, Network: network}, now)
	if errors.Is(err, market.ErrOverBound) {
		return nil // there is nothing to wait for
	}
	if errors.Is(err, market.ErrConflict) {
		return is.store.InTx(ctx, func(tx *store.Tx) error {
			return tx.Enqueue(ctx, time.Now().Add(gatherFor), market.Job{Kind: market.ShareNetworkJob, Subject: network})
		})
	}
	return err
}
