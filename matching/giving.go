package matching

import (
	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// offerChanges are what a giver could do: be open when it is wanted, ask for less, allow a use. What it asks a taker to
// show is never among them: that is asked with reason.
func (p *pair) offerChanges(f Failure) []change {
	switch f.Rule {
	case market.MissTime:
		return p.openThen(f)
	case market.MissTerms:
		return p.theirTerms(f)
	case market.MissEligibility:
		use := market.Use(f.Key)
		return []change{{said: market.Reason{Key: f.Key}, offer: func(e *market.Entry) { e.Listing.NotAllowed = less(e.Listing.NotAllowed, use) }}}
	}
	return nil
}

// openThen opens the offer at one of the times wanted, the first that will do.
func (p *pair) openThen(f Failure) []change {
	if f.Key != calendar.NotOpen || len(p.offer.Listing.When.Windows) == 0 {
		return nil
	}
	var out []change
	for _, w := range oneByOne(p.need.Listing.When) {
		if len(p.offer.Listing.When.Windows) == market.MaxOfWhen {
			return nil
		}
		again := p.changed(change{offer: opening(w)})
		if len(timesMeet(again)) > 0 {
			continue
		}
		m := again.meeting
		said := market.Reason{Start: w.Start, End: w.End, Fits: m.Fits, Of: m.Of, Day: dayOfWindow(w)}
		if w.Repeat == market.Once {
			said.Dates = []market.Date{w.On}
		}
		out = append(out, change{said: said, offer: opening(w)})
	}
	return out
}

func opening(w market.Window) func(*market.Entry) {
	return func(e *market.Entry) {
		e.Listing.When.Windows = append(append([]market.Window{}, e.Listing.When.Windows...), w)
	}
}

// oneByOne are the windows of a need cut to one day and one use each: all that a giver must open.
func oneByOne(when market.When) []market.Window {
	var out []market.Window
	for _, w := range when.Windows {
		if when.Duration > 0 {
			w.End = min(w.End, w.Start+market.Minute(when.Duration))
		}
		if w.Repeat != market.Weekly {
			out = append(out, w)
			continue
		}
		for day := range 7 {
			if one := w; w.Days&(1<<day) != 0 {
				one.Days = 1 << day
				out = append(out, one)
			}
		}
	}
	return out
}

// dayOfWindow is its one weekday, 1 Monday … 7 Sunday; 0 when it has several.
func dayOfWindow(w market.Window) int {
	days := w.Days
	if w.Repeat == market.Once {
		days = market.DayBit(w.On.Weekday())
	}
	for day := range 7 {
		if days == 1<<day {
			return day + 1
		}
	}
	return 0
}

// theirTerms are the need's own, taken by the offer: given, lent for as long, at what they can pay.
func (p *pair) theirTerms(f Failure) []change {
	offer, need := p.offer.Listing.Terms, p.need.Listing.Terms
	switch {
	case f.Key == string(market.Loan) && f.Want > 0:
		return []change{{said: market.Reason{Key: f.Key, Have: f.Want, Want: f.Have, Unit: "days"},
			offer: func(e *market.Entry) { e.Listing.Terms.LoanDays = int(f.Want) }}}
	case offer.Kind == market.AtCost && need.Kind == market.AtCost && need.Pence > 0:
		return []change{{said: market.Reason{Key: string(market.AtCost), Pence: need.Pence, Per: need.Per},
			offer: func(e *market.Entry) { e.Listing.Terms.Pence, e.Listing.Terms.Per = need.Pence, need.Per }}}
	}
	terms := market.Terms{Kind: need.Kind}
	if need.Kind == market.Loan {
		terms.LoanDays = need.LoanDays
	}
	return []change{{said: market.Reason{Key: string(need.Kind)}, offer: func(e *market.Entry) { e.Listing.Terms = terms }}}
}
