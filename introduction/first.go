package introduction

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// Begin has the side of one's own listing act first on a match with another: its yes is taken before anybody asked it. An
// introduction of the two that is open already is answered; else one is opened by the rules of every proposal. The need's
// side, when it is the other, is told as of any proposal, in a letter of its own where the governor lets it have one, else in
// its digest; the offer's side as after any yes.
//
// market.ErrNotFound: the one is not the viewer's, or the other not for them to see. market.ErrWrongState: it cannot be put to
// them now, and not why: they were introduced before, have enough to answer, or want something else by now.
// Otherwise as Answer, which market.ErrRepeated comes with too.
func (is *Introductions) Begin(ctx context.Context, v market.Viewer, own, other market.ID, now time.Time) (in market.Introduction, err error) {
	return is.BeginOnce(ctx, v, own, other, market.OnceOnly{}, now)
}

// BeginOnce is Begin under a once-only id (empty: it stands alone): asked again it is what was begun then, whatever became of it, with
// market.ErrRepeated. market.ErrReused: something else was asked for under it.
func (is *Introductions) BeginOnce(ctx context.Context, v market.Viewer, own, other market.ID, once market.OnceOnly, now time.Time) (in market.Introduction, err error) {
	defer market.Wrap(&err, "Begin(%s, %s)", own, other)
	if in, err = is.begunBefore(ctx, v, once); !errors.Is(err, market.ErrNotFound) {
		return in, cmp.Or(err, market.ErrRepeated)
	}
	in, err = is.begin(ctx, v, own, other, once, now)
	if errors.Is(err, market.ErrRepeated) && once.ID != "" { // that answer stood already, or the same request was quicker
		in, err = is.begunBefore(ctx, v, once)
		err = cmp.Or(err, market.ErrRepeated)
	}
	return in, err
}

// begunBefore is what was begun under a once-only id. market.ErrNotFound: nothing was, or it is empty. market.ErrReused: with something else.
func (is *Introductions) begunBefore(ctx context.Context, v market.Viewer, once market.OnceOnly) (in market.Introduction, err error) {
	if once.ID == "" {
		return in, market.ErrNotFound
	}
	was, err := is.store.OnceOf(ctx, once.ID, v.Person)
	if err == nil && !bytes.Equal(was.Digest, once.Digest) {
		err = market.ErrReused
	}
	if err != nil {
		return in, err
	}
	return is.store.Introduction(ctx, v, market.ID(was.Answer))
}

func (is *Introductions) begin(ctx context.Context, v market.Viewer, own, other market.ID, once market.OnceOnly, now time.Time) (in market.Introduction, err error) {
	side, m, err := is.sides(ctx, v, own, other, now)
	if err != nil {
		return in, err
	}
	stood := false
	in, err = is.answered(ctx, now, func(tx *store.Tx) (market.Introduction, error) {
		in, err := is.living(ctx, tx, m, side, v.Person, now)
		if err != nil {
			return in, err
		}
		in, err = is.reply(ctx, tx, in, side, market.Yes, "", v.Person, now)
		if stood = errors.Is(err, market.ErrRepeated); stood {
			err = nil // but for the id there is nothing to keep
		}
		if err != nil || once.ID == "" {
			return in, err
		}
		return in, tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Answer: string(in.ID), At: now, Digest: once.Digest})
	})
	if err == nil && stood {
		err = market.ErrRepeated
	}
	return in, err
}

// sides is the side of one's own listing, and the pair that it makes with another which its viewer may see.
func (is *Introductions) sides(ctx context.Context, v market.Viewer, own, other market.ID, now time.Time) (market.Side, market.Match, error) {
	mine, err := is.store.EntryFor(ctx, v, own, now)
	if err != nil {
		return "", market.Match{}, err
	}
	if err := v.MustPost(mine.Listing.GroupID); err != nil {
		return "", market.Match{}, err
	}
	theirs, err := is.store.EntryFor(ctx, v, other, now)
	if err == nil && mine.Listing.Side == theirs.Listing.Side {
		err = market.ErrNotFound
	}
	if mine.Listing.Side == market.Need {
		return market.Need, market.Match{OfferID: other, NeedID: own}, err
	}
	return market.Offer, market.Match{OfferID: own, NeedID: other}, err
}

