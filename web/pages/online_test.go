package pages

import (
	"testing"

	"wherewithal/market"
)

// What is online and said to be nowhere is seen in the borough or city of its group all the same.
func TestWhatIsOnlineIsSeenWhereItsGroupIs(t *testing.T) {
	s := openStreet(t)
	ctx := t.Context()
	viewer := func(address string) market.Viewer {
		p, err := s.store.PersonAt(ctx, address)
		s.must(err)
		v, err := s.store.ViewerFor(ctx, p, s.now)
		s.must(err)
		return v
	}
	for _, circle := range []market.Circle{market.InBorough, market.InCity} {
		l, err := s.site.Listings.Publish(ctx, viewer("host@hall.example"), market.Listing{GroupID: s.hall, Side: market.Offer, Kind: market.Skill,
			Title: "Help with accounts", Language: "en-GB", Quantity: 1, Where: market.Online, Circle: circle, Terms: market.Terms{Kind: market.Shared}},
			market.OnceOnly{ID: string(market.NewID())}, s.now)
		s.must(err)
		if _, err := s.store.EntryFor(ctx, viewer("guest@choir.example"), l.ID, s.now); err != nil {
			t.Errorf("%s: somebody of the same place finds %v", circle, err)
		}
	}
}
