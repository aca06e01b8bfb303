package pages

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"wherewithal/frontend"
	"wherewithal/ical"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// square is a street of which other programs read: a hall for anyone in the network of Marsh and Creek, one for some, a listing
// under an alias, which is in that network too, one that is online, and one that is invented.
type square struct {
	*street
	open, aliased, online, invented, refuge market.ID
	network                                 market.Network
	visitor                                 *browser
}

func openSquare(t *testing.T) *square {
	s := &square{street: openStreet(t)}
	s.open = s.giver.posts("/offer", "Church hall for 80 in SE10, Thursdays 6 to 10 pm", "anyone")
	rose := s.browser()
	rose.signIn("r@refuge.example", "Rose")
	s.refuge = rose.found("Rosehip Refuge", "hide_name", "yes", "alias", "A women’s group")
	s.aliased = rose.posts("/ask", "Piano lessons for beginners", "anyone")
	s.online = s.taker.posts("/offer", "Help with accounts, online", "anyone")
	actor := s.browser()
	actor.signIn("a@actors.example", "Abe")
	actors := actor.found("Invented Players")
	s.invented = actor.posts("/offer", "Big gazebo in SE10", "anyone")
	s.network = market.Network{ID: market.NewID(), Slug: "marsh-and-creek", Name: "Marsh and Creek", About: "Between the marsh and the creek.", Level: market.Neighbourhood, CreatedAt: s.now}
	s.must(s.store.InTx(t.Context(), func(tx *store.Tx) error {
		if err := tx.AddNetwork(t.Context(), s.network); err != nil {
			return err
		}
		for _, g := range []market.ID{s.hall, s.refuge} {
			if err := tx.KeepMember(t.Context(), market.NetworkMember{NetworkID: s.network.ID, GroupID: g, AgreedAt: &s.now}); err != nil {
				return err
			}
		}
		return nil
	}))
	s.sql(`update groups set sample = true where id = $1`, actors)
	s.sql(`update listings set place_id = null, way = 'online' where id = $1`, s.online)
	for _, id := range []market.ID{s.offer, s.open, s.aliased, s.online, s.invented} {
		s.worked(id)
	}
	s.visitor = s.browser()
	return s
}

func (s *square) sql(text string, args ...any) {
	s.t.Helper()
	if _, err := s.store.Pool().Exec(s.t.Context(), text, args...); err != nil {
		s.t.Fatal(err)
	}
}

// fits checks an answer against one of the schemas of testdata/open, and gives it.
func (p page) fits(t *testing.T, schema string) (said map[string]any) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	compiled, err := c.Compile("testdata/open/" + schema + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(p.want(200).text))
	if err == nil {
		err = compiled.Validate(v)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", p.url, err, p.text)
	}
	said, _ = v.(map[string]any)
	return said
}

func TestOtherProgramsReadWhatAVisitorSees(t *testing.T) {
	s := openSquare(t)
	for _, look := range []struct {
		name string
		at   func(*testing.T, *square)
	}{{"feeds", feedsFit}, {"maps", mapsFit}, {"open slots", slotsFit}, {"services", servicesFit}, {"Murmurations", murmurationsFit}, {"oEmbed", embedsFit},
		{"well known", wellKnownFit}, {"schema.org", linkedFits}, {"the widget", widgetFits}, {"bad input", badInputIsRefused}, {"what is over", whatIsOverIsNotTold}, {"another name", anotherNameIsTold}, {"caching", openIsKept}} {
		t.Run(look.name, func(t *testing.T) { look.at(t, s) })
	}
}

// ids of a list in what was said, shortened to the UUIDs.
func ids(list any) (found []string) {
	items, _ := list.([]any)
	for _, one := range items {
		id, _ := one.(map[string]any)["id"].(string)
		found = append(found, strings.TrimPrefix(id, "urn:uuid:"))
	}
	return found
}

