package api

import (
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
)

// registerSearch is for everybody: without a token it finds what is for anyone.
func (a *API) registerSearch() {
	register(a, operation{id: "search", method: http.MethodGet, path: "/search", for_: anyone, tag: "search",
		summary: "Find offers and needs", about: "Accept chooses JSON, GeoJSON or CSV; the next page is in Link as well. Values of one parameter are alternatives, but for tags and requires, which must all be there; parameters add up."}, a.search)
	register(a, operation{id: "search-parties", method: http.MethodGet, path: "/search/parties", for_: anyone, tag: "search",
		summary: "Find groups and networks", about: "Those that have all of the words, in one list, the best first. A page may have fewer than limit and still be followed by another: what was found is looked at again when it is shown. A page is a place in a list that changes: " +
			"where a group or network is renamed, comes or goes between two pages, one can come twice or be missed."}, a.searchParties)
}

type searching struct {
	Page
	Picking
	Q         string   `query:"q" maxLength:"4000" doc:"Words; slips, beginnings and other forms of a word are found as well."`
	Side      []string `query:"side,explode" enum:"offer,need" maxItems:"2"`
	Kind      []string `query:"kind,explode" maxItems:"20" doc:"Codes of /kinds."`
	Tags      []string `query:"tags,explode" maxItems:"12"`
	Borough   []string `query:"borough,explode" maxItems:"40"`
	Network   []string `query:"network,explode" format:"uuid" maxItems:"20" doc:"Ids of networks that it is shown in."`
	Requires  []string `query:"requires,explode" enum:"step_free,accessible_toilet,hearing_loop,quiet_room,parking,baby_changing" maxItems:"6"`
	Terms     []string `query:"terms,explode" enum:"gift,loan,shared,at_cost,swap" maxItems:"5"`
	Lat       float64  `query:"lat" minimum:"-90" maximum:"90" doc:"With lng: where the asker is."`
	Lng       float64  `query:"lng" minimum:"-180" maximum:"180"`
	RadiusKM  float64  `query:"radiusKm" minimum:"0.5" maximum:"100"`
	FreeFrom  string   `query:"freeFrom" format:"date" doc:"A day on which it is free lies between freeFrom and freeUntil."`
	FreeUntil string   `query:"freeUntil" format:"date"`
	Days      []string `query:"days,explode" enum:"mo,tu,we,th,fr,sa,su" maxItems:"7" doc:"Open on one of these days of the week: at the time between from and until, or at some time of it."`
	From      string   `query:"from" pattern:"^([01][0-9]|2[0-3]):(00|30)$" example:"18:00"`
	Until     string   `query:"until" pattern:"^((([01][0-9]|2[0-3]):(00|30))|24:00)$" example:"20:00"`
	Seated    int      `query:"seated" minimum:"0" maximum:"10000" doc:"Seats so many, or more."`
	Sort      string   `query:"sort" enum:"relevance,distance,newest"`
	Facets    bool     `query:"facets" doc:"Count what is found by its properties."`
	Parties   int      `query:"parties" minimum:"0" maximum:"10" doc:"With q: so many groups and networks that have all of its words, beside the first page. Filters and facets are of listings alone."`
	Read      bool     `query:"read" doc:"Read a place, a time, a number of people and what is needed out of q, and search by them; other parameters go first. The answer says what was read."`
	Meant     bool     `query:"meant" doc:"With q, by relevance: where its words find fewer than 20, or of several words nothing has all, the first page has listings that mean nearly the same behind those found, each marked as meant."`
	Off       []string `query:"off,explode" enum:"place,within,when,people,step_free,accessible_toilet,hearing_loop,quiet_room,parking,baby_changing" maxItems:"10" doc:"With read: facts that were misread, and are words."`

	placed bool // lat and lng were both sent
}

// Resolve sees whether both halves of a point came: one alone would be a point on the equator or at Greenwich.
func (in *searching) Resolve(ctx huma.Context) []error {
	lat, lng := ctx.Query("lat") != "", ctx.Query("lng") != ""
	in.placed = lat && lng
	for name, missing := range map[string]bool{"lat": lng && !lat, "lng": lat && !lng} {
		if missing {
			return []error{&huma.ErrorDetail{Location: "query." + name, Message: "lat and lng go together"}}
		}
	}
	return nil
}

