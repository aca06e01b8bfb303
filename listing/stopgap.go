package listing

import (
	"context"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/search"
)

// Finder finds listings by their words; *search.Postgres is one.
type Finder interface {
	Query(ctx context.Context, viewer market.Viewer, q search.Query) (search.Page, error)
}

// rankFound stands in while the pool is not built: it ranks those that the search index finds, by the title and then
// whatever is nearest. All rules hold and every reason is true; what is not among a hundred or two is not found.
func (p *Pool) rankFound(ctx context.Context, v market.Viewer, e market.Entry, now time.Time, limit int) (matching.Ranking, error) {
	q := search.Query{Sides: []market.Side{e.Listing.Side.Other()}, Kinds: []string{e.Listing.Kind}, Now: now,
		Limit: search.MaxLimit, SkipFacets: true}
	if !e.Point.IsZero() {
		q.Near = &e.Point
	}
	seen, ids := map[market.ID]bool{}, []market.ID{}
	for _, text := range []string{strings.Join(append([]string{e.Listing.Title}, e.Listing.Tags...), " "), ""} {
		q.Text = text
		page, err := p.Search.Query(ctx, v, q)
		if err != nil {
			return matching.Ranking{}, err
		}
		for _, hit := range page.Hits {
			if !seen[hit.ID] {
				seen[hit.ID] = true
				ids = append(ids, hit.ID)
			}
		}
	}
	entries, err := p.store.Entries(ctx, ids, now)
	if err != nil {
		return matching.Ranking{}, err
	}
	found := matching.New(matching.Options{})
	for _, other := range entries {
		found.Put(other)
	}
	return found.Rank(e, now, limit), nil
}
