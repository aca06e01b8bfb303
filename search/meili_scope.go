package search

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// scope is what a viewer may see at a moment, narrowed by what is asked for. Every request that searches is made by one,
// and there is none without a viewer: it cannot be forgotten who asks.
type scope struct{ conditions []string }

// scopeOf begins a scope: market.Viewer.Sees and what has not expired. A note to ourselves in the index has no expiry
// and is in nobody's scope.
func scopeOf(v market.Viewer, now time.Time) scope {
	return scope{}.and("expires > %d", now.UnixMicro()).seenBy(v)
}

// and narrows the scope. Values are numbers or quoted.
func (s scope) and(condition string, values ...any) scope {
	return scope{append(slices.Clip(s.conditions), fmt.Sprintf(condition, values...))}
}

// request is a question within the scope. Hits come with what their order needs and nothing else.
func (s scope) request(text string) *meilisearch.SearchRequest {
	return &meilisearch.SearchRequest{Query: text, Filter: s.conditions, AttributesToRetrieve: returned, ShowRankingScore: text != "",
		MatchingStrategy: meilisearch.All}
}

func (s scope) seenBy(v market.Viewer) scope {
	if v.Within != nil {
		s = s.oneOf("told", plain(v.Within))
	}
	if v.System || v.Operator {
		return s
	}
	ways := []string{"circle = " + quoted(string(market.Anyone))}
	ways = append(ways, anyOfThese("group", plain(v.Groups()))...)
	ways = append(ways, anyOfThese("networks", plain(v.Networks))...)
	for _, way := range anyOfThese("borough", v.Boroughs) {
		ways = append(ways, fmt.Sprintf("(circle = %s AND %s)", quoted(string(market.InBorough)), way))
	}
	for _, way := range anyOfThese("region", v.Regions) {
		ways = append(ways, fmt.Sprintf("(circle = %s AND %s)", quoted(string(market.InCity)), way))
	}
	return s.and("(%s)", strings.Join(ways, " OR "))
}

// anyOfThese is the condition that a field is one of the values, as a list of one; of no values, none.
func anyOfThese(field string, values []string) []string {
	list := []string{}
	for _, v := range values {
		if v != "" {
			list = append(list, quoted(v))
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	return []string{fmt.Sprintf("%s IN [%s]", field, strings.Join(slices.Compact(list), ", "))}
}

// narrow adds the filters of a question.
func (s scope) narrow(q Query) scope {
	for _, f := range []struct {
		field  string
		values []string
	}{{"side", plain(q.Sides)}, {"kind", q.Kinds}, {"borough", q.Boroughs}, {"terms", plain(q.Terms)}, {"told", plain(q.Networks)}} {
		if len(f.values) > 0 {
			s = s.oneOf(f.field, f.values)
		}
	}
	for _, some := range anyOfThese("group", plain(q.NotOf)) {
		s = s.and("NOT %s", some)
	}
	for _, t := range tags(q.Tags) {
		s = s.and("tags = %s", quoted(t))
	}
	for _, f := range q.Requires {
		s = s.and("features = %s", quoted(string(f)))
	}
	for _, key := range slices.Sorted(maps.Keys(q.AtLeast)) {
		s = s.atLeast(key, q.AtLeast[key])
	}
	return s.near(q).free(q)
}

func (s scope) oneOf(field string, values []string) scope {
	if some := anyOfThese(field, values); some != nil {
		return s.and("%s", some[0])
	}
	return s.nothing()
}

// nothing is a scope in which nothing is.
func (s scope) nothing() scope { return s.and("expires < 0") }

func (s scope) atLeast(key string, least float64) scope {
	if !plainName(key) {
		return s.nothing()
	}
	return s.and("numbers.%s >= %v", key, least)
}

// near keeps what lies in the radius, in whole kilometres as they are said; what has no place is everywhere.
func (s scope) near(q Query) scope {
	if q.Near == nil || q.RadiusKM == 0 {
		return s
	}
	metres := (float64(market.AboutKM(q.RadiusKM)) + 0.5) * 1000
	return s.and("(placed = 0 OR _geoRadius(%v, %v, %v))", q.Near.Lat, q.Near.Lng, metres)
}

// free keeps what is open on one of the days asked for, at the time of day asked for.
func (s scope) free(q Query) scope {
	if q.FreeFrom == "" && q.FreeUntil == "" && q.Weekly == nil {
		return s
	}
	from, until := q.days()
	w := market.Window{Repeat: market.Daily, Start: 0, End: 1440}
	if q.Weekly != nil && *q.Weekly != *SomeTimeOn(market.EveryDay) {
		w = market.Window{Repeat: market.Weekly, Days: q.Weekly.Days, Start: q.Weekly.Start, End: q.Weekly.End}
	}
	stretch, ways := stretchOf(w, q.someTime()), []string{}
	for day := range 7 {
		if first, last, ok := datesOf(day, dayNumber(from), dayNumber(until)); ok && (w.Repeat == market.Daily || w.Days&(1<<day) != 0) {
			ways = append(ways, stretch.onDaysOf(day, first, last))
			if w.Repeat != market.Daily {
				ways = append(ways, stretch.onOddDays(first, last)...)
			}
		}
	}
	if w.Repeat == market.Daily { // of all days one range tells
		ways = append(ways, fmt.Sprintf("dates %d TO %d", dayNumber(from)*slotsOfDay*runBase, (dayNumber(until)+1)*slotsOfDay*runBase-1))
	}
	if len(ways) == 0 {
		return s.nothing()
	}
	return s.and("(%s)", strings.Join(ways, " OR "))
}

// datesOf are the first and last day of a weekday within a stretch of days.
func datesOf(weekday, from, until int) (first, last int, ok bool) {
	first = from + (weekday-weekdayOf(from)+7)%7
	last = until - (weekdayOf(until)-weekday+7)%7
	return first, last, first <= until
}

// wanted is a stretch of a day in half hours, of which all must be open, or some will do.
type wanted struct {
	first, n int
	some     bool
}

func stretchOf(w market.Window, some bool) wanted {
	slots := outward(market.Weekdays(1), w) // as on a Monday, which begins at 0
	return wanted{first: slots[0], n: len(slots), some: some}
}

// onDaysOf is the condition that the pattern of the week has it open on a weekday, between two days of that weekday.
func (w wanted) onDaysOf(weekday, first, last int) string {
	return fmt.Sprintf("((always = true OR %s) AND (first <= %d AND last >= %d OR days %d TO %d))",
		w.open("week", weekday), last, first, weekday*dayBase+first, weekday*dayBase+last)
}

// onOddDays are the conditions that it is open on a day that differs from the pattern.
func (w wanted) onOddDays(first, last int) (ways []string) {
	for d := first; d <= last; d += 7 {
		ways = append(ways, w.open("dates", d))
	}
	return ways
}

// open is the condition that a field's runs have the stretch on a day. Of a time of day a need may want a part.
func (w wanted) open(field string, day int) string {
	begin := day*slotsOfDay + w.first
	part := fmt.Sprintf("%s %d TO %d", field, begin*runBase, (begin+w.n)*runBase-1)
	if w.some {
		return part
	}
	return fmt.Sprintf(`(%s %d TO %d OR side = "need" AND %s)`, field, begin*runBase+w.n, begin*runBase+runBase-1, part)
}
