package pages

import (
	"maps"
	"net/url"
	"testing"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
)

func TestAListingIsRenewedByTheLinkOfALetter(t *testing.T) {
	s := openStreet(t)
	p, err := s.store.PersonAt(t.Context(), "host@hall.example")
	s.must(err)
	link := "/r/" + listing.Links{Secret: []byte(s.site.Config.TokenSecret)}.RenewToken(s.offer, p.ID, s.now.Add(market.OpenFor))
	s.browser().get(link).want(200, "Church hall for 80", "It is open until").without("Keep it open for 90 days")
	s.now = s.now.Add(market.OpenFor - 24*time.Hour)
	before := s.rows()
	page := s.browser().get(link).want(200, "Keep it open for 90 days")
	s.browser().do(s.browser().request("HEAD", link, nil)).want(200)
	if after := s.rows(); !maps.Equal(before, after) {
		t.Error("looking changed the database")
	}
	page.fill(link).want(200, "Renewed: it stays open for another 90 days.")
	page.fill(link).want(200, "That was done already.")
	s.browser().get("/r/nonsense").want(404)
	s.now = s.now.Add(market.OpenFor)
	s.must(s.site.Listings.Turn(t.Context(), s.now))
	s.browser().get(link).want(200, "It ended on").fill(link).want(200, "Renewed")
	e, err := s.store.EntryFor(t.Context(), market.System, s.offer, s.now)
	if err != nil || e.Listing.Life != market.Open {
		t.Errorf("%s (%v)", e.Listing.Life, err)
	}
}

// Who stopped the mails renews on the listing's own page.
func TestAListingIsRenewedOnItsPage(t *testing.T) {
	s := openStreet(t)
	path := "/listings/" + string(s.offer)
	const button = "Keep it open for 90 days"
	s.giver.get(path).want(200).without(button)
	s.now = s.now.Add(market.OpenFor - 24*time.Hour)
	back := func(address string) *browser { // nobody is signed in for so long
		b := s.browser()
		b.get("/sign-in").fill("/sign-in", "email", address)
		link := b.link(address)
		b.get(link).fill(link).want(200)
		return b
	}
	giver, taker := back("host@hall.example"), back("guest@choir.example")
	taker.get(path).want(200).without(button)
	taker.post(path+"/renew", url.Values{}).want(404)
	giver.get(path).fill(path+"/renew").want(200, "Renewed: it stays open for another 90 days.").without(button)
	giver.post(path+"/renew", url.Values{}).want(200, "That was done already.")
	giver.get(path).fill(path + "/close").want(200)
	giver.post(path+"/renew", url.Values{}).want(200, "no longer possible")
}
