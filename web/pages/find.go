package pages

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// registerFind is for everybody; everything stands in the address, so that any search can be sent to someone.
func (s *Site) registerFind() {
	s.get("/find", s.find)
	s.get(findParties, s.findParties)
}

// withins are the distances that the form offers, in km.
var withins = []string{"", "1", "3", "5", "10"}

// find reads the words, asks the index and shows what it found. With off=… a fact that was read out of the words is
// taken off again.
func (s *Site) find(c *Call) error {
	values := c.Gin.Request.URL.Query()
	q, read := s.question(c, values)
	q.Parties, q.Meant = shownParties, true
	page := view.FindPage{Page: c.Public(c.Page("find.heading"), c.T("find.heading")), Query: values.Get("q"), Near: values.Get("near"),
		Chips: read.chips, PlaceNote: read.near.note, Meant: read.near.meant, Tiles: s.Config.MapTileURL, Credit: s.Config.MapAttribution}
	page.Page.NoIndex = len(values) > 0
	page.Page.Alternates, page.Boroughs = c.alternates("/find", values), values["borough"]
	found, err := s.Search.Query(c.Ctx, c.Viewer, q)
	var invalid *market.Invalid
	switch {
	case errors.Is(err, search.ErrCursor):
		values.Del("cursor")
		c.Gin.Redirect(http.StatusSeeOther, "/find?"+values.Encode())
		return nil
	case errors.As(err, &invalid):
		again, _ := c.Again(err)
		page.Error = again.Errors[0].Sentence
	case err != nil:
		return err
	}
	page.Found = c.counted("find.found", found)
	if page.Cards, err = s.cards(c, found.Hits); err != nil {
		return err
	}
	if page.Parties, err = s.foundBeside(c, q.Text, found); err != nil {
		return err
	}
	if len(page.Parties) > 0 {
		page.AllParties = partiesPath(url.Values{"q": {q.Text}})
	}
	var networks []view.Facet
	if page.Error == "" {
		if networks, err = s.networkFacet(c, q.Networks, found.Facets.Networks); err != nil {
			return err
		}
	}
	page.Relaxed, page.Likely = found.Relaxed, c.likely(found)
	page.Fields = []view.Field{
		{Name: "from", Label: c.T("facet.from"), Type: "date", Value: string(dateOr(values.Get("from")))},
		{Name: "until", Label: c.T("facet.until"), Type: "date", Value: string(dateOr(values.Get("until")))},
		{Name: "people", Label: c.T("facet.people"), Type: "number", InputMode: "numeric", Value: countOr(values.Get("people"))}}
	page.Facets, page.Sorts = append(c.facets(values, found.Facets), networks...), view.Options(c.Ctx, "sort", []string{"relevance", "distance", "newest"}, string(q.Sort))
	if page.Empty = c.nothingFound(values); found.Total == 0 && page.Error == "" {
		if page.Empty.Nearly, err = s.withoutOne(c, values, read.chips); err != nil {
			return err
		}
	}
	page.Pager, page.Save = pager("/find", "cursor", values, found.Next), savePath(values)
	if c.Fragment() {
		return c.Render(http.StatusOK, view.FindResults(page))
	}
	return c.Render(foundOr(page.Error), view.Find(page))
}

// foundOr is the status of a page of results: a search that cannot be done as it is asked is bad input, on a page that can still
// be used.
func foundOr(fault string) int {
	if fault != "" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// likely says which of what was found has none of the words; "" when there is none.
func (c *Call) likely(found search.Page) string {
	n := 0
	for _, h := range found.Hits {
		if h.Meant {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case len(found.Hits):
		return c.T("find.likely_all")
	}
	return c.T("find.likely", "Count", n)
}

// pager leads on through a list of a page, whose cursor has a name of its own; what else the address says stays.
func pager(path, cursor string, values url.Values, next string) view.Pager {
	var p view.Pager
	if values.Get(cursor) != "" {
		first := cloneValues(values)
		first.Del(cursor)
		p.First = path + "?" + first.Encode()
	}
	if next != "" {
		more := cloneValues(values)
		more.Set(cursor, next)
		p.Next = path + "?" + more.Encode()
	}
	return p
}

func cloneValues(v url.Values) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = slices.Clone(list)
	}
	return out
}

// counted says how many were found, or more than which number: counting stops there.
func (c *Call) counted(key string, found search.Page, pairs ...any) string {
	if found.More {
		key += "_more"
	}
	return c.T(key, append(pairs, "Count", found.Total)...)
}

