package pages

import (
	"fmt"
	"testing"

	"wherewithal/listing"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// However many listings and introductions somebody has, the pages about them ask the database equally often.
func TestListsOfOnesOwnAskNoMoreOftenTheLongerTheyAre(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	address, trips := storetest.CountTrips(t, s.store.Pool().Config().ConnString())
	counted, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counted.Close)
	again := openOn(t, counted)
	again.site.Preview = s.site.Preview
	visits := func(path string) int64 {
		b := &browser{house: again, client: s.taker.client}
		for range 3 { // until every connection has prepared its statements
			b.get(path).want(200)
		}
		before := trips.Count()
		b.get(path).want(200)
		return trips.Count() - before
	}
	ask := func(n int) {
		for i := range n {
			id := s.taker.says("/ask", fmt.Sprintf("Room for %d, weekly, Thursday evenings, step-free, within 3 km of SE10, from 1 February for 12 weeks", 20+i))
			s.worked(id)
		}
		if err := s.site.Preview.(*listing.Pool).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ask(1)
	few := map[string]int64{"/mine": visits("/mine"), "/introductions": visits("/introductions")}
	ask(6)
	if n := s.count("introductions"); n < 5 {
		t.Fatalf("only %d introductions: nothing is shown", n)
	}
	for path, n := range few {
		if more := visits(path); n == 0 || more != n {
			t.Errorf("%s asks %d times for one listing, and %d times for seven", path, n, more)
		} else {
			t.Logf("%s asks %d times", path, n)
		}
	}
}
