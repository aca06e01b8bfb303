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

// linksADay bounds the mails that say "answer here", and those that say where it stands: a person who writes us letters is not sent as many back.
const linksADay = 3

// AnswerByMail takes a reply as the answer it gives, when that is beyond doubt: an unmistakable yes or no, truly from the
// reader of the letter, about one introduction or ring that still waits for it. Where that is beyond doubt, and what it asked has gone, ended
// or was answered before, the reader is sent where it stands. Otherwise the reader is sent the link
// under which to answer, once an introduction or ring. taken says whether it was taken. Safe to repeat.
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
		taken, late, err := answer(ctx, p, l, about, r.Said, now)
		switch {
		case taken || err != nil:
			return taken, err
		case late.about != "":
			return false, is.sayLate(ctx, p, l, late, now)
		}
	}
	return false, is.sendLink(ctx, p, l, about, now)
}

// standsAs is where what a letter asked about stands when an answer comes too late to change it.
type standsAs struct {
	about market.ID // an introduction, or a ring; "" when it is not just one, or not for the reader to know any more
	as    string
}

// answerOne answers the one introduction of a letter that waits for its reader's side; late when it does not wait any more, and neither when
// the letter asked about several.
func (is *Introductions) answerOne(ctx context.Context, p market.Person, l market.Letter, about []market.ID, a market.Answer, now time.Time) (taken bool, late standsAs, err error) {
	if len(about) != 1 {
		return false, late, nil
	}
	v, err := is.store.ViewerFor(ctx, p, now)
	if err != nil {
		return false, late, err
	}
	in, err := is.store.Introduction(ctx, v, about[0])
	if errors.Is(err, market.ErrNotFound) {
		return false, late, nil // no longer a member
	}
	if err != nil {
		return false, late, err
	}
	side := in.SideOf(l.GroupID)
	if side == "" || !v.Roles[l.GroupID].CanPost() {
		return false, late, nil
	}
	if in.AnswerOf(side) == a && (a == market.No || in.State.Open() || in.State == market.Connected) {
		return true, late, nil // that was the answer already
	}
	if in.State.Open() && in.AnswerOf(side) == market.NoAnswer {
		_, err = is.AnswerTo(ctx, narrow(v, in), in.ID, Seen{Side: side, Had: new(market.NoAnswer)}, a, "", now)
		if taken, err := counted(err); taken || err != nil {
			return taken, late, err
		}
		if in, err = is.store.Introduction(ctx, v, in.ID); err != nil {
			return false, late, err
		}
	}
	return false, standsAs{in.ID, in.Says(side)}, nil
}

// answerRingOf answers the ring of a letter, where it still waits for its reader's group; late when it does not.
func (is *Introductions) answerRingOf(ctx context.Context, p market.Person, l market.Letter, _ []market.ID, a market.Answer, now time.Time) (taken bool, late standsAs, err error) {
	v, err := is.store.ViewerFor(ctx, p, now)
	if err != nil {
		return false, late, err
	}
	r, err := is.store.Ring(ctx, v, l.AboutID)
	if errors.Is(err, market.ErrNotFound) {
		return false, late, nil // no longer a member
	}
	if err != nil || r.MemberOf(l.GroupID) < 0 || !v.Roles[l.GroupID].CanPost() {
		return false, late, err
	}
	if r.Members[r.MemberOf(l.GroupID)].Answer == a && (a == market.No || r.State == market.Proposed || r.State == market.Connected) {
		return true, late, nil // that was the answer already
	}
	if r.WaitsFor(l.GroupID) {
		_, err = is.AnswerRingTo(ctx, NarrowToRing(v, r), r.ID, l.GroupID, new(market.NoAnswer), a, now)
		if taken, err := counted(err); taken || err != nil {
			return taken, late, err
		}
		if r, err = is.store.Ring(ctx, v, r.ID); err != nil {
			return false, late, err
		}
	}
	return false, standsAs{r.ID, r.Says(l.GroupID)}, nil
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

// sayLate writes to the reader of a letter, whose plain answer changes nothing any more, where it stands, once as it stands so.
func (is *Introductions) sayLate(ctx context.Context, p market.Person, l market.Letter, late standsAs, now time.Time) error {
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, p.ID); err != nil {
			return err
		}
		n, err := tx.LettersTo(ctx, p.ID, market.AnswerLate, now.Add(-24*time.Hour))
		if err != nil || n >= linksADay {
			return err
		}
		say := market.Letter{Kind: market.AnswerLate, PersonID: p.ID, GroupID: l.GroupID, AboutID: late.about}
		_, err = tx.Send(ctx, say, market.OnceName(market.AnswerLate, string(late.about)+":"+late.as), now)
		return err
	})
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
