package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"wherewithal/market"
)

// facets are the fields to be counted, by the engine's names: those of Facet.
func (a *asking) facets() []string {
	var fields []string
	for _, f := range a.q.counts() {
		fields = append(fields, facetFields[f])
	}
	return fields
}

var facetFields = map[Facet]string{CountSides: "side", CountKinds: "kind", CountTags: "tags", CountBoroughs: "borough",
	CountFeatures: "features", CountTerms: "terms"}

// counts puts the engine's counts into a page.
func (a *asking) counts(page *Page, said answer) {
	page.total(said.Total)
	if a.q.SkipFacets {
		return
	}
	page.Facets = Facets{Sides: values[market.Side](said, "side"), Kinds: values[string](said, "kind"), Tags: mostFrequent(values[string](said, "tags")),
		Boroughs: values[string](said, "borough"), Features: values[market.Feature](said, "features"), Terms: values[market.TermsKind](said, "terms")}
}

func values[K ~string](said answer, field string) map[K]int {
	out := map[K]int{}
	for v, n := range said.Counts[field] {
		if v != "" {
			out[K(unescape(v))] += n
		}
	}
	return out
}

// mostFrequent keeps MaxFacetTags tags.
func mostFrequent(tags map[string]int) map[string]int {
	order := slices.SortedFunc(maps.Keys(tags), func(a, b string) int { return cmp.Or(tags[b]-tags[a], strings.Compare(a, b)) })
	for _, t := range order[min(len(order), MaxFacetTags):] {
		delete(tags, t)
	}
	return tags
}
