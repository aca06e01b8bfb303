package search_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"wherewithal/market"
	"wherewithal/search"
)

func someOf(n int) []search.Document {
	var docs []search.Document
	for d := range crowd(n) {
		docs = append(docs, d)
	}
	return docs
}

// One document that the engine refuses does not keep the others out, and is named.
func TestBadDocumentsAreLeftOutAndNamed(t *testing.T) {
	m := openMeili(t)
	docs := someOf(9)
	docs[2].ID, docs[7].ID = "not an id!", "nor: this"
	err := m.Put(t.Context(), docs)
	var refused *search.Refused
	if !errors.As(err, &refused) {
		t.Fatalf("error %v", err)
	}
	slices.Sort(refused.IDs)
	if !slices.Equal(refused.IDs, []market.ID{"nor: this", "not an id!"}) {
		t.Errorf("refused %v", refused.IDs)
	}
	if page, err := m.Query(t.Context(), market.System, search.Query{Now: now}); err != nil || page.Total != 7 {
		t.Errorf("%d are in, want 7; %v", page.Total, err)
	}
	docs[2].ID = "not an id!"
	if err := m.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		for _, d := range docs[:5] {
			if !yield(d, nil) {
				return
			}
		}
	}); !errors.As(err, &refused) || len(refused.IDs) != 1 {
		t.Errorf("rebuild: %v", err)
	}
	if page, err := m.Query(t.Context(), market.System, search.Query{Now: now}); err != nil || page.Total != 4 {
		t.Errorf("%d are in after the rebuild, want 4; %v", page.Total, err)
	}
}

// fewer is a truth of documents.
type fewer []search.Document

func (f fewer) versions() iter.Seq2[search.Version, error] {
	return func(yield func(search.Version, error) bool) {
		for _, d := range f {
			if !yield(search.Version{ID: d.ID, Version: d.Version}, nil) {
				return
			}
		}
	}
}

func (f fewer) load(_ context.Context, ids []market.ID) (out []search.Document, err error) {
	for _, d := range f {
		if slices.Contains(ids, d.ID) {
			out = append(out, d)
		}
	}
	return out, nil
}

// An engine that was wiped is filled again from the truth; one that lost some and kept others too long is mended; and
// each time it answers again by itself.
func TestReconcileFillsAndMendsTheEngine(t *testing.T) {
	o := server(t)
	m, p := search.NewMeili(o), open(t)
	truth := fewer(someOf(60))
	b := search.NewBoth(m, p, search.BothOptions{})
	mend := func(what string, want search.Mended) {
		t.Helper()
		got, err := b.Reconcile(t.Context(), truth.versions(), truth.load)
		if err != nil || got != want {
			t.Fatalf("%s: mended %+v, want %+v; %v", what, got, want, err)
		}
		if err := b.Ready(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		for name, index := range map[string]interface {
			Query(context.Context, market.Viewer, search.Query) (search.Page, error)
		}{"Meilisearch": m, "Postgres": p} {
			if page, err := index.Query(t.Context(), market.System, search.Query{Now: now}); err != nil || page.Total != len(truth) {
				t.Errorf("%s: %s has %d of %d, %v", what, name, page.Total, len(truth), err)
			}
		}
	}
	mend("from nothing", search.Mended{Put: 60})
	if err := m.Delete(t.Context(), []market.ID{truth[3].ID, truth[4].ID}); err != nil {
		t.Fatal(err)
	}
	stale := truth[9]
	stale.ID = numbered(8, 1)
	if err := m.Put(t.Context(), []search.Document{stale}); err != nil {
		t.Fatal(err)
	}
	mend("two lost, one too many", search.Mended{Put: 2, Deleted: 1})
	if err := m.Rebuild(t.Context(), nothing); err != nil {
		t.Fatal(err)
	}
	mend("all lost", search.Mended{Put: 60})
}
