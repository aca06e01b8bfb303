package account

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Feed is the secret of the address at which a person's calendar can be subscribed to. market.ErrNotFound: none was made,
// or it was taken back.
func (a *Accounts) Feed(ctx context.Context, v market.Viewer) (_ Secret, made time.Time, err error) {
	defer market.Wrap(&err, "Feed")
	f, err := a.store.Feed(ctx, v.Person)
	return a.derive("feed", f.ID), f.CreatedAt, err
}

// MakeFeed makes a person's feed, or makes it anew: the address of before is good for nothing from then on.
func (a *Accounts) MakeFeed(ctx context.Context, v market.Viewer, now time.Time) (err error) {
	defer market.Wrap(&err, "MakeFeed")
	f := market.Feed{ID: market.NewID(), PersonID: v.Person, CreatedAt: now}
	f.Hash = hash(a.derive("feed", f.ID))
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, v.Person); err != nil {
			return err
		}
		if err := tx.KeepFeed(ctx, f); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "feed.made", "person", v.Person, now))
	})
}

// EndFeed takes a person's feed back. Where there is none it changes nothing.
func (a *Accounts) EndFeed(ctx context.Context, v market.Viewer, now time.Time) (err error) {
	defer market.Wrap(&err, "EndFeed")
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.DropFeed(ctx, v.Person); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "feed.ended", "person", v.Person, now))
	})
}

// FeedReader is who stands behind the address of a feed, with the groups that person has now. market.ErrNotFound: there
// is no such feed.
func (a *Accounts) FeedReader(ctx context.Context, secret Secret, now time.Time) (v market.Viewer, err error) {
	defer market.Wrap(&err, "FeedReader")
	f, err := a.store.FeedByHash(ctx, hash(secret))
	if err != nil {
		return v, err
	}
	p, err := a.store.Person(ctx, f.PersonID)
	if err == nil && p.ErasedAt != nil {
		err = market.ErrNotFound
	}
	if err != nil {
		return v, err
	}
	return a.store.ViewerFor(ctx, p, now)
}
