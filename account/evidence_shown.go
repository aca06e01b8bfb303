package account

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// SeeEvidence keeps that a connector has seen, on a day, what a group of their network states. It stands for that evidence
// alone: whatever the group states anew is for somebody to see anew. market.ErrForbidden: the connector belongs to the group;
// market.ErrNotFound: it is no group of a network that they look after, or states no such thing; market.ErrRepeated: it was
// seen on that day or later; market.Invalid: the day, or the evidence is over.
func (a *Accounts) SeeEvidence(ctx context.Context, v market.Viewer, network, group, id market.ID, on market.Date, now time.Time) (err error) {
	defer market.Wrap(&err, "SeeEvidence(%s)", id)
	if err := outsider(v, group); err != nil {
		return err
	}
	if !v.Looks(network) {
		return market.ErrNotFound
	}
	return a.show(ctx, v, group, id, "evidence.shown", now, func(tx *store.Tx, ev *market.Evidence) error {
		m, err := tx.NetworkMember(ctx, network, group)
		switch {
		case err != nil:
			return err
		case m.AgreedAt == nil:
			return market.ErrNotFound
		}
		if err := ev.ValidateShown(on, today(now)); err != nil {
			return err
		}
		if ev.Shown() && on <= ev.ShownOn {
			return market.ErrRepeated
		}
		ev.ShownIn, ev.ShownTo, ev.ShownOn = network, v.Person, on
		return nil
	})
}

// UnseeEvidence takes back that evidence was shown: by a connector of the network that has seen it, or an operator, and not by
// the group's own members. Others read at once that it is stated. market.ErrRepeated: it is only stated.
func (a *Accounts) UnseeEvidence(ctx context.Context, v market.Viewer, group, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "UnseeEvidence(%s)", id)
	if err := outsider(v, group); err != nil {
		return err
	}
	if !v.Operator && len(v.Connects) == 0 {
		return market.ErrNotFound
	}
	return a.show(ctx, v, group, id, "evidence.unshown", now, func(tx *store.Tx, ev *market.Evidence) error {
		if !ev.Shown() {
			return market.ErrRepeated
		}
		if !v.Operator && !v.Looks(ev.ShownIn) {
			return market.ErrNotFound
		}
		ev.ShownIn, ev.ShownTo, ev.ShownOn = "", "", ""
		return tx.Unsay(ctx, group, ev.Kind)
	})
}

// outsider refuses a group's own members: nobody vouches for what is their own.
func outsider(v market.Viewer, group market.ID) error {
	switch {
	case !v.SignedIn():
		return market.ErrSignedOut
	case v.In(group):
		return market.ErrForbidden
	}
	return nil
}

// show changes where evidence was shown, with the event in the network where it is done, and has the group matched again.
func (a *Accounts) show(ctx context.Context, v market.Viewer, group, id market.ID, verb string, now time.Time, change func(*store.Tx, *market.Evidence) error) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockGroup(ctx, group); err != nil {
			return err
		}
		if _, err := tx.GroupFor(ctx, v, group); err != nil {
			return err
		}
		ev, err := evidenceOf(ctx, tx, group, id)
		if err != nil {
			return err
		}
		e := market.Event{At: now, Actor: v.Person, NetworkID: ev.ShownIn, Verb: verb, Subject: "evidence", SubjectID: id, OtherID: group}
		if err := change(tx, &ev); err != nil {
			return err
		}
		if ev.Shown() {
			e.NetworkID = ev.ShownIn
		}
		return errors.Join(tx.ShowEvidence(ctx, ev), rematch(ctx, tx, group), tx.Note(ctx, e))
	})
}

// evidenceOf a group. market.ErrNotFound: it is another group's, or gone.
func evidenceOf(ctx context.Context, tx *store.Tx, group, id market.ID) (market.Evidence, error) {
	ev, err := tx.EvidenceByID(ctx, id)
	if err == nil && ev.GroupID != group {
		err = market.ErrNotFound
	}
	return ev, err
}
