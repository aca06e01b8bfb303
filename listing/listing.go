// Package listing is about offers and needs: posting, editing, their life, the search index that follows them, and the
// pool of open listings that the engine ranks.
//
// It promises that a listing which was accepted is indexed and matched sooner or later, whatever is away, and that
// posting needs only Postgres.
package listing

import (
	"bytes"
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/store"
	"wherewithal/wording"
)

// Listings are the use cases of offers and needs. Safe for concurrent use.
type Listings struct {
	store    *store.Store
	kinds    kinds
	darkroom *photo.Darkroom
}

// New makes the use cases on a store. darkroom is the one of the process.
func New(s *store.Store, darkroom *photo.Darkroom) *Listings {
	return &Listings{store: s, kinds: kinds{store: s}, darkroom: darkroom}
}

// Publish keeps a new listing, open (or as a draft when l.Life says so), with the jobs that index and match it, in one
// transaction. once makes it safe to repeat: the same id twice gives the first listing again, and market.ErrReused when
// what was asked is not the same.
func (ls *Listings) Publish(ctx context.Context, v market.Viewer, l market.Listing, once market.OnceOnly, now time.Time) (_ market.Listing, err error) {
	defer market.Wrap(&err, "Publish(%s)", l.GroupID)
	return ls.publish(ctx, v, l, market.UnfinishedForm{}, once, now)
}

// Finish is Publish of what was a form that its writer may have kept: with it the form is gone for good. market.ErrConflict: the form was
// kept anew over the version that f says, or became a listing before, and nothing is posted.
func (ls *Listings) Finish(ctx context.Context, v market.Viewer, l market.Listing, f market.UnfinishedForm, once market.OnceOnly, now time.Time) (_ market.Listing, err error) {
	defer market.Wrap(&err, "Finish(%s)", f.ID)
	return ls.publish(ctx, v, l, f, once, now)
}

func (ls *Listings) publish(ctx context.Context, v market.Viewer, l market.Listing, f market.UnfinishedForm, once market.OnceOnly, now time.Time) (_ market.Listing, err error) {
	if err := v.MustPost(l.GroupID); err != nil {
		return l, err
	}
	prepare(&l, v, now)
	if err := settle(ctx, ls.store, &l); err != nil {
		return l, err
	}
	f.PersonID, f.Side, f.Fields, f.KeptAt = v.Person, l.Side, nil, now
	kind, err := ls.kinds.of(ctx, l.Kind)
	if err == nil {
		err = l.Validate(kind, wording.IsLanguage)
	}
	if err != nil {
		return l, err
	}
	if held(v, l.GroupID) && l.Life == market.Open {
		err = ls.hold(ctx, v, &l, f, once, now)
		if errors.Is(err, market.ErrRepeated) {
			return ls.publishedBefore(ctx, v, once)
		}
		return l, err
	}
	err = ls.store.Post(ctx, store.Posting{Once: store.Once{ID: once.ID, Person: v.Person, Answer: string(l.ID), At: now, Digest: once.Digest},
		Listing: l, Jobs: append(jobs(l), read(l)), Event: event(v, l, "listing.published", now), Queued: time.Now(), Form: f})
	switch {
	case errors.Is(err, market.ErrRepeated):
		return ls.publishedBefore(ctx, v, once)
	case errors.Is(err, market.ErrNotFound):
		return l, market.Refuse("place", "place_missing")
	}
	return l, err
}

// Check says what is wrong with a listing that is not posted yet, as Publish would.
func (ls *Listings) Check(ctx context.Context, l market.Listing) (err error) {
	defer market.Wrap(&err, "Check")
	tidy(&l)
	kind, err := ls.kinds.of(ctx, l.Kind)
	if err != nil {
		return err
	}
	return l.Validate(kind, wording.IsLanguage)
}

func prepare(l *market.Listing, v market.Viewer, now time.Time) {
	tidy(l)
	l.ID, l.Version, l.PostedBy, l.CreatedAt, l.UpdatedAt = market.NewID(), 1, v.Person, now, now
	l.WidenedAt, l.ClosedAt, l.PausedUntil = nil, nil, nil
	if l.Life != market.Draft {
		open(l, now)
	}
}