// streams are the pages with lists, and the listings that a visitor sees there; here the invented one is shown, and named so.
func (s *square) streams() map[string][]market.ID {
	return map[string][]market.ID{
		"/find":                                 {s.invented, s.online, s.aliased, s.open},
		"/find?q=hall":                          {s.open},
		"/find?network=" + string(s.network.ID): {s.open},
		"/find?borough=Greenwich":               {s.invented, s.aliased, s.open},
		"/find?near=SE10&side=need":             {s.aliased},
		groupPath(s.hall):                       {s.open},
		groupPath(s.refuge):                     {s.aliased},
		"/networks/marsh-and-creek":             {s.open},
		"/find?q=nothing+of+the+kind":           nil,
	}
}

func below(path, name string) string {
	path, query, _ := strings.Cut(path, "?")
	return strings.TrimSuffix(path+"/"+name+"?"+query, "?")
}

type readAtom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	atomPart
	Entries []atomPart `xml:"http://www.w3.org/2005/Atom entry"`
}

type atomPart struct {
	ID        []string `xml:"http://www.w3.org/2005/Atom id"`
	Title     []string `xml:"http://www.w3.org/2005/Atom title"`
	Updated   []string `xml:"http://www.w3.org/2005/Atom updated"`
	Published []string `xml:"http://www.w3.org/2005/Atom published"`
	Authors   []string `xml:"http://www.w3.org/2005/Atom author>name"`
	Content   []string `xml:"http://www.w3.org/2005/Atom content"`
	Links     []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"http://www.w3.org/2005/Atom link"`
}

// whole checks what RFC 4287, sections 4.1.1 and 4.1.2, ask of a feed or an entry.
func (a atomPart) whole(t *testing.T, rels ...string) {
	t.Helper()
	if len(a.ID) != 1 || !regexp.MustCompile(`^(https?|urn):`).MatchString(a.ID[0]) || len(a.Title) != 1 || a.Title[0] == "" || len(a.Authors) != 1 || a.Authors[0] == "" || len(a.Published) > 1 {
		t.Errorf("%+v", a)
	}
	for _, at := range append(a.Published, a.Updated...) {
		if _, err := time.Parse(time.RFC3339, at); err != nil {
			t.Error(err)
		}
	}
	var found []string
	for _, l := range a.Links {
		found = append(found, l.Rel)
	}
	if diff := cmp.Diff(rels, found); len(a.Updated) != 1 || diff != "" {
		t.Errorf("%v %s", a.Updated, diff)
	}
}

func feedsFit(t *testing.T, s *square) {
	for path, want := range s.streams() {
		p := s.visitor.get(path).want(200)
		asJSON, asAtom := below(path, "feed.json"), below(path, "feed.atom")
		if path != "/find?q=nothing+of+the+kind" && (p.alternate("application/feed+json") != asJSON || p.alternate("application/atom+xml") != asAtom) {
			t.Errorf("%s leads to %q and %q", path, p.alternate("application/feed+json"), p.alternate("application/atom+xml"))
		}
		said := s.visitor.get(asJSON).fits(t, "jsonfeed")
		if diff := cmp.Diff(texts(want), ids(said["items"]), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", asJSON, diff)
		}
		var a readAtom
		s.visitor.parse(asAtom, &a)
		a.whole(t, "self", "alternate")
		var entries []string
		for _, e := range a.Entries {
			e.whole(t, "alternate")
			entries = append(entries, strings.TrimPrefix(e.ID[0], "urn:uuid:"))
		}
		if diff := cmp.Diff(texts(want), entries, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", asAtom, diff)
		}
	}
	s.visitor.get(groupPath(s.refuge)+"/feed.json").want(200, "A women’s group").without("Rosehip")
	s.visitor.get("/find/feed.atom").want(200, "A women’s group", "Invented: Big gazebo").without("Rosehip")
	s.visitor.get("/find/feed.json?near=SE10+9JF").want(200, "near=SE10\"").without("9JF")
}

// alternate is where the page says that programs read it, as a path.
func (p page) alternate(kind string) string {
	for n := range p.root.Descendants() {
		if n.Data == "link" && attribute(n, "rel") == "alternate" && attribute(n, "type") == kind {
			return strings.TrimPrefix(attribute(n, "href"), p.site.Config.PublicURL)
		}
	}
	return ""
}

func mapsFit(t *testing.T, s *square) {
	e, err := s.store.EntryFor(t.Context(), market.Public, s.open, s.now)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range s.streams() {
		said := s.visitor.get(below(path, "map.geojson")).fits(t, "geojson")
		var placed []market.ID
		for _, id := range want {
			if id != s.online {
				placed = append(placed, id)
			}
		}
		if diff := cmp.Diff(texts(placed), ids(said["features"]), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	var said struct {
		Features []struct {
			Geometry struct{ Coordinates []float64 }
		}
	}
	if err := json.Unmarshal([]byte(s.visitor.get(groupPath(s.hall)+"/map.geojson").text), &said); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{e.Point.Lng, e.Point.Lat}, said.Features[0].Geometry.Coordinates); diff != "" {
		t.Error(diff)
	}
}

func badInputIsRefused(t *testing.T, s *square) {
	for path, want := range map[string]int{
		"/find/feed.json?nothing=x": 422, "/find/feed.json?within=NaN&near=SE10": 422, "/find/feed.json?within=3": 422, "/find/feed.json?within=1e9&near=SE10": 422,
		"/find/map.geojson?near=Atlantis": 422, "/find/feed.atom?day=7": 422, "/find/feed.atom?side=both": 422, "/find/feed.atom?features=gold": 422,
		"/find/feed.json?q=" + strings.Repeat("a", 4001): 422, "/find/feed.json?" + strings.Repeat("tags=a&", 60): 422, "/find/feed.json?borough=" + strings.Repeat("a", 201): 422,
		"/widget/search.json?limit=21": 422, "/widget/search.json?limit=x": 422, "/widget/search.json?cursor=x": 422, "/widget/search.json?near=Atlantis": 422, "/widget/search.json?page=2": 422,
		"/widget/search.json?q=" + strings.Repeat("a", 4001): 422, "/widget/v9/wherewithal-search.js": 404,
		"/find/feed.json?q=%ff": 400, "/groups/x/feed.json": 404, groupPath(s.hall) + "/feed.json?q=x": 422, "/networks/none/feed.atom": 404, "/networks/partners-sandbox/feed.json": 404,
		"/open-referral/services?page=0": 422, "/open-referral/services?page=99999999": 422, "/open-referral/services?per_page=101": 422, "/open-referral/services?modified_after=soon": 422,
		"/open-referral/services?minimum_age=3": 422, "/open-referral/services?minimal=perhaps": 422, "/open-referral/services?format=xml": 422, "/open-referral/services/" + string(s.aliased): 404, "/open-referral/services/" + string(s.offer): 404, "/open-referral/services/x": 404,
		listingPath(s.offer) + "/murmurations.json": 404, listingPath(s.online) + "/slots.ics": 404, listingPath(s.offer) + "/slots.ics": 404,
		"/oembed": 422, "/oembed?url=x": 404, s.oembed(listingPath(s.offer)): 404, s.oembed("/find"): 404, s.oembed("/groups/x"): 404, s.oembed(listingPath(s.open)) + "&format=yaml&dnt=1": 501,
		s.oembed(listingPath(s.open)) + "&maxwidth=-1": 422, "/.well-known/security.txt": 404,
	} {
		p := s.visitor.get(path)
		if p.status != want {
			t.Errorf("%.80s: %d\n%s", path, p.status, p.text)
		}
		if kind := p.header.Get("Content-Type"); path != "/find/feed.json?q=%ff" && (kind != "application/problem+json" || !strings.Contains(p.text, `"detail":"`)) {
			t.Errorf("%.80s: %s %s", path, kind, p.text)
		}
	}
}

