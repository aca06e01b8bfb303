package listing

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// moved writes to both sides of what is agreed about a listing and still to come, with the calendar file anew, where a change of the
// listing has it take place somewhere else. What the two agreed stays. was is the listing before.
func moved(ctx context.Context, tx *store.Tx, v market.Viewer, was, l market.Listing, now time.Time) error {
	if l.PlaceID == was.PlaceID && l.Where == was.Where {
		return nil
	}
	all, err := tx.IntroductionsFor(ctx, l.ID)
	for _, in := range all {
		if in.State == market.Connected {
			err = errors.Join(err, movedIn(ctx, tx, v, in.ID, was, l, now))
		}
	}
	return err
}

func movedIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, was, l market.Listing, now time.Time) error {
	in, err := tx.LockIntroduction(ctx, id)
	if err != nil {
		return err
	}
	ex, err := tx.Exchange(ctx, id)
	if err != nil || in.State != market.Connected || !ex.Ahead(in, now) {
		return err
	}
	if stays, err := staysThere(ctx, tx, in, was, l); err != nil || stays {
		return err
	}
	if apart, err := tx.Apart(ctx, in.OfferGroupID, in.NeedGroupID); err != nil || apart {
		return err // who is kept apart reads no later place
	}
	ex = ex.Moved()
	err = errors.Join(tx.ChangeExchange(ctx, ex), tx.Note(ctx, market.Event{At: now, Actor: v.Person, OnBehalf: l.GroupID, Verb: "exchange.moved",
		Subject: "exchange", SubjectID: ex.ID, OtherID: in.ID}))
	for _, side := range []market.Side{market.Need, market.Offer} {
		err = errors.Join(err, tellMoved(ctx, tx, in, ex, side, l.Version, now))
	}
	return err
}

// staysThere reports whether what two listings bring together is where it was before one of them was changed, by the words that
// mails and calendars have for it.
func staysThere(ctx context.Context, tx *store.Tx, in market.Introduction, was, l market.Listing) (bool, error) {
	far := in.NeedID
	if l.Side == market.Need {
		far = in.OfferID
	}
	other, err := tx.Listing(ctx, far)
	if err != nil {
		return false, err
	}
	var said [2]string
	for i, version := range []market.Listing{was, l} {
		offer, need := version, other
		if l.Side == market.Need {
			offer, need = other, version
		}
		if at := market.Venue(offer, need).PlaceID; at != "" {
			place, err := tx.Place(ctx, market.System, at)
			if err != nil {
				return false, err
			}
			said[i] = place.Said()
		}
	}
	return said[0] == said[1], nil
}

func tellMoved(ctx context.Context, tx *store.Tx, in market.Introduction, ex market.Exchange, side market.Side, version int64, now time.Time) error {
	people, err := tx.SpokenTo(ctx, in, side, market.StaysAgreed, now)
	for _, p := range people {
		_, failed := tx.Send(ctx, market.Letter{Kind: market.StaysAgreed, PersonID: p.ID, GroupID: in.GroupOf(side), AboutID: in.ID},
			market.OnceName(market.StaysAgreed, ex.MovedRound(version)), now)
		err = errors.Join(err, failed)
	}
	return err
}