func open(l *market.Listing, now time.Time) {
	expires := now.Add(market.OpenFor)
	l.Life, l.OpenedAt, l.ExpiresAt, l.ClosedAt, l.PausedUntil = market.Open, &now, &expires, nil, nil
}

func (ls *Listings) publishedBefore(ctx context.Context, v market.Viewer, once market.OnceOnly) (market.Listing, error) {
	first, err := ls.store.OnceOf(ctx, once.ID, v.Person)
	if err != nil {
		return market.Listing{}, err
	}
	if !bytes.Equal(first.Digest, once.Digest) {
		return market.Listing{}, market.ErrReused
	}
	e, err := ls.store.EntryFor(ctx, v, market.ID(first.Answer), time.Time{})
	return e.Listing, err
}

// check validates a listing against its kind, and that its place is the group's own.
func check(ctx context.Context, tx *store.Tx, v market.Viewer, l market.Listing) error {
	kind, err := tx.Kind(ctx, l.Kind)
	if errors.Is(err, market.ErrNotFound) {
		return market.Refuse("kind", "choice")
	}
	if err != nil {
		return err
	}
	if err := l.Validate(kind, wording.IsLanguage); err != nil {
		return err
	}
	if l.PlaceID == "" {
		return nil
	}
	place, err := tx.Place(ctx, v, l.PlaceID)
	if errors.Is(err, market.ErrNotFound) || (err == nil && place.GroupID != l.GroupID) {
		return market.Refuse("place", "place_missing")
	}
	return err
}

// placed finds the places of a group.
type placed interface {
	Places(ctx context.Context, group market.ID) ([]market.Place, error)
}

// settle puts what is online and nowhere where its group is, when it is to be seen in a borough or a city: else nobody there would see it.
func settle(ctx context.Context, from placed, l *market.Listing) error {
	wide := l.Circle == market.InBorough || l.Circle == market.InCity || l.Widens
	if l.PlaceID != "" || l.Where != market.Online || !wide {
		return nil
	}
	places, err := from.Places(ctx, l.GroupID)
	if err != nil || len(places) == 0 {
		return err
	}
	l.PlaceID = places[0].ID
	return nil
}

// follow has the listing indexed and matched as it is when the jobs run.
func follow(ctx context.Context, tx *store.Tx, l market.Listing) error {
	return tx.Enqueue(ctx, time.Now(), jobs(l)...)
}

func jobs(l market.Listing) []market.Job {
	return []market.Job{{Kind: market.IndexJob, Subject: l.ID}, {Kind: market.MatchJob, Subject: l.ID}}
}

// read has the listing's text read by the model.
func read(l market.Listing) market.Job { return market.Job{Kind: market.VectorJob, Subject: l.ID} }

// readAgain drops what was read of the text before, so that the sweep finds the listing even when this job is lost.
func readAgain(ctx context.Context, tx *store.Tx, l market.Listing) error {
	if err := tx.ForgetMeaning(ctx, l.ID); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), read(l))
}

func note(ctx context.Context, tx *store.Tx, v market.Viewer, l market.Listing, verb string, now time.Time) error {
	return tx.Note(ctx, event(v, l, verb, now))
}

func event(v market.Viewer, l market.Listing, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: v.Person, OnBehalf: l.GroupID, Verb: verb, Subject: "listing", SubjectID: l.ID, OtherID: v.Partner}
}

func tidy(l *market.Listing) {
	for _, s := range []*string{&l.Title, &l.Description, &l.Unit, &l.Terms.For, &l.Asks.Activity} {
		*s = market.Tidy(*s)
	}
}

// Edit changes what a listing says; next.Version is the version that was read. market.ErrConflict: somebody changed it
// meanwhile. Side, group and life stay. once is the form's once-only id; market.ErrRepeated: it was saved before.
func (ls *Listings) Edit(ctx context.Context, v market.Viewer, next market.Listing, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "Edit(%s)", next.ID)
	tidy(&next)
	return ls.change(ctx, v, next.ID, "listing.edited", now, func(tx *store.Tx, l *market.Listing) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(l.ID), At: now}); err != nil {
			return err
		}
		if l.Version != next.Version {
			return market.ErrConflict
		}
		if err := rewrite(ctx, tx, l, next); err != nil {
			return err
		}
		return check(ctx, tx, v, *l)
	})
}

