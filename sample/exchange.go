package sample

import (
	"time"

	"wherewithal/market"
)

// says are the answers to "did it happen?" of the exchanges that are over: offer side, need side.
var says = [][2]market.Answer{
	{market.Yes, market.Yes}, {market.Yes, market.Yes}, {market.Yes, market.NoAnswer}, {market.Yes, market.Yes}, {market.No, market.No},
	{market.Yes, market.Yes}, {market.NoAnswer, market.NoAnswer}, {market.Yes, market.Yes}, {market.Yes, market.No},
	{market.Yes, market.Yes}, {market.NoAnswer, market.Yes}, {market.Yes, market.Yes}, {market.Yes, market.Yes},
}

// agree writes what two connected groups agreed and what came of it, takes the capacity and closes the need.
func (m *maker) agree(in market.Introduction, p pair, n int) {
	agreed := in.ConnectedAt.Add(time.Duration(m.between(3, 30)) * time.Hour)
	m.allocate(in, p, agreed)
	ex := market.Exchange{ID: m.id(), IntroductionID: in.ID, Amount: in.Amount, Slots: in.Slots, ProposedBy: in.NeedBy, AgreedAt: &agreed,
		Stage: market.Agreed, ProposedSide: market.Need, SuggestedAt: &agreed, Sequence: 1, Published: len(in.Slots), Snapshot: m.snapshot(p), CreatedAt: agreed.Add(-2 * time.Hour)}
	m.event(agreed, in.OfferBy, "exchange.agreed", "exchange", ex.ID)
	if last := lastOf(in.Slots, agreed); n < len(says) && last.Before(m.midnight().AddDate(0, 0, -7)) {
		ex.OfferSays, ex.NeedSays = says[n][0], says[n][1]
		ex.Stage, ex.AskedAt, ex.ClosedAt = market.OutcomeOf(ex.OfferSays, ex.NeedSays), ptr(last.AddDate(0, 0, 1)), ptr(last.AddDate(0, 0, 5))
		m.event(last.AddDate(0, 0, 5), "", "exchange."+string(ex.Stage), "exchange", ex.ID)
	}
	m.w.Exchanges = append(m.w.Exchanges, ex)
	p.need.close(m, market.Fulfilled, agreed)
	if p.offer.listing.Terms.Kind == market.Gift && p.offer.listing.Kind == market.Equipment && in.Amount == p.offer.listing.Quantity {
		p.offer.close(m, market.Fulfilled, agreed)
	}
}

func lastOf(slots []market.Slot, agreed time.Time) time.Time {
	if len(slots) == 0 {
		return agreed.AddDate(0, 0, 10)
	}
	return slots[len(slots)-1].Until
}

func (m *maker) midnight() time.Time { return m.day.Time(m.zone).UTC() }

// allocate takes the capacity: one row an occurrence; for things without times, from the agreement on, until the loan
// is over or, for a gift, for ever.
func (m *maker) allocate(in market.Introduction, p pair, agreed time.Time) {
	slots := in.Slots
	if len(slots) == 0 {
		slots = []market.Slot{{From: agreed}}
		if days := p.need.listing.Terms.LoanDays; days > 0 {
			slots[0].Until = agreed.AddDate(0, 0, days)
		}
	}
	for _, s := range slots {
		a := market.Allocation{ID: m.id(), OfferID: in.OfferID, NeedID: in.NeedID, IntroductionID: in.ID, Amount: in.Amount, From: s.From, CreatedAt: *in.ConnectedAt}
		if !s.Until.IsZero() {
			a.Until = ptr(s.Until)
		} else if p.offer.listing.Kind != market.Equipment || p.offer.listing.Terms.Kind != market.Gift {
			a.Until = ptr(agreed.AddDate(0, 0, 7)) // an hour's help does not use up the helper
		}
		m.w.Allocations = append(m.w.Allocations, a)
	}
}

func (m *maker) snapshot(p pair) market.Snapshot {
	return market.Snapshot{OfferTitle: p.offer.listing.Title, NeedTitle: p.need.listing.Title, Kind: p.offer.listing.Kind,
		Terms: p.offer.listing.Terms.Kind, Facts: p.offer.listing.Facts, Networks: shared(p.offer.crew.joined, p.need.crew.joined),
		Boroughs: []string{p.offer.crew.place.Borough, p.need.crew.place.Borough}, Weights: "sample"}
}

func shared(a, b []market.ID) (out []market.ID) {
	for _, x := range a {
		if contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}
