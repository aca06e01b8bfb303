// Package alert is about saved searches: keeping them, and telling their people what is new.
//
// It promises that a listing which is posted, changed, or shown to more people is looked up among all saved searches at once;
// that it is told once, ever, to each that finds it; that nobody is told of what they may not see, of what is blocked, or of
// their own groups' listings; and that what was found is told although workers die. It does not word mails.
//
// An alert is a row, unique for a search and a listing, written before anything is told. A mail takes all rows that wait, in
// one transaction, under a lock on its person. So a mail that is due is due in Postgres: the schedule finds it whatever
// became of the job.
package alert

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// Finder is the part of a search engine that is asked.
type Finder interface {
	Query(ctx context.Context, v market.Viewer, q search.Query) (search.Page, error)
}

// Alerts are the use cases of saved searches. Safe for concurrent use.
type Alerts struct {
	store *store.Store
	find  Finder
	copy  *Copy
}

// New makes the use cases on a store, a search engine, and this process's copy of the saved searches. A process that looks at
// no listings needs no copy.
func New(s *store.Store, find Finder, c *Copy) *Alerts { return &Alerts{store: s, find: find, copy: c} }

// Save keeps a search of the viewer's. What it finds now counts as seen. Its place is kept as an area: a postcode in the words
// is cut to its first half, a point that is not an area's is moved to a grid of a kilometre. once makes it safe to repeat:
// market.ErrRepeated, with the search of the first time; market.ErrReused: that was another. A *market.Invalid names what cannot be kept, more than
// market.MaxSavedSearches among it, as "saved_many" of the field name.
func (as *Alerts) Save(ctx context.Context, v market.Viewer, s market.SavedSearch, once market.OnceOnly, now time.Time) (_ market.SavedSearch, err error) {
	defer market.Wrap(&err, "Save")
	if !v.SignedIn() {
		return s, market.ErrSignedOut
	}
	s = tidy(s, v, now)
	if err := check(s, now); err != nil {
		return s, err
	}
	err = as.store.InTx(ctx, func(tx *store.Tx) error { return keep(ctx, tx, v, s, once, now) })
	if errors.Is(err, market.ErrRepeated) {
		return as.savedBefore(ctx, v, once)
	}
	if err != nil {
		return s, err
	}
	return s, as.seed(ctx, v, s, now)
}

func tidy(s market.SavedSearch, v market.Viewer, now time.Time) market.SavedSearch {
	s = s.Named(s.Name)
	s.ID, s.PersonID, s.PausedAt, s.AlertDue, s.CreatedAt = market.NewID(), v.Person, nil, nil, now
	q := &s.Question
	q.Words, q.Place, q.Said = market.WithoutPostcode(market.Tidy(q.Words)), market.WithoutPostcode(q.Place), said(q.Said)
	if q.Near != nil {
		area := q.Near.Coarse()
		q.Near = &area
	}
	return s
}

// said are the parameters of the search page, without anybody's street.
func said(parameters string) string {
	values, err := url.ParseQuery(parameters)
	if err != nil {
		return ""
	}
	for _, list := range values {
		for i := range list {
			list[i] = market.WithoutPostcode(list[i])
		}
	}
	return values.Encode()
}

func check(s market.SavedSearch, now time.Time) error {
	if err := s.Validate(); err != nil {
		return err
	}
	if s.Question.Over(market.DateOf(now.In(market.When{}.Location()))) {
		return market.Refuse("free_until", "saved_over")
	}
	return search.Saved(s.Question, now).Check()
}

func keep(ctx context.Context, tx *store.Tx, v market.Viewer, s market.SavedSearch, once market.OnceOnly, now time.Time) error {
	if err := tx.LockPerson(ctx, v.Person); err != nil {
		return err
	}
	if err := tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Answer: string(s.ID), At: now, Digest: once.Digest}); err != nil {
		return err
	}
	have, err := tx.SavedSearches(ctx, v.Person)
	if err != nil {
		return err
	}
	if len(have) >= market.MaxSavedSearches {
		return market.Refuse("name", "saved_many", "Max", market.MaxSavedSearches)
	}
	return errors.Join(tx.KeepSavedSearch(ctx, s), tx.Note(ctx, event(v.Person, s.ID, "search.saved", now)))
}

