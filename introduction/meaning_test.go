package introduction_test

import (
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching/meaning"
)

// synonyms reads every text as the same thing.
type synonyms struct{}

func (synonyms) Read(market.Listing) market.Meaning {
	v := make([]byte, market.VectorBytes)
	v[0] = 127
	return market.Meaning{Model: meaning.Model, Vectors: v, Things: []uint32{meaning.First | 7}}
}

// TestTheFirstMailIsNoWorseThanThePage: the need was not read before its match job, which reads it itself. What it then
// finds by meaning stands in the transaction that opens the introduction.
func TestTheFirstMailIsNoWorseThanThePage(t *testing.T) {
	s := newStreet(t)
	pool := listing.NewPool(s.store, func() time.Time { return s.now })
	pool.Meanings = listing.NewMeaningsBy(s.store, func() (listing.Reader, error) { return synonyms{}, nil })
	s.intros = introduction.New(s.store, pool, introduction.Caps{})
	hall, choir := s.neighbour("Hall", "host@hall.example"), s.neighbour("Choir", "guest@choir.example")
	skill := func(side market.Side, title string) market.Listing {
		return market.Listing{Side: side, Kind: market.Skill, Title: title, Quantity: 1, Terms: market.Terms{Kind: market.Gift}}
	}
	offer := s.post(hall, skill(market.Offer, "Ledgers"))
	need := s.post(choir, skill(market.Need, "Sums"))
	ins, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	if len(ins) != 1 || ins[0].OfferID != offer.ID {
		t.Fatalf("introduced to %+v", ins)
	}
	last := ins[0].Reasons[len(ins[0].Reasons)-1]
	if last.Code != market.ReasonMeaning {
		t.Errorf("because of %+v", ins[0].Reasons)
	}
}