func TestTheDocumentsNameTheNewestWidget(t *testing.T) {
	text, err := os.ReadFile("../../docs/open.md")
	if newest := widgetPath(widgets[0].Version); err != nil || !strings.Contains(string(text), newest) {
		t.Errorf("no %s; %v", newest, err)
	}
}

// A cursor that was made elsewhere, or is old, is said so in words that every release of the widget shows: the first ones do of a 422 alone.
func TestTheWidgetIsToldOfACursorThatDoesNotFit(t *testing.T) {
	s := openStreet(t)
	p := s.browser().get("/widget/search.json?cursor=x").want(422, `"code":"cursor"`, "begin again with the first")
	var said struct {
		Errors []struct{ Name, Detail string }
	}
	if err := json.Unmarshal([]byte(p.text), &said); err != nil || len(said.Errors) != 1 || said.Errors[0].Name != "cursor" || said.Errors[0].Detail == "" {
		t.Errorf("%v %s", err, p.text)
	}
}

func openIsKept(t *testing.T, s *square) {
	first := s.visitor.get("/find/feed.json").want(200)
	if first.header.Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(first.header.Get("Cache-Control"), "public, ") || first.header.Get("RateLimit") != "" {
		t.Error(first.header)
	}
	r := s.visitor.request("GET", "/find/feed.json", nil)
	r.Header.Set("If-None-Match", first.header.Get("ETag"))
	if again := s.visitor.do(r); again.status != http.StatusNotModified || again.text != "" {
		t.Errorf("%d %s", again.status, again.text)
	}
	own := s.giver.get(groupPath(s.hall) + "/feed.json").want(200) // whoever is signed in gets no more
	if strings.Contains(own.text, string(s.offer)) {
		t.Error("a cookie opened more")
	}
	public := s.site.Config.PublicURL
	defer func() { s.site.Config.PublicURL = public }()
	s.site.Config.PublicURL = "https://wherewithal.example"
	s.visitor.get("/find/feed.json").want(200).without("Invented")
	limit := s.site.Config.APIPublicPerHour
	defer func() { s.site.Config.APIPublicPerHour = limit }()
	s.site.Config.APIPublicPerHour = 1
	s.visitor.get("/find/feed.atom")
	if p := s.visitor.get("/find/feed.atom"); p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
		t.Errorf("%d %v", p.status, p.header)
	}
}

