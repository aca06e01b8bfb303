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

// readAlike has all texts read as the same thing.
func (s *street) readAlike() {
	pool := listing.NewPool(s.store, func() time.Time { return s.now })
	pool.Meanings = listing.NewMeaningsBy(s.store, func() (listing.Reader, error) { return synonyms{}, nil })
	s.intros = introduction.New(s.store, pool, introduction.Caps{})
}

func skill(side market.Side, title string) market.Listing {
	return market.Listing{Side: side, Kind: market.Skill, Title: title, Quantity: 1, Terms: market.Terms{Kind: market.Gift}}
}

// TestWhatWasProposedStandsWhileATextIsReadAnew: the offer's text was read by the release before, or is not read again yet. What
// was proposed by meaning alone is neither taken back nor refused for that.
func TestWhatWasProposedStandsWhileATextIsReadAnew(t *testing.T) {
	for name, unread := range map[string]string{
		"by the release before": `update meanings set model = regexp_replace(model, '/read-[0-9]+$', '/read-1') where listing_id = $1`,
		"by another model":      `update meanings set model = 'another' where listing_id = $1`,
		"not yet":               `delete from meanings where listing_id = $1`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			s.readAlike()
			giver, taker := s.neighbour("Hall", "host@hall.example"), s.neighbour("Choir", "guest@choir.example")
			offer := s.post(giver, skill(market.Offer, "Ledgers"))
			need := s.post(taker, skill(market.Need, "Sums"))
			in := s.only(taker)
			did, err := s.store.Pool().Exec(s.ctx, unread, offer.ID)
			if s.must(err); did.RowsAffected() != 1 {
				t.Fatal("the offer was not read")
			}
			s.must(s.intros.Fill(s.ctx, need.ID, s.now))
			s.deliver()
			for _, who := range []neighbour{taker, giver} {
				if in, err = s.intros.Answer(s.ctx, who.viewer, in.ID, market.Yes, "", s.now); err != nil {
					t.Fatal(err)
				}
				s.deliver()
			}
			if in.State != market.Connected {
				t.Errorf("it is %s", in.State)
			}
		})
	}
}

// TestTheFirstMailIsNoWorseThanThePage: the need was not read before its match job, which reads it itself. What it then
// finds by meaning stands in the transaction that opens the introduction.
func TestTheFirstMailIsNoWorseThanThePage(t *testing.T) {
	s := newStreet(t)
	s.readAlike()
	hall, choir := s.neighbour("Hall", "host@hall.example"), s.neighbour("Choir", "guest@choir.example")
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
