package listing

import (
	"bytes"
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// AddPhoto develops a file that somebody chose and keeps it behind the photos that the listing has; p holds what was said
// about it. once makes it safe to repeat: the same id twice gives the first photo again, and market.ErrReused when what was
// sent is not the same. *market.Invalid says what is wrong with the file.
func (ls *Listings) AddPhoto(ctx context.Context, v market.Viewer, p market.Photo, file []byte, once market.OnceOnly, now time.Time) (_ market.Photo, err error) {
	defer market.Wrap(&err, "AddPhoto(%s)", p.ListingID)
	if err := ls.mayTouch(ctx, v, p.ListingID, now); err != nil {
		return p, err
	}
	if first, err := ls.addedBefore(ctx, v, once); !errors.Is(err, market.ErrNotFound) {
		return first, err
	}
	p.Alt = market.Tidy(p.Alt)
	if err := p.Validate(); err != nil {
		return p, err
	}
	if err := roomAmong(ls.store.AllPhotosOf(ctx, p.ListingID)); err != nil {
		return p, err
	}
	developed, err := ls.darkroom.Develop(ctx, file)
	if err != nil {
		return p, err
	}
	p.ID, p.CreatedAt, p.HiddenAt = market.NewID(), now, nil
	p.Width, p.Height, p.SmallWidth = developed.Large.Width, developed.Large.Height, developed.Small.Width
	prints := market.Prints{Large: developed.Large.JPEG, Small: developed.Small.JPEG}
	p, err = ls.keepPhoto(ctx, v, p, prints, once, now)
	if errors.Is(err, market.ErrRepeated) {
		return ls.addedBefore(ctx, v, once)
	}
	return p, err
}

// mayTouch is asked before any work is done for a file: who may not see a listing is told that there is none.
func (ls *Listings) mayTouch(ctx context.Context, v market.Viewer, listing market.ID, now time.Time) error {
	if !v.SignedIn() {
		return market.ErrSignedOut
	}
	e, err := ls.store.OwnEntry(ctx, v, listing, now)
	if err != nil {
		return err
	}
	return v.MustPost(e.Listing.GroupID)
}

func (ls *Listings) addedBefore(ctx context.Context, v market.Viewer, once market.OnceOnly) (market.Photo, error) {
	first, err := ls.store.OnceOf(ctx, once.ID, v.Person)
	if err != nil {
		return market.Photo{}, err
	}
	if !bytes.Equal(first.Digest, once.Digest) {
		return market.Photo{}, market.ErrReused
	}
	p, err := ls.store.Photo(ctx, market.ID(first.Answer))
	if errors.Is(err, market.ErrNotFound) {
		return p, market.ErrGone // it was taken away since
	}
	return p, err
}

// roomAmong refuses one more photo than a listing may have.
func roomAmong(all []market.Photo, err error) error {
	if err == nil && len(all) >= market.MaxPhotos {
		return market.Refuse("photo", "photo_many", "Max", market.MaxPhotos)
	}
	return err
}

func (ls *Listings) keepPhoto(ctx context.Context, v market.Viewer, p market.Photo, prints market.Prints, once market.OnceOnly, now time.Time) (market.Photo, error) {
	err := ls.touch(ctx, v, p.ListingID, "photo.added", p.ID, now, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Answer: string(p.ID), At: now, Digest: once.Digest}); err != nil {
			return err
		}
		all, err := tx.AllPhotosOf(ctx, p.ListingID)
		if err := roomAmong(all, err); err != nil {
			return err
		}
		p.Position = 0
		if len(all) > 0 {
			p.Position = all[len(all)-1].Position + 1
		}
		return tx.AddPhoto(ctx, p, prints)
	})
	return p, err
}

// touch changes something of a listing's photos in one transaction, one at a time, with its event.
func (ls *Listings) touch(ctx context.Context, v market.Viewer, listing market.ID, verb string, photo market.ID, now time.Time, do func(*store.Tx) error) error {
	return ls.store.InTx(ctx, func(tx *store.Tx) error {
		l, err := tx.Listing(ctx, listing)
		if err != nil {
			return err
		}
		if err := v.MustPost(l.GroupID); err != nil {
			return err
		}
		if err := tx.KeepOpen(ctx, l.GroupID); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		e := event(v, l, verb, now)
		e.OtherID = photo
		return tx.Note(ctx, e)
	})
}

// ArrangePhotos sets the order of a listing's photos, and what is said about each; those that moderation hid may be left out,
// and stay where they are. market.ErrConflict: these are not its photos any more. Repeating it changes nothing more.
func (ls *Listings) ArrangePhotos(ctx context.Context, v market.Viewer, listing market.ID, photos []market.Photo, now time.Time) (err error) {
	defer market.Wrap(&err, "ArrangePhotos(%s)", listing)
	for i := range photos {
		photos[i].ListingID, photos[i].Position, photos[i].Alt = listing, i, market.Tidy(photos[i].Alt)
		if err := photos[i].Validate(); err != nil {
			return err
		}
	}
	return ls.touch(ctx, v, listing, "photo.arranged", "", now, func(tx *store.Tx) error {
		have, err := tx.AllPhotosOf(ctx, listing)
		if err != nil {
			return err
		}
		if !sameOnes(have, photos) {
			return market.ErrConflict
		}
		for _, p := range photos {
			if err := tx.ArrangePhoto(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// sameOnes reports whether the photos are some of those that there are, each once, and all that are shown are among them.
func sameOnes(have, photos []market.Photo) bool {
	left := map[market.ID]market.Photo{}
	for _, p := range have {
		left[p.ID] = p
	}
	for _, p := range photos {
		if _, ok := left[p.ID]; !ok {
			return false
		}
		delete(left, p.ID)
	}
	for _, p := range left {
		if p.HiddenAt == nil {
			return false
		}
	}
	return true
}

// DropPhoto deletes a photo for good; those who reported it have what they asked for. market.ErrNotFound: it is not there, or not any more.
func (ls *Listings) DropPhoto(ctx context.Context, v market.Viewer, listing, photo market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "DropPhoto(%s, %s)", listing, photo)
	return ls.touch(ctx, v, listing, "photo.removed", photo, now, func(tx *store.Tx) error {
		if err := tx.DropPhoto(ctx, listing, photo); err != nil {
			return err
		}
		_, err := tx.HandleReports(ctx, photo, now)
		return err
	})
}
