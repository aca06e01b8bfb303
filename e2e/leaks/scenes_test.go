package leaks

import (
	"strings"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/store"
)

// met are those who are connected with somebody, or speak for one who is.
var met = map[string][]string{"giver": {"taker"}, "taker": {"giver"}, "host": {"singer", "elder", "connector"}, "singer": {"host"}, "elder": {"host", "connector"}}

// finished are a host and a singer whose exchange is over: the host has said that it happened, with a kind word and what worked, and the
// singer is asked.
func (s *street) finished() market.Introduction {
	start := s.now
	s.now = start.AddDate(0, 0, -50)
	host, singer := s.neighbour("host", 51.474919), s.neighbour("singer", 51.480717)
	s.cast["host"], s.cast["singer"] = host, singer
	offer, need := s.posts(host, market.Offer), s.posts(singer, market.Need)
	s.sends()
	in := s.between(offer, need)
	for _, n := range []*neighbour{singer, host} {
		s.answers(n, in, market.Yes)
		s.sends()
	}
	s.agree(singer, host, in)
	s.sends()
	s.now = start
	s.must(s.intros.Turn(s.ctx, s.now))
	s.sends()
	_, err := s.intros.Tell(s.ctx, host.viewer, in.ID, market.Told{Answer: market.Yes, Word: "Kindword of the host", Worked: "The sidedoor sticks"}, "", "told", s.now)
	s.must(err)
	for _, n := range []*neighbour{host, singer} {
		s.signsIn(n) // what they had has run out
	}
	return in
}

// byHand has the connector speak for elders to whom no mail comes: they are connected with the host.
func (s *street) byHand() market.Introduction {
	elder, host, connector := s.cast["elder"], s.cast["host"], s.cast["connector"]
	s.tx(func(tx *store.Tx) error { return tx.MarkBounced(s.ctx, elder.person.ID, true) })
	need := s.posts(elder, market.Need)
	s.sends()
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	in := all[0]
	for _, one := range all {
		if one.OfferGroupID == host.group.ID {
			in = one
		}
	}
	_, err = s.intros.AnswerFor(s.ctx, connector.viewer, market.Consent{IntroductionID: in.ID, GroupID: elder.group.ID, Answer: market.Yes, SaidBy: "Joan saidbyelder",
		SaidOn: market.DateOf(s.now), Way: market.ByPhone}, "", "said", s.now)
	s.must(err)
	s.sends()
	s.answers(host, in, market.Yes)
	s.sends()
	return in
}

// ring of three who give each other what they have in return for something: they are asked, and one has said yes.
func (s *street) ring() market.Ring {
	things := []string{"Gazebo", "Stacking chairs", "Film projector"}
	names := []string{"baker", "potter", "weaver"}
	for i, name := range names {
		n, next := s.cast[name], things[(i+1)%3]
		s.lists(n, market.Listing{Side: market.Offer, Kind: market.Equipment, Title: things[i], Quantity: 1, Terms: market.Terms{Kind: market.Swap}, ReachKM: 3})
		s.lists(n, market.Listing{Side: market.Need, Kind: market.Equipment, Title: next, Quantity: 1, Terms: market.Terms{Kind: market.Loan}, ReachKM: 3})
	}
	s.now = s.now.Add(time.Minute)
	if n, err := s.intros.FindRings(s.ctx, s.now); err != nil || n != 1 {
		s.t.Fatalf("%d rings (%v), want one", n, err)
	}
	s.sends()
	baker := s.cast["baker"]
	rings, err := s.store.RingsOf(s.ctx, baker.viewer, nil, 10)
	s.must(err)
	_, err = s.intros.AnswerRing(s.ctx, baker.viewer, rings[0].ID, baker.group.ID, market.Yes, s.now)
	s.must(err)
	s.sends()
	return rings[0]
}

// lists has somebody post a thing at their place, to all.
func (s *street) lists(n *neighbour, l market.Listing) {
	l.GroupID, l.PlaceID, l.Where, l.Circle = n.group.ID, n.place.ID, market.AtPlace, market.Anyone
	l, err := s.listings.Publish(s.ctx, n.viewer, l, market.OnceOnly{ID: string(market.NewID())}, s.now)
	s.must(err)
	s.must(s.intros.Match(s.ctx, l.ID, s.now))
	s.must(listing.NewIndexer(s.store, s.search).Index(s.ctx, l.ID, s.now))
}

// knowsRing are the values with which the routes of rings are asked.
func (s *street) knowsRing(r market.Ring) {
	s.known["/rings"] = []string{string(r.ID)}
	links := introduction.Links{Secret: []byte(strings.Repeat("s", 32))}
	for _, n := range s.cast {
		if n.person.ID != "" {
			s.known["/ring "+n.name] = []string{links.RingToken(r.ID, n.person.ID)}
		}
	}
}
