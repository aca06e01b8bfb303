package search_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store/storetest"
)

func TestSetupByManyAtOnce(t *testing.T) {
	url := storetest.New(t, func(string) error { return nil }, "empty")
	p := search.NewPostgres(pool(t, url), secret)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if err := search.NewPostgres(pool(t, url), secret).Setup(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if filled, err := p.Filled(t.Context()); filled || err != nil {
		t.Errorf("a fresh index is filled: %v, %v", filled, err)
	}
	if err := p.Rebuild(t.Context(), crowd(3)); err != nil {
		t.Fatal(err)
	}
	if err := p.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	if filled, err := p.Filled(t.Context()); !filled || err != nil {
		t.Errorf("after a rebuild and another setup: filled %v, %v", filled, err)
	}
	if page, err := p.Query(t.Context(), market.System, search.Query{Now: now}); err != nil || page.Total != 3 {
		t.Errorf("after another setup: %d found, %v", page.Total, err)
	}
}

func TestDatabaseAwayIsSaidSo(t *testing.T) {
	p := search.NewPostgres(pool(t, "postgres://nobody@127.0.0.1:1/none?connect_timeout=2"), secret)
	if _, err := p.Query(t.Context(), market.Public, search.Query{Now: now}); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestWantedIsOpenActiveAndUnexpired(t *testing.T) {
	ends := now.Add(time.Hour)
	for name, c := range map[string]struct {
		change func(*market.Entry)
		want   bool
	}{
		"open":    {func(*market.Entry) {}, true},
		"paused":  {func(e *market.Entry) { e.Listing.Life = market.Paused }, false},
		"asleep":  {func(e *market.Entry) { e.Group.Active = false }, false},
		"expired": {func(e *market.Entry) { e.Listing.ExpiresAt = &now }, false},
		"expires": {func(e *market.Entry) { e.Listing.ExpiresAt = &ends }, true},
	} {
		e := market.Entry{Listing: market.Listing{Life: market.Open}, Group: market.Standing{Active: true}}
		c.change(&e)
		if got := search.Wanted(e, now); got != c.want {
			t.Errorf("%s: wanted %v", name, got)
		}
	}
}