func (s *square) oembed(path string) string {
	return "/oembed?url=" + url.QueryEscape(s.site.Config.Link(path))
}

func slotsFit(t *testing.T, s *square) {
	// a Thursday of the clock's own week, 14 January 2027, at 18:04 already
	s.sql(`insert into allocations (id, offer_id, need_id, amount, starts_at, ends_at, created_at) values ($1, $2, $3, 1, '2027-01-21 19:00+00', '2027-01-21 20:00+00', '2027-01-01')`, market.NewID(), s.open, s.aliased)
	for _, path := range []string{listingPath(s.open), groupPath(s.hall)} {
		p := s.visitor.get(path + "/slots.ics").want(200)
		cal, err := ics.ParseCalendar(strings.NewReader(p.text))
		if err != nil || p.header.Get("Content-Type") != ical.Type {
			t.Fatal(err, p.header)
		}
		var open []string
		uids := map[string]bool{}
		for _, e := range cal.Events() {
			from, err := e.GetStartAt()
			if err != nil {
				t.Fatal(err)
			}
			until, err := e.GetEndAt()
			if err != nil || until.After(s.now.AddDate(0, 0, 91)) {
				t.Error(err, until)
			}
			open = append(open, from.UTC().Format("02.01. 15:04")+until.UTC().Format("–15:04"))
			uids[e.Id()] = true
		}
		if want := []string{"14.01. 18:04–22:00", "21.01. 18:00–19:00", "21.01. 20:00–22:00", "28.01. 18:00–22:00"}; len(open) < 12 || len(open) > 15 || !cmp.Equal(want, open[:4]) || len(uids) != len(open) {
			t.Error(len(open), open)
		}
		for _, word := range []string{"TRANSP:TRANSPARENT\r\n", "SUMMARY:Open: ", "URL:" + s.site.Config.Link(listingPath(s.open)), "BEGIN:VTIMEZONE\r\n", "DTSTAMP:", "PRODID:", "VERSION:2.0\r\n"} {
			p.want(200, word)
		}
	}
	s.visitor.get(groupPath(s.refuge)+"/slots.ics").want(200).without("VEVENT", "Rosehip")
	s.sql(`update groups set paused_until = '2027-03-01' where id = $1`, s.hall)
	s.visitor.get(groupPath(s.hall) + "/slots.ics").want(200).without("VEVENT")
	s.sql(`update groups set paused_until = null where id = $1`, s.hall)
}

