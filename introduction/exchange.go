package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Suggest puts how much and when on the table for the viewer's side of a connected introduction, and writes to the other,
// who is to confirm. A connector says on whose word: v.Said. What was agreed before holds until then. The capacity that the two have stays as it was until the other
// confirms; whether it could be had is tried out in the database. A side that says what the other has suggested confirms.
// once is the form's once-only id, "" for none.
//
// A *market.Invalid names what cannot be. market.ErrTaken: not as much is free at those times. market.ErrWrongState: it
// has begun. market.ErrGone: the two are not connected any more. market.ErrRepeated: that was said already, or the form
// was handled.
func (is *Introductions) Suggest(ctx context.Context, v market.Viewer, id market.ID, amount int, slots []market.Slot, once string, now time.Time) (_ market.Exchange, err error) {
	defer market.Wrap(&err, "Suggest(%s)", id)
	var ex market.Exchange
	err = is.agreeing(ctx, v, id, once, now, func(tx *store.Tx, d *deal) error {
		if d.ex.Stage == market.Suggested && d.ex.ProposedSide != d.side && d.same(amount, slots) {
			if err := onWord(ctx, tx, v, d.in, d.side, market.AboutAgreed, market.Yes, now); err != nil {
				return err
			}
			ex, err = is.confirm(ctx, tx, d, now)
			return err
		}
		if err := onWord(ctx, tx, v, d.in, d.side, market.AboutSuggested, market.Yes, now); err != nil {
			return err
		}
		ex, err = is.suggest(ctx, tx, d, amount, slots, now)
		return err
	})
	return ex, err
}

// Confirm agrees to what the other side has suggested, as it stood at a sequence: the capacity is taken so and both get
// the day by mail. once is the form's once-only id, "" for none. market.ErrConflict: it was changed meanwhile. market.ErrTaken: the times went to somebody else since;
// the suggestion stays to be changed. market.ErrRepeated: it is agreed already. market.ErrWrongState: there is nothing
// to confirm.
func (is *Introductions) Confirm(ctx context.Context, v market.Viewer, id market.ID, sequence int, once string, now time.Time) (_ market.Exchange, err error) {
	defer market.Wrap(&err, "Confirm(%s)", id)
	var ex market.Exchange
	err = is.agreeing(ctx, v, id, once, now, func(tx *store.Tx, d *deal) error {
		if d.ex.Sequence != sequence {
			return market.ErrConflict
		}
		if err := onWord(ctx, tx, v, d.in, d.side, market.AboutAgreed, market.Yes, now); err != nil {
			return err
		}
		ex, err = is.confirm(ctx, tx, d, now)
		return err
	})
	return ex, err
}

// Drop takes the change off the table that was suggested, as it stood at a sequence, for either side: what was agreed holds, and the
// other side is told. A connector says on whose word: v.Said. once is the form's once-only id, "" for none. A *market.Invalid names what
// is missing of that. market.ErrConflict: it was changed meanwhile. market.ErrWrongState: no change is to be confirmed.
func (is *Introductions) Drop(ctx context.Context, v market.Viewer, id market.ID, sequence int, once string, now time.Time) (_ market.Exchange, err error) {
	defer market.Wrap(&err, "Drop(%s)", id)
	var ex market.Exchange
	err = is.agreeing(ctx, v, id, once, now, func(tx *store.Tx, d *deal) error {
		if d.ex.Sequence != sequence {
			return market.ErrConflict
		}
		if ex, err = d.ex.Drop(d.in, now, d.zone()); err != nil {
			return err
		}
		if err := onWord(ctx, tx, v, d.in, d.side, market.AboutKept, market.Yes, now); err != nil {
			return err
		}
		if err := tx.ChangeExchange(ctx, ex); err != nil {
			return err
		}
		if err := tx.Note(ctx, exchangeEvent(ex, d.by, d.group(d.side), "dropped", now)); err != nil {
			return err
		}
		return tellSide(ctx, tx, d.in, d.side.Other(), market.StaysAgreed, ex.Round()+market.Dropped, now)
	})
	return ex, err
}

// deal is an exchange with all it hangs on, under its locks.
type deal struct {
	in          market.Introduction
	ex          market.Exchange
	offer, need market.Entry
	side        market.Side // who acts
	by          market.ID
}

