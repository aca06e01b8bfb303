package search

import (
	"cmp"
	"maps"
	"slices"

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
	CountFeatures: "features", CountTerms: "terms", CountNetworks: "told"}

// counts puts the engine's counts into a page.
func (a *asking) counts(page *Page, said answer) {
	page.total(said.Total)
	if a.q.SkipFacets {
		return
	}
	page.Facets = Facets{Sides: values[market.Side](said, "side"), Kinds: values[string](said, "kind"), Tags: mostFrequent(values[string](said, "tags"), MaxFacetTags),
		Boroughs: values[string](said, "borough"), Features: values[market.Feature](said, "features"), Terms: values[market.TermsKind](said, "terms"),
		Networks: mostFrequent(a.reached(values[market.ID](said, "told")), MaxFacetNetworks)}
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

// reached are the counts of the networks that a bound viewer is let into: what else a listing reaches is not theirs to ask.
func (a *asking) reached(networks map[market.ID]int) map[market.ID]int {
	if a.viewer.Within != nil {
		maps.DeleteFunc(networks, func(id market.ID, _ int) bool { return !slices.Contains(a.viewer.Within, id) })
	}
	return networks
}

// mostFrequent keeps so many values.
func mostFrequent[K ~string](counts map[K]int, most int) map[K]int {
	order := slices.SortedFunc(maps.Keys(counts), func(a, b K) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for _, v := range order[min(len(order), most):] {
		delete(counts, v)
	}
	return counts
}
