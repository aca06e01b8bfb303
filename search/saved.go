package search

import (
	"time"

	"wherewithal/market"
)

// Saved is what a saved search asks at a moment, as a Query, newest first.
func Saved(q market.Question, now time.Time) Query {
	out := query(q)
	out.Now, out.Sort, out.SkipFacets = now, ByNewest, true
	today := market.DateOf(now.In(market.When{}.Location()))
	if out.FreeFrom != "" && out.FreeUntil != "" { // what is over asks for nothing, and Check refuses it
		out.FreeFrom = max(out.FreeFrom, min(today, out.FreeUntil))
	}
	return out
}

// StandSaved makes a saved search stand, understood in the own words of the networks that it names as well.
func StandSaved(q market.Question, own []market.NetworkWord) *Standing {
	asked := query(q)
	asked.Words = own
	return Stand(asked)
}

func query(q market.Question) Query {
	out := Query{Text: q.Words, Sides: q.Sides, Kinds: q.Kinds, Tags: q.Tags, Boroughs: q.Boroughs, Networks: q.Networks, Requires: q.Requires, Terms: q.Terms,
		Near: q.Near, RadiusKM: q.RadiusKM, FreeFrom: q.FreeFrom, FreeUntil: q.FreeUntil, AtLeast: q.AtLeast}
	out.Weekly = SomeTimeOn(q.Days)
	if q.End > 0 {
		out.Weekly = &Weekly{Days: q.Days, Start: q.Start, End: q.End}
	}
	return out
}
