package matching

import (
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// pair is an offer and a need being compared, with what the rules found out on the way.
type pair struct {
	offer, need *reading
	opts        *Options
	almanac     *calendar.Almanac
	now         time.Time
	travel      travel
	like        alike
	liked       bool // like is worked out
	meeting     calendar.Meeting
	amount      int         // how much of the offer the need would take
	asks        market.Side // who asks what would do: that side's own changes come first; "" is the need
}

// Failure is one hard rule that a pair does not pass, and by how much.
type Failure struct {
	Rule string
	Key  string  // what in particular: the feature, the fact, why the time fails
	Have float64 // what there is: km the traveller goes, units, occurrences, pence the need can pay
	Want float64 // what it would take
}

// rule says how a pair fails it; nothing when it passes.
type rule func(*pair) []Failure

// silent rules never make a near miss: a pair that fails one is nobody's business.
var silent = []rule{opposite, differentGroups, openBoth, activeBoth, unblocked, circles}

// silentNow are the silent rules that a card does not settle to the moment: time passes, and a group that the index did not
// know when the search began may be known by now.
var silentNow = []rule{openBoth, differentGroups, unblocked}

// stated rules, cheap ones first. The time comes late because it costs most, and what a giver asks of a taker last
// because evidence must hold on every day used.
var stated = []rule{sameKind, sameThing, inReach, shareALanguage, enoughOfIt, factsMet, featuresMet, usesAllowed, termsSuit, timesMeet, priceSuits, asksMet}

// check runs rules until more than the given number of failures is found.
func (p *pair) check(rules []rule, most int) []Failure {
	var failed []Failure
	for _, r := range rules {
		if failed = append(failed, r(p)...); len(failed) > most {
			return failed
		}
	}
	return failed
}

func fail(name, key string, have, want float64) []Failure {
	return []Failure{{Rule: name, Key: key, Have: have, Want: want}}
}

// match of a pair that passes every rule.
func (p *pair) match() market.Match {
	return market.Match{
		OfferID: p.offer.id(), NeedID: p.need.id(),
		Fit: p.fit(), Reasons: p.reasons(), Weights: p.opts.Weights.Version, Slots: p.meeting.Slots,
		OfferVersion: p.offer.Listing.Version, NeedVersion: p.need.Listing.Version, FoundAt: p.now,
	}
}
