package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// digestBatch is how many people are read at a time: eight o'clock on a Monday is the hour of nearly all of them.
const digestBatch = 50

// Digests writes the digests that are due, of people about whose groups there is something to say. What the governor kept
// back is put to them here. Whoever's cannot be written is passed over, and looked at again in the next turn. Safe to repeat
// and to run twice at once.
func (is *Introductions) Digests(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Digests")
	began := time.Now()
	var faults []error
	var last *market.Person
	for more := true; more && ctx.Err() == nil; {
		people, err := is.store.DigestsDue(ctx, now, last, digestBatch)
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		for _, p := range people {
			if err := ignore(is.digest(ctx, p, is.movedOn(now, began))); err != nil {
				faults = append(faults, err)
			}
			last = &p
		}
		more = len(people) == digestBatch
	}
	return errors.Join(append(faults, ctx.Err())...)
}

func (is *Introductions) digest(ctx context.Context, p market.Person, now time.Time) error {
	if p.DigestDue == nil { // new here: the first comes at its time
		return is.store.InTx(ctx, func(tx *store.Tx) error { return tx.SetDigestDue(ctx, p.ID, p.NextDigest(now), now) })
	}
	v, err := is.store.ViewerFor(ctx, p, now)
	if err != nil {
		return err
	}
	if err := is.rank.CatchUp(ctx); err != nil {
		return err
	}
	kept := is.openKept(ctx, v, now) // a need that cannot be looked at keeps back nothing else
	return errors.Join(kept, ignore(is.store.InTx(ctx, func(tx *store.Tx) error { return writeDigest(ctx, tx, p, v, now) })))
}

// openKept opens what the governor kept back from the groups that a viewer answers for, as far as it can. Nobody hears of it here.
func (is *Introductions) openKept(ctx context.Context, v market.Viewer, now time.Time) (err error) {
	for _, group := range v.Posts() {
		listings, found := is.store.ListingsOf(ctx, group)
		err = errors.Join(err, found)
		for _, l := range listings {
			if l.Side == market.Need && l.Life == market.Open {
				err = errors.Join(err, ignore(is.fillWith(ctx, l.ID, is.openQuietly, now)))
			}
		}
	}
	return err
}

// writeDigest records the letter when there is something new to say, about the groups or in saved searches, and when the next is
// due either way. The proposals nobody was told of yet hang on the letter: their clock starts when it is handed over.
func writeDigest(ctx context.Context, tx *store.Tx, p market.Person, v market.Viewer, now time.Time) error {
	if err := tx.LockPerson(ctx, p.ID); err != nil {
		return err
	}
	again, err := tx.Person(ctx, p.ID)
	if err != nil || again.DigestDue == nil || again.DigestDue.After(now) {
		return err // written meanwhile
	}
	if err := tx.SetDigestDue(ctx, p.ID, p.NextDigest(now), now); err != nil {
		return err
	}
	since := now.AddDate(0, 0, -p.DigestDays())
	if again.DigestAt != nil {
		since = *again.DigestAt
	}
	d, err := tx.DigestOf(ctx, v, since, now)
	if err != nil {
		return err
	}
	searches, err := tx.WaitingAlerts(ctx, p.ID, now.Add(-market.AlertLasts))
	if err != nil || !d.New && len(searches) == 0 {
		return err
	}
	var untold []market.ID
	for _, in := range d.Questions[:min(len(d.Questions), market.DigestShown)] { // what the letter does not show waits for the next
		if in.State == market.Proposed && in.NeedToldAt == nil {
			untold = append(untold, in.ID)
		}
	}
	if untold, err = tx.Unwritten(ctx, p.ID, market.DigestLetter, untold); err != nil {
		return err
	}
	l := market.Letter{ID: market.NewID(), Kind: market.DigestLetter, PersonID: p.ID, AboutID: p.ID, State: market.Waiting, CreatedAt: now}
	l.MessageID = string(l.ID)
	if err := tx.Write(ctx, l, untold...); err != nil {
		return err
	}
	if err := tx.TellAlerts(ctx, l.ID, searches[:min(len(searches), market.DigestSearches)], now.Add(-market.AlertLasts), now); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
}
