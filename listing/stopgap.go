package listing

import (
	"context"
	"slices"
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

// rankFound stands in while there is no index: it ranks those that the search index finds, by the title and then
// whatever is nearest, and those that matched before. All rules hold and every reason is true; what is not among a hundred or two is
// not found.
func (p *Pool) rankFound(ctx context.Context, e market.Entry, now time.Time, limit int) (matching.Ranking, error) {
	q := search.Query{Sides: []market.Side{e.Listing.Side.Other()}, Kinds: []string{e.Listing.Kind}, Now: now,
		Limit: search.MaxLimit, SkipFacets: true}
	if !e.Point.IsZero() {
		q.Near = &e.Point
	}
	ids, err := p.matched(ctx, e.Listing)
	if err != nil {
		return matching.Ranking{}, err
	}
	for _, text := range []string{strings.Join(append([]string{e.Listing.Title}, e.Listing.Tags...), " "), ""} {
		q.Text = text
		page, err := p.Search.Query(ctx, sightOf(e), q)
		if err != nil {
			return matching.Ranking{}, err
		}
		for _, hit := range page.Hits {
			ids = append(ids, hit.ID)
		}
	}
	slices.Sort(ids)
	entries, err := p.store.Entries(ctx, slices.Compact(ids), now)
	if err != nil {
		return matching.Ranking{}, err
	}
	found := matching.New(matching.Options{})
	for _, other := range entries {
		found.Put(other)
	}
	return found.Rank(e, now, limit), nil
}

// mostMatched of a listing's kept matches are looked at again.
const mostMatched = 50

// matched are the other sides of what a listing matches, as it was kept.
func (p *Pool) matched(ctx context.Context, l market.Listing) (ids []market.ID, err error) {
	if l.ID == "" {
		return nil, nil
	}
	all, err := p.store.MatchesOfAll(ctx, []market.ID{l.ID}, mostMatched)
	for _, m := range all[l.ID] {
		if l.Side == market.Offer {
			ids = append(ids, m.NeedID)
		} else {
			ids = append(ids, m.OfferID)
		}
	}
	return ids, err
}

// sightOf is the viewer who sees what a listing's group sees.
func sightOf(e market.Entry) market.Viewer {
	v := market.Viewer{Roles: map[market.ID]market.Role{e.Listing.GroupID: market.Reader}, Networks: e.Group.Joined}
	if e.Borough != "" {
		v.Boroughs = []string{e.Borough}
	}
	if e.Region != "" {
		v.Regions = []string{e.Region}
	}
	return v
}
