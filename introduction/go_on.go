package introduction

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// GoOn has a need looked for again whose group let so many proposals lie that it got no more: its group says that it still looks.
//
// market.ErrRepeated: it is looked for already. market.ErrWrongState: it is not open. market.ErrNotFound: it is no need that the viewer
// may see.
func (is *Introductions) GoOn(ctx context.Context, v market.Viewer, need market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "GoOn(%s)", need)
	e, err := is.store.EntryFor(ctx, v, need, now)
	if err != nil {
		return err
	}
	if err := v.MustPost(e.Listing.GroupID); err != nil {
		return err
	}
	if e.Listing.Side != market.Need {
		return market.ErrNotFound
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		l, err := tx.Listing(ctx, need)
		if err != nil {
			return err
		}
		if l.Life != market.Open {
			return market.ErrWrongState
		}
		ignored, err := tx.Ignored(ctx, need)
		if err != nil {
			return err
		}
		if ignored < market.IgnoredInARow {
			return market.ErrRepeated
		}
		if err := noteActed(ctx, tx, need, v.Person, now); err != nil {
			return err
		}
		return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.FillJob, Subject: need})
	})
}
