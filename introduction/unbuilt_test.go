package introduction_test

import (
	"errors"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
)

// unbuilt has the street rank with a pool that is not built, beside a search that knows some listings.
func (s *street) unbuilt(caps introduction.Caps, found ...market.Listing) *listing.Pool {
	s.t.Helper()
	index := search.NewPostgres(s.store.Pool(), []byte("secret"))
	s.must(index.Setup(s.ctx))
	for _, l := range found {
		s.must(listing.NewIndexer(s.store, index).Index(s.ctx, l.ID, s.now))
	}
	pool := listing.NewPool(s.store, func() time.Time { return s.now })
	pool.Search = index
	s.intros = introduction.New(s.store, pool, caps)
	return pool
}

// waits is how many jobs of a kind are to come for a listing.
func (s *street) waits(kind string, l market.Listing) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from outbox where kind = $1 and subject = $2 and state = 'waiting'`, kind, l.ID).Scan(&n))
	return n
}

func TestBeforeTheIndexIsBuiltASearchFindsWhatIsProposed(t *testing.T) {
	s := newStreet(t)
	giver, other, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	small := hall("Small hall")
	small.Facts = market.Facts{"seated": 12.0}
	offer := s.publish(giver, hall("Church hall"))
	pool := s.unbuilt(introduction.Caps{}, offer, s.publish(other, small))
	need := s.post(taker, choir("2027-02-01"))
	if in := s.only(taker); in.OfferID != offer.ID || len(in.Slots) != 12 {
		t.Errorf("proposed is %s with %d evenings, want the hall that is large enough, with 12", in.OfferID, len(in.Slots))
	}
	if err := pool.Ready(); err == nil {
		t.Error("a job has built the index")
	}
	s.must(s.intros.Match(s.ctx, need.ID, s.now))
	if m, f := s.waits(market.MatchJob, need), s.waits(market.FillJob, need); m != 1 || f != 1 {
		t.Errorf("%d and %d looks are to come, want one of each, when the index is there", m, f)
	}
	if _, err := s.intros.ShareOut(s.ctx, introduction.Sharing{Cause: market.OnDemand}, s.now); !errors.Is(err, market.ErrUnavailable) || errors.Is(err, market.ErrOverBound) {
		t.Errorf("shared out without an index: %v", err)
	}
	s.must(pool.Refresh(s.ctx))
	_, err := s.store.Pool().Exec(s.ctx, `delete from outbox`)
	s.must(err)
	s.must(s.intros.Match(s.ctx, need.ID, s.now))
	if m, f := s.waits(market.MatchJob, need), s.waits(market.FillJob, need); m+f != 0 {
		t.Errorf("%d and %d looks are to come though the index is there", m, f)
	}
}

// What a search does not find, but matched before, is no less a match.
func TestBeforeTheIndexIsBuiltNoMatchIsLost(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	need := s.post(taker, choir("2027-02-01"))
	s.unbuilt(introduction.Caps{})
	s.must(s.intros.Match(s.ctx, need.ID, s.now))
	all, err := s.store.MatchesOfAll(s.ctx, []market.ID{need.ID}, 10)
	s.must(err)
	if len(all[need.ID]) != 1 {
		t.Errorf("%d matches are left of one", len(all[need.ID]))
	}
}

// Where more is open than the index may hold, each need is looked at by itself, and nothing waits for a sharing out that cannot be.
func TestWhereTheIndexMayNotHoldAllASearchFindsWhatIsProposed(t *testing.T) {
	s := newStreet(t)
	giver, taker, late := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test"), s.neighbour("Sorrel Band", "band@sorrel.test")
	offer := s.publish(giver, hall("Church hall"))
	pool := s.unbuilt(introduction.Caps{Burst: 1}, offer)
	pool.Most = 1
	s.publish(late, choir("2027-02-01"))
	s.must(pool.Refresh(s.ctx))
	if err := pool.Ready(); !errors.Is(err, market.ErrOverBound) {
		t.Fatalf("it holds more than it may: %v", err)
	}
	need := s.post(taker, choir("2027-02-01"))
	if in := s.only(taker); in.OfferID != offer.ID {
		t.Errorf("proposed is %s", in.OfferID)
	}
	if m, f := s.waits(market.MatchJob, need), s.waits(market.FillJob, need); m+f != 0 {
		t.Errorf("%d and %d looks are to come, though there will be no index", m, f)
	}
	s.must(s.intros.ShareNightly(s.ctx, s.now))
	if n, err := s.intros.FindRings(s.ctx, s.now); n != 0 || err != nil {
		t.Errorf("%d rings, %v", n, err)
	}
	if _, err := s.intros.ShareOut(s.ctx, introduction.Sharing{Cause: market.OnDemand}, s.now); !errors.Is(err, market.ErrOverBound) {
		t.Errorf("shared out without an index: %v", err)
	}
}
