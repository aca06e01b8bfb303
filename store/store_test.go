package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

var noon = time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)

// stage is two groups with a place each, an offer of one and a need of the other.
type stage struct {
	*store.Store
	giver, taker market.Group
	host, guest  market.Person
	offer, need  market.Listing
}

func newStage(t *testing.T, quantity int) *stage {
	t.Helper()
	s := &stage{Store: storetest.Open(t)}
	s.change(t, func(tx *store.Tx) (err error) {
		s.giver, s.host, err = addGroup(tx, "Larkhollow Hall", "host@hall.example")
		if err == nil {
			s.taker, s.guest, err = addGroup(tx, "Tansy Yard Choir", "guest@choir.example")
		}
		if err == nil {
			s.offer, err = addListing(tx, s.giver, market.Offer, quantity)
		}
		if err == nil {
			s.need, err = addListing(tx, s.taker, market.Need, 1)
		}
		return err
	})
	return s
}

func (s *stage) change(t *testing.T, do func(*store.Tx) error) {
	t.Helper()
	if err := s.InTx(context.Background(), do); err != nil {
		t.Fatal(err)
	}
}

func addGroup(tx *store.Tx, name, address string) (market.Group, market.Person, error) {
	ctx := context.Background()
	g := market.Group{ID: market.NewID(), Name: name, LegalForm: market.Informal, CreatedAt: noon}
	if err := tx.AddGroup(ctx, g); err != nil {
		return g, market.Person{}, err
	}
	p, err := tx.Welcome(ctx, address, noon)
	if err == nil {
		err = tx.Join(ctx, market.Membership{ID: market.NewID(), GroupID: g.ID, PersonID: p.ID, Role: market.Owner, Since: noon})
	}
	return g, p, err
}

func addListing(tx *store.Tx, g market.Group, side market.Side, quantity int) (market.Listing, error) {
	place := market.Place{ID: market.NewID(), GroupID: g.ID, Outcode: "SE10", Borough: "Greenwich", Region: "London",
		Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}, Zone: market.DefaultZone, CreatedAt: noon}
	place, err := tx.AddPlace(context.Background(), place, market.Blur([]byte("secret"), place.Exact))
	opened, expires := noon, noon.Add(market.OpenFor)
	l := market.Listing{ID: market.NewID(), Version: 1, GroupID: g.ID, Side: side, Kind: market.Room, Title: "A hall", Quantity: quantity,
		When:  market.When{TurnRound: 30, Windows: []market.Window{{Repeat: market.Weekly, Days: 8, Start: 18 * 60, End: 22 * 60}}},
		Where: market.AtPlace, PlaceID: place.ID, Terms: market.Terms{Kind: market.Shared}, Circle: market.Anyone,
		Life: market.Open, OpenedAt: &opened, ExpiresAt: &expires, CreatedAt: noon, UpdatedAt: noon}
	if err == nil {
		err = tx.AddListing(context.Background(), l)
	}
	return l, err
}

func (s *stage) allocate(from time.Time, hours, amount int) error {
	until := from.Add(time.Duration(hours) * time.Hour)
	return s.InTx(context.Background(), func(tx *store.Tx) error {
		return tx.Allocate(context.Background(), []market.Allocation{{ID: market.NewID(), OfferID: s.offer.ID, NeedID: s.need.ID,
			Amount: amount, From: from, Until: &until, CreatedAt: noon}})
	})
}

func TestCapacityIsUsedInTime(t *testing.T) {
	s := newStage(t, 2)
	steps := []struct {
		name                string
		hour, hours, amount int
		want                error
	}{
		{"the first unit", 18, 2, 1, nil},
		{"the second beside it", 19, 2, 1, nil},
		{"a third in the overlap", 19, 1, 1, market.ErrTaken},
		{"two while one is being turned round", 21, 1, 2, market.ErrTaken},
		{"one while one is being turned round", 21, 1, 1, nil},
		{"both on another evening", 18 + 24, 2, 2, nil},
	}
	for _, step := range steps {
		day := time.Date(2027, 2, 4, 0, 0, 0, 0, time.UTC)
		if err := s.allocate(day.Add(time.Duration(step.hour)*time.Hour), step.hours, step.amount); !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
	}
}

func TestLastUnitGoesToOneOfMany(t *testing.T) {
	s := newStage(t, 1)
	at := time.Date(2027, 2, 4, 18, 0, 0, 0, time.UTC)
	if won := s.race(20, func(int) error { return s.allocate(at, 2, 1) }); won != 1 {
		t.Errorf("%d got the last unit of one slot, want 1", won)
	}
	if won := s.race(20, func(i int) error { return s.allocate(at.AddDate(0, 0, 7*(i+1)), 2, 1) }); won != 20 {
		t.Errorf("%d got separate slots, want all 20", won)
	}
}