func servicesFit(t *testing.T, s *square) {
	for _, root := range []string{"/open-referral", "/open-referral/"} {
		s.visitor.get(root).fits(t, "referral")
	}
	offers := []market.ID{s.open, s.online, s.invented}
	all := s.visitor.get("/open-referral/services").fits(t, "services")
	if diff := cmp.Diff(texts(offers), ids(all["contents"])); diff != "" || all["last_page"] != true {
		t.Error(diff, all)
	}
	for i, id := range offers {
		one := s.visitor.get(fmt.Sprintf("/open-referral/services?per_page=1&page=%d", i+1)).fits(t, "services")
		if diff := cmp.Diff([]string{string(id)}, ids(one["contents"])); diff != "" || fmt.Sprintf("%v %v %v %v", one["total_items"], one["total_pages"], one["first_page"], one["last_page"]) != fmt.Sprintf("3 3 %v %v", i == 0, i == 2) {
			t.Error(diff, one)
		}
		s.visitor.get("/open-referral/services/"+string(id)).fits(t, "service")
	}
	for asked, want := range map[string][]string{"search=hall": {string(s.open)}, "page=9": nil, "modified_after=2999-01-01": nil, "modified_after=2020-01-01T00:00:00Z&search=": texts(offers),
		"organization_id=" + string(s.hall): {string(s.open)}, "organization_id=" + string(s.choir): {string(s.online)}, "organization_id=x": nil, "organization_id=" + string(s.hall) + "&search=hall": {string(s.open)}, "organization_id=" + string(s.choir) + "&search=hall": nil,
		"search=hall&modified_after=2999-01-01": nil, "search=hall&modified_after=2020-01-01": {string(s.open)}, "search=hall&modified_after=2020-01-01&page=2": nil,
		"search=hall&modified_after=2020-01-01&organization_id=" + string(s.choir): nil, "search=nothing-of-the-kind&modified_after=2020-01-01": nil,
		"taxonomy_term_id=" + termOf("room"): {string(s.open)}, "taxonomy_term_id=x": nil, "taxonomy_id=x": nil, "taxonomy_term_id=" + termOf("skill") + "&search=hall": nil,
		"search=hall&page=999": nil, "full=true&format=json&minimal=false&search=hall": {string(s.open)}} {
		schema := "services"
		if strings.Contains(asked, "full=true") {
			schema = "services_full"
		}
		if diff := cmp.Diff(want, ids(s.visitor.get("/open-referral/services?"+asked).fits(t, schema)["contents"])); diff != "" {
			t.Error(asked, diff)
		}
	}
	if late := s.visitor.get("/open-referral/services?search=hall&modified_after=2999-01-01").fits(t, "services"); fmt.Sprint(late["total_items"]) != "0" {
		t.Error(late)
	}
	s.visitor.get("/open-referral/services?minimal=true&search=hall").want(200, `"contents":[{"id":"`+string(s.open)+`","last_modified":"`)
	hall := s.visitor.get("/open-referral/services/"+string(s.open)).want(200, `"byday":"TH"`, `"opens_at":"18:00"`, `"latitude":`, "Maze Hill Rooms").fits(t, "service")
	if e, err := s.store.EntryFor(t.Context(), market.Public, s.open, s.now); err != nil || fmt.Sprint(in(hall["service_at_locations"].([]any)[0].(map[string]any), "location", "latitude")) != fmt.Sprint(e.Point.Lat) {
		t.Error(err, hall)
	}
}

func murmurationsFit(t *testing.T, s *square) {
	for id, want := range map[market.ID]string{s.open: "offer", s.aliased: "want", s.online: "offer", s.invented: "offer"} {
		said := s.visitor.get(listingPath(id)+"/murmurations.json").fits(t, "murmurations")
		if said["exchange_type"] != want || (said["geolocation"] == nil) != (id == s.online) {
			t.Error(said)
		}
	}
}

