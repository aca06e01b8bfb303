package matching

import (
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Verdict on one pair.
type Verdict struct {
	Fits   bool
	Failed []Failure    // every hard rule that fails; empty when it fits
	Match  market.Match // without id; when it does not fit, ids and versions only
	Amount int          // how much of the offer the need would take
	Held   market.Slot  // when, until the two have agreed on a time; zero where times are stated, or it is given for good
	Unread bool         // it fails by its words alone, and a model has read only one of the texts as they stand
}

// Stands reports whether what was proposed may stand: it fits, or whether it does is not known while a text is read anew.
func (v Verdict) Stands() bool { return v.Fits || v.Unread }

// Explain checks a pair against every rule, by the yearbook of the index, which is made once. The order of its arguments matters; swapped, it
// fails on the side.
func (x *Index) Explain(offer, need market.Entry, now time.Time) Verdict {
	p := &pair{offer: preview(offer), need: preview(need), opts: &x.opts, now: now, almanac: x.book.Almanac(now)}
	return p.verdict()
}

// Explain checks a pair against every rule, without an index: what is proposed is checked so again in the
// transaction that uses it.
func Explain(offer, need market.Entry, now time.Time, opts Options) Verdict {
	opts = opts.filled()
	p := &pair{offer: preview(offer), need: preview(need), opts: &opts, now: now, almanac: calendar.NewAlmanac(now, opts.TermDates)}
	return p.verdict()
}

func (p *pair) verdict() Verdict {
	failed := p.check(silent, len(silent))
	failed = append(failed, p.check(stated, 1<<20)...)
	if len(failed) == 1 && failed[0].Rule == RuleWords && p.unread() {
		return Verdict{Failed: failed, Unread: true, Match: p.match(), Amount: p.amount, Held: p.meeting.Held}
	}
	if len(failed) > 0 {
		return Verdict{Failed: failed, Match: market.Match{OfferID: p.offer.id(), NeedID: p.need.id(),
			OfferVersion: p.offer.Listing.Version, NeedVersion: p.need.Listing.Version}}
	}
	return Verdict{Fits: true, Match: p.match(), Amount: p.amount, Held: p.meeting.Held}
}

// unread reports whether what one side means is not known yet. Where no model is at hand nothing is, and words say all.
func (p *pair) unread() bool {
	return p.offer.sense.known() != p.need.sense.known() || p.offer.sense.known() && !readAlike(&p.need.sense, &p.offer.sense)
}
