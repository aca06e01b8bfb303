package search

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// meiliShape numbers what stands in the engine: its settings, and how a document becomes one of the engine's. It is
// raised with every change of these; a test remembers. An index of an older shape is built anew beside itself; one of a
// newer shape is left alone, by a release that is on its way out.
const meiliShape = 5

// maxFound is how many hits of a question the engine gives out in turn.
const maxFound = 100_000

// settings of an index. Listings that fit equally well are then put in order by place and time, at the question.
func settings() *meilisearch.Settings {
	return &meilisearch.Settings{
		RankingRules:         []string{"words", "typo", "attributeRank", "sort"},
		SearchableAttributes: searchable,
		DisplayedAttributes:  []string{"id", "version", "opened", "placed", "_geo", "shape", "gone"},
		FilterableAttributes: []string{"id", "side", "kind", "tags", "borough", "region", "features", "terms", "circle", "group", "networks", "told",
			"numbers", "opened", "expires", "placed", "_geo", "always", "week", "first", "last", "days", "dates", "gone", "model"},
		SortableAttributes: []string{"id", "opened", "placed", "_geo"},
		TypoTolerance: &meilisearch.TypoTolerance{Enabled: true, MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 5, TwoTypos: 8},
			DisableOnWords: []string{}, DisableOnAttributes: []string{"times", "any_times"}, DisableOnNumbers: true},
		Pagination:     &meilisearch.Pagination{MaxTotalHits: maxFound},
		Faceting:       &meilisearch.Faceting{MaxValuesPerFacet: 200, SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeCount}},
		SearchCutoffMs: 1000,
		Embedders:      embedders,
	}
}

// marker is the note in an index that says it is whole and of which shape. It is nobody's to find.
const marker = "marker"

// Built reports whether the live index is there, was filled from the truth and has our shape. One that somebody wiped,
// or that a stray write made anew, has no marker. newer says that a later release has taken over. Errors:
// market.ErrUnavailable.
func (m *Meili) Built(ctx context.Context) (built, newer bool, err error) {
	defer market.Wrap(&err, "search.Built")
	var docs []kept
	answer, err := m.server.Index(m.live).SearchRawWithContext(ctx, "", &meilisearch.SearchRequest{Limit: 1,
		Filter: "id = " + marker, AttributesToRetrieve: []string{"id", "shape"}})
	if err = told(ctx, err); err != nil {
		if unbuilt(err) {
			return false, false, nil
		}
		return false, false, err
	}
	var said struct{ Hits []kept }
	if err := json.Unmarshal(*answer, &said); err != nil {
		return false, false, err
	}
	docs = said.Hits
	if len(docs) == 0 {
		return false, false, nil
	}
	return docs[0].Shape == meiliShape, docs[0].Shape > meiliShape, nil
}

// unbuilt reports whether an error says that there is no index, or one without our settings.
func unbuilt(err error) bool {
	switch code(err) {
	case "index_not_found", "invalid_search_filter", "invalid_document_filter":
		return true
	}
	return false
}

// Count is how many listings the live index has, about.
func (m *Meili) Count(ctx context.Context) (n int, err error) {
	defer market.Wrap(&err, "search.Count")
	answer, err := m.search(ctx, scopeOf(market.System, time.Time{}).request(""), 1, 0)
	return answer.Total, err
}

var errOtherShape = errors.New("the index is of another release")
