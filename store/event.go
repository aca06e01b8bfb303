package store

import (
	"context"

	"wherewithal/market"
)

// Note writes an event in the transaction of the change it tells of.
func (tx *Tx) Note(ctx context.Context, e market.Event) error { return create(ctx, tx.db, &e) }

// Events are the events about one thing, oldest first.
func (r reads) Events(ctx context.Context, subject market.ID) ([]market.Event, error) {
	return many[market.Event](r.db.WithContext(ctx).Where("subject_id = ?", subject).Order("id"))
}
