package search_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/searchtest"
	"wherewithal/store/storetest"
)

var secret = []byte("a secret of the tests")

// open is an index of its own, set up and empty.
func open(t testing.TB) *search.Postgres {
	t.Helper()
	return search.NewPostgres(pool(t, address(t)), secret)
}

// address of a database with the index's tables.
func address(t testing.TB) string {
	t.Helper()
	setUp := func(url string) error {
		pool, err := pgxpool.New(context.Background(), url)
		if err != nil {
			return err
		}
		defer pool.Close()
		return search.NewPostgres(pool, secret).Setup(context.Background())
	}
	return storetest.New(t, setUp, search.TemplateKey())
}

func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func TestPostgresKeepsTheContract(t *testing.T) {
	searchtest.Run(t, func(t testing.TB) searchtest.Engine { return open(t) })
}

// A later page of a question asks for its hits and nothing else: its counts come along in the cursor.
func TestTurningAPageCountsNothing(t *testing.T) {
	counted, trips := storetest.CountTrips(t, address(t))
	p := search.NewPostgres(pool(t, counted), secret)
	if err := p.Rebuild(t.Context(), crowd(100)); err != nil {
		t.Fatal(err)
	}
	q := search.Query{Now: now, Limit: 10, Count: []search.Facet{search.CountSides, search.CountKinds, search.CountFeatures}}
	ask := func(v market.Viewer) (page search.Page, asked int64) {
		for range 3 { // the first time a statement is sent it is prepared too
			before := trips.Count()
			var err error
			if page, err = p.Query(t.Context(), v, q); err != nil {
				t.Fatal(err)
			}
			asked = trips.Count() - before
		}
		return page, asked
	}
	somebody := market.Viewer{Person: market.NewID()}
	page, first := ask(somebody)
	q.Cursor = page.Next
	if _, second := ask(somebody); first != 2 || second != 1 {
		t.Errorf("the first page asks %d times, the second %d; want 2 and 1", first, second)
	}

	// What every visitor asks is counted once in a while. What is closed is gone from the hits at once nevertheless.
	q.Cursor = ""
	began := time.Now()
	was, asked := ask(market.Public)
	if diff := cmp.Diff([]any{page.Total, page.Facets}, []any{was.Total, was.Facets}); diff != "" {
		t.Errorf("visitors are told other counts: %s", diff)
	}
	if late := time.Since(began) > search.TallyLasts; asked != 1 && !late {
		t.Errorf("a visitor's page counts again, %d statements", asked)
	}
	gone := was.Hits[0].ID
	if err := p.Delete(t.Context(), []market.ID{gone}); err != nil {
		t.Fatal(err)
	}
	if is, _ := ask(market.Public); slices.ContainsFunc(is.Hits, func(h search.Hit) bool { return h.ID == gone }) {
		t.Error("a visitor is shown what was closed")
	}
}
