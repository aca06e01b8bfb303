package introduction

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// nudge reminds the side that was asked two days ago and has not answered, once: its people, or, where none of them can be
// reached, the connectors who were asked for it, on their list of the day.
func (is *Introductions) nudge(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	due, running := in.DueAt()
	if !running || now.Before(due.Add(market.RemindAfter-market.AnswerWithin)) || !now.Before(due) {
		return nil // answered meanwhile, or too late
	}
	if over, err := endSoon(ctx, tx, in, now); err != nil || over {
		return err
	}
	side, how := market.Need, market.ByHandNeedAgain
	if in.State == market.Asked {
		side, how = market.Offer, market.ByHandOfferAgain
	}
	if err := tx.Reminded(ctx, in.ID, side, now); err != nil {
		return err
	}
	group := in.GroupOf(side)
	if asked, err := askConnectors(ctx, tx, group, how, now, in.ID); err != nil || asked {
		return err
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
