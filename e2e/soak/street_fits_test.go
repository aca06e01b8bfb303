package soak

import (
	"testing"

	"wherewithal/market"
	"wherewithal/matching"
)

// What a street's offers and needs are introduced for is worked out by the engine: each of its pairs fits, and things in parts.
func TestWhoLivesInAStreetFits(t *testing.T) {
	for _, p := range plans {
		s := &street{n: 1, plan: p}
		for range p.offers {
			s.offers = append(s.offers, s.neighbour(market.Offer, market.Point{Lat: 51.5}))
		}
		for range p.needs {
			s.needs = append(s.needs, s.neighbour(market.Need, market.Point{Lat: 51.5}))
		}
		for _, offer := range s.offers {
			for _, need := range s.needs {
				v := matching.Explain(offer.entry(), need.entry(), began, matching.Options{})
				if want := min(p.quantity, need.listing.Quantity); !v.Stands() || v.Amount != want {
					t.Errorf("%s: %s for %s: %d, want %d: %+v", p.name, offer.listing.Title, need.listing.Title, v.Amount, want, v)
				}
			}
		}
	}
}

// entry of a neighbour in a network with all others.
func (n *neighbour) entry() market.Entry {
	l, network := n.listing, []market.ID{"00000000-0000-4000-8000-000000000001"}
	l.When.Zone = market.DefaultZone
	return market.Entry{Listing: l, Point: n.place.Public, Outcode: n.place.Outcode, Borough: n.place.Borough, Region: n.place.Region, Networks: network,
		Group: market.Standing{ID: n.group.ID, Name: n.group.Name, LegalForm: n.group.LegalForm, Active: true, Joined: network}}
}