// searchNames are the parameters that the index's own names stand for.
var searchNames = map[string]string{"text": inQuery + "q", "near": inQuery + "lat", "radius": inQuery + "radiusKm", "free_from": inQuery + "freeFrom",
	"free_until": inQuery + "freeUntil", "weekly": inQuery + "days", "tag": inQuery + "tags", "sides": inQuery + "side", "kinds": inQuery + "kind",
	"boroughs": inQuery + "borough", "network": inQuery + "network", "requires": inQuery + "requires", "terms": inQuery + "terms", "at_least": inQuery + "seated", "sort": inQuery + "sort", "parties": inQuery + "parties"}

// Hit is one listing found.
type Hit struct {
	Listing Picked `json:"listing"`
	KM      int    `json:"km,omitempty" doc:"About, and at least 1; missing without lat and lng, or without a place."`
	Meant   bool   `json:"meant,omitempty" required:"false" doc:"It has not the words, but means nearly the same."`
}

// Facets count what the same question finds.
type Facets struct {
	Side     map[string]int `json:"side"`
	Kind     map[string]int `json:"kind"`
	Tags     map[string]int `json:"tags"`
	Borough  map[string]int `json:"borough"`
	Requires map[string]int `json:"requires"`
	Terms    map[string]int `json:"terms"`
	Network  map[string]int `json:"network" doc:"By the ids of /networks, the 30 most frequent; of a key bound to networks, those alone."`
}

// Party is a group or a network that has the words of a search.
type Party struct {
	Type   string `json:"type" enum:"group,network"`
	ID     string `json:"id" format:"uuid"`
	URL    string `json:"url" format:"uri"`
	Name   string `json:"name" doc:"An alias where a group's name is only told after both say yes."`
	Does   string `json:"does,omitempty" doc:"In its own words."`
	Found  string `json:"found" enum:"name,does,place" doc:"By what: its name has the words, or some stand in what it says of itself, or some are where it is."`
	Sample bool   `json:"sample,omitempty" doc:"Invented, to look at."`
}

// Found answers a search.
type Found struct {
	List[Hit]
	Total   int     `json:"total" doc:"Of all pages, at most 1,000."`
	More    bool    `json:"more" doc:"There are more than total."`
	Relaxed bool    `json:"relaxed" doc:"Nothing has all the words; these have some."`
	Facets  *Facets `json:"facets,omitempty"`
	Parties []Party `json:"parties,omitempty" required:"false" nullable:"false" doc:"With parties: groups and networks that have the words, the best first."`
	Read    []Heard `json:"read,omitempty" required:"false" nullable:"false" doc:"With read: what was read out of q."`
}

func (in *searching) query(c *call) (search.Query, error) {
	q := search.Query{Text: in.Q, Sides: typed[market.Side](in.Side), Kinds: in.Kind, Tags: in.Tags, Boroughs: in.Borough, Networks: typed[market.ID](in.Network),
		Requires: typed[market.Feature](in.Requires), Terms: typed[market.TermsKind](in.Terms), RadiusKM: in.RadiusKM,
		FreeFrom: market.Date(in.FreeFrom), FreeUntil: market.Date(in.FreeUntil), Now: c.now, Sort: search.Sort(in.Sort),
		Cursor: in.Cursor, Limit: in.Limit, SkipFacets: !in.Facets, Parties: in.Parties, Meant: in.Meant}
	if in.placed {
		q.Near = &market.Point{Lat: in.Lat, Lng: in.Lng}
	}
	if in.Seated > 0 {
		q.AtLeast = map[string]float64{"seated": float64(in.Seated)}
	}
	if len(in.Days) == 0 && in.From == "" && in.Until == "" {
		return q, nil
	}
	if in.From == "" && in.Until == "" {
		q.Weekly = search.SomeTimeOn(setOf(in.Days))
		return q, nil
	}
	if len(in.Days) == 0 || in.From == "" || in.Until == "" {
		return q, market.Refuse(inQuery+"days", "window_days")
	}
	w := Window{Repeat: "weekly", Days: in.Days, From: in.From, Until: in.Until}.market()
	q.Weekly = &search.Weekly{Days: w.Days, Start: w.Start, End: w.End}
	return q, nil
}

// foundAnswer is a page of what was found, with where the next one is.
type foundAnswer struct {
	Link string `header:"Link" doc:"rel=next: the page behind this one."`
	Body Found
}

