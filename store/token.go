package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// KeepToken keeps a new token.
func (tx *Tx) KeepToken(ctx context.Context, t market.Token) error { return create(ctx, tx.db, &t) }

// TokenByHash finds a token by the hash of its secret, live or not.
func (r reads) TokenByHash(ctx context.Context, hash []byte) (market.Token, error) {
	return one[market.Token](r.db.WithContext(ctx).Where("hash = ?", hash))
}

// Tokens of a person's own that still count, newest first.
func (r reads) Tokens(ctx context.Context, person market.ID, now time.Time) ([]market.Token, error) {
	return many[market.Token](r.db.WithContext(ctx).
		Where("person_id = ? and partner_id is null and ended_at is null and expires_at > ?", person, now).Order("created_at desc, id desc"))
}

// SeeToken notes that a token was used.
func (tx *Tx) SeeToken(ctx context.Context, id market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.Token{}).Where("id = ?", id).Update("seen_at", now).Error)
}

// EndToken ends one token of a person. market.ErrNotFound: there is no such one.
func (tx *Tx) EndToken(ctx context.Context, person, id market.ID, now time.Time) error {
	res := tx.db.WithContext(ctx).Model(&market.Token{}).
		Where("id = ? and person_id = ? and partner_id is null and ended_at is null", id, person).Update("ended_at", now)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}
