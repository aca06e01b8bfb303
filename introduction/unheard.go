package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// An introduction that waits for a side has a letter about it on its way, a clock that runs, or its turn to come: that of a request
// of an offer, or of a digest. hearUnheard mends what has none of these, whatever took it.

// hearUnheard goes through the introductions of which nobody hears.
func (is *Introductions) hearUnheard(ctx context.Context, now time.Time) (err error) {
	for after, more := market.ID(""), true; more && ctx.Err() == nil; {
		ids, found := is.store.Unheard(ctx, after, turnBatch)
		if found != nil {
			return errors.Join(err, found)
		}
		for _, id := range ids {
			err, after = errors.Join(err, is.each(ctx, id, now, is.hear)), id
		}
		more = len(ids) == turnBatch
	}
	return err
}

// hear has a side asked that heard nothing, or its clock started where all that was to ask it failed or there is nobody to ask.
func (is *Introductions) hear(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	side := in.Unheard()
	if side == market.Need {
		if digested, err := finds(ctx, tx, in, now); err != nil || digested {
			return err
		}
	}
	if side == "" {
		return nil // answered, or told, meanwhile
	}
	if err := is.askAnew(ctx, tx, in, in.GroupOf(side), now); err != nil {
		return err
	}
	return startFailed(ctx, tx, in, now)
}

// finds reports whether the need's side finds an introduction that it was not written to about in the digest of anybody.
func finds(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) (bool, error) {
	if asked, err := tx.AskedBefore(ctx, in.ID, market.Need); err != nil || asked {
		return false, err
	}
	people, err := tx.Answerers(ctx, in.NeedGroupID, now)
	if err != nil {
		return false, err
	}
	return reached(ctx, tx, people, market.DigestLetter)
}

// reached reports whether mail of a kind reaches any of some people, who want it.
func reached(ctx context.Context, tx *store.Tx, people []market.Person, kind market.LetterKind) (bool, error) {
	people, err := wanting(ctx, tx, people, kind)
	return slices.ContainsFunc(people, func(p market.Person) bool { return !p.Bounced }), err
}

// startFailed starts the clock of the side that an introduction waits for, where it was told nothing and no letter that asks it waits:
// all failed, or there is nobody to ask. They can answer on the site, and it must not stay open for ever. A request that waits for
// its turn, and a proposal that a digest is to tell of, have time.
func startFailed(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	side := in.Unheard()
	if side == "" {
		return nil
	}
	left, err := tx.NotElsewhere(ctx, "", side, []market.ID{in.ID})
	if err != nil || len(left) == 0 {
		return err
	}
	if side == market.Need {
		if digested, err := finds(ctx, tx, in, now); err != nil || digested {
			return err
		}
		return tx.ToldNeed(ctx, left, now)
	}
	if asked, err := tx.AskedBefore(ctx, in.ID, side); err != nil || !asked {
		return err
	}
	return tx.ToldOffer(ctx, left, now)
}

// hearRings goes through the rings of which a group does not hear.
func (is *Introductions) hearRings(ctx context.Context, now time.Time) error {
	ids, err := is.store.UnheardRings(ctx)
	return errors.Join(err, is.eachRing(ctx, ids, now, is.hearRing))
}

// hearRing asks the people of each group of a ring that was told nothing and of which no letter waits; where all that asked it
// failed, its clock starts. A ring in which nobody answers for a group any more is withdrawn.
func (is *Introductions) hearRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	for _, m := range r.Members {
		if !r.WaitsFor(m.GroupID) || m.ToldAt != nil {
			continue
		}
		people, err := tx.Answerers(ctx, m.GroupID, now)
		if err == nil && len(people) == 0 {
			return is.withdrawRing(ctx, tx, r, now)
		}
		if err == nil {
			err = writeRing(ctx, tx, market.RingLetter, r.ID, m.GroupID, people, now)
		}
		if err != nil {
			return err
		}
		waits, err := tx.RingAskedElsewhere(ctx, r.ID, m.GroupID, "")
		if err == nil && !waits {
			err = tx.ToldRing(ctx, r.ID, m.GroupID, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
