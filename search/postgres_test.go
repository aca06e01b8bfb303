package search_test

import (
	"context"
	"testing"

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
	ask := func() (search.Page, int64) {
		var page search.Page
		for range 2 { // the first time a statement is sent it is prepared too
			var err error
			if page, err = p.Query(t.Context(), market.Public, q); err != nil {
				t.Fatal(err)
			}
		}
		before := trips.Count()
		if _, err := p.Query(t.Context(), market.Public, q); err != nil {
			t.Fatal(err)
		}
		return page, trips.Count() - before
	}
	page, first := ask()
	q.Cursor = page.Next
	if _, second := ask(); first != 2 || second != 1 {
		t.Errorf("the first page asks %d times, the second %d; want 2 and 1", first, second)
	}
}
