package matching

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
	{"three fortnightly dates", func(o, n *market.Entry) { onFridays(n) }, market.MissTime, market.Need, market.Need},
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

// onFridays has a need want three Fridays, every other week, while the hall is open on Thursdays.
func onFridays(need *market.Entry) {
	need.Listing.When = market.When{Times: 3}
	for _, d := range []market.Date{"2027-01-22", "2027-02-05", "2027-02-19"} {
		need.Listing.When.Windows = append(need.Listing.When.Windows, market.Window{Repeat: market.Once, On: d, Start: 1140, End: 1260})
	}
}

// Dates of one's own move each by itself: none becomes a series, none is lost, and those that would gain nothing stay.
func TestDatesMoveAndStayDates(t *testing.T) {
	once := func(d market.Date, start, end market.Minute) market.Window {
		return market.Window{Repeat: market.Once, On: d, Start: start, End: end}
	}
	for _, c := range []struct {
		name   string
		change func(offer, need *market.Entry)
		want   []market.Window
		said   []market.Date
	}{
		{"all a day earlier", func(o, n *market.Entry) {}, []market.Window{once("2027-01-21", 1140, 1260), once("2027-02-04", 1140, 1260), once("2027-02-18", 1140, 1260)},
			[]market.Date{"2027-01-21", "2027-02-04", "2027-02-18"}},
		{"one finds the hall closed either way", func(o, n *market.Entry) { o.Listing.When.Exceptions = []market.Date{"2027-02-04"} },
			[]market.Window{once("2027-01-21", 1140, 1260), once("2027-02-05", 1140, 1260), once("2027-02-18", 1140, 1260)}, []market.Date{"2027-01-21", "2027-02-18"}},
		{"each at an hour of its own", func(o, n *market.Entry) { n.Listing.When.Windows[1].Start, n.Listing.When.Windows[1].End = 1080, 1320 },
			[]market.Window{once("2027-01-21", 1140, 1260), once("2027-02-04", 1080, 1320), once("2027-02-18", 1140, 1260)},
			[]market.Date{"2027-01-21", "2027-02-04", "2027-02-18"}},
		{"the same days at another hour", func(o, n *market.Entry) { o.Listing.When.Windows[0].Days, o.Listing.When.Windows[0].Start = 16, 1200 },
			[]market.Window{once("2027-01-22", 1200, 1320), once("2027-02-05", 1200, 1320), once("2027-02-19", 1200, 1320)},
			[]market.Date{"2027-01-22", "2027-02-05", "2027-02-19"}},
	} {
		offer, need := hallAndChoir()
		onFridays(&need)
		c.change(&offer, &need)
		m, ok := Mend(offer, need, market.Need, benchNow, Options{})
		if !ok {
			t.Errorf("%s: no near miss", c.name)
			continue
		}
		if diff := cmp.Diff(c.want, m.Listing.When.Windows); diff != "" {
			t.Errorf("%s: it would want\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.said, m.Miss.Change.Dates); diff != "" {
			t.Errorf("%s: it says\n%s", c.name, diff)
		}
		if w := m.Listing.When; w.Times != 3 || w.Duration != 0 {
			t.Errorf("%s: %d times of %d minutes", c.name, w.Times, w.Duration)
		}
	}
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
