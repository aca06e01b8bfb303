package matching

import (
	"slices"
	"time"

	"wherewithal/market"
)

// The hard rules by name, besides those that can make a near miss (market.Miss…).
const (
	RuleSide   = "side"
	RuleGroup  = "group"
	RuleLife   = "life"
	RuleActive = "active"
	RuleBlock  = "block"
	RuleCircle = "circle"
	RuleWords  = "words"
	RuleWay    = "way" // how they come together: one side would have to travel that said it does not
)

// opposite: an offer meets a need.
func opposite(p *pair) []Failure {
	if p.offer.Listing.Side != market.Offer || p.need.Listing.Side != market.Need {
		return fail(RuleSide, "", 0, 0)
	}
	return nil
}

// differentGroups: nobody is introduced to itself.
func differentGroups(p *pair) []Failure {
	if p.offer.Listing.GroupID == p.need.Listing.GroupID {
		return fail(RuleGroup, "", 0, 0)
	}
	return nil
}

// openBoth: both listings are open, not paused, not expired, and their last day is not over.
func openBoth(p *pair) []Failure {
	for _, r := range []*reading{p.offer, p.need} {
		if key := r.shut(p.now); key != "" {
			return fail(RuleLife, string(r.Listing.Side)+"_"+key, 0, 0)
		}
	}
	return nil
}

// shut says why a listing takes no part now, "" when it does.
func (r *reading) shut(now time.Time) string {
	l := &r.Listing
	switch {
	case l.Life != market.Open:
		return string(l.Life)
	case l.PausedUntil != nil && now.Before(*l.PausedUntil):
		return string(market.Paused)
	case l.ExpiresAt != nil && !now.Before(*l.ExpiresAt):
		return string(market.Expired)
	case r.lastDay != "" && r.lastDay < market.DateOf(now.Add(-36*time.Hour)):
		return "over" // cheap and coarse, for any zone; the calendar knows the minute
	}
	return ""
}

// activeBoth: neither group is paused, held, removed or closed.
func activeBoth(p *pair) []Failure {
	if !p.offer.Group.Active || !p.need.Group.Active {
		return fail(RuleActive, "", 0, 0)
	}
	return nil
}

// unblocked: blocks work both ways.
func unblocked(p *pair) []Failure {
	if slices.Contains(p.offer.Group.Blocked, p.need.Listing.GroupID) || slices.Contains(p.need.Group.Blocked, p.offer.Listing.GroupID) {
		return fail(RuleBlock, "", 0, 0)
	}
	return nil
}

// circles: each side may see the other's listing.
func circles(p *pair) []Failure {
	if !p.need.viewer.Sees(p.offer.audience) || !p.offer.viewer.Sees(p.need.audience) {
		return fail(RuleCircle, "", 0, 0)
	}
	return nil
}

// sameKind: a room for a room.
func sameKind(p *pair) []Failure {
	if p.offer.Listing.Kind != p.need.Listing.Kind {
		return fail(market.MissKind, p.offer.Listing.Kind, 0, 0)
	}
	return nil
}

// sameThing: both must speak of the same thing, but for rooms, where kind, time and size say enough.
func sameThing(p *pair) []Failure {
	if p.offer.Listing.Kind == market.Room && p.need.Listing.Kind == market.Room {
		return nil
	}
	if like := p.likeness(); !like.Same() {
		return fail(RuleWords, "", like.Shared, 0.5)
	}
	return nil
}

// featuresMet: the place has all that the need cannot do without.
func featuresMet(p *pair) []Failure {
	var failed []Failure
	for _, f := range p.need.Listing.Requires {
		if !slices.Contains(p.offer.Listing.Has, f) {
			failed = append(failed, Failure{Rule: market.MissEligibility, Key: string(f)})
		}
	}
	return failed
}

// factsMet: numbers that must be at least the need's, and flags that must be true.
func factsMet(p *pair) []Failure {
	var failed []Failure
	for _, f := range p.opts.facts(p.need.Listing.Kind) {
		want, have := p.need.Listing.Facts, p.offer.Listing.Facts
		switch {
		case f.AtLeast && have.Number(f.Key) < want.Number(f.Key) && p.offer.states(f.Key):
			failed = append(failed, Failure{market.MissQuantity, f.Key, have.Number(f.Key), want.Number(f.Key)})
		case f.AtLeast && want.Number(f.Key) > 0 && !p.offer.states(f.Key):
			failed = append(failed, p.unstated(f)...)
		case f.Needed && want.Flag(f.Key) && !have.Flag(f.Key):
			failed = append(failed, Failure{Rule: market.MissEligibility, Key: f.Key})
		}
	}
	return failed
}

func (r *reading) states(fact string) bool { _, ok := r.Listing.Facts[fact]; return ok }

// unstated is a number the offer leaves open. A room that seats nobody says nothing either way as long as it states
// another number; one that states none of them is taken at its word only where the need asks for hours of a skill.
func (p *pair) unstated(f market.FactField) []Failure {
	if p.need.Listing.Kind == market.Skill {
		return nil
	}
	for _, other := range p.opts.facts(p.need.Listing.Kind) {
		if other.AtLeast && other.Key != f.Key && p.offer.Listing.Facts.Number(other.Key) > 0 && p.need.Listing.Facts.Number(other.Key) > 0 {
			return nil
		}
	}
	return []Failure{{market.MissQuantity, f.Key, 0, p.need.Listing.Facts.Number(f.Key)}}
}

// usesAllowed: nothing the need involves is among what the offer does not allow.
func usesAllowed(p *pair) []Failure {
	var failed []Failure
	for _, u := range p.need.Listing.Involves {
		if slices.Contains(p.offer.Listing.NotAllowed, u) {
			failed = append(failed, Failure{Rule: market.MissEligibility, Key: string(u)})
		}
	}
	return failed
}

// asksMet: the taker can show what the giver requires, on the first and the last day used.
func asksMet(p *pair) []Failure {
	asks, taker := &p.offer.Listing.Asks, &p.need.Group
	var failed []Failure
	miss := func(key string, bad bool) {
		if bad {
			failed = append(failed, Failure{Rule: market.MissEligibility, Key: key})
		}
	}
	first, last := p.daysUsed()
	miss("constituted", asks.Constituted && (taker.LegalForm == market.Informal || taker.LegalForm == ""))
	miss(string(market.Insurance), asks.Insurance && !shows(taker.Evidence, market.Insurance, first, last))
	miss(string(market.Safeguarding), asks.Safeguarding && !shows(taker.Evidence, market.Safeguarding, first, last))
	miss("checked", !taker.Checked.Meets(asks.Checked))
	return failed
}

// daysUsed are today, or the first slot's day, and the last slot's.
func (p *pair) daysUsed() (first, last market.Date) {
	if n := len(p.meeting.Slots); n > 0 {
		return market.DateOf(p.meeting.Slots[0].From), market.DateOf(p.meeting.Slots[n-1].Until)
	}
	today := market.DateOf(p.now)
	return today, today
}

// shows reports whether evidence of a kind holds on both days; a renewal may cover the second.
func shows(list []market.Evidence, kind market.EvidenceKind, first, last market.Date) bool {
	onFirst, onLast := false, false
	for _, ev := range list {
		if ev.Kind == kind {
			onFirst = onFirst || ev.ValidOn(first)
			onLast = onLast || ev.ValidOn(last)
		}
	}
	return onFirst && onLast
}
