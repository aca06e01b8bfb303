package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Stop ends an introduction for one of its sides: while it is open, or once connected and before the two have agreed on
// anything. What it had taken is given back, a need that it had filled is open again, and the other side is told kindly
// if it knew. There is no way back, so nothing waits for a mind to change.
//
// market.ErrRepeated: that side had stopped it already. market.ErrGone: it ended otherwise. market.ErrWrongState: the
// two have agreed.
func (is *Introductions) Stop(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (_ market.Introduction, err error) {
	defer market.Wrap(&err, "Stop(%s)", id)
	in, err := is.store.Introduction(ctx, v, id)
	if err != nil {
		return in, err
	}
	side, err := sideFor(v, in)
	if err != nil {
		return in, err
	}
	err = is.store.InTx(ctx, func(tx *store.Tx) error {
		if in, err = lock(ctx, tx, in); err != nil {
			return err
		}
		in, err = is.stop(ctx, tx, in, side, v.Person, now)
		return err
	})
	return in, err
}

func (is *Introductions) stop(ctx context.Context, tx *store.Tx, in market.Introduction, side market.Side, by market.ID, now time.Time) (market.Introduction, error) {
	next, err := in.Stop(side, by, now)
	if err != nil {
		return in, err
	}
	group := in.NeedGroupID
	if side == market.Offer {
		group = in.OfferGroupID
	}
	if err := tx.Note(ctx, event(in, by, group, "stopped", now)); err != nil {
		return in, err
	}
	if in.State == market.Connected {
		if err := giveBack(ctx, tx, in, now); err != nil {
			return in, err
		}
	}
	return next, is.conclude(ctx, tx, next, now)
}

// giveBack frees what a connected introduction had taken, and opens the need again that was closed for being filled.
// It is called while the introduction still counts as connected.
func giveBack(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	ex, err := tx.Exchange(ctx, in.ID)
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		return err
	}
	if ex.AgreedAt != nil {
		return market.ErrWrongState
	}
	if err := tx.Release(ctx, in.ID, now); err != nil {
		return err
	}
	if err := reopenFilled(ctx, tx, in, now); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.IndexJob, Subject: in.OfferID},
		market.Job{Kind: market.MatchJob, Subject: in.OfferID}) // what is free again may help others
}

func reopenFilled(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	need, err := tx.Listing(ctx, in.NeedID)
	if err != nil || need.Life != market.Fulfilled {
		return err
	}
	taken, err := tx.Taken(ctx, need.ID)
	if err != nil || taken-in.Amount >= wanted(need) || need.ExpiresAt != nil && !now.Before(*need.ExpiresAt) {
		return err
	}
	need.Life, need.ClosedAt, need.UpdatedAt = market.Open, nil, now
	if err := tx.ChangeListing(ctx, need); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.IndexJob, Subject: need.ID}); err != nil {
		return err
	}
	return tx.Note(ctx, market.Event{At: now, OnBehalf: need.GroupID, Verb: "listing.reopened", Subject: "listing", SubjectID: need.ID})
}
