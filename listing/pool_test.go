package listing_test

import (
	"errors"
	"slices"
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

// What a transaction that is still open has written is missed by nobody, and keeps nothing back that was committed beside it.
func TestCatchUpReadsWhatWasCommittedBesideAnOpenTransaction(t *testing.T) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	need := taker.entry(taker.post(market.Need, "Bookkeeping").ID)
	pool := listing.NewPool(s, func() time.Time { return noon })
	giver.must(pool.CatchUp(t.Context()))
	finds := func(want ...market.ID) {
		t.Helper()
		giver.must(pool.CatchUp(t.Context()))
		var found []market.ID
		for _, f := range ranked(t, pool, need) {
			found = append(found, f.Other.Listing.ID)
		}
		slices.Sort(found)
		slices.Sort(want)
		if !slices.Equal(found, want) {
			t.Errorf("found %v, want %v", found, want)
		}
	}
	older := giver.skill(market.Offer, "Bookkeeping")
	older.ID, older.Life, older.Version, older.CreatedAt, older.UpdatedAt = market.NewID(), market.Open, 1, noon, noon
	var younger, another market.ID
	giver.must(s.InTx(t.Context(), func(tx *store.Tx) error {
		if err := tx.AddListing(t.Context(), older); err != nil {
			return err
		}
		younger = giver.post(market.Offer, "Bookkeeping").ID
		finds(younger)
		another = giver.post(market.Offer, "Bookkeeping").ID
		finds(younger, another)
		return nil
	}))
	finds(older.ID, younger, another)
}

// However much changes beside a transaction that stays open, a pool looks through so much of it each time and no more, and has all
// once that one has ended.
func TestAPoolReadsOnlySoFarBesideAnOpenTransaction(t *testing.T) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	need := taker.entry(taker.post(market.Need, "Bookkeeping").ID)
	pool := listing.NewPool(s, func() time.Time { return noon })
	giver.must(pool.CatchUp(t.Context()))
	finds := func(want int) {
		t.Helper()
		giver.must(pool.CatchUp(t.Context()))
		if n := len(ranked(t, pool, need)); n != want {
			t.Errorf("%d found, want %d", n, want)
		}
	}
	giver.must(s.InTx(t.Context(), func(tx *store.Tx) error {
		if err := tx.LockListing(t.Context(), need.Listing.ID); err != nil { // has a number now
			return err
		}
		giver.post(market.Offer, "Bookkeeping")
		_, err := s.Pool().Exec(t.Context(), `insert into changes (listing_id) select $1 from generate_series(1, 11000)`, need.Listing.ID)
		finds(1)
		giver.post(market.Offer, "Bookkeeping")
		finds(1)
		return err
	}))
	finds(2)
}

// Jobs that ask at once share a reading.
func TestWhoCatchesUpAtOnceSharesAReading(t *testing.T) {
	address, trips := storetest.CountTrips(t, storetest.Address(t))
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	pool := listing.NewPool(s, time.Now)
	catchUp := func() {
		if err := pool.CatchUp(t.Context()); err != nil {
			t.Error(err)
		}
	}
	catchUp()
	catchUp() // its statements are prepared
	before := trips.Count()
	catchUp()
	alone := trips.Count() - before

	held, err := s.Pool().Begin(t.Context())
	if err == nil {
		_, err = held.Exec(t.Context(), `select pg_current_xact_id()`)
	}
	if err == nil {
		_, err = s.Pool().Exec(t.Context(), `insert into changes (listing_id) values (gen_random_uuid())`)
	}
	if err != nil {
		t.Fatal(err)
	}
	catchUp()
	before = trips.Count()
	catchUp()
	if n := trips.Count() - before; n != alone {
		t.Errorf("what was read beside an open transaction is read again: %d questions, want %d", n, alone)
	}
	if _, err := held.Exec(t.Context(), `lock table changes in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	before = trips.Count()
	const many = 20
	var called, all sync.WaitGroup
	called.Add(many)
	for range many {
		all.Go(func() { called.Done(); catchUp() })
	}
	called.Wait()
	if err := held.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	if n := trips.Count() - before; n > many/2*alone { // 2, but for those that come late to the first's
		t.Errorf("%d that ask at once asked the database %d times; one alone asks %d times", many, n, alone)
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
	taker.must(pool.Refresh(t.Context()))
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
				if n := int64(len(ranked(t, p, need))); n < want {
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
