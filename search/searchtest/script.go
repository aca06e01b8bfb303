package searchtest

import (
	"slices"
	"testing"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/relevance"
)

// relevanceScripts plays every script of search/relevance, one after the other in the same engine.
func relevanceScripts(b *bench) {
	scripts, err := relevance.All()
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range scripts {
		if len(s.Parties) > 0 {
			continue // partyScripts
		}
		b.Run(s.Name, func(t *testing.T) {
			play(&bench{T: t, engine: b.engine}, s)
		})
	}
}

func play(b *bench, s relevance.Script) {
	names := map[market.ID]string{}
	var ids []market.ID
	var entries []market.Entry
	for _, l := range s.Listings {
		names[l.Entry.Listing.ID] = l.Name
		ids, entries = append(ids, l.Entry.Listing.ID), append(entries, l.Entry)
	}
	b.putAll(entries...)
	_, engine := b.engine.(*search.Meili)
	for _, q := range s.Searches {
		if q.Only == "meilisearch" && !engine {
			continue
		}
		page := b.askAs(q.Viewer, search.Query{Text: q.Text, Near: q.From, Words: q.Words, Now: relevance.Now})
		var found []string
		for _, id := range idsOf(page) {
			found = append(found, names[id])
		}
		judge(b.T, q, found)
	}
	if err := b.engine.Delete(b.Context(), ids); err != nil {
		b.Fatal(err)
	}
}

func judge(t *testing.T, q relevance.Search, found []string) {
	n := min(len(q.Expect), len(found))
	if !slices.Equal(found[:n], q.Expect) {
		t.Errorf("line %d: %q found %v, expected first %v", q.Line, q.Text, found, q.Expect)
	}
	for _, name := range q.Then {
		if !slices.Contains(found[n:], name) {
			t.Errorf("line %d: %q found %v, expected %s then", q.Line, q.Text, found, name)
		}
	}
	for _, name := range q.Never {
		if slices.Contains(found, name) {
			t.Errorf("line %d: %q found %v, never %s", q.Line, q.Text, found, name)
		}
	}
}