// shownFacets are those whose counts stand beside the filters.
var shownFacets = []search.Facet{search.CountSides, search.CountKinds, search.CountFeatures, search.CountTerms, search.CountNetworks}

// shownParties is how many groups and networks stand beside what was found: it is listings that are looked for.
const shownParties = 3

// foundBeside are the groups and networks that have the words, each with why.
func (s *Site) foundBeside(c *Call, text string, found search.Page) (out []view.Party, err error) {
	beside, err := listing.FoundBeside(c.Ctx, s.Store, c.Viewer, text, found)
	if err == nil {
		err = s.quotesParties(c, beside)
	}
	for _, p := range beside {
		out = append(out, view.Party{Kind: c.T("party." + string(p.Kind)), Href: "/" + string(p.Kind) + "s/" + p.Page, Name: p.Name, Sample: p.Sample,
			Why: c.T("party.by_"+string(p.Why), "Does", summary(p.Does), "Places", wording.List(c.Lang, p.Boroughs))})
	}
	return out, err
}

// quotesParties tells the page which language the words are in that groups among the parties are shown with.
func (s *Site) quotesParties(c *Call, all []listing.Beside) error {
	says := map[market.ID]string{}
	for _, p := range all {
		if p.Kind == market.AGroup && p.Why == search.ByDoes {
			says[p.ID] = summary(p.Does)
		}
	}
	if len(says) == 0 {
		return nil
	}
	groups, err := s.Store.Groups(c.Ctx, slices.Sorted(maps.Keys(says)))
	for _, g := range groups {
		c.quoted = append(c.quoted, tongue.Words{Text: says[g.ID], Lang: tongue.Of(says[g.ID], g.Languages...)})
	}
	return err
}

// question is the form's answers and what was read out of the words, each with its chip.
func (s *Site) question(c *Call, values url.Values) (search.Query, *reader) {
	q := search.Query{Text: values.Get("q"), Now: c.Now, Limit: 20, Count: shownFacets, Cursor: values.Get("cursor"), Sort: search.Sort(values.Get("sort"))}
	for _, side := range values["side"] {
		if side != "" {
			q.Sides = append(q.Sides, market.Side(side))
		}
	}
	for _, kind := range values["kind"] {
		if kind != "" {
			q.Kinds = append(q.Kinds, kind)
		}
	}
	for _, f := range values["features"] {
		q.Requires = append(q.Requires, market.Feature(f))
	}
	for _, t := range values["terms"] {
		q.Terms = append(q.Terms, market.TermsKind(t))
	}
	q.Tags, q.Boroughs = values["tags"], values["borough"]
	for _, id := range values["network"] {
		if id != "" {
			q.Networks = append(q.Networks, market.ID(id))
		}
	}
	r := &reader{c: c, values: values, Heard: listing.Hear(q, market.DateOf(c.Now.In(c.Zone())), values["off"])}
	r.place(s)
	r.times()
	r.people()
	r.Features()
	r.say()
	return r.Query, r
}

// reader puts what a search's words say into its question, beside what the form says, and shows each fact as a chip.
type reader struct {
	*listing.Heard
	c      *Call
	values url.Values
	chips  []view.Chip
	near   nearby
}

func (r *reader) place(s *Site) {
	near := r.values.Get("near")
	if near == "" {
		near = r.Place()
	}
	if near == "" {
		return
	}
	r.near = s.nearTo(r.c, near)
	r.Query.Near = r.near.point
	if km, err := strconv.ParseFloat(r.values.Get("within"), 64); err == nil && r.Query.Near != nil {
		r.Query.RadiusKM = km
		return
	}
	r.Within()
}

// times are those of the form, and what the words say of times beside.
func (r *reader) times() {
	r.Query.FreeFrom, r.Query.FreeUntil = dateOr(r.values.Get("from")), dateOr(r.values.Get("until"))
	if day, err := strconv.Atoi(r.values.Get("day")); err == nil && day >= 0 && day < 7 {
		r.Query.Weekly = search.SomeTimeOn(1 << day)
	}
	r.When()
}

// dateOr is what a field of a date holds, "" for what is none.
func dateOr(typed string) market.Date {
	day, err := market.ParseDate(typed)
	if err != nil || !day.Valid() {
		return ""
	}
	return day
}

// countOr is what a field of a number holds, "" for what is none.
func countOr(typed string) string {
	if n, err := strconv.Atoi(typed); err != nil || n < 1 {
		return ""
	}
	return typed
}

// people are as many as the form says, or the words.
func (r *reader) people() {
	if n, err := strconv.Atoi(r.values.Get("people")); err == nil && n > 0 {
		r.Query.AtLeast = map[string]float64{"seated": float64(n)}
		return
	}
	r.People()
}