func embedsFit(t *testing.T, s *square) {
	p := s.visitor.get(listingPath(s.open)).want(200)
	said := s.visitor.get(p.alternate("application/json+oembed")).fits(t, "oembed")
	if diff := cmp.Diff([]any{"Church hall for 80 in SE10", "Maze Hill Rooms"}, []any{said["title"], said["author_name"]}); diff != "" || said["thumbnail_url"] == nil {
		t.Error(diff, said)
	}
	if drawn := s.visitor.get(p.path(said["thumbnail_url"].(string))).want(200); drawn.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Error(drawn.header)
	}
	var x embed
	s.visitor.parse(p.alternate("text/xml+oembed")+"&maxwidth=300", &x)
	if x.Title != said["title"] || x.Picture != "" || x.XMLName.Local != "oembed" {
		t.Errorf("%+v", x)
	}
	for path, want := range map[string]string{groupPath(s.refuge): "A women’s group", "/networks/marsh-and-creek?x=y#z": "Marsh and Creek"} {
		if said := s.visitor.get(s.oembed(path)).fits(t, "oembed"); said["title"] != want {
			t.Error(said)
		}
	}
}

func wellKnownFit(t *testing.T, s *square) {
	p := s.visitor.get("/.well-known/api-catalog")
	p.fits(t, "linkset")
	p.want(200, s.site.Config.Link("/developers"))
	if p.header.Get("Content-Type") != catalogType || !strings.Contains(p.header.Get("Link"), `rel="api-catalog"`) {
		t.Error(p.header)
	}
	kept := s.site.Config
	defer func() { s.site.Config = kept }()
	s.site.Config.PublicURL = "https://wherewithal.example"
	file := s.visitor.get("/.well-known/security.txt").want(200, "Contact: https://wherewithal.example/complaints\r\n", "Canonical: https://wherewithal.example/.well-known/security.txt\r\n")
	expires, err := time.Parse(time.RFC3339, strings.TrimSpace(regexp.MustCompile(`(?m)^Expires: (.+)$`).FindStringSubmatch(file.text)[1]))
	if err != nil || expires.Before(s.now.AddDate(0, 1, 0)) || expires.After(s.now.AddDate(1, 0, 0)) {
		t.Error(expires, err)
	}
	s.site.Config.SecurityContact = "mailto:holes@wherewithal.example"
	s.visitor.get("/.well-known/security.txt").want(200, "Contact: mailto:holes@wherewithal.example\r\n").without("complaints")
}

func linkedFits(t *testing.T, s *square) {
	s.sql(`update groups set legal_form = 'charity' where id = $1`, s.hall)
	for path, want := range map[string]string{groupPath(s.hall): "NGO", groupPath(s.choir): "Organization", "/networks/marsh-and-creek": "Organization"} {
		p := s.visitor.get(path).want(200)
		if said := p.data(); said["@context"] != "https://schema.org" || said["@type"] != want || said["name"] == "" || said["url"] != s.site.Config.Link(path) {
			t.Error(path, said)
		}
	}
}

func widgetFits(t *testing.T, s *square) {
	var first, second widgetAnswer
	for path, into := range map[string]*widgetAnswer{"/widget/search.json?limit=2": &first, "/widget/search.json?near=SE10&side=offer&q=hall": &second} {
		p := s.visitor.get(path).want(200)
		if err := json.Unmarshal([]byte(p.text), into); err != nil || p.header.Get("Access-Control-Allow-Origin") != "*" || p.header.Get("Set-Cookie") != "" {
			t.Fatal(err, p.header)
		}
	}
	if len(first.Items) != 2 || first.Next == "" || first.Total != 4 || first.Language != wording.Default || len(first.Words) != 0 {
		t.Errorf("%+v", first)
	}
	e, err := s.store.EntryFor(t.Context(), market.Public, s.open, s.now)
	if err != nil || len(second.Items) != 1 || second.Items[0].URL != s.site.Config.Link(listingPath(s.open)) || *second.Items[0].Lat != e.Point.Lat || !slices.Contains(second.Items[0].Facts, "Greenwich") {
		t.Errorf("%v %+v", err, second)
	}
	if got := s.visitor.get("/widget/search.json?limit=2&cursor=" + url.QueryEscape(first.Next)).want(200); strings.Contains(got.text, string(first.Items[0].ID)) {
		t.Error(got.text)
	}
	s.turnsMendedPages()
	var english map[string]string
	text, err := os.ReadFile("../../frontend/widget/words.json")
	if err == nil {
		err = json.Unmarshal(text, &english)
	}
	c := &Call{site: s.site, Lang: wording.Default, Ctx: view.WithLang(t.Context(), wording.Default)}
	if diff := cmp.Diff(c.widgetWords(), english); err != nil || diff != "" {
		t.Error(err, diff)
	}
	about := s.visitor.get("/developers/widget").want(200)
	for i, w := range frontend.Widgets() {
		served := map[string]string{w.Version: "public, max-age=31536000, immutable"}
		if i == 0 {
			served[w.Major()] = fresh
			about.want(200, w.Integrity, s.site.Config.Link(widgetPath(w.Version)), s.site.Config.Link(widgetPath(w.Major())))
		}
		for version, keep := range served {
			p := s.visitor.get(widgetPath(version)).want(200)
			sum := sha512.Sum384([]byte(p.text))
			if w.Integrity != "sha384-"+base64.StdEncoding.EncodeToString(sum[:]) || p.header.Get("Cache-Control") != keep || p.header.Get("Access-Control-Allow-Origin") != "*" ||
				p.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || !strings.HasPrefix(p.header.Get("Content-Type"), "text/javascript") {
				t.Error(version, p.header)
			}
		}
	}
}

