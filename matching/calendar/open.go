package calendar

import (
	"time"

	"wherewithal/market"
)

// Open are the stretches in which the amount of an offer can still be used, in order: within the days ahead (Horizon at most),
// open by its windows, with the notice that it wants, and not lent. None reaches over midnight; those shorter than least are left
// out, and after most of them the rest. An offer without windows says no times: none.
func (a *Almanac) Open(offer Side, stock Stock, amount, days, most int, least time.Duration) (open []market.Slot) {
	if len(offer.when.Windows) == 0 {
		return nil
	}
	p := a.pair(&offer, &offer, stock, amount)
	var free []span
	list := offer.days.list
	for i := range list[:min(days+1, len(list))] { // the first is yesterday
		free = append(free, p.free(span{list[i].begins, list[i].ends}, i)...)
	}
	for _, s := range free {
		if len(open) == most {
			break
		}
		if time.Duration(s.to-s.from)*time.Minute >= least {
			open = append(open, market.Slot{From: timeOf(s.from, offer.loc), Until: timeOf(s.to, offer.loc)})
		}
	}
	return open
}
