package introduction

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// nudge reminds the side that was asked two days ago and has not answered, once.
func (is *Introductions) nudge(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	due, running := in.DueAt()
	if !running || now.Before(due.Add(market.RemindAfter-market.AnswerWithin)) || !now.Before(due) {
		return nil // answered meanwhile, or too late
	}
	group := in.NeedGroupID
	if in.State == market.Asked {
		group = in.OfferGroupID
	}
	people, err := tx.Answerers(ctx, group, now)
	if err != nil {
		return err
	}
	for _, p := range people {
		if _, err := write(ctx, tx, market.Reminder, p, group, in.ID, now, in.ID); err != nil {
			return err
		}
	}
	return nil
}
