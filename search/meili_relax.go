package search

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// rarest names, as bits, the terms of which some are enough where nothing has them all: the rarest, which say most. 0:
// nothing has any of them, or there is but one.
func (a *asking) rarest(ctx context.Context) (uint, error) {
	terms, _ := a.required()
	if len(terms) < 2 {
		return 0, nil
	}
	answers, numbers, err := a.each(ctx, ^uint(0), 1)
	if err != nil {
		return 0, err
	}
	counts := map[int]int{}
	for k, said := range answers {
		counts[numbers[k]] = max(counts[numbers[k]], min(said.Total, enough))
	}
	return rarest(counts), nil
}

// each asks for each of the terms alone, in all of its wordings, all in one request. numbers are those of the terms in the question.
func (a *asking) each(ctx context.Context, kept uint, limit int) (answers []answer, numbers []int, err error) {
	all := &meilisearch.MultiSearchRequest{}
	for i, t := range a.terms {
		if t.optional || kept&(1<<i) == 0 {
			continue
		}
		for _, w := range wordings([]term{t}) {
			text, _ := sentence(w.terms)
			r := a.scope.request(text)
			r.IndexUID, r.Limit = a.m.live, int64(limit)
			all.Queries, numbers = append(all.Queries, r), append(numbers, i)
		}
	}
	said, err := a.m.server.MultiSearchWithContext(ctx, all)
	if err != nil {
		return nil, nil, told(ctx, err)
	}
	for _, result := range said.Results {
		one, err := answerOf(result)
		if err != nil {
			return nil, nil, err
		}
		answers = append(answers, one)
	}
	return answers, numbers, nil
}

// answerOf is one answer of several.
func answerOf(r meilisearch.SearchResponse) (answer, error) {
	out := answer{Hits: make([]found, len(r.Hits)), Total: int(r.EstimatedTotalHits)}
	for i, hit := range r.Hits {
		if err := hit.DecodeInto(&out.Hits[i]); err != nil {
			return out, err
		}
	}
	if len(r.FacetDistribution) == 0 {
		return out, nil
	}
	return out, json.Unmarshal(r.FacetDistribution, &out.Counts)
}

// someWords is a page of what has some of the kept terms: the more of them, and the better they fit, the earlier.
func (a *asking) someWords(ctx context.Context, kept uint) (Page, error) {
	answers, _, err := a.each(ctx, kept, enough)
	if err != nil {
		return Page{}, err
	}
	byID := map[market.ID]found{}
	for _, said := range answers {
		for _, f := range said.Hits {
			f.Score = f.Score/float64(len(answers)) + byID[f.ID].Score
			byID[f.ID] = f
		}
	}
	return a.gathered(ctx, slices.Collect(maps.Values(byID)), kept)
}

// countThese counts listings that were put together here.
func (a *asking) countThese(ctx context.Context, list []found) (answer, error) {
	said := answer{Total: len(list)}
	if a.q.SkipFacets || len(list) == 0 {
		return said, nil
	}
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = quoted(string(f.ID))
	}
	slices.Sort(ids)
	r := a.scope.and("id IN [%s]", strings.Join(ids, ", ")).request("")
	r.Facets = a.facets()
	counted, err := a.m.search(ctx, r, 1, 0)
	if err != nil {
		return said, fmt.Errorf("counting: %w", err)
	}
	said.Counts = counted.Counts
	return said, nil
}
