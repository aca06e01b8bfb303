package store_test

import (
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// The next release adds a column to each table while this one serves: nothing that is asked fails for it, in a transaction or
// out of one, on any connection that asked the same before.
func TestColumnsThatAreAddedWhileWeServeFailNothing(t *testing.T) {
	s, ctx, now := storetest.Open(t), t.Context(), time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	var p market.Person
	change := func(tx *store.Tx) (err error) {
		if p, err = tx.Welcome(ctx, "ama@choir.test", now); err == nil {
			_, err = tx.Networks(ctx)
		}
		return err
	}
	ask := func(when string) {
		t.Helper()
		held := make([]func(), 0, 4) // so that questions lie on several connections
		for range 4 {
			_, err := s.Person(ctx, p.ID)
			if err == nil {
				_, err = s.Networks(ctx)
			}
			if err != nil {
				t.Errorf("%s: %v", when, err)
			}
			c, err := s.Pool().Acquire(ctx)
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c.Release)
		}
		for _, release := range held {
			release()
		}
		for range 2 {
			if err := s.InTx(ctx, change); err != nil {
				t.Errorf("%s, in a transaction: %v", when, err)
			}
		}
	}
	if err := s.InTx(ctx, change); err != nil {
		t.Fatal(err)
	}
	ask("before")
	if _, err := s.Pool().Exec(ctx, `alter table people add column zq text; alter table networks add column zq text not null default ''`); err != nil {
		t.Fatal(err)
	}
	ask("after")
}
