package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/feed"
	"wherewithal/web/pages/view"
)

// registerStreams is for feed readers and maps: what a page lists, as JSON Feed, as Atom and as GeoJSON.
func (s *Site) registerStreams() {
	for page, read := range map[string]func(*Call) (stream, error){"/find": s.findStream, "/groups/:id": s.groupStream, "/networks/:slug": s.networkStream} {
		for name, write := range streamed {
			s.open(page+"/"+name, func(c *Call) (document, error) {
				st, err := read(c)
				if err != nil {
					return document{}, err
				}
				return write(c, st)
			})
		}
	}
}

// The names that a page's formats have below its address.
const (
	jsonName = "feed.json"
	atomName = "feed.atom"
	geoName  = "map.geojson"
)

var streamed = map[string]func(*Call, stream) (document, error){
	jsonName: func(c *Call, st stream) (document, error) {
		f, err := c.feed(st)
		if err != nil {
			return document{}, err
		}
		body, err := f.WriteJSON()
		return document{feed.JSONType, body}, err
	},
	atomName: func(c *Call, st stream) (document, error) {
		f, err := c.feed(st)
		if err != nil {
			return document{}, err
		}
		body, err := f.WriteAtom()
		return document{feed.AtomType, body}, err
	},
	geoName: func(c *Call, st stream) (document, error) { return inJSON(geoType, c.collection(st.entries)) },
}

const geoType = "application/geo+json"

// inStream is how many listings a feed or a map holds: the newest.
const inStream = 100

// stream is what a page lists.
type stream struct {
	title, about string
	path, query  string // of the page
	entries      []market.Entry
}

