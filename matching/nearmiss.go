package matching

import (
	"cmp"
	"slices"

	"wherewithal/market"
	"wherewithal/matching/calendar"
	"wherewithal/matching/words"
)

const (
	// nearlyInReach is how many times its reach a side may be asked to travel: further is no small change.
	nearlyInReach = 2
	// mostNearMisses in a ranking, and mostTries to make one work: each costs a match of its own.
	mostNearMisses = 10
	mostTries      = 20
	// daysEither way that a one-off can be asked to move.
	daysEither = 7
)

// earliest and latest minutes at which people meet, where a change proposes a time nobody named.
const (
	earliestTime market.Minute = 8 * 60
	latestTime   market.Minute = 22 * 60
)

// nearMiss reports whether a pair whose only failure is f can be one.
func (p *pair) nearMiss(f Failure) bool {
	switch f.Rule {
	case market.MissDistance:
		return p.travel.km <= nearlyInReach*p.travel.reach
	case market.MissKind:
		return p.likeness().Shared >= words.Titles // what only mentions the thing, or is for it, is of another kind with reason
	case market.MissQuantity:
		return f.Have > 0
	case market.MissTime, market.MissTerms, market.MissEligibility:
		return true
	}
	return false
}

// nearMisses are the best pairs that one small change would make a match, each proved by matching it again with the
// change made.
func (s *search) nearMisses(limit int) []market.NearMiss {
	most := atMost(limit, mostNearMisses)
	var out []market.NearMiss
	for _, n := range s.nearly[:min(mostTries, len(s.nearly))] {
		if len(out) == most {
			break
		}
		if miss, ok := n.prove(n.failed); ok {
			out = append(out, miss)
		}
	}
	slices.SortStableFunc(out, func(a, b market.NearMiss) int { return cmp.Compare(b.Fit, a.Fit) })
	return out
}

// prove finds the change for a failure and matches again with it.
func (p *pair) prove(f Failure) (market.NearMiss, bool) {
	miss, _, ok := p.mend(f)
	return miss, ok
}

// mend is prove with the pair as it would be.
func (p *pair) mend(f Failure) (market.NearMiss, *pair, bool) {
	miss := market.NearMiss{OfferID: p.offer.id(), NeedID: p.need.id(), Rule: f.Rule}
	for _, c := range p.changes(f) {
		again := p.changed(c)
		if len(again.check(silent, 0)) > 0 || len(again.check(stated, 0)) > 0 {
			continue
		}
		miss.By, miss.Change, miss.Fit = c.by(), c.said, again.fit()
		return miss, again, true
	}
	return miss, nil, false
}

// change is one thing altered on either side, and how it is said.
type change struct {
	said  market.Reason
	offer func(*market.Entry)
	need  func(*market.Entry)
}

func (c change) by() market.Side {
	if c.offer != nil {
		return market.Offer
	}
	return market.Need
}

func (p *pair) changed(c change) *pair {
	again := &pair{offer: p.offer, need: p.need, opts: p.opts, almanac: p.almanac, now: p.now}
	if c.offer != nil {
		again.offer = altered(p.offer, c.offer)
	}
	if c.need != nil {
		again.need = altered(p.need, c.need)
	}
	return again
}

// altered is a reading with its entry changed; no change touches its words.
func altered(r *reading, alter func(*market.Entry)) *reading {
	e := r.Entry
	alter(&e)
	n := *r
	n.Entry, n.week, n.lastDay, n.times = e, calendar.MaskOf(e.Listing.When), e.Listing.When.LastDay(), nil
	return &n
}

// changes that could mend a failure: first those of the side that asks, the smallest first.
func (p *pair) changes(f Failure) []change {
	var list []change
	if p.asks == market.Offer {
		list = p.offerChanges(f)
	}
	switch f.Rule {
	case market.MissDistance:
		return append(list, p.further(f))
	case market.MissKind:
		return append(list, p.otherKind(f.Key))
	case market.MissQuantity:
		return append(list, p.fewer(f))
	case market.MissTerms:
		return append(list, p.otherTerms(f))
	case market.MissEligibility:
		return append(list, p.eased(f))
	case market.MissTime:
		return append(list, p.otherTimes()...)
	}
	return list
}