// living is the introduction of a pair that is open or connected, under its locks, or a new one.
func (is *Introductions) living(ctx context.Context, tx *store.Tx, m market.Match, side market.Side, by market.ID, now time.Time) (market.Introduction, error) {
	past, err := lockPair(ctx, tx, m)
	if err != nil {
		return market.Introduction{}, err
	}
	for _, in := range past {
		if in.OfferID == m.OfferID && (in.State.Open() || in.State == market.Connected) {
			return tx.LockIntroduction(ctx, in.ID)
		}
	}
	return is.anew(ctx, tx, m, side, by, now)
}

// anew opens an introduction of a pair for the side that begins.
func (is *Introductions) anew(ctx context.Context, tx *store.Tx, m market.Match, side market.Side, by market.ID, now time.Time) (market.Introduction, error) {
	keeps := keepsPlace
	if side == market.Need { // its group acts: what it let lie before does not count against it, and this may have the place of what it refused
		keeps = func(in market.Introduction) bool { return keepsPlace(in) && in.NeedAnswer != market.No }
		if err := noteActed(ctx, tx, m.NeedID, by, now); err != nil {
			return market.Introduction{}, err
		}
	}
	var opened []market.ID
	open := func(ctx context.Context, tx *store.Tx, need market.Entry, p proposal, now time.Time) (err error) {
		p.offers = slices.DeleteFunc(p.offers, func(f matching.Found) bool { return f.Match.OfferID != m.OfferID }) // a plan may name others
		opened, err = is.openAll(ctx, tx, p, now)
		if err != nil || len(opened) == 0 || side == market.Need {
			return err
		}
		return is.tellNeed(ctx, tx, need, p, opened[0], now)
	}
	if err := is.fillBeside(ctx, tx, m.NeedID, []matching.Found{{Match: m}}, keeps, open, now); err != nil {
		return market.Introduction{}, err
	}
	if len(opened) == 0 {
		return market.Introduction{}, market.ErrWrongState
	}
	return tx.LockIntroduction(ctx, opened[0])
}

// lockPair takes both listings in the order of their ids; what the need was introduced to comes back.
func lockPair(ctx context.Context, tx *store.Tx, m market.Match) ([]market.Introduction, error) {
	ids := []market.ID{m.OfferID, m.NeedID}
	slices.Sort(ids)
	for _, id := range ids {
		if err := tx.LockListing(ctx, id); err != nil {
			return nil, err
		}
	}
	return tx.IntroductionsFor(ctx, m.NeedID)
}

func noteActed(ctx context.Context, tx *store.Tx, need, by market.ID, now time.Time) error {
	l, err := tx.Listing(ctx, need)
	if err != nil {
		return err
	}
	return tx.Note(ctx, market.Event{At: now, Actor: by, OnBehalf: l.GroupID, Verb: "listing.acted", Subject: "listing", SubjectID: need})
}

// tellNeed tells the need's side of an introduction that the other side began: those whom the governor lets have a letter
// now. The others find it in their digest. Where there is nobody to tell it is not opened.
func (is *Introductions) tellNeed(ctx context.Context, tx *store.Tx, need market.Entry, p proposal, opened market.ID, now time.Time) error {
	group := need.Listing.GroupID
	if asked, err := askConnectors(ctx, tx, group, market.ByHandNeed, now, opened); err != nil || asked {
		return err
	}
	people, err := tx.Answerers(ctx, group, now)
	if err == nil {
		people, err = wanting(ctx, tx, people, market.PossibleMatch, market.DigestLetter)
	}
	if err == nil && len(people) == 0 {
		err = market.ErrWrongState
	}
	if err != nil {
		return err
	}
	readers, err := is.readers(ctx, tx, need, p.past, now)
	if err != nil {
		return err
	}
	return tellReaders(ctx, tx, readers, need, p.past, now, opened)
}
