package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// EndEarly ends a running series for one of its sides. What has been, and what is under way, stays; what was kept for the
// times to come is free for others, and both get these struck out of their calendars. A connector says on whose word: v.Said. once is the
// form's once-only id, "" for none.
//
// A *market.Invalid names what is missing of that word. market.ErrWrongState: it has not begun, or nothing of it is left. market.ErrGone: the two are not connected any more.
func (is *Introductions) EndEarly(ctx context.Context, v market.Viewer, id market.ID, once string, now time.Time) (_ market.Exchange, err error) {
	defer market.Wrap(&err, "EndEarly(%s)", id)
	var ex market.Exchange
	err = is.agreeing(ctx, v, id, once, now, func(tx *store.Tx, d *deal) error {
		if ex, err = endEarly(ctx, tx, d, now); err != nil {
			return err
		}
		return onWord(ctx, tx, v, d.in, d.side, market.AboutEnded, market.Yes, now)
	})
	return ex, err
}

func endEarly(ctx context.Context, tx *store.Tx, d *deal, now time.Time) (market.Exchange, error) {
	next, err := d.ex.EndEarly(now, d.zone())
	if err != nil {
		return d.ex, err
	}
	in := d.in
	in.Slots = next.Slots
	err = errors.Join(tx.ReleaseFrom(ctx, in.ID, now, now), tx.ChangeIntroduction(ctx, in), tx.ChangeExchange(ctx, next),
		tx.Note(ctx, exchangeEvent(next, d.by, d.group(d.side), "ended_early", now)), tx.Enqueue(ctx, time.Now(), lookAgainAt(in)...))
	if err != nil {
		return d.ex, err
	}
	return next, tellBoth(ctx, tx, in, market.EndedEarly, next.Round(), now)
}
