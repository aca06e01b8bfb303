package safety

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// settled is how old a report has to be before somebody is told of it. A letter tells of all that came until then, so that one whose
// transaction commits a moment after the turn is in the next letter, and not in none.
const settled = time.Minute

// Turn writes to those for whose look at reports, appeals, names and first listings is waited, as store.Lookers has them: one letter a day at most, and none where nothing came since the
// last. While something goes on waiting they are told again when that letter is forgotten, after a month. Safe to repeat and to
// run twice at once.
func (sf *Safety) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	all, err := sf.store.Lookers(ctx, now.Add(-settled), now)
	for _, l := range all {
		err = errors.Join(err, sf.store.InTx(ctx, func(tx *store.Tx) error { return tell(ctx, tx, l, now) }))
	}
	return err
}

func tell(ctx context.Context, tx *store.Tx, l store.Looker, now time.Time) error {
	if err := tx.LockPerson(ctx, l.PersonID); err != nil {
		return err
	}
	last, err := tx.NewestLetter(ctx, l.PersonID, market.ReportsWaiting)
	switch {
	case errors.Is(err, market.ErrNotFound):
	case err != nil:
		return err
	case now.Sub(last.CreatedAt) < 24*time.Hour || !l.Newest.After(last.CreatedAt.Add(-settled)):
		return nil
	}
	_, err = tx.Send(ctx, market.Letter{Kind: market.ReportsWaiting, PersonID: l.PersonID, AboutID: l.PersonID}, "", now)
	return err
}
