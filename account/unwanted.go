package account

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Unwanted reads the link in a letter to somebody who has no account, by which they stop all others, and changes nothing. It
// reports whether they have. market.ErrNotFound: the link is not one of ours.
func (a *Accounts) Unwanted(ctx context.Context, token string) (stopped bool, err error) {
	defer market.Wrap(&err, "Unwanted")
	hash, err := market.ReadUnwantedToken(a.TokenSecret, token)
	if err != nil {
		return false, err
	}
	why, err := a.store.Suppressed(ctx, hash)
	return why != "", err
}

// StopAll has nobody write any more to the address for which the link is, until somebody signs in with it. Errors are those of
// Unwanted. Safe to repeat.
func (a *Accounts) StopAll(ctx context.Context, token string, now time.Time) (err error) {
	defer market.Wrap(&err, "StopAll")
	hash, err := market.ReadUnwantedToken(a.TokenSecret, token)
	if err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.Suppress(ctx, hash, market.WantsNoMore, now) })
}