// turnsMendedPages turns the widget's pages of a word that was mended: their cursors are the longest.
func (s *square) turnsMendedPages() {
	s.t.Helper()
	id := s.taker.posts("/offer", "Church kitchen for 9, Mondays 6 to 10 pm", "anyone")
	s.worked(id)
	seen := map[string]bool{}
	for next, n := "", 0; n == 0 || next != ""; n++ {
		var page widgetAnswer
		p := s.visitor.get("/widget/search.json?limit=1&q=chruch&cursor=" + url.QueryEscape(next)).want(200)
		if err := json.Unmarshal([]byte(p.text), &page); err != nil || len(page.Items) != 1 || n > 1 {
			s.t.Fatalf("page %d: %v %s", n, err, p.text)
		}
		seen[page.Items[0].ID], next = true, page.Next
	}
	if len(seen) != 2 || !seen[string(id)] || !seen[string(s.open)] {
		s.t.Errorf("on two pages: %v", seen)
	}
	s.sql(`update listings set life = 'withdrawn' where id = $1`, id)
	s.worked(id)
}

// What search leaves out, no other format tells either.
func whatIsOverIsNotTold(t *testing.T, s *square) {
	own := []string{"/find/feed.json", groupPath(s.hall) + "/feed.json", groupPath(s.hall) + "/map.geojson", "/networks/marsh-and-creek/feed.atom",
		"/open-referral/services", "/open-referral/services/" + string(s.open), listingPath(s.open) + "/murmurations.json", s.oembed(listingPath(s.open))}
	for name, over := range map[string]struct{ set, back string }{
		"a paused group":         {`update groups set paused_until = now() + interval '20 years' where id = $1`, `update groups set paused_until = null where id = $1`},
		"a held group":           {`update groups set held_at = now() where id = $1`, `update groups set held_at = null where id = $1`},
		"a removed group":        {`update groups set removed_at = now() where id = $1`, `update groups set removed_at = null where id = $1`},
		"a listing past its day": {`update listings set expires_at = '2020-01-01' where group_id = $1`, `update listings set expires_at = null where group_id = $1`},
	} {
		s.sql(over.set, s.hall)
		s.worked(s.open)
		for _, path := range own {
			if p := s.visitor.get(path); p.status == 200 && strings.Contains(p.text, string(s.open)) {
				t.Errorf("%s is told at %s", name, path)
			}
		}
		s.sql(over.back, s.hall)
		s.worked(s.open)
	}
	for _, path := range own {
		s.visitor.get(path).want(200, string(s.open))
	}
}

// Whoever asks for what changed is told when a group changed what it is called.
func anotherNameIsTold(t *testing.T, s *square) {
	s.now = s.now.Add(48 * time.Hour)
	since := "/open-referral/services?modified_after=" + s.now.Add(-time.Hour).UTC().Format(time.RFC3339)
	s.visitor.get(since).want(200).without(string(s.online))
	edit := "/groups/" + string(s.choir) + "/edit"
	s.taker.get(edit).fill(edit, "hide_name", "yes", "alias", "Some singers")
	s.visitor.get(since).want(200, string(s.online), "Some singers")
}
