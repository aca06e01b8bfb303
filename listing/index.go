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

// Index puts the listing into the search index as it is now, or takes it out.
func (ix *Indexer) Index(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Index(%s)", id)
	entries, err := ix.store.Entries(ctx, []market.ID{id}, now)
	if err != nil {
		return err
	}
	if len(entries) == 1 && Indexed(entries[0]) {
		return ix.engine.Put(ctx, []search.Document{search.From(entries[0])})
	}
	return ix.engine.Delete(ctx, []market.ID{id})
}

// errEnough ends a walk whose reader wants no more.
var errEnough = errors.New("enough")

// Indexed reports whether a listing belongs into the search index.
func Indexed(e market.Entry) bool { return e.Listing.Life == market.Open && e.Group.Active }
