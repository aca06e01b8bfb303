package listing_test

import (
	"context"
	"testing"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

func TestCatchUpWaitsForWhatWasOpenWhenItWasCalled(t *testing.T) {
	s := storetest.Open(t)
	ctx := context.Background()
	pool := listing.NewPool(s, time.Now)
	if err := pool.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	begun, finish, done := make(chan bool), make(chan bool), make(chan error)
	go func() { // an older transaction that has written and not ended
		done <- s.InTx(ctx, func(tx *store.Tx) error {
			err := tx.AddGroup(ctx, market.Group{ID: market.NewID(), Name: "Older", LegalForm: market.Informal, CreatedAt: time.Now()})
			close(begun)
			<-finish
			return err
		})
	}()
	<-begun
	err := s.InTx(ctx, func(tx *store.Tx) error { // a younger one, committed before the call: it must not be missed
		return tx.AddGroup(ctx, market.Group{ID: market.NewID(), Name: "Younger", LegalForm: market.Informal, CreatedAt: time.Now()})
	})
	if err != nil {
		t.Error(err)
	}
	caught := make(chan error, 1)
	go func() { caught <- pool.CatchUp(ctx) }()
	select {
	case err := <-caught:
		t.Errorf("caught up (%v) while an older transaction was open", err)
		caught <- nil
	case <-time.After(100 * time.Millisecond):
	}
	close(finish)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := <-caught; err != nil {
		t.Fatal(err)
	}
}
