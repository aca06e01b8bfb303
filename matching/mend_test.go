package matching

import (
	"testing"

	"wherewithal/market"
	"wherewithal/wording"
)

// shortOf is a pair that fails on exactly one thing.
var shortOf = []struct {
	name   string
	change func(offer, need *market.Entry)
	rule   string
	byNeed market.Side // who changes when the need asks, and when the offer does
	byGive market.Side
}{
	{"another day", func(o, n *market.Entry) { n.Listing.When.Windows[0].Days = 4 }, market.MissTime, market.Need, market.Offer},
	{"a series on another day", func(o, n *market.Entry) {
		n.Listing.When.Windows[0].Days, n.Listing.When.Every, n.Listing.When.Times = 4, market.Weekly, 6
	}, market.MissTime, market.Need, market.Offer},
	{"one date on another day", func(o, n *market.Entry) {
		n.Listing.When.Windows = []market.Window{{Repeat: market.Once, On: "2027-01-20", Start: 1140, End: 1260}}
	}, market.MissTime, market.Need, market.Offer},
	{"too far", func(o, n *market.Entry) { n.Listing.ReachKM = 1; o.Point.Lat += .015 }, market.MissDistance, market.Need, market.Need},
	{"too far to bring", func(o, n *market.Entry) {
		o.Listing.Where, o.Listing.ReachKM = market.Delivered, 1
		o.Point.Lat += .015
	}, market.MissDistance, market.Offer, market.Offer},
	{"too few seats", func(o, n *market.Entry) { n.Listing.Facts["seated"] = 60.0 }, market.MissQuantity, market.Need, market.Need},
	{"too few", func(o, n *market.Entry) { n.Listing.Quantity = 2 }, market.MissQuantity, market.Need, market.Need},
	{"at a price", func(o, n *market.Entry) { o.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 1500} }, market.MissTerms, market.Need, market.Offer},
	{"above the price", func(o, n *market.Entry) {
		o.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 1500, Per: "hour"}
		n.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 1000}
	}, market.MissTerms, market.Need, market.Offer},
	{"no parking", func(o, n *market.Entry) { o.Listing.Has, n.Listing.Requires = nil, []market.Feature{market.Parking} }, market.MissEligibility, market.Need, market.Need},
	{"no kitchen", func(o, n *market.Entry) { o.Listing.Facts["kitchen"] = false }, market.MissEligibility, market.Need, market.Need},
	{"no alcohol", func(o, n *market.Entry) {
		o.Listing.NotAllowed, n.Listing.Involves = []market.Use{market.Alcohol}, []market.Use{market.Alcohol}
	}, market.MissEligibility, market.Need, market.Offer},
	{"insurance", func(o, n *market.Entry) { o.Listing.Asks.Insurance = true }, market.MissEligibility, market.Need, market.Need},
	{"another kind", func(o, n *market.Entry) {
		o.Listing.Kind, n.Listing.Title, o.Listing.Title = market.Equipment, "Kitchen", "Kitchen"
		n.Listing.Facts = market.Facts{"seated": 20.0}
	}, market.MissKind, market.Need, market.Need},
}

// What the button makes of a listing is a listing that can be kept, and that then matches; and the other side's is left
// alone.
func TestAMendedListingCanBeKeptAndMatches(t *testing.T) {
	for _, c := range shortOf {
		for _, asks := range []market.Side{market.Need, market.Offer} {
			offer, need := hallAndChoir()
			if need.Listing.Requires = nil; c.name != "no kitchen" {
				delete(need.Listing.Facts, "kitchen")
			}
			c.change(&offer, &need)
			offer.Listing.PlaceID, need.Listing.PlaceID = "p1", "p2"
			m, ok := Mend(offer, need, asks, benchNow, Options{})
			by := map[market.Side]market.Side{market.Need: c.byNeed, market.Offer: c.byGive}[asks]
			if !ok || m.Miss.Rule != c.rule || m.Miss.By != by {
				t.Errorf("%s, %s asks: %v %+v", c.name, asks, ok, m.Miss)
				continue
			}
			if !m.Miss.OfListing() {
				continue
			}
			kind, _ := market.StandardKind(m.Listing.Kind)
			if err := m.Listing.Validate(kind, wording.IsLanguage); err != nil {
				t.Errorf("%s, %s asks: %v", c.name, asks, err)
			}
			if by == market.Offer {
				offer.Listing = m.Listing
			} else {
				need.Listing = m.Listing
			}
			if v := Explain(offer, need, benchNow, Options{}); !v.Fits {
				t.Errorf("%s, %s asks: mended, it still fails %v", c.name, asks, v.Failed)
			}
			if _, again := Mend(offer, need, asks, benchNow, Options{}); again {
				t.Errorf("%s: a match is mended again", c.name)
			}
		}
	}
}

func TestWhatIsNobodysBusinessIsNotMended(t *testing.T) {
	for name, change := range map[string]func(o, n *market.Entry){
		"blocked":    func(o, n *market.Entry) { o.Group.Blocked = []market.ID{n.Listing.GroupID} },
		"not shown":  func(o, n *market.Entry) { o.Listing.Circle = market.MyNetworks },
		"paused":     func(o, n *market.Entry) { o.Listing.Life = market.Paused },
		"two faults": func(o, n *market.Entry) { o.Listing.Has = nil },
	} {
		offer, need := hallAndChoir()
		need.Listing.When.Windows[0].Days = 4
		change(&offer, &need)
		if m, ok := Mend(offer, need, market.Need, benchNow, Options{}); ok {
			t.Errorf("%s: %+v", name, m.Miss)
		}
	}
}
