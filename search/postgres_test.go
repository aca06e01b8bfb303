package search_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/search"
	"wherewithal/search/searchtest"
	"wherewithal/store/storetest"
)

var secret = []byte("a secret of the tests")

// open is an index of its own, set up and empty.
func open(t testing.TB) *search.Postgres {
	t.Helper()
	setUp := func(url string) error {
		pool, err := pgxpool.New(context.Background(), url)
		if err != nil {
			return err
		}
		defer pool.Close()
		return search.NewPostgres(pool, secret).Setup(context.Background())
	}
	return search.NewPostgres(pool(t, storetest.New(t, setUp, search.TemplateKey())), secret)
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
