package listing

import (
	"context"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// OwnWords is a search in which questions that are asked within networks are understood in those networks' words for kinds and
// tags as well, and in which no words find what hides its name by now where the index may still have it. Safe for concurrent use.
type OwnWords struct {
	Finder
	store *store.Store
}

// InOwnWords makes it of another search.
func InOwnWords(s *store.Store, f Finder) OwnWords { return OwnWords{f, s} }

// Query asks the other search, with the networks' words. Errors are the other's.
func (o OwnWords) Query(ctx context.Context, viewer market.Viewer, q search.Query) (search.Page, error) {
	if q.Text == "" || q.Check() != nil { // which the other says
		return o.Finder.Query(ctx, viewer, q)
	}
	var err error
	if q.NotOf, err = o.store.HidingNames(ctx); err != nil {
		return search.Page{}, err
	}
	within := q.For(viewer).Networks
	if len(within) == 0 {
		return o.Finder.Query(ctx, viewer, q)
	}
	if q.Words, err = o.store.NetworkWords(ctx, within...); err != nil {
		return search.Page{}, err
	}
	return o.Finder.Query(ctx, viewer, q)
}
