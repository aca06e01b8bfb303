package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// turnBatch bounds how many introductions one turn of the clock touches in each way.
const turnBatch = 200

// Turn does what the clock asks for: introductions nobody answered lapse, after a reminder two days after the first mail, ends are settled once minds can no longer be
// changed, exchanges go on as turnExchanges says, and needs without open introductions are looked at again. Safe to repeat and to run twice at once.
func (is *Introductions) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	overdue, err := is.store.Overdue(ctx, now.Add(-market.AnswerWithin), turnBatch)
	if err != nil {
		return err
	}
	for _, id := range overdue {
		err = errors.Join(err, is.each(ctx, id, now, lapse))
	}
	waiting, found := is.store.ToNudge(ctx, now.Add(-market.RemindAfter), turnBatch)
	err = errors.Join(err, found)
	for _, id := range waiting {
		err = errors.Join(err, is.each(ctx, id, now, is.nudge))
	}
	ended, unsettled := is.store.Unsettled(ctx, now.Add(-market.ChangeMind), turnBatch)
	err = errors.Join(err, unsettled)
	for _, id := range ended {
		err = errors.Join(err, is.each(ctx, id, now, is.settle))
	}
	return errors.Join(err, is.turnExchanges(ctx, now), is.turnRings(ctx, now))
}

// each runs one step on one introduction in its own transaction, under its locks.
func (is *Introductions) each(ctx context.Context, id market.ID, now time.Time, step func(context.Context, *store.Tx, market.Introduction, time.Time) error) error {
	return ignore(is.store.InTx(ctx, func(tx *store.Tx) error {
		in, err := tx.Introduction(ctx, market.System, id)
		if err != nil {
			return err
		}
		if in, err = lock(ctx, tx, in); err != nil {
			return err
		}
		return step(ctx, tx, in, now)
	}))
}

func lapse(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	in, over := in.Lapse(now)
	if !over {
		return nil // answered meanwhile
	}
	if err := tx.ChangeIntroduction(ctx, in); err != nil {
		return err
	}
	return tx.Note(ctx, event(in, "", "", "lapsed", now))
}

// settle draws the consequences of an end once no mind can change any more.
func (is *Introductions) settle(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	if in.EndedAt == nil || in.SettledAt != nil || now.Sub(*in.EndedAt) < market.ChangeMind {
		return nil
	}
	return is.conclude(ctx, tx, in, now)
}

// conclude has whoever was waiting for the other side hear "not this time", puts the offer's next request to its group,
// and has the need looked at again.
func (is *Introductions) conclude(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	in.SettledAt = &now
	if err := tx.ChangeIntroduction(ctx, in); err != nil {
		return err
	}
	offer, err := tx.Listing(ctx, in.OfferID)
	if err != nil {
		return err
	}
	need, err := tx.Listing(ctx, in.NeedID)
	if err != nil {
		return err
	}
	if in.ConnectedAt != nil && in.State == market.Undone {
		if err := giveBack(ctx, tx, in, now); err != nil {
			return err
		}
	}
	if err := is.tellEnded(ctx, tx, in, offer, need, now); err != nil {
		return err
	}
	if err := is.askNext(ctx, tx, offer, now); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.FillJob, Subject: in.NeedID})
}

