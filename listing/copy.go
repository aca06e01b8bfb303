package listing

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Copied is a listing as a new one like it would begin: with all that it says, but for days that are over, its haste and
// its history.
func Copied(l market.Listing, now time.Time) market.Listing {
	today := market.DateOf(now.In(l.When.Location()))
	past := func(d market.Date) bool { return d != "" && d < today }
	l.ID, l.Version, l.PostedBy, l.Urgent, l.Life = "", 0, "", false, ""
	l.WidenedAt, l.PausedUntil, l.OpenedAt, l.ExpiresAt, l.ClosedAt = nil, nil, nil, nil, nil
	for _, d := range []*market.Date{&l.When.From, &l.When.Until, &l.When.NeededBy} {
		if past(*d) {
			*d = ""
		}
	}
	l.When.Exceptions = slices.DeleteFunc(slices.Clone(l.When.Exceptions), past)
	l.When.Windows = slices.DeleteFunc(slices.Clone(l.When.Windows), func(w market.Window) bool { return w.Repeat == market.Once && past(w.On) })
	return l
}

// Copy keeps a draft like a listing of one of the viewer's groups, with copies of its photos if they are wanted. once makes it
// safe to repeat, as with Publish.
func (ls *Listings) Copy(ctx context.Context, v market.Viewer, id market.ID, photos bool, once market.OnceOnly, now time.Time) (_ market.Listing, err error) {
	defer market.Wrap(&err, "Copy(%s)", id)
	e, err := ls.store.OwnEntry(ctx, v, id, now)
	if err == nil {
		err = v.MustPost(e.Listing.GroupID)
	}
	if err != nil {
		return market.Listing{}, err
	}
	l := Copied(e.Listing, now)
	l.Life = market.Draft
	kept, err := ls.Publish(ctx, v, l, once, now)
	if err == nil && photos {
		err = ls.CopyPhotos(ctx, v, id, kept.ID, now)
	}
	return kept, err
}

// CopyPhotos gives a listing of the viewer's groups that has no photos copies of another's. Each is one of its own from then
// on. Repeating it changes nothing; market.ErrNotFound: the other is not one of theirs.
func (ls *Listings) CopyPhotos(ctx context.Context, v market.Viewer, from, to market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "CopyPhotos(%s, %s)", from, to)
	if err := ls.mayTouch(ctx, v, from, now); err != nil {
		return err
	}
	theirs, err := ls.store.PhotosOf(ctx, from)
	own, err2 := ls.store.AllPhotosOf(ctx, to)
	if err := errors.Join(err, err2); err != nil || len(theirs) == 0 || len(own) > 0 {
		return err
	}
	return ls.touch(ctx, v, to, "photo.copied", "", now, func(tx *store.Tx) error { return tx.CopyPhotos(ctx, from, to, now) })
}
