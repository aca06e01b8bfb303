package pages

import (
	"testing"
	"time"

	"wherewithal/market"
)

func TestAListingIsPausedWithADayOnWhichItComesBack(t *testing.T) {
	s := openStreet(t)
	listing := "/listings/" + string(s.offer)
	form := s.giver.get(listing).want(200)
	form.fill(listing+"/pause", "until", "soon").want(422)
	form.fill(listing+"/pause", "until", "2020-01-01").want(422)
	form.fill(listing+"/pause", "until", "2027-02-01").want(200, "Paused until Monday 1 February 2027")
	form.fill(listing+"/pause", "until", "2027-03-01").want(200, "Paused until Monday 1 March 2027") // from a page on which it is open still
	form.fill(listing+"/pause", "until", "2020-01-01").want(422)
	form.fill(listing+"/pause").want(200, "Paused until Monday 1 March 2027")
	form.fill(listing+"/pause", "until", "2027-02-01").want(200, "Paused until Monday 1 February 2027")
	s.now = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	if err := s.site.Listings.Turn(t.Context(), s.now); err != nil {
		t.Fatal(err)
	}
	if l := s.kept(s.offer); l.Life != market.Open {
		t.Errorf("on its day it is %s", l.Life)
	}
	s.giver.get(listing).fill(listing+"/pause").want(200, "Paused.")
	if l := s.kept(s.offer); l.Life != market.Paused || l.PausedUntil != nil {
		t.Errorf("paused without a day: %s until %v", l.Life, l.PausedUntil)
	}
}
