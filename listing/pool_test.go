package listing_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
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

func TestAPoolThatIsNotBuiltYetAsksTheSearchIndex(t *testing.T) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	index := search.NewPostgres(s.Pool(), []byte("secret"))
	giver.must(index.Setup(t.Context()))
	for _, title := range []string{"Bookkeeping for small groups", "Gardening", "Accounts"} {
		giver.must(listing.NewIndexer(s, index).Index(t.Context(), giver.post(market.Offer, title).ID, noon))
	}
	own := taker.post(market.Offer, "Bookkeeping of our own")
	taker.must(listing.NewIndexer(s, index).Index(t.Context(), own.ID, noon))
	pool := listing.NewPool(s, func() time.Time { return noon })
	need := taker.skill(market.Need, "Bookkeeping")
	if _, err := pool.Preview(t.Context(), taker.viewer, need, nil, 5); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("without any index: %v", err)
	}
	pool.Search = index
	early, err := pool.Preview(t.Context(), taker.viewer, need, nil, 5)
	taker.must(err)
	taker.must(pool.CatchUp(t.Context()))
	built, err := pool.Preview(t.Context(), taker.viewer, need, nil, 5)
	taker.must(err)
	if len(early.Matches) != 2 {
		t.Errorf("%d found before the pool is built", len(early.Matches))
	}
	if diff := cmp.Diff(built.Matches, early.Matches); diff != "" {
		t.Errorf("found otherwise when it is built (-built +early):\n%s", diff)
	}
}

// TestAPoolIsRebuiltWhileItIsUsed drops what it holds, again and again, while others rank and listings come.
func TestAPoolIsRebuiltWhileItIsUsed(t *testing.T) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	pools := []*listing.Pool{listing.NewPool(s, func() time.Time { return noon }), listing.NewPool(s, func() time.Time { return noon })}
	need := taker.entry(taker.post(market.Need, "Bookkeeping").ID)
	for _, p := range pools {
		giver.must(p.CatchUp(t.Context()))
	}
	stop, readers := make(chan struct{}), sync.WaitGroup{}
	least := atomic.Int64{} // offers that every ranking must find from now on
	for _, p := range pools {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				want := least.Load()
				if n := int64(len(p.Rank(need, noon, 0).Matches)); n < want {
					t.Errorf("%d offers of %d while the pool is rebuilt", n, want)
					return
				}
			}
		})
	}
	for i := range 6 {
		giver.post(market.Offer, "Bookkeeping")
		for _, p := range pools {
			if i%2 == 1 {
				p.Drop()
			}
			giver.must(p.CatchUp(t.Context()))
		}
		least.Store(int64(i + 1))
	}
	close(stop)
	readers.Wait()
}
