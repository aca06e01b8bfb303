package listing

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// Index is the part of a search engine that is mended and rebuilt.
type Index interface {
	Reconcile(ctx context.Context, truth iter.Seq2[search.Version, error], load search.Load) (search.Mended, error)
	Rebuild(ctx context.Context, docs iter.Seq2[search.Document, error]) error
	ReconcileParties(ctx context.Context, each search.EachParty, load search.LoadParties) (search.Mended, error)
	Tidy(ctx context.Context) error
	Compact(ctx context.Context) error
}

// Mirror compares the search index with Postgres by sets of (id, version), never by flags, and can fill it anew.
type Mirror struct {
	store *store.Store
	index Index
}

// NewMirror ties a store to a search index.
func NewMirror(s *store.Store, ix Index) *Mirror { return &Mirror{store: s, index: ix} }

// Reconcile mends the index in both directions. Safe to repeat and to run while listings change.
func (m *Mirror) Reconcile(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Reconcile")
	mended, err := m.index.Reconcile(ctx, m.versions(ctx, now), func(ctx context.Context, ids []market.ID) ([]search.Document, error) {
		entries, err := m.store.Entries(ctx, ids, now)
		return documents(entries), err
	})
	if mended.Put+mended.Deleted > 0 {
		slog.Info("search: mended", "put", mended.Put, "deleted", mended.Deleted)
	}
	if err != nil {
		return err
	}
	return m.ReconcileParties(ctx)
}

// ReconcileParties mends what the index has of groups and networks, and fills it in where it has none. Safe to repeat and to
// run while they change.
func (m *Mirror) ReconcileParties(ctx context.Context) error {
	mended, err := m.index.ReconcileParties(ctx, m.store.EachParty, m.store.Parties)
	if mended.Put+mended.Deleted > 0 {
		slog.Info("search: groups and networks mended", "put", mended.Put, "deleted", mended.Deleted)
	}
	return err
}

// Tidy has the index forget words that no listing has any more.
func (m *Mirror) Tidy(ctx context.Context) error { return m.index.Tidy(ctx) }

// Compact has the index's files hold what is in it and nothing else.
func (m *Mirror) Compact(ctx context.Context) error { return m.index.Compact(ctx) }

// Rebuild fills the index anew beside the old one and swaps.
func (m *Mirror) Rebuild(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Rebuild")
	err = m.index.Rebuild(ctx, func(yield func(search.Document, error) bool) {
		m.each(ctx, now, func(d search.Document) bool { return yield(d, nil) }, func(err error) { yield(search.Document{}, err) })
	})
	if err != nil {
		return err
	}
	return m.ReconcileParties(ctx)
}

func (m *Mirror) versions(ctx context.Context, now time.Time) iter.Seq2[search.Version, error] {
	return func(yield func(search.Version, error) bool) {
		m.each(ctx, now, func(d search.Document) bool { return yield(search.Version{ID: d.ID, Version: d.Version}, nil) },
			func(err error) { yield(search.Version{}, err) })
	}
}

// each gives every document that belongs into the index to take, until it returns false; a fault of the store to fail.
func (m *Mirror) each(ctx context.Context, now time.Time, take func(search.Document) bool, fail func(error)) {
	err := m.store.EachOpen(ctx, now, func(entries []market.Entry) error {
		for _, d := range documents(entries) {
			if !take(d) {
				return errEnough
			}
		}
		return nil
	})
	if err != nil && err != errEnough {
		fail(err)
	}
}

func documents(entries []market.Entry) []search.Document {
	var docs []search.Document
	for _, e := range entries {
		if Indexed(e) {
			docs = append(docs, search.From(e))
		}
	}
	return docs
}