// say makes the chips: each is a fact in words, and a link that takes it off.
func (r *reader) say() {
	for _, b := range r.values["borough"] {
		without := cloneValues(r.values)
		without["borough"] = slices.DeleteFunc(without["borough"], func(other string) bool { return other == b })
		without.Del("cursor")
		r.chips = append(r.chips, view.Chip{Text: r.c.filterSaid("borough", b), Href: "/find?" + without.Encode(), Remove: true})
	}
	for _, f := range r.Facts {
		without := cloneValues(r.values)
		without.Add("off", f.Name)
		without.Del("cursor")
		r.chips = append(r.chips, view.Chip{Text: r.c.fact(f), Href: "/find?" + without.Encode(), Remove: true})
	}
}

// fact is one in words.
func (c *Call) fact(f listing.Fact) string {
	switch {
	case f.Name == "place":
		return c.T("market.near", "Place", f.Place)
	case f.Name == "within":
		return c.T("market.within", "Km", f.KM)
	case f.Name == "people":
		return c.T("market.people_or_more", "Count", f.People)
	case f.Name != "when":
		return strings.ToLower(c.T("feature." + f.Name))
	}
	return c.timeFact(f)
}

func (c *Call) timeFact(f listing.Fact) string {
	var parts []string
	switch {
	case f.Day != "" && f.Window == nil:
		return wording.LongDate(c.Lang, f.Day.Time(time.UTC))
	case f.Day != "":
		return c.window(*f.Window)
	case f.Window != nil && f.AllDay:
		parts = append(parts, c.days(f.Window.Days, true))
	case f.Window != nil && f.Window.Repeat == market.Once:
		parts = append(parts, wording.Minutes(c.Lang, f.Window.Start, f.Window.End))
	case f.Window != nil:
		parts = append(parts, c.window(*f.Window))
	}
	if dates := wording.SearchDates(c.Lang, f.From, f.Until); dates != "" {
		parts = append(parts, dates)
	}
	return upperFirst(strings.Join(parts, ", "))
}

func (c *Call) facets(values url.Values, counts search.Facets) []view.Facet {
	side := append([]view.Option{{Value: "", Label: c.T("facet.all"), On: values.Get("side") == ""}},
		counted(view.Options(c.Ctx, "side", []string{"offer", "need"}, values["side"]...), func(v string) int { return counts.Sides[market.Side(v)] })...)
	kinds := counted(view.Options(c.Ctx, "kind", []string{market.Room, market.Skill, market.Equipment}, values["kind"]...),
		func(v string) int { return counts.Kinds[v] })
	var names []string
	for _, f := range market.Features {
		names = append(names, string(f))
	}
	features := counted(view.Options(c.Ctx, "feature", names, values["features"]...), func(v string) int { return counts.Features[market.Feature(v)] })
	terms := counted(view.Options(c.Ctx, "terms", texts(market.TermsKinds), values["terms"]...), func(v string) int { return counts.Terms[market.TermsKind(v)] })
	return []view.Facet{
		{Name: "side", Legend: c.T("facet.side"), Options: side},
		{Name: "kind", Legend: c.T("facet.kind"), Options: kinds, Many: true},
		{Name: "day", Legend: c.T("facet.day"), Options: c.dayOptions(values.Get("day"))},
		{Name: "features", Legend: c.T("facet.features"), Options: features, Many: true},
		{Name: "within", Legend: c.T("facet.within"), Options: c.withinOptions(values.Get("within"))},
		{Name: "terms", Legend: c.T("facet.terms"), Options: terms, Many: true},
	}
}

// mostNetworks are named beside the filters: those that most of what was found is shown in.
const mostNetworks = 8

