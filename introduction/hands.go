package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// AnswerFor takes the answer of a group that is not online from a connector of one of its networks, with the record of who
// of the group said so, when and how. From then on the connector may act in this introduction for the group.
// once is the form's once-only id.
//
// market.ErrNotFound: the viewer is no connector of a network of that group, or the group has no part in it.
// market.ErrForbidden: somebody of the group can answer for themselves. market.ErrConflict: the introduction does not wait
// for that group, which answered already or is not asked yet. A *market.Invalid names what is missing in the
// record. Otherwise as Answer.
func (is *Introductions) AnswerFor(ctx context.Context, v market.Viewer, c market.Consent, reason, once string, now time.Time) (_ market.Introduction, err error) {
	defer market.Wrap(&err, "AnswerFor(%s)", c.IntroductionID)
	in, err := is.store.Introduction(ctx, market.System, c.IntroductionID)
	if err != nil {
		return in, err
	}
	side := in.SideOf(c.GroupID)
	if side == "" || v.Person == "" {
		return in, market.ErrNotFound
	}
	c.ID, c.ConnectorID, c.About, c.SaidBy, c.CreatedAt = market.NewID(), v.Person, market.AboutAnswer, market.Tidy(c.SaidBy), now
	return is.answered(ctx, now, func(tx *store.Tx) (market.Introduction, error) {
		in, err := record(ctx, tx, in, c, once, now)
		if err != nil {
			return in, err
		}
		return is.reply(ctx, tx, in, side, c.Answer, reason, v.Person, now)
	})
}

// record keeps what a connector heard of a group that an introduction waits for. The introduction comes back locked.
func record(ctx context.Context, tx *store.Tx, in market.Introduction, c market.Consent, once string, now time.Time) (_ market.Introduction, err error) {
	if c.NetworkID, err = mayActFor(ctx, tx, c.ConnectorID, c.GroupID, now); err != nil {
		return in, err
	}
	if in, err = lock(ctx, tx, in); err != nil {
		return in, err
	}
	zone, err := zoneOf(ctx, tx, in)
	if err == nil {
		err = c.Validate(now, zone)
	}
	if err != nil {
		return in, err
	}
	if err := tx.Remember(ctx, store.Once{ID: once, Person: c.ConnectorID, Answer: string(in.ID), At: now}); err != nil {
		return in, err
	}
	if !in.WaitsFor(in.SideOf(c.GroupID)) {
		return in, waitsNoMore(in)
	}
	return in, errors.Join(tx.AddConsent(ctx, c), tx.Note(ctx, market.Event{At: now, Actor: c.ConnectorID, OnBehalf: c.GroupID, NetworkID: c.NetworkID,
		Verb: "introduction.by_hand_" + string(c.Answer), Subject: "introduction", SubjectID: in.ID, OtherID: c.ID}))
}

// onWord keeps who of a side's group said what a connector does for it from its first answer on, when and how, as v.Said has it.
// Nothing is asked of the group's own people. A *market.Invalid names what is missing.
func onWord(ctx context.Context, tx *store.Tx, v market.Viewer, in market.Introduction, side market.Side, about market.ConsentAbout, answer market.Answer, now time.Time) error {
	group := in.GroupOf(side)
	people, err := tx.Answerers(ctx, group, now)
	if err != nil || slices.ContainsFunc(people, func(p market.Person) bool { return p.ID == v.Person }) {
		return err
	}
	network, err := tx.NetworkToActIn(ctx, v.Person, group, now)
	if err != nil {
		return err
	}
	c := market.Consent{}
	if v.Said != nil {
		c = *v.Said
	}
	zone, err := zoneOf(ctx, tx, in)
	if err != nil {
		return err
	}
	c.ID, c.IntroductionID, c.GroupID, c.NetworkID, c.ConnectorID = market.NewID(), in.ID, group, network.ID, v.Person
	c.About, c.Answer, c.SaidBy, c.CreatedAt = about, answer, market.Tidy(c.SaidBy), now
	if err := c.Validate(now, zone); err != nil {
		return err
	}
	return tx.AddConsent(ctx, c)
}

// waitsNoMore refuses what is said of a side that is not asked: a form that was opened before somebody else answered.
func waitsNoMore(in market.Introduction) error {
	if in.State.Open() {
		return market.ErrConflict
	}
	return market.ErrGone
}

// mayActFor is the network as whose connector a person may act for a group that is not online.
func mayActFor(ctx context.Context, tx *store.Tx, person, group market.ID, now time.Time) (market.ID, error) {
	network, err := tx.NetworkToActIn(ctx, person, group, now)
	if err != nil {
		return "", err
	}
	offline, err := tx.Offline(ctx, group, now)
	if err == nil && !offline {
		err = market.ErrForbidden
	}
	return network.ID, err
}

// askConnectors has introductions that wait for a group on the lists of those who look after its networks, when nobody of the
// group itself can be reached. False: somebody can, or nobody who looks after it can.
func askConnectors(ctx context.Context, tx *store.Tx, group market.ID, how market.LetterKind, now time.Time, ins ...market.ID) (bool, error) {
	offline, err := tx.Offline(ctx, group, now)
	if err != nil || !offline {
		return false, err
	}
	connectors, err := tx.ConnectorsOf(ctx, group, now)
	asked := false
	for _, p := range connectors {
		if !p.Bounced {
			asked, err = true, errors.Join(err, list(ctx, tx, p, how, now, ins))
		}
	}
	return asked, err
}

// list puts introductions on a connector's letter of the day; what that does not show waits for the next, with its clock.
func list(ctx context.Context, tx *store.Tx, p market.Person, how market.LetterKind, now time.Time, ins []market.ID) error {
	if len(ins) == 0 {
		return nil
	}
	if err := tx.LockPerson(ctx, p.ID); err != nil {
		return err
	}
	fresh, err := tx.Unwritten(ctx, p.ID, how, ins)
	if err != nil || len(fresh) == 0 {
		return err
	}
	for len(fresh) > 0 {
		l, room, err := nextList(ctx, tx, p.ID, now)
		if err != nil {
			return err
		}
		n := min(room, len(fresh))
		if err := tx.List(ctx, l, how, fresh[:n]...); err != nil {
			return err
		}
		fresh = fresh[n:]
	}
	return nil
}

// listClosed is how long before it goes nothing is added to a list: its sender may be reading it.
const listClosed = time.Minute

// nextList is a connector's letter to which can be added, and how much: one that goes at once, or, where one went less than a day
// ago or is full, the one that goes a day after it.
func nextList(ctx context.Context, tx *store.Tx, person market.ID, now time.Time) (_ market.Letter, room int, err error) {
	last, err := tx.NewestLetter(ctx, person, market.ByHandLetter)
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		return last, 0, err
	}
	if last.State == market.Waiting && last.CreatedAt.Sub(now) > listClosed {
		listed, err := tx.Listed(ctx, last.ID)
		if room = market.ByHandShown - len(listed); err != nil || room > 0 {
			return last, room, err
		}
	}
	at := now
	if day := last.CreatedAt.Add(24 * time.Hour); last.ID != "" && day.After(now) {
		at = day
	}
	l := market.Letter{ID: market.NewID(), Kind: market.ByHandLetter, PersonID: person, AboutID: person, State: market.Waiting, CreatedAt: at}
	l.MessageID = string(l.ID)
	return l, market.ByHandShown, errors.Join(tx.Write(ctx, l), tx.Enqueue(ctx, time.Now().Add(at.Sub(now)), market.Job{Kind: market.LetterJob, Subject: l.ID}))
}
