// Package introduction puts matches to both groups and connects those who both say yes.
//
// The group that needs is asked first; the group that gives is only disturbed by someone who truly wants it, and by at
// most three open requests a listing (fewer where its people or a network of theirs say so). It promises that the last unit goes to one, that nobody learns of the other before
// both said yes, that a pair is introduced once, and that every change, its letters and its event stand or fall
// together. Letters are written here as rows and sent elsewhere.
//
// Locks are always taken in one order: the listings by id, then the introduction, then people by id.
package introduction

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// Ranker is a process's copy of the engine's index.
type Ranker interface {
	// Rank goes by what a search finds while there is no index.
	Rank(ctx context.Context, subject market.Entry, now time.Time, limit int) (matching.Ranking, error)
	CatchUp(ctx context.Context) error
	// Ready is nil when there is an index. market.ErrUnavailable: not yet, or, with market.ErrOverBound, there is too much for one.
	Ready() error
	// Complete is the entry with what its text means, as far as that can be known now.
	Complete(ctx context.Context, e market.Entry, now time.Time) market.Entry
}

// Caps are the governor's limits. Zero values stand for the house's defaults.
type Caps struct {
	market.Caps     // those that people and networks may lower
	Proposals   int // introductions open at once for a need, and offers named in one letter; 3
	Burst       int // new needs of a kind that wait to be matched at a moment, from which on they are shared out together; 30
}

func (c Caps) orDefaults() Caps {
	return Caps{Caps: c.OrUsual(), Proposals: cmp.Or(c.Proposals, 3), Burst: cmp.Or(c.Burst, 30)}
}

// Introductions are the use cases. Safe for concurrent use.
type Introductions struct {
	store *store.Store
	rank  Ranker // nil in processes that only take answers
	caps  Caps

	nightAgain atomic.Pointer[time.Time] // before then no night is tried; nil: none failed

	since func(time.Time) time.Duration // by the machine's clock: time.Since
}

// New makes the use cases on a store. rank may be nil where neither Match nor Fill is called.
func New(s *store.Store, rank Ranker, caps Caps) *Introductions {
	return &Introductions{store: s, rank: rank, caps: caps.orDefaults(), since: time.Since}
}

// whole brings the index up to date, for what cannot do with what a search finds. Errors also as Ranker.Ready.
func (is *Introductions) whole(ctx context.Context) error {
	if err := is.rank.CatchUp(ctx); err != nil {
		return err
	}
	return is.rank.Ready()
}

// againAfter is when a look that was taken before there was an index is taken again.
const againAfter = time.Minute

// again has a look at one listing taken once more, when there is no index yet but there will be one.
func (is *Introductions) again(ctx context.Context, look market.Job) error {
	if err := is.rank.Ready(); err == nil || errors.Is(err, market.ErrOverBound) {
		return nil
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if waits, err := tx.Waits(ctx, look); err != nil || waits {
			return err
		}
		return tx.Enqueue(ctx, time.Now().Add(againAfter), look)
	})
}

// lock takes both listings, in the order of their ids, then the introduction, and reads it.
func lock(ctx context.Context, tx *store.Tx, in market.Introduction) (market.Introduction, error) {
	ids := []market.ID{in.OfferID, in.NeedID}
	slices.Sort(ids)
	for _, id := range ids {
		if err := tx.LockListing(ctx, id); err != nil {
			return in, err
		}
	}
	return tx.LockIntroduction(ctx, in.ID)
}

// event is a change of an introduction, by a person for a group or by the program itself.
func event(in market.Introduction, actor, group market.ID, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: actor, OnBehalf: group, Verb: "introduction." + verb, Subject: "introduction", SubjectID: in.ID}
}

// write records a letter to a person about introductions and has it sent. A person who already got one of that kind
// about any of them gets none again; false then.
func write(ctx context.Context, tx *store.Tx, kind market.LetterKind, to market.Person, group, about market.ID, now time.Time, ins ...market.ID) (bool, error) {
	return writeLetter(ctx, tx, market.Letter{Kind: kind, PersonID: to.ID, GroupID: group, AboutID: about}, now, ins...)
}

// writeLetter is write with more said of the letter.
func writeLetter(ctx context.Context, tx *store.Tx, l market.Letter, now time.Time, ins ...market.ID) (bool, error) {
	fresh, err := tx.Unwritten(ctx, l.PersonID, l.Kind, ins)
	if err != nil || len(fresh) == 0 {
		return false, err
	}
	l.ID, l.State, l.CreatedAt = market.NewID(), market.Waiting, now
	l.MessageID = string(l.ID)
	if err := tx.Write(ctx, l, fresh...); err != nil {
		return false, err
	}
	return true, tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
}

// pair loads both listings of an introduction as the pool knows them, inside the transaction.
func pair(ctx context.Context, tx *store.Tx, offer, need market.ID, now time.Time) (o, n market.Entry, err error) {
	entries, err := tx.Entries(ctx, []market.ID{offer, need}, now)
	if err != nil {
		return o, n, err
	}
	for _, e := range entries {
		if e.Listing.ID == offer {
			o = e
		} else {
			n = e
		}
	}
	if o.Listing.ID == "" || n.Listing.ID == "" {
		return o, n, market.ErrNotFound
	}
	return o, n, nil
}

// ignore drops errors that only say that somebody else was quicker.
func ignore(err error) error {
	if errors.Is(err, market.ErrConflict) || errors.Is(err, market.ErrRepeated) || errors.Is(err, market.ErrNotFound) {
		return nil
	}
	return err
}
