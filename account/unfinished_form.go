package account

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// KeepUnfinished keeps a listing's form for the viewer: its fields, over what they kept under its id as its version. They wait for
// market.UnfinishedLasts. A *market.Invalid: it is more than market.MaxUnsent bytes, about the description, or one form more than
// market.MaxUnfinished. market.ErrConflict: something else was kept since, or the form became a listing; Unfinished and PostedAs say which. Safe to
// repeat.
func (a *Accounts) KeepUnfinished(ctx context.Context, v market.Viewer, f market.UnfinishedForm, now time.Time) (err error) {
	defer market.Wrap(&err, "KeepUnfinished(%s)", f.ID)
	if !v.SignedIn() {
		return market.ErrSignedOut
	}
	if _, err := fieldsText(f.Fields); err != nil {
		return err
	}
	f.PersonID, f.KeptAt = v.Person, now
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := room(ctx, tx, f); err != nil {
			return err
		}
		return errors.Join(tx.KeepUnfinished(ctx, f), tx.Note(ctx, unfinishedEvent(f.PersonID, f.ID, "draft.kept", now)))
	})
	if errors.Is(err, market.ErrConflict) && a.keptBefore(ctx, f) {
		return nil
	}
	return err
}

// keptBefore reports whether just this is what was kept of a form last: it was pressed twice.
func (a *Accounts) keptBefore(ctx context.Context, f market.UnfinishedForm) bool {
	last, err := a.store.UnfinishedForm(ctx, f.PersonID, f.ID, time.Time{})
	return err == nil && last.Side == f.Side && maps.EqualFunc(last.Fields, f.Fields, slices.Equal)
}

// room makes a person's forms wait for each other, and refuses one too many.
func room(ctx context.Context, tx *store.Tx, f market.UnfinishedForm) error {
	if err := tx.LockPerson(ctx, f.PersonID); err != nil {
		return err
	}
	have, err := tx.UnfinishedForms(ctx, f.PersonID, f.KeptAt.Add(-market.UnfinishedLasts))
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(have, func(h market.UnfinishedForm) bool { return h.ID == f.ID })
	if len(others) >= market.MaxUnfinished {
		return market.Refuse("", "unfinished_many", "Max", market.MaxUnfinished)
	}
	return nil
}

func unfinishedEvent(person, id market.ID, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: person, Verb: verb, Subject: "unfinished_form", SubjectID: id}
}

// UnfinishedForms are those that wait for the viewer, the last kept first, with their titles and languages alone; none when nobody is
// signed in.
func (a *Accounts) UnfinishedForms(ctx context.Context, v market.Viewer, now time.Time) (_ []market.UnfinishedForm, err error) {
	defer market.Wrap(&err, "UnfinishedForms")
	if !v.SignedIn() {
		return nil, nil
	}
	return a.store.UnfinishedForms(ctx, v.Person, now.Add(-market.UnfinishedLasts))
}

// Unfinished is a form that waits for the viewer. market.ErrNotFound: there is none, it became a listing, or it is another's.
func (a *Accounts) Unfinished(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (_ market.UnfinishedForm, err error) {
	defer market.Wrap(&err, "Unfinished(%s)", id)
	return a.store.UnfinishedForm(ctx, v.Person, id, now.Add(-market.UnfinishedLasts))
}

// PostedAs is the listing that a form of the viewer became. market.ErrNotFound: it is none that was posted, or another's.
func (a *Accounts) PostedAs(ctx context.Context, v market.Viewer, id market.ID) (listing market.ID, err error) {
	defer market.Wrap(&err, "PostedAs(%s)", id)
	f, err := a.store.PostedForm(ctx, v.Person, id)
	return f.ListingID, err
}

// Overtaken reports whether a form that is made from that version of the viewer's is older than what was kept since, or than the listing
// that it became.
func (a *Accounts) Overtaken(ctx context.Context, v market.Viewer, f market.UnfinishedForm, now time.Time) (bool, error) {
	_, err := a.PostedAs(ctx, v, f.ID)
	if !errors.Is(err, market.ErrNotFound) {
		return err == nil, err
	}
	there, err := a.Unfinished(ctx, v, f.ID, now)
	if errors.Is(err, market.ErrNotFound) {
		return false, nil
	}
	return there.Version != f.Version, err
}

// DropUnfinished forgets a form of the viewer that they gave up. One that is gone already, became a listing, or is another's, changes nothing.
func (a *Accounts) DropUnfinished(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "DropUnfinished(%s)", id)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.DropUnfinished(ctx, v.Person, id); err != nil {
			return err
		}
		return tx.Note(ctx, unfinishedEvent(v.Person, id, "draft.dropped", now))
	})
	if errors.Is(err, market.ErrNotFound) {
		return nil
	}
	return err
}
