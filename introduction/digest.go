package introduction

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"wherewithal/market"
	"wherewithal/store"
)

// digestBatch is how many people are read at a time: eight o'clock on a Monday is the hour of nearly all of them.
const digestBatch = 50

// digestsAtOnce is for how many of them one process looks at once: what each asks waits on the database more than on the processor.
const digestsAtOnce = 4

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
		faults = append(faults, is.digestEach(ctx, people, now, began))
		if more = len(people) == digestBatch; more {
			last = &people[len(people)-1]
		}
	}
	return errors.Join(append(faults, ctx.Err())...)
}

// digestEach looks at several people at once, and tells of all with whom that failed.
func (is *Introductions) digestEach(ctx context.Context, people []market.Person, now, began time.Time) error {
	faults := make([]error, len(people))
	var g errgroup.Group
	g.SetLimit(digestsAtOnce)
	for i, p := range people {
		g.Go(func() error {
			defer func() {
				if r := recover(); r != nil { // ends nobody else's, nor the process
					faults[i] = fmt.Errorf("the digest of %s: panic: %v\n%s", p.ID, r, debug.Stack())
				}
			}()
			faults[i] = ignore(is.digest(ctx, p, is.movedOn(now, began)))
			return nil // one that fails stops no other
		})
	}
	_ = g.Wait() // says nothing that faults do not
	return errors.Join(faults...)
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
	return errors.Join(kept, ignore(is.store.InTx(ctx, func(tx *store.Tx) error { return is.writeDigest(ctx, tx, p, v, now) })))
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
// due either way. The proposals and requests nobody was told of yet hang on the letter: their clock starts when it is handed over.
func (is *Introductions) writeDigest(ctx context.Context, tx *store.Tx, p market.Person, v market.Viewer, now time.Time) error {
	turn, err := is.requestsInTurn(ctx, tx, v.Posts(), now)
	if err != nil {
		return err
	}
	if err := tx.LockPerson(ctx, p.ID); err != nil {
		return err
	}
	again, err := tx.Person(ctx, p.ID)
	if err != nil || !again.DigestWaits(now) {
		return err // written meanwhile
	}
	if err := tx.SetDigestDue(ctx, p.ID, again.NextDigest(now), now); err != nil {
		return err
	}
	since, err := newsSince(ctx, tx, again, now)
	if err != nil {
		return err
	}
	d, err := tx.DigestOf(ctx, v, since, now, turn...)
	if err != nil {
		return err
	}
	searches, err := tx.WaitingAlerts(ctx, p.ID, now.Add(-market.AlertLasts))
	if err != nil || !d.New && len(searches) == 0 {
		return err
	}
	l := market.Letter{ID: market.NewID(), Kind: market.DigestLetter, PersonID: p.ID, AboutID: p.ID, State: market.Waiting, CreatedAt: now}
	l.MessageID = string(l.ID)
	if err := tx.Write(ctx, l); err != nil {
		return err
	}
	for _, in := range d.Questions[:min(len(d.Questions), market.DigestShown)] { // what the letter does not show waits for the next
		if err := listUnheard(ctx, tx, l, in); err != nil {
			return err
		}
	}
	if err := tx.TellAlerts(ctx, l.ID, searches[:min(len(searches), market.DigestSearches)], now.Add(-market.AlertLasts), now); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
}

// newsSince is since when what there is to say to a person is news: since that was last looked at or, where the digest written last did not
// arrive for what passes by itself, since the one before it that did.
func newsSince(ctx context.Context, tx *store.Tx, p market.Person, now time.Time) (time.Time, error) {
	last, err := tx.NewestLetter(ctx, p.ID, market.DigestLetter)
	switch {
	case err != nil && !errors.Is(err, market.ErrNotFound):
		return now, err
	case err == nil && last.State == market.Failed && slices.Contains(market.Passing, last.Fault):
		return tx.DigestSince(ctx, last, p.DigestDays())
	case p.DigestAt == nil:
		return now.AddDate(0, 0, -p.DigestDays()), nil
	}
	return *p.DigestAt, nil
}

// requestsInTurn are the requests that digests put to some groups, each offer's by turns and as many as may be open at once: to
// groups of which nobody wants letters about them. Their offers are locked.
func (is *Introductions) requestsInTurn(ctx context.Context, tx *store.Tx, groups []market.ID, now time.Time) (turn []market.ID, err error) {
	offers, err := tx.OffersUnheard(ctx, groups)
	if err != nil {
		return nil, err
	}
	for _, id := range offers {
		offer, err := tx.Listing(ctx, id)
		if err != nil {
			return nil, err
		}
		_, digested, err := requestReaders(ctx, tx, offer.GroupID, now)
		if err != nil {
			return nil, err
		}
		room, err := is.requestsLeft(ctx, tx, offer.GroupID, id, now)
		if err != nil {
			return nil, err
		}
		if !digested || room <= 0 {
			continue
		}
		waiting, err := inTurn(ctx, tx, id, room, now)
		if err != nil {
			return nil, err
		}
		for _, in := range waiting {
			turn = append(turn, in.ID)
		}
	}
	return turn, nil
}

// listUnheard has an introduction that nobody was told of hang on the digest that asks.
func listUnheard(ctx context.Context, tx *store.Tx, digest market.Letter, in market.Introduction) error {
	switch in.Unheard() {
	case market.Need:
		return tx.List(ctx, digest, market.DigestLetter, in.ID)
	case market.Offer:
		return tx.List(ctx, digest, market.DigestRequest, in.ID)
	}
	return nil
}
