package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// tidyUp withdraws the open introductions of a need that can come to nothing: the need closed or is filled, the offer
// closed, or one of them was changed or taken so that they no longer fit; what can still be had is restated. It closes a need that is
// filled. The need comes back as it stands afterwards.
func (is *Introductions) tidyUp(ctx context.Context, tx *store.Tx, id market.ID, past []market.Introduction, now time.Time) (market.Entry, error) {
	need, err := is.closeFilled(ctx, tx, id, now)
	if err != nil {
		return need, err
	}
	for i, in := range past {
		if !in.State.Open() {
			continue
		}
		offer, wants, err := pair(ctx, tx, in.OfferID, in.NeedID, now)
		if err != nil {
			return need, err
		}
		why, over, err := comesTo(ctx, tx, in, offer, wants, now)
		if err != nil {
			return need, err
		}
		if !over {
			if past[i], err = restate(ctx, tx, in, offer, wants, now); err != nil {
				return need, err
			}
			continue
		}
		if err := withdraw(ctx, tx, in, why, "", now); err != nil {
			return need, err
		}
		past[i].State = market.Undone
	}
	return need, nil
}

// closeFilled marks a need as fulfilled once its connected introductions cover it.
func (is *Introductions) closeFilled(ctx context.Context, tx *store.Tx, id market.ID, now time.Time) (market.Entry, error) {
	load := func() (market.Entry, error) {
		entries, err := tx.Entries(ctx, []market.ID{id}, now)
		if err != nil || len(entries) == 0 {
			return market.Entry{}, err
		}
		return entries[0], nil
	}
	need, err := load()
	if err != nil || need.Listing.Life != market.Open || !need.Filled() {
		return need, err
	}
	l := need.Listing
	l.Life, l.ClosedAt, l.UpdatedAt = market.Fulfilled, &now, now
	if err := tx.ChangeListing(ctx, l); err != nil {
		return need, err
	}
	if err := tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.IndexJob, Subject: id}); err != nil {
		return need, err
	}
	if err := tx.Note(ctx, market.Event{At: now, OnBehalf: l.GroupID, Verb: "listing.fulfilled", Subject: "listing", SubjectID: id}); err != nil {
		return need, err
	}
	return load()
}

// withdraw ends an open introduction that neither side refused. Its letters are settled later, with all other ends.
func withdraw(ctx context.Context, tx *store.Tx, in market.Introduction, why market.End, actor market.ID, now time.Time) error {
	in, err := tx.LockIntroduction(ctx, in.ID)
	if err != nil {
		return err
	}
	in, open := in.Withdraw(why, now)
	if !open {
		return nil
	}
	if err := tx.ChangeIntroduction(ctx, in); err != nil {
		return err
	}
	return tx.Note(ctx, event(in, actor, "", "withdrawn", now))
}

// Block keeps two groups apart from now on and withdraws what is open between them, and what they have agreed but not
// begun; a no between them can become a yes no more. What is being opened between them beside it ends with the looks at their needs.
func (is *Introductions) Block(ctx context.Context, v market.Viewer, group, blocked market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Block(%s)", blocked)
	if !v.Roles[group].CanPost() {
		return market.ErrForbidden
	}
	if group == blocked {
		return market.Refuse("group", "block_self")
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Group(ctx, v, blocked); err != nil {
			return err
		}
		if err := tx.Block(ctx, market.Block{GroupID: group, BlockedID: blocked, CreatedAt: now}); err != nil {
			return err
		}
		open, err := tx.Between(ctx, group, blocked)
		if err != nil {
			return err
		}
		for _, in := range open {
			if in, err = lock(ctx, tx, in); err != nil {
				return err
			}
			if err := is.part(ctx, tx, in, market.End{Cause: market.EndBlocked, Side: in.SideOf(group)}, v.Person, now); err != nil {
				return err
			}
		}
		if err := is.partRings(ctx, tx, now, group, blocked); err != nil {
			return err
		}
		if err := lookAtNeedsOf(ctx, tx, group, blocked); err != nil {
			return err
		}
		return tx.Note(ctx, market.Event{At: now, Actor: v.Person, OnBehalf: group, Verb: "group.blocked",
			Subject: "group", SubjectID: group, OtherID: blocked})
	})
}

// lookAtNeedsOf has the needs of two groups looked at to which the other has something to offer: a look waits for whoever holds the
// need, and sees what they opened.
func lookAtNeedsOf(ctx context.Context, tx *store.Tx, a, b market.ID) error {
	needs, err := tx.NeedsBetween(ctx, a, b)
	if err != nil {
		return err
	}
	jobs := make([]market.Job, len(needs))
	for i, id := range needs {
		jobs[i] = market.Job{Kind: market.FillJob, Subject: id}
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// part ends what is between the two groups of an introduction, for the side that goes, is taken away, or blocks the other.
func (is *Introductions) part(ctx context.Context, tx *store.Tx, in market.Introduction, why market.End, person market.ID, now time.Time) error {
	switch {
	case in.State == market.Declined && in.SettledAt == nil:
		return is.conclude(ctx, tx, in, now)
	case in.State != market.Connected:
		return withdraw(ctx, tx, in, why, person, now)
	}
	_, err := is.stop(ctx, tx, in, why, person, now)
	if errors.Is(err, market.ErrWrongState) {
		return nil // it has begun: what came of it is still asked
	}
	return err
}

// EndAll ends what is between a group that moderation takes away and all others, as a block would with each. What has begun
// stays, and is closed to talk by the group's being away.
func (is *Introductions) EndAll(ctx context.Context, tx *store.Tx, group market.ID, now time.Time) error {
	return is.endAll(ctx, tx, group, market.EndRemoved, "", now)
}

func (is *Introductions) endAll(ctx context.Context, tx *store.Tx, group market.ID, why market.EndCause, by market.ID, now time.Time) error {
	living, err := tx.LivingOf(ctx, group)
	if err != nil {
		return err
	}
	for _, in := range living {
		if in, err = lock(ctx, tx, in); err != nil {
			return err
		}
		if err := is.part(ctx, tx, in, market.End{Cause: why, Side: in.SideOf(group)}, by, now); err != nil {
			return err
		}
	}
	return is.partRings(ctx, tx, now, group)
}

// partRings ends the rings that groups are in, all of them: two of which one has blocked the other, or one that is away.
func (is *Introductions) partRings(ctx context.Context, tx *store.Tx, now time.Time, groups ...market.ID) error {
	rings, err := tx.RingsWith(ctx, groups...)
	if err != nil {
		return err
	}
	for _, id := range rings {
		r, err := tx.Ring(ctx, market.System, id)
		if err != nil {
			return err
		}
		if r, err = lockRing(ctx, tx, r); err != nil {
			return err
		}
		if err := is.withdrawRing(ctx, tx, r, now); err != nil {
			return err
		}
	}
	return nil
}
