package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// turnBatch bounds how many mails one turn of the clock writes.
const turnBatch = 500

// Turn writes the mails that are due, whatever became of their jobs, and those that the caps held back until now. Safe to
// repeat and to run twice at once.
func (as *Alerts) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	due, err := as.store.AlertsDue(ctx, now, turnBatch)
	for _, id := range due {
		err = errors.Join(err, as.Tell(ctx, id, now))
	}
	return err
}

// Tell writes the mail of a search whose alerts are due, about all that waits; or puts it off, under the caps. Doing it again
// does nothing.
func (as *Alerts) Tell(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Tell(%s)", id)
	return as.store.InTx(ctx, func(tx *store.Tx) error {
		s, err := tx.SavedSearchByID(ctx, id)
		if err == nil {
			err = tx.LockPerson(ctx, s.PersonID)
		}
		if err == nil {
			s, err = tx.LockSavedSearch(ctx, s.PersonID, id)
		}
		if errors.Is(err, market.ErrNotFound) {
			return nil // deleted, or erased with its person
		}
		if err != nil || s.AlertDue == nil || s.AlertDue.After(now) {
			return err
		}
		return tell(ctx, tx, s, now)
	})
}

func tell(ctx context.Context, tx *store.Tx, s market.SavedSearch, now time.Time) error {
	waiting, err := tx.WaitingAlerts(ctx, s.PersonID, now.Add(-market.AlertLasts))
	if err != nil {
		return err
	}
	if s.Pace != market.AtOnce || !slices.Contains(waiting, s.ID) { // paused, or stopped, or a digest told it meanwhile
		return tx.SetAlertDue(ctx, s.ID, nil)
	}
	all, last, err := tx.AlertLetters(ctx, s.PersonID, s.ID, now.AddDate(0, 0, -1))
	if err != nil {
		return err
	}
	if at := next(all, last); at.After(now) {
		return tx.SetAlertDue(ctx, s.ID, &at)
	}
	if err := tx.SetAlertDue(ctx, s.ID, nil); err != nil {
		return err
	}
	l := market.Letter{ID: market.NewID(), Kind: market.SavedSearchLetter, PersonID: s.PersonID, AboutID: s.ID, State: market.Waiting, CreatedAt: now}
	l.MessageID = string(l.ID)
	if err := tx.Write(ctx, l); err != nil {
		return err
	}
	if err := tx.TellAlerts(ctx, l.ID, []market.ID{s.ID}, now.Add(-market.AlertLasts), now); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
}

// next is when another mail about a search may go: after all that its person got within a day, newest first, and the last about
// this search.
func next(all []time.Time, last *time.Time) (at time.Time) {
	if last != nil {
		at = last.Add(market.AlertGather)
	}
	if len(all) >= market.AlertsADay {
		if free := all[market.AlertsADay-1].AddDate(0, 0, 1); free.After(at) {
			at = free
		}
	}
	return at
}