// race runs do n times at once and counts those that succeeded.
func (s *stage) race(n int, do func(i int) error) int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	won := 0
	for i := range n {
		wg.Go(func() {
			if do(i) == nil {
				mu.Lock()
				defer mu.Unlock()
				won++
			}
		})
	}
	wg.Wait()
	return won
}

func TestNetworksNeverLieBelowThemselves(t *testing.T) {
	s := storetest.Open(t)
	ctx := context.Background()
	var ids []market.ID
	for _, slug := range []string{"street", "borough", "city"} {
		n := market.Network{ID: market.NewID(), Slug: slug, Name: slug, Level: market.Interest, CreatedAt: noon}
		ids = append(ids, n.ID)
		if err := s.InTx(ctx, func(tx *store.Tx) error { return tx.AddNetwork(ctx, n) }); err != nil {
			t.Fatal(err)
		}
	}
	nest := func(child, parent int) error {
		return s.InTx(ctx, func(tx *store.Tx) error {
			return tx.Nest(ctx, market.NetworkParent{ChildID: ids[child], ParentID: ids[parent], AgreedAt: &noon})
		})
	}
	if err := errors.Join(nest(0, 1), nest(1, 2), nest(0, 2)); err != nil {
		t.Fatalf("two parents and three levels: %v", err)
	}
	var invalid *market.Invalid
	if err := nest(2, 0); !errors.As(err, &invalid) {
		t.Errorf("a cycle: %v, want it refused", err)
	}
}

func TestOnePlaceHasOnePublicPointForEver(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	exact := market.Point{Lat: 51.5, Lng: -0.1}
	add := func(g market.Group, secret string) market.Place {
		var kept market.Place
		s.change(t, func(tx *store.Tx) (err error) {
			p := market.Place{ID: market.NewID(), GroupID: g.ID, Precision: market.ByPoint, Exact: exact, CreatedAt: noon}
			kept, err = tx.AddPlace(ctx, p, market.Blur([]byte(secret), exact))
			return err
		})
		return kept
	}
	first, second := add(s.giver, "one secret"), add(s.taker, "another secret")
	if first.Public != second.Public || first.Public == exact {
		t.Errorf("public points %v and %v of one place, want the same one and not %v", first.Public, second.Public, exact)
	}
}

func TestEntryHoldsThePublicPointOnly(t *testing.T) {
	s := newStage(t, 1)
	e, err := s.EntryFor(context.Background(), market.Public, s.offer.ID, noon)
	if err != nil {
		t.Fatal(err)
	}
	if km := e.Point.KM(market.Point{Lat: 51.4826, Lng: 0.0077}); km < 0.4 || km > 0.8 {
		t.Errorf("the entry's point is %.3f km from the exact place, want 0.4 to 0.8", km)
	}
}

func TestChangesNeverPassTheOldestOpenTransaction(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	start, err := s.Edge(ctx)
	if err != nil {
		t.Fatal(err)
	}
	touch := func(id market.ID) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			l, err := tx.Listing(ctx, id)
			if err == nil {
				err = tx.ChangeListing(ctx, l)
			}
			return err
		}
	}
	wrote, finish, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- s.InTx(ctx, func(tx *store.Tx) error {
			err := touch(s.offer.ID)(tx)
			close(wrote)
			<-finish
			return err
		})
	}()
	<-wrote
	s.change(t, touch(s.need.ID)) // younger, and committed first
	early, cursor, err := s.settled(ctx, start)
	if err != nil || len(early) != 0 {
		t.Errorf("while the older one is open: %v, %v; want nothing yet", early, err)
	}
	close(finish)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	late, _, err := s.settled(ctx, cursor)
	if err != nil || len(late) != 2 {
		t.Errorf("afterwards: %v, %v; want both listings", late, err)
	}
}

// settled reads the changes that a follower would read now.
func (s *stage) settled(ctx context.Context, after store.Cursor) ([]market.ID, store.Cursor, error) {
	before, _, err := s.Frontier(ctx)
	if err != nil {
		return nil, after, err
	}
	return s.Changes(ctx, after, before, 100)
}

