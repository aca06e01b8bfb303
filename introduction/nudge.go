package introduction

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// nudge reminds the side that was asked two days ago and has not answered, once: its people, or, where none of them can be
// reached, the connectors who were asked for it, on their list of the day. What waits for it about the same listing, and for as long,
// goes into the same letter.
func (is *Introductions) nudge(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	if _, running := in.DueAt(); !running {
		return nil // answered meanwhile
	}
	if over, err := endSoon(ctx, tx, in, now); err != nil || over {
		return err
	}
	side, how := market.Need, market.ByHandNeedAgain
	if in.State == market.Asked {
		side, how = market.Offer, market.ByHandOfferAgain
	}
	waiting, err := tx.ToNudgeWith(ctx, in, side, now.Add(-market.AnswerWithin), now.Add(-market.RemindAfter))
	if err != nil || !slices.Contains(waiting, in.ID) {
		return err // reminded with another, or too late
	}
	if waiting, err = stillWorth(ctx, tx, in, waiting, now); err != nil {
		return err
	}
	if err := tx.Reminded(ctx, side, now, waiting...); err != nil {
		return err
	}
	group := in.GroupOf(side)
	if asked, err := askConnectors(ctx, tx, group, how, now, waiting...); err != nil || asked {
		return err
	}
	people, err := tx.Answerers(ctx, group, now)
	if err != nil {
		return err
	}
	for _, p := range people {
		if _, err := write(ctx, tx, market.Reminder, p, group, in.ID, now, waiting...); err != nil {
			return err
		}
	}
	return nil
}

// stillWorth leaves out those for which nothing is left, which end. in is one that was looked at.
func stillWorth(ctx context.Context, tx *store.Tx, in market.Introduction, waiting []market.ID, now time.Time) (left []market.ID, err error) {
	for _, id := range waiting {
		if id != in.ID {
			other, err := tx.LockIntroduction(ctx, id)
			if err != nil {
				return nil, err
			}
			if over, err := endSoon(ctx, tx, other, now); err != nil {
				return nil, err
			} else if over {
				continue
			}
		}
		left = append(left, id)
	}
	return left, nil
}