// tellEnded writes to the side that had said yes, or had been, or may have been, asked for something that the other wants and was still to
// answer, and to whom the end is news: not to those whose own listing closed, unless they were connected and count on each other, nor to those who stopped
// it (their answer is a no), gave the offer to others, or keep the other apart.
func (is *Introductions) tellEnded(ctx context.Context, tx *store.Tx, in market.Introduction, offer, need market.Listing, now time.Time) error {
	if in.ConnectedAt != nil {
		ex, err := tx.Exchange(ctx, in.ID)
		switch {
		case err != nil:
			return err
		case ex.Published > 0:
			return tellBoth(ctx, tx, in, market.CalledOffLetter, ex.Round(), now)
		case ex.Stage == market.Released:
			return tellBoth(ctx, tx, in, market.NotAgreed, ex.Round(), now)
		}
	}
	var err error
	news := func(own market.Listing) bool {
		return in.State != market.Undone || in.ConnectedAt != nil || own.Life == market.Open
	}
	tell := func(own, other market.Listing) error {
		blocks, err := tx.Blocks(ctx, own.GroupID)
		if err != nil || slices.ContainsFunc(blocks, func(b market.Block) bool { return b.BlockedID == other.GroupID }) {
			return err
		}
		return is.tellGroup(ctx, tx, in, own.Side, now)
	}
	knew := in.YesToldAt != nil && in.NeedAnswer == market.NoAnswer && in.State != market.Lapsed
	if (knew || in.NeedAnswer == market.Yes) && news(need) {
		err = tell(need, offer)
	}
	asked := in.OfferAnswer == market.NoAnswer && in.State != market.Lapsed
	if asked && in.OfferToldAt == nil {
		may, found := tx.MayHaveAsked(ctx, in.ID, market.Offer) // it goes on being tried for hours before it counts as told
		asked, err = may, errors.Join(err, found)
	}
	if (asked || in.OfferAnswer == market.Yes) && news(offer) && in.End.Cause != market.EndGone {
		err = errors.Join(err, tell(offer, need))
	}
	return err
}

// tellGroup writes to those who speak for a side; where none of them can be reached, to those who look after its group.
func (is *Introductions) tellGroup(ctx context.Context, tx *store.Tx, in market.Introduction, side market.Side, now time.Time) error {
	group := in.GroupOf(side)
	people, err := tx.Speakers(ctx, in, side, now)
	if err == nil && !slices.ContainsFunc(people, func(p market.Person) bool { return !p.Bounced }) {
		people, err = tx.ConnectorsOf(ctx, group, now)
	}
	for _, p := range people {
		_, wrote := write(ctx, tx, market.NotThisTime, p, group, in.ID, now, in.ID)
		err = errors.Join(err, wrote)
	}
	return err
}

// LookAgain has every open need without an open introduction looked at again: surplus that the governor made wait, and
// offers that came back; every need with an open introduction to an offer that is away; and every open introduction and ring of which
// nobody hears. For the schedule.
func (is *Introductions) LookAgain(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "LookAgain")
	return errors.Join(is.hearUnheard(ctx, now), is.hearRings(ctx, now), is.tidyRings(ctx, "", now), is.lookAtNeeds(ctx), is.lookAtStranded(ctx, now))
}

// lookedAt is for how long a need that was looked at is left alone by the schedule, whose turns are further apart: a leader
// that falls and the next, and the next, would each begin with all of them.
const lookedAt = 5 * time.Minute

func (is *Introductions) lookAtNeeds(ctx context.Context) error {
	for after := market.ID(""); ; {
		needs, err := is.store.OpenNeeds(ctx, after, time.Now().Add(-lookedAt), turnBatch)
		if err != nil || len(needs) == 0 {
			return err
		}
		if err := is.haveLookedAt(ctx, needs); err != nil {
			return err
		}
		after = needs[len(needs)-1]
	}
}

// lookAtStranded has the looks come that saw nothing of what was being opened beside them.
func (is *Introductions) lookAtStranded(ctx context.Context, now time.Time) error {
	needs, err := is.store.Stranded(ctx, now, turnBatch)
	if err != nil || len(needs) == 0 {
		return err
	}
	return is.haveLookedAt(ctx, needs)
}

func (is *Introductions) haveLookedAt(ctx context.Context, needs []market.ID) error {
	jobs := make([]market.Job, len(needs))
	for i, id := range needs {
		jobs[i] = market.Job{Kind: market.FillJob, Subject: id}
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error { return tx.Enqueue(ctx, time.Now(), jobs...) })
}
