package partner

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/sample"
	"wherewithal/store"
)

// sandbox makes the network of invented listings that test keys see, where nobody has made a test key before.
func (ps *Partners) sandbox(ctx context.Context, tx *store.Tx, now time.Time) error {
	if err := tx.LockSandbox(ctx); err != nil {
		return err
	}
	if _, err := tx.Sandbox(ctx); !errors.Is(err, market.ErrNotFound) {
		return err
	}
	w, blocks := sample.Sandbox(now)
	if err := tx.PlantGroups(ctx, w.Groups); err != nil {
		return err
	}
	for _, p := range w.Places {
		if _, err := tx.AddPlace(ctx, p, market.Blur(ps.PlaceSecret, p.Exact)); err != nil {
			return err
		}
	}
	for _, rows := range []any{&w.Networks, &w.NetworkMembers, &blocks, &w.Listings} {
		if err := tx.Plant(ctx, rows); err != nil {
			return err
		}
	}
	var jobs []market.Job
	for _, l := range w.Listings {
		jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: l.ID})
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}
