package matching

import (
	"cmp"
	"slices"

	"wherewithal/market"
)

// accepts lists, for what a need says is the most it can accept, the terms of an offer that suit it. A gift suits
// everyone.
var accepts = map[market.TermsKind][]market.TermsKind{
	market.Gift:   {market.Gift},
	market.Loan:   {market.Gift, market.Loan, market.Shared},
	market.Shared: {market.Gift, market.Loan, market.Shared},
	market.AtCost: {market.Gift, market.Loan, market.Shared, market.AtCost},
	market.Swap:   {market.Gift, market.Loan, market.Shared, market.Swap},
}

// termsSuit: what the giver asks is within what the taker can accept: in kind, in days lent, in pence.
func termsSuit(p *pair) []Failure {
	offer, need := p.offer.Listing.Terms, p.need.Listing.Terms
	switch {
	case !suits(p.offer.Listing.Kind, offer.Kind, need.Kind):
		return fail(market.MissTerms, string(offer.Kind), 0, float64(offer.Pence))
	case offer.Kind == market.Loan && need.Kind == market.Loan && offer.LoanDays > 0 && need.LoanDays > offer.LoanDays:
		return fail(market.MissTerms, string(market.Loan), float64(offer.LoanDays), float64(need.LoanDays))
	case offer.Kind == market.AtCost && need.Pence > 0 && p.cost(offer) > p.cost(need):
		return fail(market.MissTerms, string(market.AtCost), float64(need.Pence), p.payable())
	}
	return nil
}

// priceSuits looks at the terms again once it is known how long a use lasts: a price by the hour was judged by the shortest that would do.
func priceSuits(p *pair) []Failure {
	if p.offer.Listing.Terms.Kind != market.AtCost || len(p.meeting.Slots) == 0 || p.need.Listing.When.Duration > 0 {
		return nil
	}
	if short := termsSuit(&pair{offer: p.offer, need: p.need}); len(short) > 0 {
		return nil // which was said
	}
	return termsSuit(p)
}

// suits: where nothing is kept (a room, a skill), to be given, lent or shared is all the same: free of charge.
func suits(kind string, offer, need market.TermsKind) bool {
	if need == market.Gift && !market.Keepable(kind) {
		need = market.Loan
	}
	return slices.Contains(accepts[need], offer)
}

// cost of one use in pence. A price by the hour counts the need's hours, one when it states none.
func (p *pair) cost(t market.Terms) float64 {
	return float64(t.Pence) * p.uses(t.Per)
}

func (p *pair) uses(per string) float64 {
	if minutes := p.minutes(); per == "hour" && minutes > 0 {
		return float64(minutes) / 60
	}
	return 1
}

// minutes of one use: what the need says, else those of the slot, and before that is known of the shortest window.
func (p *pair) minutes() int {
	w := p.need.Listing.When
	switch {
	case w.Duration > 0 || len(w.Windows) == 0:
		return w.Duration
	case len(p.meeting.Slots) > 0:
		return int(p.meeting.Slots[0].Until.Sub(p.meeting.Slots[0].From).Minutes())
	}
	shortest := slices.MinFunc(w.Windows, func(a, b market.Window) int { return cmp.Compare(a.End-a.Start, b.End-b.Start) })
	return int(shortest.End - shortest.Start)
}

// payable is the least the need would have to pay, in pence, by its own measure.
func (p *pair) payable() float64 {
	return p.cost(p.offer.Listing.Terms) / p.uses(p.need.Listing.Terms.Per)
}
