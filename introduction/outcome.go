package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Tell takes what the viewer's side says of an exchange that is over: whether it happened, a kind word, what worked. With
// the second side's answer the outcome is known; one that both say did not happen gives its capacity back. Where one person
// speaks for both, that is one word.
// seen is the Key of what that side had said when the viewer was asked, "" when it does not matter; once is the form's
// once-only id, "" for none.
//
// market.ErrConflict: a colleague has said something else meanwhile. A *market.Invalid names what is wrong with the words. market.ErrRepeated: that was said already, or the form was
// handled. market.ErrWrongState: it is not over yet. market.ErrGone: the time for answering is.
func (is *Introductions) Tell(ctx context.Context, v market.Viewer, id market.ID, t market.Told, seen, once string, now time.Time) (_ market.Exchange, err error) {
	defer market.Wrap(&err, "Tell(%s)", id)
	t.Word, t.Worked = market.Tidy(t.Word), market.Tidy(t.Worked)
	if err := t.Validate(); err != nil {
		return market.Exchange{}, err
	}
	var ex market.Exchange
	err = is.agreeing(ctx, v, id, once, now, func(tx *store.Tx, d *deal) error {
		side := TellingSide(v, d.in, d.ex)
		if was := d.ex.ToldBy(side); seen != "" && seen != was.Key() && was != t {
			return market.ErrConflict
		}
		if ex, err = d.ex.Tell(side, t, now); err != nil {
			return err
		}
		if other, err := tx.ToldLast(ctx, ex.ID, d.group(side.Other())); err != nil {
			return err
		} else if other == v.Person {
			ex = ex.OneVoice()
		}
		if err := onWord(ctx, tx, v, d.in, side, market.AboutOutcome, t.Answer, now); err != nil {
			return err
		}
		if err := tx.Note(ctx, exchangeEvent(ex, v.Person, d.group(side), "told_"+string(t.Answer), now)); err != nil {
			return err
		}
		return is.closeExchange(ctx, tx, d.in, ex, now)
	})
	return ex, err
}

// TellingSide is the side for which a viewer says whether it happened; who acts for both speaks first for the side that
// has not.
func TellingSide(v market.Viewer, in market.Introduction, ex market.Exchange) market.Side {
	need, offer := v.Roles[in.NeedGroupID].CanPost(), v.Roles[in.OfferGroupID].CanPost()
	if need && (!offer || ex.NeedSays == market.NoAnswer) {
		return market.Need
	}
	return market.Offer
}

// closeExchange keeps an exchange, and draws the consequences when its outcome is known.
func (is *Introductions) closeExchange(ctx context.Context, tx *store.Tx, in market.Introduction, ex market.Exchange, now time.Time) error {
	if err := tx.ChangeExchange(ctx, ex); err != nil {
		return err
	}
	if ex.ClosedAt == nil {
		return nil
	}
	if err := tx.Note(ctx, exchangeEvent(ex, "", "", string(ex.Stage), now)); err != nil {
		return err
	}
	if ex.Stage != market.NotDone {
		return nil
	}
	return giveBack(ctx, tx, in, now)
}

// turnExchanges does what the clock asks of exchanges: changes that came too late lapse, both are warned and what is not agreed is given back, reminded the
// day before, asked the day after the last use, and the answers are counted when the time for them is over.
func (is *Introductions) turnExchanges(ctx context.Context, now time.Time) error {
	agreedBy := now.Add(-market.AgreeWithin)
	steps := []struct {
		find func() ([]market.ID, error)
		do   func(context.Context, *store.Tx, market.Introduction, time.Time) error
	}{
		{func() ([]market.ID, error) { return is.store.LapsingChanges(ctx, now, agreedBy, turnBatch) }, hold},
		{func() ([]market.ID, error) {
			return is.store.Unagreed(ctx, agreedBy.Add(market.WarnBefore), false, turnBatch)
		}, is.warn},
		{func() ([]market.ID, error) { return is.store.Unagreed(ctx, agreedBy, true, turnBatch) }, is.release},
		{func() ([]market.ID, error) { return is.store.ToRemind(ctx, now, turnBatch) }, is.remind},
		{func() ([]market.ID, error) { return is.store.ToAsk(ctx, now, turnBatch) }, is.askHappened},
		{func() ([]market.ID, error) {
			return is.store.Unanswered(ctx, now.Add(-market.OutcomeWithin), turnBatch)
		}, is.count},
	}
	var err error
	for _, step := range steps {
		ids, found := step.find()
		err = errors.Join(err, found)
		for _, id := range ids {
			err = errors.Join(err, is.each(ctx, id, now, step.do))
		}
	}
	return err
}

// hold has a change lapse that nobody confirmed before the first agreed use began, or in time.
func hold(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	_, err := exchangeOf(ctx, tx, in, now)
	return err
}

func (is *Introductions) warn(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	ex, err := exchangeOf(ctx, tx, in, now)
	if at := ex.WarnAt(); err != nil || at.IsZero() || now.Before(at) || ex.WarnedAt != nil || in.State != market.Connected {
		return err
	}
	ex.WarnedAt = &now
	if err := tx.ChangeExchange(ctx, ex); err != nil {
		return err
	}
	return tellBoth(ctx, tx, in, market.AgreeSoon, ex.Round(), now)
}

func (is *Introductions) release(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	ex, err := exchangeOf(ctx, tx, in, now)
	if err != nil || in.State != market.Connected {
		return err
	}
	ex, due := ex.Release(now)
	if !due {
		return nil
	}
	if err := tx.ChangeExchange(ctx, ex); err != nil {
		return err
	}
	in.State, in.EndedAt, in.End = market.Undone, &now, market.End{Cause: market.EndNotAgreed}
	if err := tx.Note(ctx, exchangeEvent(ex, "", "", string(ex.Stage), now)); err != nil {
		return err
	}
	return is.conclude(ctx, tx, in, now)
}

// remind tells both of the use of tomorrow; one whose day has come is left out: the mail says "tomorrow".
func (is *Introductions) remind(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	d, err := dealOf(ctx, tx, in, now)
	if err != nil || d.ex.Agreement(d.in) == nil || d.ex.RemindAt == nil || now.Before(*d.ex.RemindAt) {
		return err
	}
	due := *d.ex.RemindAt
	ex, use := d.ex.Reminded(d.in, d.zone())
	if err := tx.ChangeExchange(ctx, ex); err != nil {
		return err
	}
	if apart, err := tx.Apart(ctx, in.OfferGroupID, in.NeedGroupID); err != nil || apart || !use.Tomorrow(now, d.zone()) {
		return err
	}
	return tellBoth(ctx, tx, in, market.DayBefore, ex.Round()+due.Format(":20060102"), now)
}

func (is *Introductions) askHappened(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	ex, err := exchangeOf(ctx, tx, in, now)
	if err != nil {
		return err
	}
	ex, due := ex.Ask(now)
	if !due {
		return nil
	}
	if err := tx.ChangeExchange(ctx, ex); err != nil {
		return err
	}
	if err := tx.Note(ctx, exchangeEvent(ex, "", "", "asked", now)); err != nil {
		return err
	}
	return tellBoth(ctx, tx, in, market.DidItHappen, string(ex.ID), now)
}

func (is *Introductions) count(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	ex, err := exchangeOf(ctx, tx, in, now)
	if err != nil {
		return err
	}
	if ex, due := ex.Count(now); due {
		return is.closeExchange(ctx, tx, in, ex, now)
	}
	return nil
}
