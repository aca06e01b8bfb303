package wording

import (
	"maps"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
)

// Search says what a saved search asks for, in one line: "Offers · “hall” · within 3 km of SE10".
func Search(lang string, q market.Question) string { return strings.Join(SearchParts(lang, q), " · ") }

// SearchName is what a saved search is called: by its person, or by what it asks for.
func SearchName(lang string, s market.SavedSearch) string {
	if s.Name != "" {
		return s.Name
	}
	return Search(lang, s.Question)
}

// SearchParts are the parts of Search, one thing asked for each.
func SearchParts(lang string, q market.Question) []string {
	var parts []string
	say := func(key string, data map[string]any) {
		parts = append(parts, Text(lang, "search_said."+key, data))
	}
	for _, s := range q.Sides {
		say(string(s), nil)
	}
	if q.Words != "" {
		say("words", map[string]any{"Words": q.Words})
	}
	for _, k := range q.Kinds {
		parts = append(parts, valueSaid(lang, "kind", k))
	}
	parts = append(parts, q.Boroughs...)
	parts = append(parts, placeSaid(lang, q)...)
	if when := whenSaid(lang, q); when != "" {
		parts = append(parts, when)
	}
	for _, key := range slices.Sorted(maps.Keys(q.AtLeast)) {
		say(numberKey("search_said.", key), map[string]any{"Name": strings.ReplaceAll(key, "_", " "), "N": q.AtLeast[key]})
	}
	for _, f := range q.Requires {
		parts = append(parts, valueSaid(lang, "feature", string(f)))
	}
	for _, t := range q.Terms {
		parts = append(parts, valueSaid(lang, "terms", string(t)))
	}
	if n := len(q.Networks); n > 0 {
		say("networks", map[string]any{"Count": n})
	}
	for _, t := range q.Tags {
		say("tag", map[string]any{"Tag": t})
	}
	return parts
}

// valueSaid is a value of a table in words; one that the catalogue has no words for stays as it is.
func valueSaid(lang, table, value string) string {
	if key := table + "." + value; value != "" && Has(key) {
		return Text(lang, key, nil)
	}
	return value
}

func numberKey(table, key string) string {
	if Has(table + key) {
		return key
	}
	return "any_fact"
}

// place of a search in words.
func placeOf(lang string, q market.Question) string {
	if q.Place != "" {
		return q.Place
	}
	return Text(lang, "search_said.here", nil)
}

func placeSaid(lang string, q market.Question) []string {
	switch {
	case q.Near == nil:
		return nil
	case q.RadiusKM > 0:
		return []string{Text(lang, "search_said.within", map[string]any{"Place": placeOf(lang, q), "Km": market.AboutKM(q.RadiusKM)})}
	}
	return []string{Text(lang, "search_said.near", map[string]any{"Place": placeOf(lang, q)})}
}

// whenSaid is when the search wants things to be free: days and hours, days, or dates; "" for any time.
func whenSaid(lang string, q market.Question) string {
	var said []string
	say := func(key string, data map[string]any) { said = append(said, Text(lang, "search_said."+key, data)) }
	switch {
	case q.Days != 0 && q.End > 0:
		from := market.Date("2027-01-04")
		say("hours", map[string]any{"Days": daysSaid(lang, q.Days), "Times": Times(lang, from.At(q.Start, time.UTC), from.At(q.End, time.UTC))})
	case q.Days != 0:
		say("on", map[string]any{"Days": daysSaid(lang, q.Days)})
	}
	if dates := SearchDates(lang, q.FreeFrom, q.FreeUntil); dates != "" {
		said = append(said, dates)
	}
	return strings.Join(said, ", ")
}

// SearchDates is between which days a search wants things to be free: "free between 1 February and 30 April"; "" for no matter when.
func SearchDates(lang string, from, until market.Date) string {
	day := func(d market.Date) string { return Date(lang, d.Time(time.UTC)) }
	say := func(key string, data map[string]any) string { return Text(lang, "search_said."+key, data) }
	switch {
	case from != "" && from == until:
		return say("on_date", map[string]any{"Date": day(from)})
	case from != "" && until != "":
		return say("between", map[string]any{"From": day(from), "Until": day(until)})
	case from != "":
		return say("since", map[string]any{"From": day(from)})
	case until != "":
		return say("until", map[string]any{"Until": day(until)})
	}
	return ""
}

func daysSaid(lang string, days market.Weekdays) string {
	var names []string
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); days.Has(d) {
			names = append(names, Weekdays(lang, d))
		}
	}
	return List(lang, names)
}

// Fits says why a listing fits a saved search, one reason a line: at least one.
func Fits(lang string, q market.Question, e market.Entry) []string {
	f := fitting{lang: lang, q: q, e: e}
	f.place()
	f.time()
	f.numbers()
	f.features()
	f.labels()
	if q.Words != "" {
		f.say("words", map[string]any{"Words": q.Words})
	}
	if len(f.said) == 0 && len(q.Kinds) > 0 {
		f.say("kind", map[string]any{"Kind": valueSaid(lang, "kind", e.Listing.Kind)})
	}
	if len(f.said) == 0 {
		f.say("all_"+string(e.Listing.Side), nil)
	}
	return f.said
}

type fitting struct {
	lang string
	q    market.Question
	e    market.Entry
	said []string
}

func (f *fitting) say(key string, data map[string]any) {
	f.said = append(f.said, capital(Text(f.lang, "search_fits."+key, data)))
}

func (f *fitting) place() {
	switch {
	case f.q.Near == nil:
	case f.e.Listing.Where == market.Online:
		f.say("online", nil)
	case f.e.Point.IsZero():
		f.say("nowhere", nil)
	default:
		f.say("distance", map[string]any{"Distance": Distance(f.lang, f.q.Near.KM(f.e.Point)), "Place": placeOf(f.lang, f.q)})
	}
	if len(f.q.Boroughs) > 0 {
		f.say("borough", map[string]any{"Borough": f.e.Borough})
	}
}

func (f *fitting) time() {
	key := map[market.Side]string{market.Offer: "free", market.Need: "wanted"}[f.e.Listing.Side]
	if when := whenSaid(f.lang, f.q); when != "" {
		f.say(key, map[string]any{"When": when})
	}
}

func (f *fitting) numbers() {
	for _, key := range slices.Sorted(maps.Keys(f.q.AtLeast)) {
		have := f.e.Listing.Facts.Number(key)
		if key == "quantity" {
			have = float64(f.e.Listing.Quantity)
		}
		f.say(numberKey("search_fits.", key), map[string]any{"Name": strings.ReplaceAll(key, "_", " "), "Have": have, "Want": f.q.AtLeast[key]})
	}
}

func (f *fitting) features() {
	var names []string
	for _, one := range f.q.Requires {
		names = append(names, strings.ToLower(valueSaid(f.lang, "feature", string(one))))
	}
	key := map[market.Side]string{market.Offer: "has", market.Need: "asks"}[f.e.Listing.Side]
	if len(names) > 0 {
		f.say(key, map[string]any{"Features": List(f.lang, names)})
	}
}

func (f *fitting) labels() {
	if n := len(f.q.Networks); n > 0 {
		f.say("networks", map[string]any{"Count": n})
	}
	if len(f.q.Tags) > 0 {
		f.say("tags", map[string]any{"Tags": List(f.lang, f.q.Tags)})
	}
	if len(f.q.Terms) > 0 {
		f.say("terms", map[string]any{"Terms": valueSaid(f.lang, "terms", string(f.e.Listing.Terms.Kind))})
	}
}
