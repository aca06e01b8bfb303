package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Stop ends an introduction for one of its sides: while it is open, or once connected and before what the two agreed has
// begun. What it had taken is given back, a need that it had filled is open again, and the other side is told kindly if
// it knew; when a day was agreed both get it struck out of their calendars. There is no way back, so nothing waits for a
// mind to change. A connector says on whose word: v.Said.
//
// A *market.Invalid names what is missing of that word.
// market.ErrRepeated: that side had stopped it already. market.ErrGone: it ended otherwise. market.ErrWrongState: what
// the two agreed has begun.
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
		if in, err = is.stop(ctx, tx, in, market.End{Cause: market.EndStopped, Side: side}, v.Person, now); err != nil {
			return err
		}
		return onWord(ctx, tx, v, in, side, market.AboutStopped, market.Yes, now)
	})
	return in, err
}

func (is *Introductions) stop(ctx context.Context, tx *store.Tx, in market.Introduction, why market.End, by market.ID, now time.Time) (market.Introduction, error) {
	next, err := in.Stop(why.Side, by, now)
	if err != nil {
		return in, err
	}
	next.End = why
	if in.State == market.Connected {
		if err := callOff(ctx, tx, in, now); err != nil {
			return in, err
		}
	}
	if err := tx.Note(ctx, event(in, by, in.GroupOf(why.Side), "stopped", now)); err != nil {
		return in, err
	}
	return next, is.conclude(ctx, tx, next, now)
}

// callOff ends the exchange of a connected introduction. market.ErrWrongState: what was agreed has begun.
func callOff(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	ex, err := exchangeOf(ctx, tx, in, now)
	if err != nil {
		return err
	}
	if ex, err = ex.CallOff(in, now); err != nil {
		return err
	}
	return tx.ChangeExchange(ctx, ex)
}

// giveBack frees what an introduction had taken, and opens the need again that was closed for being filled, as reopenFilled does.
func giveBack(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	if err := tx.Release(ctx, in.ID, now); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, time.Now(), lookAgainAt(in)...); err != nil { // what is free again may help others
		return err
	}
	return reopenFilled(ctx, tx, in.NeedID, now)
}

// reopenFilled opens a need again that the program closed for being filled, when what its connected introductions bring
// no longer covers it. What its owner marked as found stays so, and so does what a group had posted that closed: nobody could renew or
// close it any more.
func reopenFilled(ctx context.Context, tx *store.Tx, id market.ID, now time.Time) error {
	need, err := tx.Listing(ctx, id)
	if err != nil || need.Life != market.Fulfilled || need.ExpiresAt != nil && !now.Before(*need.ExpiresAt) {
		return err
	}
	taken, err := tx.Taken(ctx, need.ID)
	if err != nil || need.Wanted(taken) == 0 {
		return err
	}
	if byHand, err := tx.FoundByHand(ctx, need.ID); err != nil || byHand {
		return err
	}
	switch err := tx.KeepOpen(ctx, need.GroupID); {
	case errors.Is(err, market.ErrForbidden):
		return nil
	case err != nil:
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
