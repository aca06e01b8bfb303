package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// MailReply is a reply to a letter of ours that asks for a yes or a no.
type MailReply struct {
	Letter market.ID     // whose own secret address it came to
	From   string        // who wrote it, as the mail says
	Passed bool          // a server we trust found that it truly came from there
	Said   market.Answer // an unmistakable yes or no; market.NoAnswer for everything else
}

// asking are the letters to which a yes or a no is an answer; askingRing those of them that are about a ring.
var (
	asking     = []market.LetterKind{market.PossibleMatch, market.SomeoneWouldLike, market.Reminder}
	askingRing = []market.LetterKind{market.RingLetter, market.RingReminder}
)

// linksADay bounds the mails that say "answer here": a person who writes us letters is not sent as many back.
const linksADay = 3

// AnswerByMail takes a reply as the answer it gives, when that is beyond doubt: an unmistakable yes or no, truly from the
// reader of the letter, about one introduction or ring that still waits for it. Otherwise the reader is sent the link
// under which to answer, once an introduction or ring. taken says which of the two it was. Safe to repeat.
// market.ErrNotFound: no such letter, or it asked nothing.
func (is *Introductions) AnswerByMail(ctx context.Context, r MailReply, now time.Time) (taken bool, err error) {
	defer market.Wrap(&err, "AnswerByMail(%s)", r.Letter)
	l, about, err := is.store.Letter(ctx, r.Letter)
	if err != nil {
		return false, err
	}
	answer := is.answerOne
	switch {
	case slices.Contains(askingRing, l.Kind):
		answer = is.answerRingOf
	case !slices.Contains(asking, l.Kind) || len(about) == 0:
		return false, market.ErrNotFound
	}
	p, err := is.store.Person(ctx, l.PersonID)
	if err != nil {
		return false, err
	}
	if r.Passed && r.Said != market.NoAnswer && r.From == p.Address {
		if taken, err = answer(ctx, p, l, about, r.Said, now); taken || err != nil {
			return taken, err
		}
	}
	return false, is.sendLink(ctx, p, l, about, now)
}

// answerOne answers the one introduction of a letter that waits for its reader's side; false when it is not just one, or
// things have moved on.
func (is *Introductions) answerOne(ctx context.Context, p market.Person, l market.Letter, about []market.ID, a market.Answer, now time.Time) (bool, error) {
	v, err := is.store.ViewerFor(ctx, p, now)
	if err != nil {
		return false, err
	}
	var waiting []market.Introduction
	for _, id := range about {
		in, err := is.store.Introduction(ctx, v, id)
		if errors.Is(err, market.ErrNotFound) {
			continue // no longer a member
		}
		if err != nil {
			return false, err
		}
		if asked := in.SideOf(l.GroupID); in.State.Open() && asked != "" && in.AnswerOf(asked) == market.NoAnswer {
			waiting = append(waiting, in)
		}
	}
	if len(about) != 1 || len(waiting) != 1 {
		return false, nil
	}
	_, err = is.Answer(ctx, narrow(v, waiting[0]), waiting[0].ID, a, "", now)
	return counted(err)
}

// answerRingOf answers the ring of a letter, where it still waits for its reader's group; false when things have moved on.
func (is *Introductions) answerRingOf(ctx context.Context, p market.Person, l market.Letter, _ []market.ID, a market.Answer, now time.Time) (bool, error) {
	v, err := is.store.ViewerFor(ctx, p, now)
	if err != nil {
		return false, err
	}
	r, err := is.store.Ring(ctx, v, l.AboutID)
	if errors.Is(err, market.ErrNotFound) || err == nil && !r.WaitsFor(l.GroupID) {
		return false, nil // no longer a member, or answered
	}
	if err != nil {
		return false, err
	}
	_, err = is.AnswerRing(ctx, NarrowToRing(v, r), r.ID, l.GroupID, a, now)
	return counted(err)
}

// counted says whether an answer by mail was taken; not, and that is no fault, when things have moved on.
func counted(err error) (bool, error) {
	for _, moved := range []error{market.ErrGone, market.ErrTaken, market.ErrWrongState, market.ErrForbidden} {
		if errors.Is(err, moved) {
			return false, nil
		}
	}
	return err == nil || errors.Is(err, market.ErrRepeated), ignore(err)
}

// sendLink writes to the reader of a letter where to answer it, all that it asked.
func (is *Introductions) sendLink(ctx context.Context, p market.Person, l market.Letter, about []market.ID, now time.Time) error {
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, p.ID); err != nil {
			return err
		}
		n, err := tx.LettersTo(ctx, p.ID, market.AnswerHere, now.Add(-24*time.Hour))
		if err != nil || n >= linksADay {
			return err
		}
		if slices.Contains(askingRing, l.Kind) {
			return writeRing(ctx, tx, market.AnswerHere, l.AboutID, l.GroupID, []market.Person{p}, now)
		}
		_, err = write(ctx, tx, market.AnswerHere, p, l.GroupID, about[0], now, about...)
		return err
	})
}
