package matching

import (
	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// portions are the amount the need would best take of what it still wants, and the least that is still a match. An offer that may not be
// split goes as a whole, and one with a smallest part goes in no smaller one, also to a need for less.
func (p *pair) portions() (full, least int) {
	smallest := p.offer.smallest()
	full = max(1, p.need.Wanted(), smallest)
	return full, min(full, max(p.need.LeastWanted(), smallest))
}

// enoughOfIt: there is as much as the need can use at least.
func enoughOfIt(p *pair) []Failure {
	_, least := p.portions()
	if have := p.everHas(); have < least {
		return fail(market.MissQuantity, "", float64(max(0, have)), float64(least))
	}
	return nil
}

// everHas is how much of the offer there can be at any time: what was given away for good never comes back.
func (p *pair) everHas() int {
	have := p.offer.Listing.Quantity
	for _, a := range p.offer.Lent {
		if a.Until == nil && a.ReleasedAt == nil && !a.From.After(p.now) {
			have -= a.Amount
		}
	}
	return have
}

// timesMeet: the offer is open, given its notice, and enough of it is not lent, at enough of the times wanted. When
// a smaller amount would be free, it is the quantity that fails and not the time.
func timesMeet(p *pair) []Failure {
	full, least := p.portions()
	least = min(least, max(1, p.everHas())) // that there is too little at all was said by enoughOfIt
	p.amount = least
	if !p.weeksMeet() {
		return fail(market.MissTime, calendar.NotOpen, 0, 1)
	}
	if full <= p.offer.Listing.Quantity && p.meet(full) {
		p.amount = full
		return p.forGood(least)
	}
	if p.meet(p.amount) {
		p.amount = min(p.left(), full)
		return p.forGood(least)
	}
	return p.missedTimes(least)
}

// weeksMeet is a cheap first look; listings in different zones cannot be compared so.
func (p *pair) weeksMeet() bool {
	return p.offer.Listing.When.Zone != p.need.Listing.When.Zone || p.offer.week.Meets(&p.need.week)
}

func (p *pair) meet(amount int) bool {
	p.meeting = p.almanac.Meet(p.times(p.offer), p.times(p.need), p.offer.stock(), amount)
	return p.meeting.Enough()
}

// times of a side, made ready once for all it is compared with.
func (p *pair) times(r *reading) calendar.Side {
	if r.times == nil {
		s := p.almanac.Side(r.Listing.When, r.Borough).In(calendar.NationOf(r.Outcode)).Kept()
		r.times = &s
	}
	return *r.times
}

// used is when the offer is used, or, where no time is agreed, taken until one is.
func (p *pair) used() []market.Slot {
	if len(p.meeting.Slots) == 0 && !p.meeting.Held.From.IsZero() {
		return []market.Slot{p.meeting.Held}
	}
	return p.meeting.Slots
}

// left is how much is free in each of the slots.
func (p *pair) left() int { return p.offer.stock().Each(p.used()) }

// forGood: what is given is given for good, so it must be free from then on.
func (p *pair) forGood(least int) []Failure {
	if !p.offer.Listing.ForGood() {
		return nil
	}
	from := p.now
	if len(p.meeting.Slots) > 0 {
		from = p.meeting.Slots[0].From
	}
	left := p.offer.stock().LeftForGood(from)
	if left < least {
		return fail(market.MissQuantity, "", float64(max(0, left)), float64(least))
	}
	p.amount = min(p.amount, left)
	return nil
}

// missedTimes tells too little at the right time from the wrong time.
func (p *pair) missedTimes(least int) []Failure {
	missed := p.meeting
	if smallest := p.offer.smallest(); smallest < least && len(p.offer.Lent) > 0 && p.meet(smallest) {
		return fail(market.MissQuantity, "", float64(p.left()), float64(least))
	}
	p.meeting = missed
	return fail(market.MissTime, missed.Why(), float64(missed.Fits), float64(missed.Of))
}
