package matching

import (
	"math"

	"wherewithal/market"
)

// travel is how giver and taker come together.
type travel struct {
	known     bool
	online    bool
	delivered bool    // the offer's side travels
	km        float64 // between public points
	reach     float64 // how far the side that travels goes
}

// journey works out who travels. An offer that is delivered comes to the need, whatever the need said it could do
// itself; otherwise the need's side comes, unless it said that things must be brought to it. Online meets only online.
func (p *pair) journey() (travel, bool) {
	offer, need := p.offer, p.need
	online := offer.Listing.Where == market.Online
	if online != (need.Listing.Where == market.Online) {
		return travel{}, false
	}
	t := travel{known: true, online: online, delivered: offer.Listing.Where == market.Delivered}
	switch {
	case online:
		return t, true
	case !t.delivered && need.Listing.Where == market.Delivered, offer.Point.IsZero(), need.Point.IsZero():
		return travel{}, false
	}
	t.km, t.reach = offer.Point.KM(need.Point), need.Listing.Reach()
	if t.delivered {
		t.reach = offer.Listing.Reach()
	}
	return t, true
}

// inReach: the side that travels goes that far. Public points only.
func inReach(p *pair) []Failure {
	t, ok := p.journey()
	if !ok {
		return fail(RuleWay, string(p.need.Listing.Where), 0, 0)
	}
	p.travel = t
	if !t.online && t.km > t.reach {
		return fail(market.MissDistance, "", t.reach, math.Ceil(t.km))
	}
	return nil
}
