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
			play(&bench{T: t, engine: b.engine}, s, false)
		})
	}
}

// ScriptsByMeaning plays every script in an engine that asks for what means nearly the same wherever words leave room: whatever is
// expected and forbidden holds all the same. read reads the listings as the engine's Meaner does the questions.
func ScriptsByMeaning(t *testing.T, engine Engine, read func(market.Listing) market.Meaning) {
	scripts, err := relevance.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scripts {
		if len(s.Parties) > 0 {
			continue
		}
		for i := range s.Listings {
			e := &s.Listings[i].Entry
			e.Meaning = read(e.Listing)
		}
		t.Run(s.Name, func(t *testing.T) { play(&bench{T: t, engine: engine}, s, true) })
	}
}

// play a script; byMeaning asks for what means nearly the same where the script does not.
func play(b *bench, s relevance.Script, byMeaning bool) {
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
		page := b.askAs(q.Viewer, search.Query{Text: q.Text, Near: q.From, Words: q.Words, Now: relevance.Now, Meant: q.AsksMeant || byMeaning})
		var found, meant []string
		for _, h := range page.Hits {
			if name := names[h.ID]; h.Meant {
				meant = append(meant, name)
			} else {
				found = append(found, name)
			}
		}
		judge(b.T, q, slices.Concat(found, meant))
		if engine && q.AsksMeant && !slices.Equal(meant, q.Meant) {
			b.Errorf("line %d: %q found %v behind the words, expected %v", q.Line, q.Text, meant, q.Meant)
		}
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