// networkFacet offers the networks of what was found, and those that were chosen; nothing when there is none.
func (s *Site) networkFacet(c *Call, chosen []market.ID, counts map[market.ID]int) ([]view.Facet, error) {
	ids := slices.SortedFunc(maps.Keys(counts), func(a, b market.ID) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	ids = append(ids[:min(mostNetworks, len(ids))], chosen...)
	if len(ids) == 0 {
		return nil, nil
	}
	networks, err := s.Store.NetworksNamed(c.Ctx, ids)
	if err != nil || len(networks) == 0 {
		return nil, err
	}
	facet := view.Facet{Name: "network", Legend: c.T("facet.network"), Many: true}
	for _, n := range networks {
		facet.Options = append(facet.Options, view.Option{Value: string(n.ID), Label: n.Name, Count: counts[n.ID], On: slices.Contains(chosen, n.ID)})
	}
	return []view.Facet{facet}, nil
}

func counted(options []view.Option, n func(value string) int) []view.Option {
	for i := range options {
		options[i].Count = n(options[i].Value)
	}
	return options
}

func (c *Call) dayOptions(chosen string) []view.Option {
	options := []view.Option{{Value: "", Label: c.T("facet.all"), On: chosen == ""}}
	for i := range 7 {
		value := strconv.Itoa(i)
		options = append(options, view.Option{Value: value, Label: c.days(market.DayBit(time.Weekday((i+1)%7)), true), On: value == chosen})
	}
	return options
}

func (c *Call) withinOptions(chosen string) []view.Option {
	options := make([]view.Option, 0, len(withins))
	for _, km := range withins {
		label := c.T("facet.all")
		if km != "" {
			label = c.T("market.within", "Km", figure(km))
		}
		options = append(options, view.Option{Value: km, Label: label, On: km == chosen})
	}
	return options
}

// mostLeftOut is how many things that were asked for are tried without: what a phone shows without scrolling.
const mostLeftOut = 4

// withoutOne are the searches that find something once one thing is left out: a fact read out of the words, a filter, or
// the place.
func (s *Site) withoutOne(c *Call, values url.Values, chips []view.Chip) (links []view.Link, err error) {
	wider := slices.Clone(chips)
	for _, filter := range []string{"near", "side", "kind", "within", "day", "from", "until", "people", "features", "terms", "tags", "network"} {
		if said := values.Get(filter); said != "" {
			fewer := cloneValues(values)
			fewer.Del(filter)
			wider = append(wider, view.Chip{Text: c.filterSaid(filter, said), Href: "/find?" + fewer.Encode()})
		}
	}
	for _, w := range wider[:min(mostLeftOut, len(wider))] {
		u, err := url.Parse(w.Href)
		if err != nil {
			return links, err
		}
		q, _ := s.question(c, u.Query())
		q.Limit, q.Cursor, q.SkipFacets = 1, "", true
		found, err := s.Search.Query(c.Ctx, c.Viewer, q)
		if errors.As(err, new(*market.Invalid)) {
			continue
		}
		if err != nil {
			return links, err
		}
		if found.Total > 0 {
			links = append(links, view.Link{Href: w.Href, Text: c.counted("find.without", found, "What", w.Text)})
		}
	}
	return links, nil
}

// mostShown: what is more than any filter means is not written out as a number.
const mostShown = 1e6

// figure is a number of an address, to be written as its reader's language does; anything else as it stands there.
func figure(value string) any {
	if n, err := strconv.ParseFloat(value, 64); err == nil && 0 <= n && n < mostShown {
		return n
	}
	return shortened(value)
}

// filterSaid is a filter in words.
func (c *Call) filterSaid(filter, value string) string {
	switch filter {
	case "near":
		return c.T("market.near", "Place", shortened(value))
	case "within":
		return c.T("market.within", "Km", figure(value))
	case "borough":
		return c.T("search_fits.borough", "Borough", shortened(value))
	case "day":
		if day, err := strconv.Atoi(value); err == nil && day >= 0 && day < 7 {
			return wording.Weekdays(c.Lang, time.Weekday((day+1)%7))
		}
	case "side", "kind":
		if wording.Has(filter + "." + value) {
			return c.T(filter + "." + value)
		}
	case "network":
		return c.T("facet.network")
	case "from":
		return cmp.Or(wording.SearchDates(c.Lang, dateOr(value), ""), shortened(value))
	case "until":
		return cmp.Or(wording.SearchDates(c.Lang, "", dateOr(value)), shortened(value))
	case "people":
		if n, err := strconv.Atoi(value); err == nil {
			return c.T("market.people_or_more", "Count", n)
		}
	case "terms":
		if wording.Has("terms." + value) {
			return c.T("terms." + value)
		}
	case "features":
		if wording.Has("feature." + value) {
			return c.T("feature." + value)
		}
	}
	return shortened(value)
}

// nothingFound teaches: what to leave out, and how to be told when it comes.
func (c *Call) nothingFound(values url.Values) view.Empty {
	wider := url.Values{"q": {values.Get("q")}}
	return view.Empty{Title: c.T("market.nothing"), Text: c.T("market.nothing_text"), Links: []view.Link{
		{Href: "/ask?" + url.Values{"text": {values.Get("q")}}.Encode(), Text: c.T("market.ask_for_it")},
		{Href: savePath(values), Text: c.T("find.save")},
		{Href: "/find?" + wider.Encode(), Text: c.T("market.search_wider")}}}
}
