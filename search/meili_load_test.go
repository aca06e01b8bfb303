package search_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/search"
)

// While an index is built anew, at first as it was and then with other settings, and swapped under those who ask and write,
// every question is answered in full and no change is lost. It takes a real server, and writes as fast as that takes them:
//
//	MEILISEARCH_URL=http://127.0.0.1:7700 go test ./search -run Replaced -v
func TestAnIndexIsReplacedUnderLoad(t *testing.T) {
	if os.Getenv("MEILISEARCH_URL") == "" || *record {
		t.Log("SKIPPING: it wants a server at MEILISEARCH_URL, for what is asked depends on who is first")
		return
	}
	const listings, kept = 600, 400
	m := openMeili(t)
	docs := someOf(listings)
	if err := m.Put(t.Context(), slices.Clone(docs)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var questions, writes atomic.Int64
	for range 2 {
		all.Go(func() {
			for ctx.Err() == nil {
				questions.Add(1)
				page, err := m.Query(t.Context(), market.System, search.Query{Text: "friends", Now: now, SkipFacets: true})
				if err != nil || page.Total < 300 || len(page.Hits) != 20 {
					t.Errorf("%d hits of %d, %v", len(page.Hits), page.Total, err)
				}
			}
		})
	}
	truth := &world{docs: docs, gone: map[market.ID]bool{}}
	all.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			d, leaves := truth.change(i, kept)
			if err := m.Put(t.Context(), []search.Document{d}); err != nil {
				t.Error(err)
			}
			if err := m.Delete(t.Context(), []market.ID{leaves}); err != nil {
				t.Error(err)
			}
			writes.Add(2)
		}
	})
	slip := func() int {
		page, err := m.Query(t.Context(), market.System, search.Query{Text: "freinds", Now: now, SkipFacets: true})
		if err != nil {
			t.Error(err)
		}
		return page.Total
	}
	for round := range 2 {
		if round == 1 {
			m.MendNoSlips()
		}
		if n := slip(); n < 300 {
			t.Errorf("before the settings changed a slip found %d", n)
		}
		began := time.Now()
		if err := m.Rebuild(t.Context(), truth.documents); err != nil {
			t.Fatal(err)
		}
		t.Logf("round %d: %s, %d questions, %d writes so far", round, time.Since(began).Round(time.Millisecond), questions.Load(), writes.Load())
	}
	if n := slip(); n != 0 {
		t.Errorf("with settings that mend no slips one found %d", n)
	}
	stop()
	all.Wait()
	if writes.Load() < 4 {
		t.Errorf("only %d writes came between", writes.Load())
	}
	have := map[market.ID]int64{}
	for v, err := range m.Versions(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		have[v.ID] = v.Version
	}
	if diff := cmp.Diff(truth.versions(), have); diff != "" {
		t.Errorf("after it all (-want +got):\n%s", diff)
	}
}

// world is what the database would say; what it reads out is as old as the reading takes.
type world struct {
	mu   sync.Mutex
	docs []search.Document
	gone map[market.ID]bool
}

// change writes a listing anew and takes another away.
func (w *world) change(i, kept int) (search.Document, market.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := &w.docs[i%kept]
	d.Version++
	d.Title = fmt.Sprintf("change %d", i)
	leaves := w.docs[kept+i%(len(w.docs)-kept)].ID
	w.gone[leaves] = true
	return *d, leaves
}

func (w *world) documents(yield func(search.Document, error) bool) {
	w.mu.Lock()
	var all []search.Document
	for _, d := range w.docs {
		if !w.gone[d.ID] {
			all = append(all, d)
		}
	}
	w.mu.Unlock()
	for _, d := range all {
		if !yield(d, nil) {
			return
		}
	}
}

func (w *world) versions() map[market.ID]int64 {
	out := map[market.ID]int64{}
	for _, d := range w.docs {
		if !w.gone[d.ID] {
			out[d.ID] = d.Version
		}
	}
	return out
}
