package partner

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// turnBatch bounds what one turn of the clock, or one step of a job, touches.
const turnBatch = 200

// PostWaiting posts what waited for a group's yes, or for somebody who lets the partner post for it, each in a transaction of its
// own, and opens again what we paused. Where nobody lets the partner post for that group, it does nothing. Safe to repeat and to run twice at once.
func (ps *Partners) PostWaiting(ctx context.Context, mandate market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "PostWaiting(%s)", mandate)
	m, err := ps.store.Mandate(ctx, mandate)
	if errors.Is(err, market.ErrNotFound) || err == nil && m.State != market.MandateGiven {
		return nil // the partner has ended, or the yes was taken back again
	}
	for err == nil {
		waiting, found := ps.store.WaitingSupplied(ctx, mandate, turnBatch)
		if found != nil || len(waiting) == 0 {
			err = found
			break
		}
		for _, s := range waiting {
			if err = ps.postOne(ctx, s, now); errors.Is(err, ErrWithdrawn) || errors.Is(err, errEnded) || errors.Is(err, ErrOutside) {
				return nil // it waits: for the group to join, for a grant, or to be sent again
			}
			if err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	return ps.resume(ctx, m.PartnerID, mandate, now)
}

// errEnded: nobody lets the partner post any more.
var errEnded = errors.New("the partner may not post")

// posts refuses a partner that has ended, or that nobody lets post any more, with errEnded.
func (ps *Partners) posts(ctx context.Context, p market.Partner) error {
	grants, err := ps.store.GrantsOf(ctx, p.ID)
	if err == nil && (p.EndedAt != nil || !slices.Contains(market.ReachOf(grants).Scopes, market.MayPost)) {
		err = errEnded
	}
	return err
}

// postOne posts what waits under one reference. What cannot be posted any more is closed, so that its partner sees it.
func (ps *Partners) postOne(ctx context.Context, s market.Supplied, now time.Time) error {
	partner, err := ps.store.Partner(ctx, s.PartnerID)
	if err == nil {
		err = ps.posts(ctx, partner)
	}
	if err != nil {
		return err
	}
	p, err := ps.pack(ctx, *s.Said, partner.Site, now)
	if err == nil {
		err = ps.waiting(ctx, s, func(tx *store.Tx, s market.Supplied) error {
			out, err := ps.put(ctx, tx, s.PartnerID, s.Test, p, now)
			if err != nil {
				return err
			}
			out.Supplied.SentAt = s.SentAt // nothing came
			return tx.ChangeSupplied(ctx, out.Supplied)
		})
	}
	var bad *market.Invalid
	if !errors.As(err, &bad) {
		return err
	}
	return ps.waiting(ctx, s, func(tx *store.Tx, s market.Supplied) error {
		s.ClosedAt, s.Said = &now, nil
		return tx.ChangeSupplied(ctx, s)
	})
}

// waiting holds what was read as waiting, if it waits still as it was: what came under its reference since counts, not it.
func (ps *Partners) waiting(ctx context.Context, s market.Supplied, do func(*store.Tx, market.Supplied) error) error {
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockMandate(ctx, s.MandateID); err != nil {
			return err
		}
		now, err := tx.LockSupplied(ctx, s.PartnerID, s.Test, s.Reference)
		if errors.Is(err, market.ErrNotFound) {
			return nil
		}
		if err != nil || now.ListingID != "" || now.ClosedAt != nil || !bytes.Equal(now.Digest, s.Digest) {
			return err
		}
		return do(tx, now)
	})
}

// Resume opens again what was paused because nothing came from a partner, if somebody lets it post still. Safe to repeat.
func (ps *Partners) Resume(ctx context.Context, partner market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Resume(%s)", partner)
	return ps.resume(ctx, partner, "", now)
}

