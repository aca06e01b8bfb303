package matching

import (
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Ways are the times at which the two could meet, the best way first, at most so many. What the introduction itself has
// taken counts as free: it is what is being agreed.
func Ways(offer, need market.Entry, introduction market.ID, amount int, now time.Time, most int) [][]market.Slot {
	almanac := calendar.NewAlmanac(now, Options{}.filled().TermDates)
	side := func(e market.Entry) calendar.Side {
		return almanac.Side(e.Listing.When, e.Borough).In(calendar.NationOf(e.Outcode))
	}
	stock := calendar.StockOf(offer.Listing, nil)
	for _, l := range offer.Lent {
		if l.IntroductionID != introduction {
			stock.Lent = append(stock.Lent, l)
		}
	}
	var ways [][]market.Slot
	for _, m := range almanac.Ways(side(offer), side(need), stock, amount, most) {
		ways = append(ways, m.Slots[:min(len(m.Slots), market.MostUses)])
	}
	return ways
}
