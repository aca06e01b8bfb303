package market

import "time"

// VenueOf is the side at whose place what an offer brings to a need takes place, or changes hands: what is delivered
// comes to the group that needs it, all else is had at the place of the group that gives. For what is had online it is
// the group that needs, whose clock it goes by.
func VenueOf(offer, need Listing) Side {
	if offer.Where == Delivered || offer.Where == Online {
		return Need
	}
	return Offer
}

// Venue is the listing of the side where it takes place.
func Venue(offer, need Listing) Listing {
	if VenueOf(offer, need) == Need {
		return need
	}
	return offer
}

// VenuePlace is the place where it takes place; "" for what is had online.
func VenuePlace(offer, need Listing) ID {
	if offer.Where == Online {
		return ""
	}
	return Venue(offer, need).PlaceID
}

// VenueZone is the time zone of the place where it takes place.
func VenueZone(offer, need Listing) *time.Location { return Venue(offer, need).When.Location() }
