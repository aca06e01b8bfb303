package network

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// looksOrNot does what follows when a network begins to look at first listings, or ceases to.
func looksOrNot(ctx context.Context, tx *store.Tx, v market.Viewer, was, is market.Network, now time.Time) error {
	switch {
	case is.Holds == was.Holds:
		return nil
	case is.Holds:
		return tx.ClearPosted(ctx, is.ID, now)
	}
	groups, err := tx.GroupsIn(ctx, []market.ID{is.ID})
	if err != nil {
		return err
	}
	return release(ctx, tx, v, is.ID, groups, now)
}

// release opens what groups have waiting for a look of a network's that is not to be: nobody would ever come to it. What another
// network looks at waits on for that one.
func release(ctx context.Context, tx *store.Tx, v market.Viewer, network market.ID, groups []market.ID, now time.Time) error {
	freed, err := tx.UnholdListings(ctx, groups...)
	if err != nil {
		return err
	}
	events := make([]market.Event, len(freed))
	for i, l := range freed {
		events[i] = market.Event{At: now, Actor: v.Person, NetworkID: network, Verb: "listing.unheld", Subject: "listing", SubjectID: l.ID, OtherID: l.GroupID}
	}
	return errors.Join(tx.OpenUnheld(ctx, now, freed...), tx.Note(ctx, events...))
}
