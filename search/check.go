package search

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
)

// Check is everything wrong with the question, as a *market.Invalid; its cursor is read later.
func (q Query) Check() error {
	e := &market.Invalid{}
	q.checkText(e)
	q.checkLists(e)
	q.checkPlace(e)
	q.checkTime(e)
	if q.Limit < 0 || q.Limit > MaxLimit {
		e.Add("limit", "number_range", "Min", 1, "Max", MaxLimit)
	}
	if q.Parties < 0 || q.Parties > MaxParties {
		e.Add("parties", "number_range", "Min", 0, "Max", MaxParties)
	}
	for _, kind := range q.Seek {
		if kind != market.AGroup && kind != market.ANetwork {
			e.Add("seek", "choice")
		}
	}
	switch q.Sort {
	case "", ByRelevance, ByDistance, ByNewest:
	default:
		e.Add("sort", "choice")
	}
	for _, f := range q.Count {
		if !slices.Contains(allFacets, f) {
			e.Add("count", "choice")
		}
	}
	return e.OrNil()
}

func (q Query) checkText(e *market.Invalid) {
	if !clean(q.Text) {
		e.Add("q", "text_broken")
		return
	}
	if n := utf8.RuneCountInString(q.Text); n > MaxText {
		e.Add("q", "text_long", "Max", MaxText, "Over", n-MaxText)
	}
}

// clean reports whether Postgres could hold s.
func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func (q Query) checkLists(e *market.Invalid) {
	lists := map[string][]string{
		"side": plain(q.Sides), "kind": q.Kinds, "tag": q.Tags, "borough": q.Boroughs,
		"requires": plain(q.Requires), "terms": plain(q.Terms), "network": plain(q.Networks),
	}
	for field, values := range lists {
		checkValues(e, field, values)
	}
	for _, id := range q.Networks {
		if _, err := market.ParseID(string(id)); err != nil {
			e.Add("network", "choice")
			return
		}
	}
	if len(q.AtLeast) > MaxValues {
		e.Add("at_least", "values_many", "Max", MaxValues)
	}
	for key, n := range q.AtLeast {
		if !clean(key) || math.IsNaN(n) || math.IsInf(n, 0) {
			e.Add("at_least", "number_range", "Min", 0, "Max", 100_000)
		}
	}
}

func checkValues(e *market.Invalid, field string, values []string) {
	if len(values) > MaxValues {
		e.Add(field, "values_many", "Max", MaxValues)
		return
	}
	for _, v := range values {
		if !clean(v) || len(v) > 200 {
			e.Add(field, "choice")
			return
		}
	}
}

func plain[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func (q Query) checkPlace(e *market.Invalid) {
	if q.Near != nil && !q.Near.Valid() {
		e.Add("near", "place_unknown")
	}
	if q.RadiusKM != 0 && !(q.RadiusKM >= MinRadius && q.RadiusKM <= MaxRadius) {
		e.Add("radius", "number_range", "Min", MinRadius, "Max", MaxRadius)
	}
	if q.Near == nil && (q.RadiusKM != 0 || q.Sort == ByDistance) {
		e.Add("near", "place_missing")
	}
}

func (q Query) checkTime(e *market.Invalid) {
	for field, d := range map[string]market.Date{"free_from": q.FreeFrom, "free_until": q.FreeUntil} {
		if d != "" && !d.Valid() {
			e.Add(field, "date")
			return
		}
	}
	if q.FreeFrom != "" && q.FreeUntil != "" && q.FreeUntil < q.FreeFrom {
		e.Add("free_until", "until_before_from")
	}
	if w := q.Weekly; w != nil && (w.Days == 0 || w.Days > market.EveryDay) {
		e.Add("weekly", "window_days")
	}
	if w := q.Weekly; w != nil && (w.Start < 0 || w.End > 1440 || w.End <= w.Start) {
		e.Add("weekly", "window_order")
	}
}