func (d *deal) group(s market.Side) market.ID {
	if s == market.Need {
		return d.in.NeedGroupID
	}
	return d.in.OfferGroupID
}

// zone is where it takes place.
func (d *deal) zone() *time.Location { return market.VenueZone(d.offer.Listing, d.need.Listing) }

func (d *deal) same(amount int, slots []market.Slot) bool {
	return d.ex.Amount == d.amount(amount) && slices.EqualFunc(d.ex.Slots, slots, func(a, b market.Slot) bool {
		return a.From.Equal(b.From) && a.Until.Equal(b.Until)
	})
}

// amount of things is for the two to say; of a room or a skill there is one.
func (d *deal) amount(said int) int {
	if d.need.Listing.Kind == market.Equipment {
		return said
	}
	return d.in.Amount
}

// agreeing does something for a side of a connected introduction, under its locks. once is the id of the form that asks
// for it: who acts for both sides would do it for the other with the second tap. A form comes once; "" is none.
func (is *Introductions) agreeing(ctx context.Context, v market.Viewer, id market.ID, once string, now time.Time, do func(*store.Tx, *deal) error) error {
	in, err := is.store.Introduction(ctx, v, id)
	if err != nil {
		return err
	}
	if _, err := sideFor(v, in); err != nil {
		return err
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if once != "" {
			if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(id), At: now}); err != nil {
				return err
			}
		}
		if in, err = lock(ctx, tx, in); err != nil {
			return err
		}
		if in.State != market.Connected {
			return market.ErrGone
		}
		d, err := dealOf(ctx, tx, in, now)
		if err != nil {
			return err
		}
		d.by, d.side = v.Person, actingSide(v, d)
		return do(tx, d)
	})
}

func dealOf(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) (*deal, error) {
	ex, err := exchangeOf(ctx, tx, in, now)
	if err != nil {
		return nil, err
	}
	offer, need, err := pair(ctx, tx, in.OfferID, in.NeedID, now)
	return &deal{in: in, ex: ex, offer: offer, need: need}, err
}

// exchangeOf an introduction that is held, as it stands now: a change that nobody had confirmed when the first agreed use
// began, or in time, lapses here, whether or not the clock came round, and both are told that what was agreed holds.
func exchangeOf(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) (market.Exchange, error) {
	ex, err := tx.Exchange(ctx, in.ID)
	if err != nil || in.State != market.Connected || !ex.Lapsed(in, now) {
		return ex, err
	}
	zone, err := zoneOf(ctx, tx, in)
	if err != nil {
		return ex, err
	}
	ex = ex.Hold(in, now, zone)
	if err := tx.ChangeExchange(ctx, ex); err != nil {
		return ex, err
	}
	if err := tx.Note(ctx, exchangeEvent(ex, "", "", "held", now)); err != nil {
		return ex, err
	}
	return ex, tellBoth(ctx, tx, in, market.StaysAgreed, ex.Round(), now)
}

// zoneOf is where an introduction takes place.
func zoneOf(ctx context.Context, tx *store.Tx, in market.Introduction) (*time.Location, error) {
	offer, err := tx.Listing(ctx, in.OfferID)
	if err != nil {
		return nil, err
	}
	need, err := tx.Listing(ctx, in.NeedID)
	return market.VenueZone(offer, need), err
}

// actingSide of one who acts for both groups is the side that is to confirm.
func actingSide(v market.Viewer, d *deal) market.Side {
	need, offer := v.Roles[d.in.NeedGroupID].CanPost(), v.Roles[d.in.OfferGroupID].CanPost()
	switch {
	case need && offer:
		return d.ex.ProposedSide.Other()
	case need:
		return market.Need
	}
	return market.Offer
}

func (is *Introductions) suggest(ctx context.Context, tx *store.Tx, d *deal, amount int, slots []market.Slot, now time.Time) (market.Exchange, error) {
	if err := enough(ctx, tx, d, amount); err != nil {
		return d.ex, err
	}
	next, err := d.ex.Suggest(d.side, d.by, d.amount(amount), slots, now)
	if err != nil {
		return d.ex, err
	}
	if err := tx.Try(ctx, func(tx *store.Tx) error { return swap(ctx, tx, d, next, now) }); err != nil {
		return d.ex, err
	}
	if err := tx.ChangeExchange(ctx, next); err != nil {
		return d.ex, err
	}
	if err := tx.Note(ctx, exchangeEvent(next, d.by, d.group(d.side), "suggested", now)); err != nil {
		return d.ex, err
	}
	return next, tellSide(ctx, tx, d.in, d.side.Other(), market.TimesSuggested, next.Round(), now)
}