func TestANeighbouringDatabaseHoldsNobodyUp(t *testing.T) {
	s, neighbour := newStage(t, 1), newStage(t, 1)
	ctx := context.Background()
	start, err := s.Edge(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = neighbour.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockListing(ctx, neighbour.offer.ID); err != nil { // has a number now
			return err
		}
		s.change(t, func(tx *store.Tx) error {
			l, err := tx.Listing(ctx, s.offer.ID)
			if err == nil {
				err = tx.ChangeListing(ctx, l)
			}
			return err
		})
		ids, _, err := s.settled(ctx, start)
		if len(ids) != 1 {
			t.Errorf("%v while a neighbour's transaction is open, want the one change", ids)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheFrontierHoldsWhileTransactionsComeAndGo: it never goes back, never passes what has begun, and arrives once all have
// ended. How far it lags says nothing: a writer that waits for a core holds it up while others use up thousands of ids.
func TestTheFrontierHoldsWhileTransactionsComeAndGo(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	stop := make(chan bool)
	var busy sync.WaitGroup
	for range 3 {
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				_ = s.InTx(ctx, func(tx *store.Tx) error {
					return tx.Note(ctx, market.Event{At: noon, Verb: "test.noted", Subject: "group", SubjectID: s.giver.ID})
				})
			}
		})
	}
	var last, begun uint64
	look := func() (settled uint64) {
		settled, next, err := s.Frontier(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if settled > next || settled < last {
			t.Fatalf("settled %d, next %d after %d", settled, next, last)
		}
		last, begun = settled, next
		return settled
	}
	s.change(t, func(tx *store.Tx) error { // one that is kept waiting, while others use up many ids
		if err := tx.LockListing(ctx, s.offer.ID); err != nil {
			return err
		}
		held := look()
		_, err := s.Pool().Exec(ctx, `do $$ begin for i in 1..1500 loop
			begin insert into changes (listing_id) select id from listings limit 1; exception when division_by_zero then null; end; end loop; end $$`)
		if now := look(); now > begun-1000 || now < held {
			t.Errorf("settled %d of %d while one that began at %d is open", now, begun, held)
		}
		return err
	})
	for range 300 {
		look()
	}
	close(stop)
	busy.Wait()
	final := begun
	for range 1000 { // an autovacuum may hold it up for a moment
		if look() >= final {
			return
		}
	}
	t.Errorf("settled %d, though all before %d have ended", last, final)
}

func TestAPlaceEnteredAnewBesideItselfKeepsItsPublicPoint(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	type adding func(*store.Tx, context.Context, market.Place, market.Point) (market.Place, error)
	add := func(by adding, g market.Group, exact market.Point) (kept market.Place) {
		s.change(t, func(tx *store.Tx) (err error) {
			p := market.Place{ID: market.NewID(), GroupID: g.ID, Precision: market.ByPoint, Exact: exact, CreatedAt: noon}
			kept, err = by(tx, ctx, p, market.Blur([]byte("a secret"), exact))
			return err
		})
		return kept
	}
	own, others := (*store.Tx).AddPlace, (*store.Tx).AddPlaceOfOthers
	exact := market.Point{Lat: 51.5, Lng: -0.1}
	first := add(own, s.giver, exact)
	s.change(t, func(tx *store.Tx) error { return tx.RemovePlace(ctx, s.giver.ID, first.ID) })
	beside := func(i int, step float64) market.Point {
		return market.Point{Lat: exact.Lat + float64(i%3-1)*step, Lng: exact.Lng + float64(i/3-1)*step*1.2}
	}
	moved := 0
	for i := range 9 { // what others try out beside it is shown where any place there would be
		near := beside(i, 0.0009)
		want := market.Blur([]byte("a secret"), near)
		if got := add(others, s.giver, near); got.Public != want {
			t.Errorf("others say %v: at %v, want %v", near, got.Public, want)
		}
		if want != first.Public {
			moved++
		}
	}
	if moved < 4 {
		t.Errorf("only %d of 9 points beside it differ: this test looks at nothing", moved)
	}
	for i := range 9 {
		near := beside(i, 0.0005)
		km := near.KM(first.Public)
		if km < 0.46 || km > 0.74 {
			continue
		}
		if got := add(own, s.giver, near); got.Public != first.Public {
			t.Errorf("entered %.0f m beside: at %v, want it where it was, %v", 1000*near.KM(exact), got.Public, first.Public)
		}
		if got := add(own, s.taker, near); market.BlurCell(near) != market.BlurCell(exact) && got.Public != first.Public {
			t.Errorf("another group at that place is shown at %v, want %v", got.Public, first.Public)
		}
	}
	far := add(own, s.giver, market.Point{Lat: exact.Lat + 0.1, Lng: exact.Lng})
	if km := far.Public.KM(far.Exact); km > 0.8 {
		t.Errorf("a place elsewhere is shown %.1f km away", km)
	}
}
