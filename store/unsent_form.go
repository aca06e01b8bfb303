package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// KeepUnsent keeps a form for a browser, over the one of that side that it kept before.
func (tx *Tx) KeepUnsent(ctx context.Context, f market.UnsentForm) error {
	return create(ctx, tx.db.Clauses(over("browser_hash", "side")), &f)
}

// Unsent is the form of a side that a browser kept since then. market.ErrNotFound: there is none, or it is too old.
func (r reads) Unsent(ctx context.Context, browser []byte, side market.Side, since time.Time) (market.UnsentForm, error) {
	return one[market.UnsentForm](r.db.WithContext(ctx).
		Where("browser_hash = ? and side = ? and kept_at > ?", browser, side, since))
}

// DropUnsent forgets the form of a side, or of both when side is "". One that is gone already changes nothing.
func (tx *Tx) DropUnsent(ctx context.Context, browser []byte, side market.Side) error {
	return translate(tx.db.WithContext(ctx).
		Where("browser_hash = ? and (side = ? or ? = '')", browser, side, side).Delete(&market.UnsentForm{}).Error)
}