// enough refuses an amount of things that is more than the introduction has and the need still wants beside it.
func enough(ctx context.Context, tx *store.Tx, d *deal, amount int) error {
	if d.need.Listing.Kind != market.Equipment {
		return nil
	}
	taken, err := tx.Taken(ctx, d.in.NeedID)
	if err != nil {
		return err
	}
	most := min(d.need.Listing.Wanted(taken)+d.in.Amount, d.offer.Listing.Quantity)
	if amount < 1 || amount > most {
		return market.Refuse("amount", "number_range", "Min", 1, "Max", max(1, most))
	}
	return nil
}

// swap gives back what the introduction had taken and takes what its exchange says instead.
func swap(ctx context.Context, tx *store.Tx, d *deal, ex market.Exchange, now time.Time) error {
	if err := tx.Release(ctx, d.in.ID, now); err != nil {
		return err
	}
	in := d.in
	in.Amount, in.Slots = ex.Amount, ex.Slots
	return tx.Allocate(ctx, allocations(in, d.offer, market.Slot{}, now))
}

func (is *Introductions) confirm(ctx context.Context, tx *store.Tx, d *deal, now time.Time) (market.Exchange, error) {
	next, err := d.ex.Confirm(d.side, now, d.zone())
	if err != nil {
		return d.ex, err
	}
	if err := enough(ctx, tx, d, next.Amount); err != nil {
		return d.ex, errors.Join(market.ErrTaken, err)
	}
	if err := swap(ctx, tx, d, next, now); err != nil {
		return d.ex, err
	}
	in := d.in
	in.Amount, in.Slots = next.Amount, next.Slots
	if err := tx.ChangeIntroduction(ctx, in); err != nil {
		return d.ex, err
	}
	if err := reopenFilled(ctx, tx, d.in.NeedID, now); err != nil {
		return d.ex, err
	}
	if err := tx.ChangeExchange(ctx, next); err != nil {
		return d.ex, err
	}
	if err := tx.Note(ctx, exchangeEvent(next, d.by, d.group(d.side), "agreed", now)); err != nil {
		return d.ex, err
	}
	if err := tx.Enqueue(ctx, time.Now(), lookAgainAt(d.in)...); err != nil {
		return d.ex, err
	}
	return next, tellBoth(ctx, tx, d.in, market.AgreedLetter, next.Round(), now)
}

// lookAgainAt has both listings looked at again: capacity has moved.
func lookAgainAt(in market.Introduction) []market.Job {
	return []market.Job{{Kind: market.IndexJob, Subject: in.OfferID}, {Kind: market.MatchJob, Subject: in.OfferID},
		{Kind: market.FillJob, Subject: in.NeedID}}
}

func exchangeEvent(ex market.Exchange, actor, group market.ID, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: actor, OnBehalf: group, Verb: "exchange." + verb, Subject: "exchange",
		SubjectID: ex.ID, OtherID: ex.IntroductionID}
}

func tellBoth(ctx context.Context, tx *store.Tx, in market.Introduction, kind market.LetterKind, round string, now time.Time) error {
	return errors.Join(tellSide(ctx, tx, in, market.Need, kind, round, now), tellSide(ctx, tx, in, market.Offer, kind, round, now))
}

// tellSide writes to those who are spoken to for a side.
func tellSide(ctx context.Context, tx *store.Tx, in market.Introduction, side market.Side, kind market.LetterKind, round string, now time.Time) error {
	people, err := tx.SpokenTo(ctx, in, side, kind, now)
	if err != nil {
		return err
	}
	for _, p := range people {
		l := market.Letter{ID: market.NewID(), Kind: kind, PersonID: p.ID, GroupID: in.GroupOf(side), AboutID: in.ID, State: market.Waiting, CreatedAt: now}
		l.MessageID = string(l.ID)
		wrote, err := tx.WriteOnce(ctx, l, market.OnceName(kind, round))
		if err != nil {
			return err
		}
		if !wrote {
			continue
		}
		if err := tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID}); err != nil {
			return err
		}
	}
	return nil
}