func (ps *Partners) resume(ctx context.Context, partner, mandate market.ID, now time.Time) error {
	p, err := ps.store.Partner(ctx, partner)
	if err == nil {
		err = ps.posts(ctx, p)
	}
	if errors.Is(err, errEnded) || errors.Is(err, market.ErrNotFound) {
		return nil
	}
	if err != nil || p.StoppedAt != nil { // its next sending has this done
		return err
	}
	var after market.ID // each is tried once: those whose groups are out of reach stay stopped
	for {
		stopped, err := ps.store.StoppedAfter(ctx, partner, mandate, after, turnBatch)
		if err != nil || len(stopped) == 0 {
			return err
		}
		for _, s := range stopped {
			if err := ps.store.InTx(ctx, func(tx *store.Tx) error { return ps.reopen(ctx, tx, s, now) }); err != nil {
				return err
			}
			after = s.ID
		}
	}
}

// reopen opens what we paused, unless somebody moved it since. That of a group which left the partner's reach stays as it is.
func (ps *Partners) reopen(ctx context.Context, tx *store.Tx, s market.Supplied, now time.Time) error {
	m, err := tx.LockMandate(ctx, s.MandateID)
	if err != nil {
		return err
	}
	if s, err = tx.LockSupplied(ctx, s.PartnerID, s.Test, s.Reference); err != nil || s.StoppedAt == nil || m.State != market.MandateGiven {
		return err
	}
	l, err := tx.Listing(ctx, s.ListingID)
	if err != nil {
		return err
	}
	if l.Life == market.Paused {
		if err := reaches(ctx, tx, m); errors.Is(err, ErrOutside) {
			return nil
		} else if err != nil {
			return err
		}
		v, err := viewer(ctx, tx, m)
		if err == nil {
			err = ps.Listings.MoveIn(ctx, tx, v, s.ListingID, market.Open, now)
		}
		if err != nil && !errors.Is(err, market.ErrForbidden) { // its group has closed
			return err
		}
	}
	s.StoppedAt = nil
	return tx.ChangeSupplied(ctx, s)
}

// Turn does what the clock asks for: questions to groups lapse, partners that went quiet are told so and what they posted is
// paused a week later, and what test keys made goes. Safe to repeat and to run twice at once.
func (ps *Partners) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	return errors.Join(ps.lapse(ctx, now), ps.warn(ctx, now), ps.stop(ctx, now), ps.unbox(ctx, now), ps.giveUp(ctx, now))
}

func (ps *Partners) lapse(ctx context.Context, now time.Time) error {
	ids, err := ps.store.Lapsing(ctx, now, turnBatch)
	for _, id := range ids {
		err = errors.Join(err, ps.store.InTx(ctx, func(tx *store.Tx) error {
			m, err := tx.LockMandate(ctx, id)
			if err != nil || m.State != market.MandateAsked || m.LapsesAt.After(now) {
				return err
			}
			m.State, m.EndedAt = market.MandateLapsed, &now
			return errors.Join(tx.ChangeMandate(ctx, m), tx.DropUnposted(ctx, id), tx.Note(ctx, mandateEvent("", m, "mandate.lapsed", now)))
		}))
	}
	return err
}

// warn writes to whoever looks after a partner that went quiet, and to the groups for which it has open listings.
func (ps *Partners) warn(ctx context.Context, now time.Time) error {
	ids, err := ps.store.QuietPartners(ctx, now.Add(-market.QuietAfter), turnBatch)
	for _, id := range ids {
		err = errors.Join(err, ps.quiet(ctx, id, now, func(tx *store.Tx, p market.Partner) error {
			if p.WarnedAt != nil || p.FedAt.After(now.Add(-market.QuietAfter)) {
				return nil
			}
			p.WarnedAt = &now
			return errors.Join(tx.MarkFeed(ctx, p), ps.tellQuiet(ctx, tx, p, market.FeedQuiet, now))
		}))
	}
	return err
}

func (ps *Partners) quiet(ctx context.Context, id market.ID, now time.Time, do func(*store.Tx, market.Partner) error) error {
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		p, err := tx.LockedPartner(ctx, id)
		if err != nil && !errors.Is(err, market.ErrGone) || p.FedAt == nil { // one that ended went quiet for good
			return err
		}
		return do(tx, p)
	})
}