func (a *API) search(c *call, in *searching) (*foundAnswer, error) {
	q, err := in.query(c)
	if err != nil {
		return nil, err
	}
	q, heard, err := a.hear(c, in, q)
	if err != nil {
		return nil, err
	}
	only, err := in.only()
	if err != nil {
		return nil, err
	}
	found, err := a.Search.Query(c.ctx, c.viewer, q)
	if err != nil {
		return nil, renamed(err, searchNames)
	}
	out := Found{Total: found.Total, More: found.More, Relaxed: found.Relaxed, Read: heard, List: List[Hit]{Items: []Hit{}, Next: found.Next, only: only}}
	if out.Items, err = a.hits(c, found.Hits, only); err != nil {
		return nil, err
	}
	if out.Parties, err = a.parties(c, q.Text, found); err != nil {
		return nil, err
	}
	if in.Facets {
		f := found.Facets
		out.Facets = &Facets{Side: named(f.Sides), Kind: named(f.Kinds), Tags: named(f.Tags), Borough: named(f.Boroughs),
			Requires: named(f.Features), Terms: named(f.Terms), Network: named(f.Networks)}
		if err := a.shownAlone(c, out.Facets.Network); err != nil {
			return nil, err
		}
	}
	return &foundAnswer{Link: c.next(found.Next), Body: out}, nil
}

// shownAlone leaves out of counted networks those that were hidden.
func (a *API) shownAlone(c *call, counts map[string]int) error {
	ids := []market.ID{}
	for id := range counts {
		ids = append(ids, market.ID(id))
	}
	if len(ids) == 0 || c.viewer.Sandbox {
		return nil
	}
	shown, err := a.Store.NetworksNamed(c.ctx, ids)
	maps.DeleteFunc(counts, func(id string, _ int) bool {
		return !slices.ContainsFunc(shown, func(n market.Network) bool { return string(n.ID) == id })
	})
	return err
}

// hits are those that the viewer still may see, and counts them against a key's allowance.
func (a *API) hits(c *call, found []search.Hit, only map[string]bool) ([]Hit, error) {
	ids := make([]market.ID, len(found))
	for i, h := range found {
		ids[i] = h.ID
	}
	entries, photos, err := a.entries(c, ids)
	if err != nil {
		return nil, err
	}
	out := []Hit{}
	for _, h := range found {
		if e, ok := entries[h.ID]; ok && e.Listing.Life == market.Open {
			out = append(out, Hit{Listing: Picked{a.listing(c.viewer, e, photos[h.ID]), only}, KM: h.KM, Meant: h.Meant})
		}
	}
	all := make([]*Listing, len(out))
	for i := range out {
		all[i] = &out[i].Listing.Listing
	}
	if err := a.credit(c, all...); err != nil {
		return nil, err
	}
	return out, a.handOut(c, len(out))
}

type seeking struct {
	Page
	Q    string   `query:"q" required:"true" minLength:"1" maxLength:"4000" doc:"Words of a name, of what it says of itself, or of the boroughs that it is in; slips, beginnings and other forms of a word are found as well."`
	Type []string `query:"type,explode" enum:"group,network" maxItems:"2" doc:"Both, when left out."`
}

func (a *API) searchParties(c *call, in *seeking) (*paged[Party], error) {
	seek := typed[market.PartyKind](in.Type)
	if len(seek) == 0 {
		seek = []market.PartyKind{market.AGroup, market.ANetwork}
	}
	found, err := a.Search.Query(c.ctx, c.viewer, search.Query{Text: in.Q, Seek: seek, Cursor: in.Cursor, Limit: in.Limit, Now: c.now})
	if err != nil {
		return nil, renamed(err, searchNames)
	}
	out := &paged[Party]{Link: c.next(found.Next), Body: List[Party]{Items: []Party{}, Next: found.Next}}
	parties, err := a.parties(c, in.Q, found)
	out.Body.Items = append(out.Body.Items, parties...)
	return out, err
}

// parties are the groups and networks found, which count against a key's allowance as well.
func (a *API) parties(c *call, text string, found search.Page) (out []Party, err error) {
	beside, err := listing.FoundBeside(c.ctx, a.Store, c.viewer, text, found)
	if err != nil {
		return nil, err
	}
	for _, p := range beside {
		out = append(out, Party{Type: string(p.Kind), ID: string(p.ID), URL: a.Config.Link("/" + string(p.Kind) + "s/" + p.Page), Name: p.Name, Does: p.Does,
			Found: string(p.Why), Sample: p.Sample})
	}
	return out, a.handOut(c, len(out))
}

// next is the Link to a page by its cursor; "" without one.
func (c *call) next(cursor string) string {
	if cursor == "" {
		return ""
	}
	to := *c.url
	query := to.Query()
	query.Set("cursor", cursor)
	to.RawQuery = query.Encode()
	return "<" + to.RequestURI() + `>; rel="next"`
}

func named[K ~string](counts map[K]int) map[string]int {
	out := make(map[string]int, len(counts))
	for k, n := range counts {
		out[string(k)] = n
	}
	return out
}
