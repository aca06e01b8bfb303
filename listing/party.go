package listing

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// Beside is a group or a network that was found beside listings, and why.
type Beside struct {
	market.Party
	Why search.Why
}

// IndexParty puts a group or network into the search index as it is now, or takes it out.
func (ix *Indexer) IndexParty(ctx context.Context, id market.ID) (err error) {
	defer market.Wrap(&err, "IndexParty(%s)", id)
	return ix.parties.ask(ctx, id, time.Time{})
}

// FoundBeside are the groups and networks of a page as they are now, in its order: those that the viewer may be shown and that
// still have the words. An index that lags finds nobody by a name that is hidden by now.
func FoundBeside(ctx context.Context, s *store.Store, v market.Viewer, text string, page search.Page) ([]Beside, error) {
	parties, err := s.PartiesFor(ctx, v, page.Parties)
	if err != nil {
		return nil, err
	}
	byID := map[market.ID]market.Party{}
	for _, p := range parties {
		byID[p.ID] = p
	}
	var out []Beside
	for _, id := range page.Parties {
		p, ok := byID[id]
		if !ok {
			continue
		}
		if why, ok := search.WhyFound(text, p); ok {
			out = append(out, Beside{p, why})
		}
	}
	return out, nil
}
