package listing

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// Engine is the part of a search engine that the index job writes to.
type Engine interface {
	Put(ctx context.Context, docs []search.Document) error
	Delete(ctx context.Context, ids []market.ID) error
	KeepParties(ctx context.Context, ids []market.ID, load search.LoadParties) error
}

// Indexer keeps a search engine in step with Postgres. Order and repeats do not matter: what is there is loaded after it was asked for.
// Those that are asked for while others are written are written together. Safe for concurrent use.
type Indexer struct {
	store    *store.Store
	engine   Engine
	listings gathering
	parties  gathering
}

// NewIndexer ties a store to a search engine.
func NewIndexer(s *store.Store, e Engine) *Indexer {
	ix := &Indexer{store: s, engine: e}
	ix.listings.do = ix.index
	ix.parties.do = func(ctx context.Context, ids []market.ID, _ time.Time) error {
		return ix.engine.KeepParties(ctx, ids, ix.store.Parties)
	}
	return ix
}

// Index puts the listing into the search index as it is now, or takes it out.
func (ix *Indexer) Index(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Index(%s)", id)
	return ix.listings.ask(ctx, id, now)
}

// Later has a job index the listing: who reads texts need not wait for the engine. Safe to repeat.
func (ix *Indexer) Later(ctx context.Context, id market.ID) (err error) {
	defer market.Wrap(&err, "Later(%s)", id)
	return ix.store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.IndexJob, Subject: id})
	})
}

// index looks once more at texts that nobody had read: a text is read by a model after it was written, and the listing keeps its
// version, so that who had loaded it before and writes last would undo what was read.
func (ix *Indexer) index(ctx context.Context, ids []market.ID, now time.Time) error {
	unread, err := ix.put(ctx, ids, now)
	if err != nil || len(unread) == 0 {
		return err
	}
	read, err := ix.store.WereRead(ctx, unread)
	if err != nil || len(read) == 0 {
		return err
	}
	_, err = ix.put(ctx, read, now)
	return err
}

// put answers with those whose texts nobody had read.
func (ix *Indexer) put(ctx context.Context, ids []market.ID, now time.Time) (unread []market.ID, err error) {
	entries, err := ix.store.Entries(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	var docs []search.Document
	out := map[market.ID]bool{}
	for _, id := range ids {
		out[id] = true
	}
	for _, e := range entries {
		if !Indexed(e) {
			continue
		}
		delete(out, e.Listing.ID)
		docs = append(docs, search.From(e))
		if !e.Meaning.Known() {
			unread = append(unread, e.Listing.ID)
		}
	}
	if len(docs) > 0 {
		err = ix.engine.Put(ctx, docs)
	}
	if err != nil || len(out) == 0 {
		return unread, err
	}
	return unread, ix.engine.Delete(ctx, slices.Sorted(maps.Keys(out)))
}

// errEnough ends a walk whose reader wants no more.
var errEnough = errors.New("enough")

// Indexed reports whether a listing belongs into the search index.
func Indexed(e market.Entry) bool { return e.Listing.Life == market.Open && e.Group.Active }
