package listing

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// What follows is for use cases that change listings inside a transaction of their own, as those of partners do. The rules
// are those of Publish, Edit, Move and Renew; whoever calls sees to it that a repeat does nothing twice.

// PostIn keeps a new listing, open, or as a draft that waits where the group's first listings are looked at.
func (ls *Listings) PostIn(ctx context.Context, tx *store.Tx, v market.Viewer, l market.Listing, now time.Time) (_ market.Listing, err error) {
	defer market.Wrap(&err, "PostIn(%s)", l.GroupID)
	if err := v.MustPost(l.GroupID); err != nil {
		return l, err
	}
	prepare(&l, v, now)
	if err := settle(ctx, tx, &l); err != nil {
		return l, err
	}
	if err := tx.KeepOpen(ctx, l.GroupID); err != nil {
		return l, err
	}
	if held(v, l.GroupID) && l.Life == market.Open {
		err := addHeld(ctx, tx, v, &l, now)
		return l, err
	}
	if err := check(ctx, tx, market.System, l); err != nil { // the place is asked for its group, not for who may see it
		return l, err
	}
	if err := tx.AddListing(ctx, l); err != nil {
		return l, err
	}
	if err := note(ctx, tx, v, l, "listing.published", now); err != nil {
		return l, err
	}
	return l, tx.Enqueue(ctx, time.Now(), append(jobs(l), read(l))...)
}

// EditIn changes what a listing says, whatever its version.
func (ls *Listings) EditIn(ctx context.Context, tx *store.Tx, v market.Viewer, next market.Listing, now time.Time) (err error) {
	defer market.Wrap(&err, "EditIn(%s)", next.ID)
	tidy(&next)
	return changeIn(ctx, tx, v, next.ID, "listing.edited", now, func(tx *store.Tx, l *market.Listing) error {
		next.Version = l.Version
		if err := rewrite(ctx, tx, l, next); err != nil {
			return err
		}
		return check(ctx, tx, market.System, *l)
	})
}

// MoveIn changes the life of a listing. One that waits for the look of a connector stays a draft, and is one again when it was
// thrown away before that.
func (ls *Listings) MoveIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, to market.Life, now time.Time) (err error) {
	defer market.Wrap(&err, "MoveIn(%s, %s)", id, to)
	return moveIn(ctx, tx, v, id, to, nil, now)
}

// ExtendIn keeps an open or paused listing open for the usual time from now on, and opens one again that has expired.
func (ls *Listings) ExtendIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "ExtendIn(%s)", id)
	return changeIn(ctx, tx, v, id, "listing.renewed", now, func(_ *store.Tx, l *market.Listing) error {
		switch l.Life {
		case market.Expired:
			return move(l, market.Open, nil, now)
		case market.Open, market.Paused:
			expires := now.Add(market.OpenFor)
			l.ExpiresAt = &expires
			return nil
		}
		return market.ErrWrongState
	})
}