// otherKind is the offer's, with the facts that both kinds know.
func (p *pair) otherKind(kind string) change {
	return change{said: market.Reason{Key: kind}, need: func(e *market.Entry) {
		e.Listing.Kind = kind
		known := market.Facts{}
		for _, f := range p.opts.facts(kind) {
			if v, ok := e.Listing.Facts[f.Key]; ok {
				known[f.Key] = v
			}
		}
		e.Listing.Facts = known
	}}
}

// further lets the side that travels go as far as it takes, in whole km.
func (p *pair) further(f Failure) change {
	c := change{said: market.Reason{KM: int(f.Want)}}
	reach := func(e *market.Entry) { e.Listing.ReachKM = f.Want }
	if p.travel.delivered {
		c.offer = reach
	} else {
		c.need = reach
	}
	return c
}

// fewer is what the need would have to be content with. One that may be filled in parts takes a smaller part, and goes on looking for the rest.
func (p *pair) fewer(f Failure) change {
	if f.Key == "" && p.need.Listing.Splittable {
		return change{
			said: market.Reason{Key: market.InPart, Have: f.Have, Want: f.Want, Unit: p.unit("")},
			need: func(e *market.Entry) { e.Listing.SmallestPart = int(f.Have) },
		}
	}
	return change{
		said: market.Reason{Key: f.Key, Have: f.Have, Want: f.Want, Unit: p.unit(f.Key)},
		need: func(e *market.Entry) {
			if f.Key != "" {
				e.Listing.Facts = withFact(e.Listing.Facts, f.Key, f.Have)
				return
			}
			e.Listing.Quantity = e.Taken + int(f.Have)
		},
	}
}

func (p *pair) unit(fact string) string {
	for _, f := range p.opts.facts(p.need.Listing.Kind) {
		if f.Key == fact {
			return f.Unit
		}
	}
	return p.offer.Listing.Unit
}

func withFact(facts market.Facts, key string, v any) market.Facts {
	out := market.Facts{}
	for k, old := range facts {
		out[k] = old
	}
	out[key] = v
	return out
}

// otherTerms are the offer's own, taken by the need.
func (p *pair) otherTerms(f Failure) change {
	terms := p.offer.Listing.Terms
	if f.Key == string(market.Loan) && f.Want > 0 {
		return change{said: market.Reason{Key: f.Key, Have: f.Have, Want: f.Want, Unit: "days"},
			need: func(e *market.Entry) { e.Listing.Terms.LoanDays = int(f.Have) }}
	}
	said := market.Reason{Key: string(terms.Kind)}
	if terms.Kind == market.AtCost {
		said.Pence, said.Per = terms.Pence, terms.Per
	}
	return change{said: said, need: func(e *market.Entry) { e.Listing.Terms = terms }}
}

// eased is the one thing required that would have to be done without, or be shown.
func (p *pair) eased(f Failure) change {
	said := market.Reason{Key: f.Key}
	if market.GroupShows(f.Key) {
		return change{said: said, need: func(e *market.Entry) { p.grant(&e.Group, f.Key) }}
	}
	return change{said: said, need: func(e *market.Entry) {
		e.Listing.Requires = less(e.Listing.Requires, market.Feature(f.Key))
		e.Listing.Involves = less(e.Listing.Involves, market.Use(f.Key))
		if e.Listing.Facts.Flag(f.Key) {
			e.Listing.Facts = withFact(e.Listing.Facts, f.Key, false)
		}
	}}
}

func less[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return x == v })
}

// grant is the group as it would be if it could show one thing more.
func (p *pair) grant(g *market.Standing, key string) {
	switch key {
	case "constituted":
		g.LegalForm = market.Constituted
	case "checked":
		g.Checked = p.offer.Listing.Asks.Checked
	default:
		g.Evidence = append(slices.Clip(g.Evidence), market.Evidence{Kind: market.EvidenceKind(key)})
	}
}