func (as *Alerts) savedBefore(ctx context.Context, v market.Viewer, once market.OnceOnly) (market.SavedSearch, error) {
	was, err := as.store.OnceOf(ctx, once.ID, v.Person)
	if err == nil && !bytes.Equal(was.Digest, once.Digest) {
		err = market.ErrReused
	}
	if err != nil {
		return market.SavedSearch{}, err
	}
	s, err := as.store.SavedSearch(ctx, v.Person, market.ID(was.Answer))
	if err == nil {
		err = market.ErrRepeated
	}
	return s, err
}

func event(person, id market.ID, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: person, Verb: verb, Subject: "saved_search", SubjectID: id}
}

// seedMost is how many listings count as seen: more than anybody looks through.
const seedMost = 1000

// seed records what a search finds as it is saved. It comes after the commit: a listing that is posted meanwhile is either
// looked up among searches that hold this one, or found here, and then it was posted before.
func (as *Alerts) seed(ctx context.Context, v market.Viewer, s market.SavedSearch, now time.Time) error {
	q := search.Saved(s.Question, now)
	q.Limit = search.MaxLimit
	var found []market.ID
	for len(found) < seedMost {
		page, err := as.find.Query(ctx, v, q)
		if err != nil {
			return err
		}
		for _, h := range page.Hits {
			found = append(found, h.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" || page.Relaxed {
			break
		}
	}
	return as.store.SeedAlerts(ctx, s, found)
}

// Change gives a search of the viewer's another name, "" to name it by what it asks for, and says when the viewer is told.
func (as *Alerts) Change(ctx context.Context, v market.Viewer, id market.ID, name string, pace market.Pace, now time.Time) error {
	return as.change(ctx, v.Person, id, "search.changed", now, func(s *market.SavedSearch) {
		*s = s.Named(name)
		s.Pace = pace
	})
}

// Pause ends the alerts of a search of a person until it is resumed; what waits is not told. Safe to repeat.
func (as *Alerts) Pause(ctx context.Context, person, id market.ID, now time.Time) error {
	return as.change(ctx, person, id, "search.paused", now, func(s *market.SavedSearch) { s.PausedAt = &now })
}

// Resume begins them again: with what is new from now on. Safe to repeat.
func (as *Alerts) Resume(ctx context.Context, v market.Viewer, id market.ID, now time.Time) error {
	return as.change(ctx, v.Person, id, "search.resumed", now, func(s *market.SavedSearch) { s.PausedAt = nil })
}

func (as *Alerts) change(ctx context.Context, person, id market.ID, verb string, now time.Time, do func(*market.SavedSearch)) (err error) {
	defer market.Wrap(&err, "%s(%s)", verb, id)
	return as.store.InTx(ctx, func(tx *store.Tx) error {
		s, err := tx.LockSavedSearch(ctx, person, id)
		if err != nil {
			return err
		}
		paused := s.PausedAt != nil
		if do(&s); s.Validate() != nil {
			return s.Validate()
		}
		if paused && s.PausedAt == nil { // what waited since before the pause is old by now
			err = tx.DropWaiting(ctx, id, now)
		}
		return errors.Join(err, tx.ChangeSavedSearch(ctx, s), tx.Note(ctx, event(person, id, verb, now)))
	})
}

// Delete takes a search of the viewer's away, with all that was to be told of it. market.ErrNotFound: it is gone, or another's.
func (as *Alerts) Delete(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Delete(%s)", id)
	return as.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.DropSavedSearch(ctx, v.Person, id); err != nil {
			return err
		}
		return tx.Note(ctx, event(v.Person, id, "search.deleted", now))
	})
}
