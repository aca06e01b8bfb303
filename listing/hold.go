package listing

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// hold keeps a new group's listing as a draft that waits for the look of a connector, in each network of its group that
// asks for one, and tells them.
func (ls *Listings) hold(ctx context.Context, v market.Viewer, l *market.Listing, f market.UnfinishedForm, once market.OnceOnly, now time.Time) error {
	return ls.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Answer: string(l.ID), At: now, Digest: once.Digest}); err != nil {
			return err
		}
		if err := tx.KeepOpen(ctx, l.GroupID); err != nil {
			return err
		}
		if f.ID != "" {
			if err := tx.FinishForm(ctx, f, l.ID); err != nil {
				return err
			}
		}
		return addHeld(ctx, tx, v, l, now)
	})
}

// addHeld keeps one listing as a draft that waits, and tells those it waits for.
func addHeld(ctx context.Context, tx *store.Tx, v market.Viewer, l *market.Listing, now time.Time) error {
	l.Life, l.OpenedAt, l.ExpiresAt = market.Draft, nil, nil
	if err := check(ctx, tx, v, *l); err != nil {
		return err
	}
	if err := tx.AddListing(ctx, *l); err != nil {
		return err
	}
	if err := tx.HoldListing(ctx, market.HeldListing{ListingID: l.ID, GroupID: l.GroupID, CreatedAt: now}); err != nil {
		return err
	}
	return errors.Join(tellHolding(ctx, tx, *l, now), note(ctx, tx, v, *l, "listing.held", now))
}

// errWaits is told of what cannot simply be opened.
var errWaits = errors.New("its network looks at it first")

// wait has what was never open wait as a draft for the look of a connector, as a new listing of its group would. One that waits
// already is left alone; one that was thrown away meanwhile keeps its turn.
func wait(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, now time.Time) error {
	l, err := tx.Listing(ctx, id)
	if err != nil {
		return err
	}
	switch _, err = tx.HeldListing(ctx, id); {
	case errors.Is(err, market.ErrNotFound):
		err = tx.HoldListing(ctx, market.HeldListing{ListingID: id, GroupID: l.GroupID, CreatedAt: now})
	case err == nil && l.Life == market.Draft:
		return nil
	}
	if err == nil && l.Life != market.Draft {
		l.Life, l.ClosedAt, l.UpdatedAt = market.Draft, nil, now
		err = tx.ChangeListing(ctx, l)
	}
	if err != nil {
		return err
	}
	return errors.Join(tellHolding(ctx, tx, l, now), note(ctx, tx, v, l, "listing.held", now))
}

// held reports whether the first listings of a group wait for a look.
func held(v market.Viewer, group market.ID) bool { return slices.Contains(v.Held, group) }

// tellHolding writes to the connectors who may look at it: none of the group's own members. What a group has waiting beside it is of the
// same letter, on one day. Where a network has no others, the operators learn of it from the letter of what waits.
func tellHolding(ctx context.Context, tx *store.Tx, l market.Listing, now time.Time) error {
	networks, err := tx.LookingAt(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, n := range networks {
		oldest, err := tx.OldestHeld(ctx, n, l.GroupID)
		if err != nil {
			return err
		}
		once := market.FirstListingName(oldest, n, now) // thrown away and opened again, it is told of once more
		people, err := tx.ConnectorsOutside(ctx, n, l.GroupID, now)
		if err != nil {
			return err
		}
		for _, p := range people {
			if _, err := tx.Send(ctx, market.Letter{Kind: market.FirstListing, PersonID: p.ID, AboutID: l.ID}, once, now); err != nil {
				return err
			}
		}
	}
	return nil
}
