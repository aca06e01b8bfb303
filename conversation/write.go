package conversation

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Write takes what the viewer typed on the page of a connected introduction, and has it passed on by mail. once is the
// form's once-only id. reached is false when mail gets to nobody now who is to read it.
//
// market.ErrNotFound: not one of the two groups, or not connected. market.ErrForbidden: the viewer only reads for the
// group. market.ErrGone: the conversation is closed. market.ErrRepeated: that form was handled, nothing is kept twice.
// market.ErrTooMany: the viewer wrote very much in the last hour.
func (cs *Conversations) Write(ctx context.Context, v market.Viewer, id market.ID, text, once string, now time.Time) (m market.Message, reached bool, err error) {
	defer market.Wrap(&err, "Write(%s)", id)
	m = market.Message{ID: market.NewID(), IntroductionID: id, PersonID: v.Person, Text: market.Tidy(text), Way: market.OnPage, CreatedAt: now}
	if err := m.Validate(); err != nil {
		return m, false, err
	}
	err = cs.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(m.ID), At: now}); err != nil {
			return err
		}
		in, err := open(ctx, tx, v, id, now)
		if err != nil {
			return err
		}
		if m.Side, err = sideOf(v, in); err != nil {
			return err
		}
		m.GroupID = in.GroupOf(m.Side)
		if err := tx.LockPerson(ctx, v.Person); err != nil {
			return err
		}
		if err := mayWrite(ctx, tx, v.Person, now); err != nil {
			return err
		}
		hidden, err := hiddenOf(ctx, tx, in, v.Person, now)
		if err != nil {
			return err
		}
		m.Text = cs.withoutLinks(without(m.Text, hidden))
		reached, err = post(ctx, tx, in, m, nil, now)
		return err
	})
	return m, reached, err
}

// open is a connected introduction that the viewer sees and in which the two can write. It is held until the transaction
// ends: a stop comes before the message or after it.
func open(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, now time.Time) (market.Introduction, error) {
	in, err := tx.Introduction(ctx, v, id)
	if err != nil {
		return in, err
	}
	if in, err = tx.LockIntroduction(ctx, id); err != nil {
		return in, err
	}
	if in.ConnectedAt == nil {
		return in, market.ErrNotFound
	}
	talk, err := Of(ctx, tx, in, now)
	if err == nil && talk.State != market.TalkOpen {
		err = market.ErrGone
	}
	return in, err
}

// sideOf is the side for which the viewer writes.
func sideOf(v market.Viewer, in market.Introduction) (market.Side, error) {
	switch {
	case v.Roles[in.OfferGroupID].CanPost():
		return market.Offer, nil
	case v.Roles[in.NeedGroupID].CanPost():
		return market.Need, nil
	}
	return "", market.ErrForbidden
}

// missing makes "there is none" no error.
func missing(err error) error {
	if errors.Is(err, market.ErrNotFound) {
		return nil
	}
	return err
}
