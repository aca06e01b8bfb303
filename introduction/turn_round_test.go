package introduction_test

import (
	"testing"

	"wherewithal/market"
)

// What is proposed of a series can be had: what its own turn-round rules out is left out.
func TestASeriesLeavesOutWhatItsTurnRoundRulesOut(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	daily := []market.Window{{Repeat: market.Daily, Start: 600, End: 960}}
	offer, need := hall("Church hall"), choir("2027-02-01")
	offer.When = market.When{Windows: daily, TurnRound: 1440}
	need.When = market.When{Windows: daily, Every: market.Daily, Times: 5, From: "2027-02-01"}
	s.post(giver, offer)
	s.post(taker, need)
	in := s.only(taker)
	if len(in.Slots) != 3 {
		t.Errorf("%d of the five days are proposed, want 3: %v", len(in.Slots), in.Slots)
	}
	s.say(taker, in, market.Yes)
	if in = s.say(giver, in, market.Yes); in.State != market.Connected {
		t.Errorf("both said yes: %s", in.State)
	}
}