// findStream is a search, or an area: what lies in a borough.
func (s *Site) findStream(c *Call) (st stream, err error) {
	values, err := c.parameters(asksFor...)
	if err != nil {
		return st, err
	}
	q, err := s.openQuestion(c, values)
	if err != nil {
		return st, err
	}
	q.Sort, q.Limit, q.SkipFacets = search.ByNewest, inStream, true
	found, err := s.Search.Query(c.Ctx, market.Public, q)
	if err != nil {
		return st, err
	}
	ids := make([]market.ID, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	st.entries, err = s.toldBy(c, ids)
	values = shareable(values)
	st.title, st.path, st.query = c.searchTitle(values), "/find", values.Encode()
	return st, err
}

// openQuestion is the search page's question; what that page forgives a person, such as a place that it does not know, is said
// to a program.
func (s *Site) openQuestion(c *Call, values url.Values) (search.Query, error) {
	faults := &market.Invalid{}
	if km, err := strconv.ParseFloat(values.Get("within"), 64); values.Has("within") && (err != nil || !(km >= search.MinRadius && km <= search.MaxRadius)) {
		faults.Add("within", "number_range", "Min", search.MinRadius, "Max", search.MaxRadius)
	}
	if day, err := strconv.Atoi(values.Get("day")); values.Has("day") && (err != nil || day < 0 || day > 6) {
		faults.Add("day", "number_range", "Min", 0, "Max", 6)
	}
	for _, side := range values["side"] {
		if side != string(market.Offer) && side != string(market.Need) {
			faults.Add("side", "choice")
		}
	}
	for _, f := range values["features"] {
		if !slices.Contains(market.Features, market.Feature(f)) {
			faults.Add("features", "choice")
		}
	}
	if err := faults.OrNil(); err != nil {
		return search.Query{}, err
	}
	q, _ := s.question(c, values)
	if values.Has("near") && q.Near == nil {
		return q, market.Refuse("near", "place_unknown")
	}
	if values.Has("within") && q.Near == nil {
		return q, market.Refuse("near", "place_missing")
	}
	return q, q.Check()
}

// searchTitle says what is looked for.
func (c *Call) searchTitle(values url.Values) string {
	var said []string
	for _, name := range asksFor {
		for _, v := range values[name] {
			switch name {
			case "q":
				said = append(said, "“"+shortened(v)+"”")
			case "off":
			default:
				said = append(said, c.filterSaid(name, v))
			}
		}
	}
	if len(said) == 0 {
		return c.T("open.everything")
	}
	return strings.Join(said, " · ")
}

func (s *Site) groupStream(c *Call) (st stream, err error) {
	if _, err := c.parameters(); err != nil {
		return st, err
	}
	g, err := s.openGroup(c)
	if err != nil {
		return st, err
	}
	ids, err := s.Store.OpenToAnyone(c.Ctx, c.Now, g.ID, nil, inStream)
	if err != nil {
		return st, err
	}
	st.entries, err = s.toldBy(c, ids)
	st.title, st.about, st.path = g.NameFor(market.Public), summary(g.Does), groupPath(g.ID)
	return st, err
}

// openGroup is the group in the path, if its page is for everybody.
func (s *Site) openGroup(c *Call) (market.Group, error) {
	id, err := c.Param("id")
	if err != nil {
		return market.Group{}, err
	}
	g, err := s.Store.GroupFor(c.Ctx, market.Public, id)
	if err == nil && g.Sample && !s.here() {
		err = market.ErrNotFound
	}
	return g, err
}

func (s *Site) networkStream(c *Call) (st stream, err error) {
	if _, err := c.parameters(); err != nil {
		return st, err
	}
	n, err := s.openNetwork(c)
	if err != nil {
		return st, err
	}
	below, err := s.below(c, n)
	if err != nil {
		return st, err
	}
	ids, err := s.Store.OpenToAnyone(c.Ctx, c.Now, "", below, inStream)
	if err != nil {
		return st, err
	}
	st.entries, err = s.toldBy(c, ids)
	st.title, st.about, st.path = n.Name, summary(n.About), networkPath(n)
	return st, err
}

// openNetwork is the network in the path.
func (s *Site) openNetwork(c *Call) (market.Network, error) {
	n, err := s.atNetwork(c)
	if err == nil && n.Sample && !s.here() {
		err = market.ErrNotFound
	}
	return n, err
}

// toldBy are those of the listings that programs are told of, the newest first.
func (s *Site) toldBy(c *Call, ids []market.ID) ([]market.Entry, error) {
	entries, err := s.Store.EntriesFor(c.Ctx, market.Public, ids, c.Now)
	entries = s.told(c, entries)
	slices.SortStableFunc(entries, func(a, b market.Entry) int {
		if a.Listing.OpenedAt == nil || b.Listing.OpenedAt == nil {
			return 0
		}
		return b.Listing.OpenedAt.Compare(*a.Listing.OpenedAt)
	})
	return entries[:min(len(entries), inStream)], err
}

// link is the address of the stream's page, or of one of its formats below it.
func (c *Call) streamLink(st stream, name string) string {
	path := st.path
	if name != "" {
		path += "/" + name
	}
	if st.query != "" {
		path += "?" + st.query
	}
	return c.site.Config.Link(path)
}

func (c *Call) feed(st stream) (feed.Feed, error) {
	f := feed.Feed{Title: c.T("open.feed_title", "What", st.title), About: st.about, Home: c.streamLink(st, ""), JSON: c.streamLink(st, jsonName), Atom: c.streamLink(st, atomName),
		Icon: c.site.Config.Link(iconPath(512)), Language: c.Lang, Author: c.T("site.name"), Since: c.Now.Truncate(24 * time.Hour)}
	if len(st.entries) > 0 {
		f.Since = st.entries[0].Listing.UpdatedAt
	}
	ids := make([]market.ID, len(st.entries))
	for i, e := range st.entries {
		ids[i] = e.Listing.ID
	}
	photos, err := c.site.Store.FirstPhotos(c.Ctx, ids)
	for _, e := range st.entries {
		f.Items = append(f.Items, c.item(e, photos))
	}
	return f, err
}

func (c *Call) item(e market.Entry, photos map[market.ID]market.Photo) feed.Item {
	l := e.Listing
	i := feed.Item{ID: string(l.ID), URL: c.site.Config.Link(listingPath(l.ID)), Title: c.titleOf(e), Language: l.Language, Author: e.Group.Name,
		AuthorURL: c.site.Config.Link(groupPath(l.GroupID)), Tags: l.Tags, Published: l.CreatedAt, Updated: l.UpdatedAt,
		More: map[string]any{"side": l.Side, "kind": l.Kind}}
	facts := append([]string{c.T("side." + string(l.Side))}, c.cardFacts(e, 0)...)
	i.Text = strings.TrimSpace(strings.Join(facts, " · ") + "\n\n" + l.Description)
	if l.OpenedAt != nil {
		i.Published = *l.OpenedAt
	}
	if l.ExpiresAt != nil {
		i.More["expiresAt"] = l.ExpiresAt.UTC()
	}
	if e.Borough != "" {
		i.More["borough"] = e.Borough
	}
	if p, ok := photos[l.ID]; ok {
		i.Image = c.site.Config.Link(view.PhotoPath(string(p.ID), "large"))
	}
	return i
}

// collection is a FeatureCollection of RFC 7946: of each listing with a place its public point, which lies 400 to 800 m from it.
func (c *Call) collection(entries []market.Entry) map[string]any {
	features := []map[string]any{}
	for _, e := range entries {
		if e.Point.IsZero() {
			continue
		}
		l := e.Listing
		said := map[string]any{"title": c.titleOf(e), "side": l.Side, "kind": l.Kind, "group": e.Group.Name, "url": c.site.Config.Link(listingPath(l.ID)),
			"groupUrl": c.site.Config.Link(groupPath(l.GroupID)), "borough": e.Borough}
		if e.Group.Sample {
			said["sample"] = true
		}
		features = append(features, map[string]any{"type": "Feature", "id": l.ID, "properties": said,
			"geometry": map[string]any{"type": "Point", "coordinates": []float64{e.Point.Lng, e.Point.Lat}}})
	}
	return map[string]any{"type": "FeatureCollection", "features": features}
}

// alternates are where a page's list is for programs.
func (c *Call) alternates(path string, values url.Values) []view.Alternate {
	st := stream{path: path, query: shareable(values).Encode()}
	return []view.Alternate{
		{Type: "application/feed+json", Title: c.T("open.json_feed"), Href: c.streamLink(st, jsonName)},
		{Type: "application/atom+xml", Title: c.T("open.atom"), Href: c.streamLink(st, atomName)},
		{Type: geoType, Title: c.T("open.geojson"), Href: c.streamLink(st, geoName)},
	}
}