// rewrite is overwrite, of what is to be seen more widely, or is online only now, with where that is.
func rewrite(ctx context.Context, tx *store.Tx, l *market.Listing, next market.Listing) error {
	was := *l
	overwrite(l, next)
	if l.Circle == was.Circle && l.Widens == was.Widens && l.Where == was.Where && was.PlaceID == "" {
		return nil
	}
	return settle(ctx, tx, l)
}

// overwrite has a listing say what the next version says. Side, group, life and history stay.
func overwrite(l *market.Listing, next market.Listing) {
	was := *l
	*l = next
	l.GroupID, l.PostedBy, l.Side, l.CreatedAt = was.GroupID, was.PostedBy, was.Side, was.CreatedAt
	l.Life, l.PausedUntil, l.OpenedAt, l.ExpiresAt, l.ClosedAt, l.WidenedAt = was.Life, was.PausedUntil, was.OpenedAt, was.ExpiresAt, was.ClosedAt, was.WidenedAt
}

// Move changes the life of a listing: open, paused (until, when not nil), fulfilled or withdrawn. What is paused already gets the day that
// is said now. market.ErrWrongState: it cannot go there from where it is. What was never open, of a group whose first listings are looked at,
// waits for that as a draft.
func (ls *Listings) Move(ctx context.Context, v market.Viewer, id market.ID, to market.Life, until *time.Time, now time.Time) (err error) {
	defer market.Wrap(&err, "Move(%s, %s)", id, to)
	if to == market.Removed || to == market.Draft || to == market.Expired {
		return market.ErrWrongState
	}
	if until != nil && (until.Before(now) || until.After(now.AddDate(2, 0, 0))) {
		return market.Refuse("until", "pause_range")
	}
	return ls.store.InTx(ctx, func(tx *store.Tx) error { return moveIn(ctx, tx, v, id, to, until, now) })
}

func moveIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, to market.Life, until *time.Time, now time.Time) error {
	if to == market.Open {
		if err := tx.OpenSupplied(ctx, id); err != nil { // before the listing is held, as partners hold both
			return err
		}
	}
	err := changeIn(ctx, tx, v, id, "listing."+string(to), now, func(_ *store.Tx, l *market.Listing) error {
		if to == market.Open && l.Life.CanBecome(to) && l.OpenedAt == nil && held(v, l.GroupID) {
			return errWaits
		}
		return move(l, to, until, now)
	})
	if errors.Is(err, errWaits) {
		return wait(ctx, tx, v, id, now)
	}
	return err
}

func move(l *market.Listing, to market.Life, until *time.Time, now time.Time) error {
	if another := l.Life == to && to == market.Paused && until != nil; !another && !l.Life.CanBecome(to) {
		return market.ErrWrongState
	}
	resumed := l.Life == market.Paused && to == market.Open && l.ExpiresAt != nil && l.ExpiresAt.After(now)
	switch {
	case resumed:
		l.Life, l.PausedUntil = market.Open, nil
	case to == market.Open:
		open(l, now)
	case to == market.Paused:
		l.Life, l.PausedUntil = to, until
	default:
		l.Life, l.ClosedAt, l.PausedUntil = to, &now, nil
	}
	return nil
}

func (ls *Listings) change(ctx context.Context, v market.Viewer, id market.ID, verb string, now time.Time, edit func(*store.Tx, *market.Listing) error) error {
	return ls.store.InTx(ctx, func(tx *store.Tx) error { return changeIn(ctx, tx, v, id, verb, now, edit) })
}

func changeIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, verb string, now time.Time, edit func(*store.Tx, *market.Listing) error) error {
	l, err := tx.Listing(ctx, id)
	if err != nil {
		return err
	}
	if err := v.MustPost(l.GroupID); err != nil {
		return err
	}
	if err := tx.KeepOpen(ctx, l.GroupID); err != nil {
		return err
	}
	return alter(ctx, tx, v, id, verb, now, edit)
}

func alter(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, verb string, now time.Time, edit func(*store.Tx, *market.Listing) error) error {
	l, err := tx.Listing(ctx, id)
	if err != nil {
		return err
	}
	said, was := l.TextDigest(), l
	if err := edit(tx, &l); err != nil {
		return err
	}
	if err := moved(ctx, tx, v, was, l, now); err != nil { // it is held, as by who agrees: both listings, then the introduction
		return err
	}
	l.UpdatedAt = now
	if err := tx.ChangeListing(ctx, l); err != nil {
		return err
	}
	err = follow(ctx, tx, l)
	if err == nil && l.TextDigest() != said {
		err = readAgain(ctx, tx, l)
	}
	if err != nil {
		return err
	}
	return note(ctx, tx, v, l, verb, now)
}

// turnBatch bounds how many listings one turn of the clock touches in each way.
const turnBatch = 500

// widenAfter is how long a circle stays before it widens by a step.
const widenAfter = 48 * time.Hour

// Turn does what the clock asks for: listings expire, come back from a pause, their own or their group's, and widen their circle when the poster
// agreed; and groups are told before and when one ends. Safe to repeat and to run twice at once.
func (ls *Listings) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	ended, err := ls.store.Ended(ctx, now, turnBatch)
	if err != nil {
		return err
	}
	widening, err := ls.store.Widening(ctx, now.Add(-widenAfter), turnBatch)
	if err != nil {
		return err
	}
	for _, id := range ended {
		err = errors.Join(err, ls.turn(ctx, id, "listing.expired", now, expire), ls.turn(ctx, id, "listing.returned", now, comeBack))
	}
	for _, id := range widening {
		err = errors.Join(err, ls.turn(ctx, id, "listing.widened", now, widen))
	}
	return errors.Join(err, ls.endPauses(ctx, now), ls.tellExpiring(ctx, now))
}

// endPauses has what groups posted found again when their pause is over.
func (ls *Listings) endPauses(ctx context.Context, now time.Time) error {
	return ls.store.InTx(ctx, func(tx *store.Tx) error {
		groups, err := tx.EndPauses(ctx, now, turnBatch)
		if err != nil {
			return err
		}
		return tx.Reindex(ctx, groups)
	})
}

func (ls *Listings) turn(ctx context.Context, id market.ID, verb string, now time.Time, edit func(*market.Listing, time.Time) error) error {
	err := ls.store.InTx(ctx, func(tx *store.Tx) error {
		return alter(ctx, tx, market.System, id, verb, now, func(tx *store.Tx, l *market.Listing) error {
			was := l.Circle
			if err := edit(l, now); err != nil {
				return err
			}
			switch {
			case l.Life == market.Expired:
				return tell(ctx, tx, *l, market.ExpiredLetter, string(market.ExpiredLetter), now)
			case l.Circle != was:
				return tx.WidenSupplied(ctx, id, was, l.Circle)
			}
			return nil
		})
	})
	if errors.Is(err, market.ErrConflict) || errors.Is(err, market.ErrWrongState) {
		return nil // somebody else moved it first
	}
	return err
}

func expire(l *market.Listing, now time.Time) error {
	if l.Life != market.Open || l.ExpiresAt == nil || l.ExpiresAt.After(now) {
		return market.ErrWrongState
	}
	return move(l, market.Expired, nil, now)
}

func comeBack(l *market.Listing, now time.Time) error {
	if l.Life != market.Paused || l.PausedUntil == nil || l.PausedUntil.After(now) {
		return market.ErrWrongState
	}
	return move(l, market.Open, nil, now)
}

func widen(l *market.Listing, now time.Time) error {
	if l.Life != market.Open || !l.Widens || l.Circle == market.Anyone {
		return market.ErrWrongState
	}
	l.Circle, l.WidenedAt = l.Circle.Wider(), &now
	return nil
}
