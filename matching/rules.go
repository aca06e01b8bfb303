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
	RuleSpeech = "language"
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
	case r.Filled():
		return string(market.Fulfilled)
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
	if !p.need.AsViewer().Sees(p.offer.Audience()) || !p.offer.AsViewer().Sees(p.need.Audience()) {
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

// sameThing: both must speak of the same thing or mean it, but for rooms, where kind, time and size say enough.
func sameThing(p *pair) []Failure {
	if p.offer.Listing.Kind == market.Room && p.need.Listing.Kind == market.Room {
		return nil
	}
	if like := p.likeness(); !like.same() {
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

// asksMet: the taker can show what the giver requires, on every day used.
func asksMet(p *pair) []Failure {
	asks, taker := &p.offer.Listing.Asks, &p.need.Group
	var failed []Failure
	miss := func(key string, bad bool) {
		if bad {
			failed = append(failed, Failure{Rule: market.MissEligibility, Key: key})
		}
	}
	days := p.daysUsed()
	miss("constituted", asks.Constituted && (taker.LegalForm == market.Informal || taker.LegalForm == ""))
	miss(string(market.Insurance), asks.Insurance && !shows(taker.Evidence, market.Insurance, days))
	miss(string(market.Safeguarding), asks.Safeguarding && !shows(taker.Evidence, market.Safeguarding, days))
	miss("checked", !taker.Checked.Meets(asks.Checked))
	return failed
}

// daysUsed are those of the slots; where there are none today, and the last day of a loan from when it can be had.
func (p *pair) daysUsed() []market.Date {
	if len(p.meeting.Slots) == 0 {
		from := p.now
		if held := p.meeting.Held.From; held.After(from) && p.offer.Listing.Terms.LoanDays > 0 {
			from = held
		}
		return []market.Date{market.DateOf(p.now), market.DateOf(from.AddDate(0, 0, p.offer.Listing.Terms.LoanDays))}
	}
	var days []market.Date
	for _, s := range p.meeting.Slots {
		days = append(days, market.DateOf(s.From), market.DateOf(s.Until.Add(-time.Nanosecond))) // a use until midnight is none of the next day
	}
	return days
}

// shows reports whether evidence of a kind holds on all the days; a renewal may cover the later ones.
func shows(list []market.Evidence, kind market.EvidenceKind, days []market.Date) bool {
	for _, d := range days {
		if !slices.ContainsFunc(list, func(ev market.Evidence) bool { return ev.Kind == kind && ev.ValidOn(d) }) {
			return false
		}
	}
	return true
}

// shareALanguage: some language is spoken or written on both sides. A side that names none is no obstacle.
func shareALanguage(p *pair) []Failure {
	offer, need := p.offer.languages(), p.need.languages()
	if len(offer) == 0 || len(need) == 0 || slices.ContainsFunc(offer, func(l string) bool { return slices.Contains(need, l) }) {
		return nil
	}
	return fail(RuleSpeech, need[0], 0, 0)
}

// languages of a listing and its group.
func (r *reading) languages() []string {
	var out []string
	for _, tag := range append([]string{r.Listing.Language}, r.Group.Languages...) {
		if l := languageOf(tag); l != "" {
			out = append(out, l)
		}
	}
	return out
}