// tellQuiet writes to both sides, where there is anything open to speak of. One letter of a kind for each silence.
func (ps *Partners) tellQuiet(ctx context.Context, tx *store.Tx, p market.Partner, kind market.LetterKind, now time.Time) error {
	groups, err := tx.GroupsFed(ctx, p.ID)
	if err != nil || len(groups) == 0 {
		return err
	}
	once := string(kind) + ":" + string(p.ID) + ":" + p.FedAt.UTC().Format(time.RFC3339)
	if p.EndedAt == nil {
		if _, err := tx.Send(ctx, market.Letter{Kind: kind, PersonID: p.PersonID, AboutID: p.ID}, once, now); err != nil {
			return err
		}
	}
	for _, g := range groups {
		if err := tellOwners(ctx, tx, market.Letter{Kind: kind, GroupID: g, AboutID: p.ID}, once+":"+string(g), now); err != nil {
			return err
		}
	}
	return nil
}

// stop pauses what a partner posted from which nothing came for 30 days, and at least a week after it was told.
func (ps *Partners) stop(ctx context.Context, now time.Time) error {
	ids, err := ps.store.SilentPartners(ctx, now.Add(-market.StoppedAfter), turnBatch)
	for _, id := range ids {
		err = errors.Join(err, ps.stopOne(ctx, id, now))
	}
	return err
}

func (ps *Partners) stopOne(ctx context.Context, id market.ID, now time.Time) error {
	speaks := false
	err := ps.quiet(ctx, id, now, func(tx *store.Tx, p market.Partner) error {
		if p.FedAt.After(now.Add(-market.StoppedAfter)) || p.WarnedAt == nil || now.Sub(*p.WarnedAt) < market.StoppedAfter-market.QuietAfter {
			return nil
		}
		speaks = true
		if p.StoppedAt != nil {
			return nil
		}
		p.StoppedAt = &now
		return errors.Join(tx.MarkFeed(ctx, p), ps.tellQuiet(ctx, tx, p, market.FeedStopped, now))
	})
	for err == nil && speaks {
		living, found := ps.store.Stoppable(ctx, id, turnBatch)
		if found != nil || len(living) == 0 {
			return found
		}
		for _, s := range living {
			if err := ps.store.InTx(ctx, func(tx *store.Tx) error { return ps.still(ctx, tx, id, s, now) }); err != nil {
				if errors.Is(err, errSpoke) {
					return nil // what is paused already the job of its sending opens again
				}
				return err
			}
		}
	}
	return err
}

// errSpoke ends the pausing of what a partner posted, which has sent something since.
var errSpoke = errors.New("the partner sends again")

// still pauses one listing. errSpoke: not any more.
func (ps *Partners) still(ctx context.Context, tx *store.Tx, id market.ID, s market.Supplied, now time.Time) error {
	m, err := tx.LockMandate(ctx, s.MandateID) // and then the partner, in the order of Put
	if err != nil {
		return err
	}
	p, err := tx.LockedPartner(ctx, id)
	if err != nil && !errors.Is(err, market.ErrGone) {
		return err
	}
	if p.StoppedAt == nil {
		return errSpoke
	}
	v, err := viewer(ctx, tx, m)
	if err != nil {
		return err
	}
	return ps.pause(ctx, tx, v, s, now)
}

// unbox takes away what test keys made a week ago.
func (ps *Partners) unbox(ctx context.Context, now time.Time) error {
	groups, err := ps.store.Unboxable(ctx, now.Add(-market.TestLasts), turnBatch)
	for _, g := range groups {
		err = errors.Join(err, ps.store.InTx(ctx, func(tx *store.Tx) error {
			gone, err := tx.DropTestGroup(ctx, g)
			if err != nil {
				return err
			}
			var jobs []market.Job
			for _, id := range gone {
				jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: id})
			}
			return tx.Enqueue(ctx, time.Now(), jobs...)
		}))
	}
	return err
}
