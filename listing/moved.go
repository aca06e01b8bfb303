package listing

import (
	"cmp"
	"context"
	"errors"
	"slices"
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
	if stays, err := staysThere(ctx, tx, in, was, l, now); err != nil || stays {
		return err
	}
	if apart, err := tx.Apart(ctx, in.OfferGroupID, in.NeedGroupID); err != nil || apart {
		return err // who is kept apart reads no later place
	}
	ex = ex.Moved()
	err = errors.Join(tx.ChangeExchange(ctx, ex), tx.Note(ctx, market.Event{At: now, Actor: v.Person, OnBehalf: l.GroupID, Verb: "exchange.moved",
		Subject: "exchange", SubjectID: ex.ID, OtherID: in.ID}))
	for _, side := range []market.Side{market.Need, market.Offer} {
		err = errors.Join(err, tellMoved(ctx, tx, in, ex, side, now))
	}
	return err
}

// staysThere reports whether what two listings bring together is where it was before one of them was changed, by the words that
// mails and calendars have for it. The other is read as it stands and not held: two that change at once would wait for each other, and
// whoever comes second to the introduction reads what the first made of theirs.
func staysThere(ctx context.Context, tx *store.Tx, in market.Introduction, was, l market.Listing, now time.Time) (bool, error) {
	far := in.NeedID
	if l.Side == market.Need {
		far = in.OfferID
	}
	others, err := tx.Entries(ctx, []market.ID{far}, now)
	if err != nil || len(others) == 0 {
		return false, cmp.Or(err, market.ErrNotFound)
	}
	other := others[0].Listing
	var said [2]string
	for i, version := range []market.Listing{was, l} {
		offer, need := version, other
		if l.Side == market.Need {
			offer, need = other, version
		}
		if at := market.VenuePlace(offer, need); at != "" {
			place, err := tx.Place(ctx, market.System, at)
			if err != nil {
				return false, err
			}
			said[i] = place.Said()
		}
	}
	return said[0] == said[1], nil
}

// tellMoved writes to a side where it takes place by now. Whoever heard of the most moves that a day has hears of this one when the first
// of those is a day ago, unless a use begins by then or soon after: of letters on their way none goes but the last.
func tellMoved(ctx context.Context, tx *store.Tx, in market.Introduction, ex market.Exchange, side market.Side, now time.Time) error {
	people, err := tx.SpokenTo(ctx, in, side, market.StaysAgreed, now)
	for _, p := range people {
		heard, failed := tx.MovesHeard(ctx, p.ID, in.ID, now.Add(-day))
		var after time.Duration
		if n := len(heard) - market.MostMoves; n >= 0 && !soon(ex.Agreement(in), now) {
			after = heard[n].Add(day).Sub(now)
		}
		if failed == nil {
			_, failed = tx.SendLater(ctx, market.Letter{Kind: market.StaysAgreed, PersonID: p.ID, GroupID: in.GroupOf(side), AboutID: in.ID},
				market.OnceName(market.StaysAgreed, ex.MovedRound()), after, now)
		}
		err = errors.Join(err, failed)
	}
	return err
}

const day = 24 * time.Hour

// soon reports whether one of the uses that are to come begins within two days: a day to wait, and one to hear of it before.
func soon(uses []market.Slot, now time.Time) bool {
	return slices.ContainsFunc(uses, func(u market.Slot) bool { return u.From.After(now) && u.From.Before(now.Add(2*day)) })
}
