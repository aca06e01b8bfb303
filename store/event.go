package store

import (
	"context"

	"wherewithal/market"
)

// Note writes events in the transaction of the change they tell of.
func (tx *Tx) Note(ctx context.Context, all ...market.Event) error {
	if len(all) == 0 {
		return nil
	}
	return create(ctx, tx.db, &all)
}

// Events are the events about one thing, oldest first.
func (r reads) Events(ctx context.Context, subject market.ID) ([]market.Event, error) {
	return many[market.Event](r.db.WithContext(ctx).Where("subject_id = ?", subject).Order("id"))
}
