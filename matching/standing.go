package matching

import (
	"math"
	"time"

	"wherewithal/market"
)

// lifts are what the order follows besides the fit.
type lifts struct {
	helped, asked, kept, broken uint16
	opened                      uint32 // Unix seconds; 0: not known
}

func liftsOf(r *reading) lifts {
	return lifts{helped: clip16(r.Group.Helped), asked: clip16(r.Asked), kept: clip16(r.Group.Kept),
		broken: clip16(r.Group.Broken), opened: unixOf(r.Listing.OpenedAt)}
}

func clip16(n int) uint16 { return uint16(max(0, min(math.MaxUint16, n))) }

// Days after which age counts half: half of the 90 for which a listing stays open, and a month of waiting.
const (
	staleDays   = 45
	waitingDays = 30
)

// of is what a fit with a listing of that side is multiplied by, (0,1]: each part only falls as its cause grows.
func (l lifts) of(w Weights, side market.Side, now time.Time) float64 {
	f := l.most(w)
	days := 0.0
	if l.opened > 0 {
		days = max(0, float64(now.Unix()-int64(l.opened))/86400)
	}
	if side == market.Offer {
		return f * (1 - w.Stale*days/(days+staleDays))
	}
	return f * (1 - w.Waiting*waitingDays/(days+waitingDays))
}

// most is the part that time does not move.
func (l lifts) most(w Weights) float64 {
	helped, asked := float64(l.helped), float64(l.asked)
	busy := .5*helped/(helped+5) + .5*asked/(asked+2)
	return (1 - w.Spread*busy) * (1 - w.Trust*(1-l.reliability()))
}

// A group of which nothing is known yet counts as one that kept 8 of 10: Beta(8, 2), so that its first outcome, good or
// bad, moves it little. Outcomes count only once both sides' answers are known.
const (
	priorKept   = 8
	priorBroken = 2
)

// reliability is the mean of the posterior, (0,1).
func (l lifts) reliability() float64 {
	kept, broken := priorKept+float64(l.kept), priorBroken+float64(l.broken)
	return kept / (kept + broken)
}

// standing is what a ranking sorts by.
func (o *Options) standing(fit float64, other *reading, now time.Time) float64 {
	return fit * liftsOf(other).of(o.Weights, other.Listing.Side, now)
}

// Lift is how much a listing's standing lifts it in the order of others, (0,1]: how often its group was helped lately and
// is asked now, and what it kept to. How long it waits is left out: who shares out weighs that itself.
func Lift(e market.Entry, w Weights) float64 {
	if w.Version == "" {
		w = Plain()
	}
	return liftsOf(&reading{Entry: e}).most(w)
}
