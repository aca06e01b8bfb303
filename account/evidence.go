package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// StateEvidence keeps that a group states it holds something. market.ErrRepeated: the form with this once-only id was
// sent before, or the same was stated that day. market.Invalid: it states market.MaxEvidence already.
func (a *Accounts) StateEvidence(ctx context.Context, v market.Viewer, ev market.Evidence, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "StateEvidence(%s)", ev.GroupID)
	if err := v.MustOwn(ev.GroupID); err != nil {
		return err
	}
	ev.ID, ev.CreatedAt, ev.ShownIn, ev.ShownTo, ev.ShownOn = market.NewID(), now, "", "", ""
	if err := ev.Validate(today(now)); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(ev.ID), At: now}); err != nil {
			return err
		}
		if err := fresh(ctx, tx, ev); err != nil {
			return err
		}
		if err := tx.AddEvidence(ctx, ev); err != nil {
			return err
		}
		return errors.Join(rematch(ctx, tx, ev.GroupID), tx.Note(ctx, event(v, ev.GroupID, "evidence.stated", "evidence", ev.ID, now)))
	})
}

// fresh refuses what a group stated that day already, and more than it may state.
func fresh(ctx context.Context, tx *store.Tx, ev market.Evidence) error {
	if err := tx.LockGroup(ctx, ev.GroupID); err != nil {
		return err
	}
	all, err := tx.Evidence(ctx, ev.GroupID)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Kind == ev.Kind && o.Dated == ev.Dated && o.Expires == ev.Expires && today(o.CreatedAt) == today(ev.CreatedAt) {
			return market.ErrRepeated
		}
	}
	if len(all) >= market.MaxEvidence {
		return market.Refuse("kind", "evidence_many", "Max", market.MaxEvidence)
	}
	return nil
}

// today is the day it is where the house is at home.
func today(now time.Time) market.Date { return market.DateOf(now.In(market.When{}.Location())) }

// DropEvidence takes back what a group stated. market.ErrNotFound: it is another group's, or gone.
func (a *Accounts) DropEvidence(ctx context.Context, v market.Viewer, group, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "DropEvidence(%s)", id)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		ev, err := evidenceOf(ctx, tx, group, id)
		if err != nil {
			return err
		}
		if err := tx.RemoveEvidence(ctx, group, id); err != nil {
			return err
		}
		return errors.Join(tx.Unsay(ctx, group, ev.Kind), rematch(ctx, tx, group), tx.Note(ctx, event(v, group, "evidence.dropped", "evidence", id, now)))
	})
}

// StateChecks keeps that a group has people checked at a level, as it says today. Nothing of any person is kept.
// market.ErrRepeated: it said so today.
func (a *Accounts) StateChecks(ctx context.Context, v market.Viewer, group market.ID, level market.CheckLevel, now time.Time) (err error) {
	defer market.Wrap(&err, "StateChecks(%s)", group)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	st := market.CheckStatement{GroupID: group, Level: level, StatedOn: today(now)}
	if err := st.Validate(); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockGroup(ctx, group); err != nil {
			return err
		}
		was, err := tx.Checks(ctx, group)
		if err != nil {
			return err
		}
		if was.Level == level && (level == market.NoCheck || was.StatedOn == st.StatedOn) {
			return market.ErrRepeated
		}
		return errors.Join(tx.StateChecks(ctx, st), rematch(ctx, tx, group), tx.Note(ctx, event(v, group, "checks.stated", "group", group, now)))
	})
}

// turnBatch bounds how many letters one turn of the clock writes in each way.
const turnBatch = 200

// Turn does what the clock asks for: groups are told 30 and 7 days before their evidence ends, the addresses of
// invitations that ran out are dropped, and so are exports a day after they were ready. Safe to repeat and to run twice at once.
func (a *Accounts) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	return errors.Join(a.forgetInvited(ctx, now), a.tellEnding(ctx, now),
		a.store.InTx(ctx, func(tx *store.Tx) error { return tx.DropExports(ctx, now) }))
}

// keepInvited is how long a letter that went to somebody invited says where.
const keepInvited = 24 * time.Hour

func (a *Accounts) forgetInvited(ctx context.Context, now time.Time) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.ExpireInvitations(ctx, "", now); err != nil {
			return err
		}
		return tx.BlankInvitationLetters(ctx, now.Add(-keepInvited))
	})
}

func (a *Accounts) tellEnding(ctx context.Context, now time.Time) (err error) {
	day := now.In(market.When{}.Location())
	for i, days := range market.TellEvidence {
		after := 0
		if i+1 < len(market.TellEvidence) {
			after = market.TellEvidence[i+1]
		}
		name := fmt.Sprintf("evidence_%d", days)
		ending, found := a.store.EvidenceEnding(ctx, market.DateOf(day.AddDate(0, 0, after)), market.DateOf(day.AddDate(0, 0, days)), name, turnBatch)
		err = errors.Join(err, found)
		for _, ev := range ending {
			err = errors.Join(err, a.store.InTx(ctx, func(tx *store.Tx) error { return tellEvidence(ctx, tx, ev, name, now) }))
		}
	}
	return err
}

func tellEvidence(ctx context.Context, tx *store.Tx, ev market.Evidence, name string, now time.Time) error {
	people, err := tx.Owners(ctx, ev.GroupID, now)
	for _, p := range people {
		_, wrote := tx.Send(ctx, market.Letter{Kind: market.EvidenceEnding, PersonID: p.ID, GroupID: ev.GroupID, AboutID: ev.ID}, name+":"+string(ev.ID), now)
		err = errors.Join(err, wrote)
	}
	return err
}
