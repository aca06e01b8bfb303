package market

import "testing"

func TestWhatIsDeliveredHappensWhereItIsNeeded(t *testing.T) {
	offer, need := Listing{PlaceID: "hall", When: When{Zone: "Europe/London"}}, Listing{PlaceID: "choir", When: When{Zone: "Europe/Paris"}}
	for where, want := range map[Where]ID{AtPlace: "hall", Collected: "hall", Delivered: "choir"} {
		offer.Where = where
		zone := map[ID]string{"hall": "Europe/London", "choir": "Europe/Paris"}[want]
		if got := VenuePlace(offer, need); got != want || VenueZone(offer, need).String() != zone {
			t.Errorf("%s: at %s in %s, want %s in %s", where, got, VenueZone(offer, need), want, zone)
		}
	}
	offer.Where, offer.PlaceID = Online, ""
	if got := VenuePlace(offer, need); got != "" || VenueZone(offer, need).String() != "Europe/Paris" {
		t.Errorf("online: at %q in %s", got, VenueZone(offer, need))
	}
}
