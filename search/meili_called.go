package search

import (
	"context"
	"maps"
	"slices"

	"wherewithal/market"
)

// anyWording is a page of what has every word that has to be there in one of several wordings: the engine is asked for each, since it
// can put no other words beside one for a single question. A listing that several find counts as it fits best.
func (a *asking) anyWording(ctx context.Context, ways []wording) (Page, error) {
	best := map[market.ID]found{}
	for _, w := range ways {
		worded := *a
		worded.terms = w.terms
		said, err := a.m.search(ctx, worded.request(), most, 0)
		if err != nil {
			return Page{}, err
		}
		for _, f := range said.Hits {
			f.Score *= w.weight
			if was, twice := best[f.ID]; !twice || was.Score < f.Score {
				best[f.ID] = f
			}
		}
	}
	if len(best) == 0 {
		return Page{Facets: newFacets()}, nil
	}
	return a.gathered(ctx, slices.Collect(maps.Values(best)), 0)
}

// gathered is a page of hits that were put together here; of relaxed terms, or of all.
func (a *asking) gathered(ctx context.Context, list []found, relaxed uint) (Page, error) {
	a.rank(list)
	slices.SortFunc(list, inOrder)
	page, more := a.cut(list)
	page.Relaxed = relaxed != 0
	if !a.after.counts(a.q, &page) {
		said, err := a.countThese(ctx, list)
		if err != nil {
			return Page{}, err
		}
		a.counts(&page, said)
	}
	if more {
		page.Next = a.next(page, list, relaxed)
	}
	return page, nil
}
