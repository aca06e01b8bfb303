package partner

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// turnBatch bounds what one turn of the clock, or one step of a job, touches.
const turnBatch = 200

// PostWaiting posts what waited for a group's yes, each in a transaction of its own, and opens again what was paused when
// an earlier yes was taken back. Safe to repeat and to run twice at once.
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
			if err = ps.postOne(ctx, s, now); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	return ps.resume(ctx, m.PartnerID, mandate, now)
}

// postOne posts what waits under one reference. What cannot be posted any more is closed, so that its partner sees it.
func (ps *Partners) postOne(ctx context.Context, s market.Supplied, now time.Time) error {
	partner, err := ps.store.Partner(ctx, s.PartnerID)
	if err != nil {
		return err
	}
	p, err := ps.pack(ctx, *s.Said, partner.Site, now)
	if err == nil {
		err = ps.store.InTx(ctx, func(tx *store.Tx) error {
			_, err := ps.put(ctx, tx, s.PartnerID, s.Test, p, now)
			return err
		})
	}
	var bad *market.Invalid
	if !errors.As(err, &bad) {
		return err
	}
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		s.ClosedAt, s.Said = &now, nil
		return tx.ChangeSupplied(ctx, s)
	})
}

// Resume opens again what was paused because nothing came from a partner. Safe to repeat.
func (ps *Partners) Resume(ctx context.Context, partner market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Resume(%s)", partner)
	return ps.resume(ctx, partner, "", now)
}

func (ps *Partners) resume(ctx context.Context, partner, mandate market.ID, now time.Time) error {
	for {
		stopped, err := ps.store.Stopped(ctx, partner, mandate, turnBatch)
		if err != nil || len(stopped) == 0 {
			return err
		}
		for _, s := range stopped {
			if err := ps.store.InTx(ctx, func(tx *store.Tx) error { return ps.reopen(ctx, tx, s, now) }); err != nil {
				return err
			}
		}
	}
}

// reopen opens what we paused, unless somebody moved it since.
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
	return errors.Join(ps.lapse(ctx, now), ps.warn(ctx, now), ps.stop(ctx, now), ps.unbox(ctx, now))
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
				return err
			}
		}
	}
	return err
}

// still pauses one listing, unless its partner has spoken meanwhile.
func (ps *Partners) still(ctx context.Context, tx *store.Tx, id market.ID, s market.Supplied, now time.Time) error {
	p, err := tx.LockedPartner(ctx, id)
	if err != nil && !errors.Is(err, market.ErrGone) || p.StoppedAt == nil {
		return err
	}
	m, err := tx.LockMandate(ctx, s.MandateID)
	if err != nil {
		return err
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
