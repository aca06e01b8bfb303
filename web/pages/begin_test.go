package pages

import (
	"testing"

	"wherewithal/market"
)

// The group that gives may act first, from what fits its listing, and learns nothing by it that it did not see before.
func TestTheGiverOffersThisBeforeItIsAsked(t *testing.T) {
	s := openStreet(t)
	need := s.taker.says("/ask", theNeed)
	s.worked(need)
	path := "/listings/" + string(s.offer) + "/matches/" + string(need)
	s.giver.get("/introductions").want(200).without("Creekside Choir")
	s.giver.get(introPath(s.only().ID)).want(404)
	s.giver.get("/mine").want(200, "Offer them this").without("Ama").fill(path).
		want(200, "we tell you as soon as they answer").without("Ama", "guest@choir.example")
	if in := s.only(); in.State != market.Proposed || in.OfferAnswer != market.Yes {
		t.Fatalf("%s, %q: want proposed, with the giver's yes", in.State, in.OfferAnswer)
	}
	s.giver.get("/mine").want(200, "Waiting for Creekside Choir").without("Offer them this")
	in := introPath(s.only().ID)
	s.taker.get("/introductions").want(200, "Waiting for your answer")
	s.taker.get(in).want(200, "Maze Hill Rooms would like to help you").fill(in+"/yes").want(200, "You are connected", "Joan")
	s.giver.get(in).want(200, "Ama")
}

// Why something cannot be put to the other side stays with that side.
func TestANoBeforeTheGiverWasAskedIsNotToldWhenItBegins(t *testing.T) {
	s := openStreet(t)
	need := s.taker.says("/ask", theNeed)
	s.worked(need)
	in := introPath(s.only().ID)
	mine := s.giver.get("/mine").want(200, "Offer them this")
	s.taker.get(in).fill(in + "/no").want(200)
	mine.fill("/listings/"+string(s.offer)+"/matches/"+string(need)).want(200, "That cannot be put to them now")
}

// The page that a giver had open offers to take the yes back; told meanwhile, it says what can be done instead.
func TestAYesThatWasToldIsStoppedAndNotTakenBack(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	in := s.only()
	s.giver.post("/listings/"+string(in.OfferID)+"/matches/"+string(in.NeedID), nil).want(200)
	path := "/introductions/" + string(in.ID)
	open := s.giver.get(path).want(200, "Take back my yes").without(path + "/stop")
	if _, err := s.store.Pool().Exec(t.Context(), `update introductions set yes_told_at = now()`); err != nil {
		t.Fatal(err)
	}
	open.fill(path+"/take-back").want(200, "cannot be taken back quietly any more", path+"/stop").without("Take back my yes")
	if got := s.only(); got.State != market.Proposed || got.OfferAnswer != market.Yes {
		t.Errorf("%s, %q", got.State, got.OfferAnswer)
	}
}
