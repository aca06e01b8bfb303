package listing

import (
	"context"
	"errors"
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

// Indexer keeps a search engine in step with Postgres, one listing at a time. Order and repeats do not matter: each call
// loads the listing as it is.
type Indexer struct {
	store  *store.Store
	engine Engine
}

// NewIndexer ties a store to a search engine.
func NewIndexer(s *store.Store, e Engine) *Indexer { return &Indexer{store: s, engine: e} }

// Index puts the listing into the search index as it is now, or takes it out. A text is read by a model after it was written, and
// the listing keeps its version: who had loaded it before and writes last looks once more, or what was read would be undone.
func (ix *Indexer) Index(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Index(%s)", id)
	read, err := ix.put(ctx, id, now)
	if err != nil || read {
		return err
	}
	if read, err = ix.store.WasRead(ctx, id); err == nil && read {
		_, err = ix.put(ctx, id, now)
	}
	return err
}

// put reports whether the text had been read, or need not be.
func (ix *Indexer) put(ctx context.Context, id market.ID, now time.Time) (read bool, err error) {
	entries, err := ix.store.Entries(ctx, []market.ID{id}, now)
	if err != nil {
		return false, err
	}
	if len(entries) == 1 && Indexed(entries[0]) {
		return entries[0].Meaning.Known(), ix.engine.Put(ctx, []search.Document{search.From(entries[0])})
	}
	return true, ix.engine.Delete(ctx, []market.ID{id})
}

// errEnough ends a walk whose reader wants no more.
var errEnough = errors.New("enough")

// Indexed reports whether a listing belongs into the search index.
func Indexed(e market.Entry) bool { return e.Listing.Life == market.Open && e.Group.Active }
