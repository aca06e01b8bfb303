package listing_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/search"
	"wherewithal/store/storetest"
)

func ranked(t *testing.T, p *listing.Pool, e market.Entry) []matching.Found {
	t.Helper()
	r, err := p.Rank(t.Context(), e, noon, 0)
	if err != nil {
		t.Error(err)
	}
	return r.Matches
}

// searched is a need, an offer that suits it, and an index by which a search finds them.
func searched(t *testing.T) (giver *helper, need market.Entry, index *search.Postgres) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	index = search.NewPostgres(s.Pool(), []byte("secret"))
	giver.must(index.Setup(t.Context()))
	giver.must(listing.NewIndexer(s, index).Index(t.Context(), giver.post(market.Offer, "Bookkeeping").ID, noon))
	return giver, taker.entry(taker.post(market.Need, "Bookkeeping").ID), index
}

// A job's call waits for the first build as long as it may, and not at all once its time is up; the build goes on.
func TestNobodyButRunBuildsThePool(t *testing.T) {
	giver, need, index := searched(t)
	begun, let := make(chan struct{}), make(chan struct{})
	var once sync.Once
	pool := listing.NewPool(giver.store, func() time.Time {
		once.Do(func() { close(begun); <-let })
		return noon
	})
	pool.Search = index
	giver.must(pool.CatchUp(t.Context()))
	if err := pool.Ready(); !errors.Is(err, market.ErrUnavailable) || errors.Is(err, market.ErrOverBound) {
		t.Fatalf("somebody caught up, and the pool is built: %v", err)
	}
	built := make(chan error)
	go func() { built <- pool.Refresh(t.Context()) }()
	<-begun
	ended, end := context.WithCancel(t.Context())
	end()
	if err := pool.CatchUp(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller whose time is up waits for the build: %v", err)
	}
	pool.Impatient()
	giver.must(pool.CatchUp(t.Context()))
	if n := len(ranked(t, pool, need)); n != 1 {
		t.Errorf("while it is built %d are found, want 1", n)
	}
	close(let)
	giver.must(<-built)
	giver.must(pool.Ready())
	giver.must(pool.CatchUp(t.Context()))
	if n := len(ranked(t, pool, need)); n != 1 {
		t.Errorf("once it is built %d are found, want 1", n)
	}
	pool.Drop()
	if err := pool.CatchUp(t.Context()); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("cut off, a caller gets %v", err)
	}
	giver.must(pool.Refresh(t.Context()))
	giver.must(pool.CatchUp(t.Context()))
}

// A pool that may not hold what is open is not built, or lets go of what it has, and the search finds instead.
func TestAPoolHoldsNoMoreThanItMay(t *testing.T) {
	giver, need, index := searched(t)
	open := func(most int) *listing.Pool {
		pool := listing.NewPool(giver.store, func() time.Time { return noon })
		pool.Search, pool.Most = index, most
		giver.must(pool.Refresh(t.Context()))
		return pool
	}
	over := func(pool *listing.Pool) {
		t.Helper()
		if err := pool.Ready(); !errors.Is(err, market.ErrOverBound) || !errors.Is(err, market.ErrUnavailable) {
			t.Errorf("it holds more than it may: %v", err)
		}
		giver.must(pool.CatchUp(t.Context()))
		if found := ranked(t, pool, need); len(found) == 0 {
			t.Error("nothing is found")
		}
	}
	over(open(1))
	pool := open(2)
	giver.must(pool.Ready())
	giver.post(market.Offer, "Bookkeeping for small groups")
	giver.must(pool.CatchUp(t.Context()))
	over(pool)
}
