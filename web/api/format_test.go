package api_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/api"
)

func TestAcceptChoosesTheFormat(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	n.posts(hall(n))
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", "application/*": "application/json", "text/csv": "text/csv", "text/*": "text/csv",
		"application/geo+json": "application/geo+json", "application/geo+json, application/json;q=0.9": "application/geo+json",
		"application/json;q=0.2, text/csv;q=0.3, */*;q=0.1": "text/csv", "application/json;q=0, */*": "application/geo+json",
		"text/html, application/xhtml+xml, */*;q=0.8": "application/json",
	} {
		if a := h.public().ask("GET", "/search", "", "Accept", accept).want(200); a.header.Get("Content-Type") != want || !strings.Contains(a.header.Get("Vary"), "Accept") {
			t.Errorf("%q gives %q, want %q", accept, a.header.Get("Content-Type"), want)
		}
	}
	for _, accept := range []string{"text/html", "application/xml", "application/json;q=0", "text/csv;q=0", "nonsense", "application/json;q=7"} {
		h.public().ask("GET", "/search", "", "Accept", accept).want(406, `"not_acceptable"`)
	}
	h.public().ask("GET", "/kinds", "", "Accept", "text/csv").want(406)
	h.public().ask("GET", "/networks", "", "Accept", "text/csv").want(200, "id,slug,name,level\r\n")
	h.public().ask("GET", "/networks", "", "Accept", "application/geo+json").want(406)
	h.public().ask("GET", "/search?sort=oldest", "", "Accept", "text/csv").want(422) // a problem is JSON all the same
}

// likely is a search whose words find nothing, and that is asked for what means nearly the same.
type likely struct{ api.Finder }

func (f likely) Query(ctx context.Context, v market.Viewer, q search.Query) (search.Page, error) {
	page, err := f.Finder.Query(ctx, v, q)
	for i := range page.Hits {
		page.Hits[i].Meant = q.Meant
	}
	return page, err
}

func TestWhatIsFoundForAMap(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	sums := with(hall(n), "title", "Sums by telephone", "kind", "skill", "facts", map[string]any{}, "has", []string{}, "where", "online")
	delete(sums, "placeId")
	n.posts(sums)
	type collection struct {
		Type     string
		Total    int
		Features []struct {
			Type, ID string
			Geometry *struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	got := read[collection](h.public().ask("GET", "/search?lat=51.48&lng=0&kind=room", "", "Accept", "application/geo+json").want(200))
	if got.Type != "FeatureCollection" || got.Total != 1 || len(got.Features) != 1 {
		t.Fatalf("%+v", got)
	}
	f := got.Features[0]
	if f.Type != "Feature" || f.ID != l.ID || f.Geometry == nil || !slices.Equal(f.Geometry.Coordinates, []float64{l.Place.Lng, l.Place.Lat}) ||
		f.Properties["title"] != "Church hall" || f.Properties["km"] == nil {
		t.Errorf("%+v", f)
	}
	words := h.api.Search
	h.api.Search = likely{words}
	if got := read[collection](h.public().ask("GET", "/search?q=hall&meant=true", "", "Accept", "application/geo+json").want(200)); got.Features[0].Properties["meant"] != true {
		t.Errorf("%+v is not marked", got.Features[0])
	}
	h.public().ask("GET", "/search?q=hall&meant=true", "").want(200, `"meant":true`)
	for query, marked := range map[string]string{"q=hall&meant=true": "true", "q=hall": ""} {
		rows, err := csv.NewReader(strings.NewReader(h.public().ask("GET", "/search?"+query, "", "Accept", "text/csv").want(200).text)).ReadAll()
		h.must(err)
		if at := slices.Index(rows[0], "meant"); at < 0 || rows[1][at] != marked {
			t.Errorf("in the table of %s: %q", query, rows)
		}
	}
	if got := read[collection](h.public().ask("GET", "/search?q=hall", "", "Accept", "application/geo+json").want(200)); got.Features[0].Properties["meant"] != nil {
		t.Errorf("%+v is marked, and was found by words", got.Features[0])
	}
	h.api.Search = words
	for _, f := range read[collection](h.public().ask("GET", "/search?kind=skill&fields=title", "", "Accept", "application/geo+json").want(200)).Features {
		if diff := cmp.Diff(map[string]any{"id": f.ID, "title": "Sums by telephone"}, f.Properties); f.Geometry != nil || diff != "" {
			t.Errorf("%v %s", f.Geometry, diff)
		}
	}
}

// What a spreadsheet would run is text in the table: whatever people wrote, and whichever of their words it is.
func TestWhatIsFoundForASpreadsheet(t *testing.T) {
	h := open(t)
	n := h.neighbour("=Larkhollow Hall", "host@hall.test")
	n.posts(with(hall(n), "title", `=HYPERLINK("x";"y")`, "description", "+1, \"two\"\nlines", "unit", "@sum", "tags", []string{"-1+2", "hall"}))
	rows, err := csv.NewReader(strings.NewReader(h.public().ask("GET", "/search", "", "Accept", "text/csv").want(200).text)).ReadAll()
	h.must(err)
	if len(rows) != 2 {
		t.Fatalf("%q", rows)
	}
	got := map[string]string{}
	for i, name := range rows[0] {
		got[name] = rows[1][i]
	}
	for name, want := range map[string]string{"title": `'=HYPERLINK("x";"y")`, "description": "'+1, \"two\"\nlines", "unit": "'@sum", "tags": "'-1+2; hall",
		"groupName": "'=Larkhollow Hall", "borough": "Greenwich", "side": "offer", "quantity": "1", "pence": ""} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	rows, err = csv.NewReader(strings.NewReader(h.public().ask("GET", "/search?fields=title&fields=place", "", "Accept", "text/csv").want(200).text)).ReadAll()
	h.must(err)
	if diff := cmp.Diff([]string{"id", "title", "borough", "lat", "lng", "km", "meant"}, rows[0]); diff != "" {
		t.Error(diff)
	}
}

// What a list gives as JSON it gives as rows and, where its things are somewhere, as points, with the same fields: of one's own listings, of
// what a partner sent, of groups. And each list that comes in pages is a table in the document.
func TestEveryListIsATable(t *testing.T) {
	h := open(t)
	n := h.neighbour("=Larkhollow Hall", "host@hall.test")
	l := n.posts(with(hall(n), "title", "+Hall"))
	key, theirs := h.partnerIn(n)
	key.ask("PUT", "/partner/groups/marsh-lane", marshLane).want(200)
	h.saysYes(theirs, "marsh-lane")
	sent := read[api.Receipt](key.ask("PUT", "/partner/listings/chairs-1", write(with(chairs("marsh-lane"), "postcode", "SE10"))).want(200))
	for _, c := range []struct {
		by   *program
		path string
		want map[string]string
	}{
		{n.program, "/listings", map[string]string{"id": l.ID, "title": "'+Hall", "groupName": "'=Larkhollow Hall", "termsKind": "shared", "placeLat": fmt.Sprint(l.Place.Lat), "placeId": string(n.place.ID), "openedAt": "2027-01-11T12:00:00Z", "expiresAt": "2027-04-11T12:00:00Z"}},
		{n.program, "/listings?fields=title&fields=place", map[string]string{"id": l.ID, "title": "'+Hall", "placeBorough": "Greenwich", "placeLat": fmt.Sprint(l.Place.Lat), "placeLng": fmt.Sprint(l.Place.Lng)}},
		{key, "/partner/listings?fields=title", map[string]string{"reference": "chairs-1", "groupReference": "marsh-lane", "state": "open", "stopped": "", "listingId": sent.Listing.ID, "listingTitle": sent.Listing.Title, "link": "https://directory.test/chairs", "sentAt": "2027-01-11T12:00:00Z", "closedAt": ""}},
		{key, "/directory?fields=name&fields=boroughs", map[string]string{"id": string(n.group.ID), "name": "'=Larkhollow Hall", "boroughs": "Greenwich"}},
	} {
		rows, err := csv.NewReader(strings.NewReader(c.by.ask("GET", c.path, "", "Accept", "text/csv").want(200).text)).ReadAll()
		h.must(err)
		got := map[string]string{}
		for i, name := range rows[0] {
			got[name] = rows[1][i]
		}
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%s: %s is %q, want %q", c.path, name, got[name], want)
			}
		}
		if strings.Contains(c.path, "fields") && len(rows[0]) != len(c.want) {
			t.Errorf("%s has the columns %q", c.path, rows[0])
		}
	}
	n.ask("GET", "/listings?fields=title", "").want(200, `{"id":"`+l.ID+`","title":"+Hall"}`)
	n.ask("GET", "/listings?fields=title&fields=place", "", "Accept", "application/geo+json").want(200, `"type":"FeatureCollection"`, fmt.Sprintf(`"coordinates":[%v,%v]`, l.Place.Lng, l.Place.Lat))
	key.ask("GET", "/partner/listings", "", "Accept", "application/geo+json").want(200, `"id":"chairs-1"`, fmt.Sprintf(`"coordinates":[%v,%v]`, sent.Listing.Place.Lng, sent.Listing.Place.Lat))
	key.ask("GET", "/changes?fields=title", "").want(200, `"listing":{"id":"`+sent.Listing.ID+`","title":"`+sent.Listing.Title+`"}`)
	key.ask("GET", "/directory?fields=secret", "").want(422, `"name":"fields"`)
	for path, operations := range h.document().Paths {
		answer, _ := operations["get"].Responses["200"].Content["application/json"].(map[string]any)
		shape, _ := answer["schema"].(map[string]any)
		_, table := operations["get"].Responses["200"].Content["text/csv"]
		if name, _ := shape["$ref"].(string); strings.Contains(name, "/List") && !strings.Contains(name, "/Listing") && !table {
			t.Errorf("%s is no table", path)
		}
	}
}

func TestOnlyTheFieldsThatAreAskedForAreTold(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	got := read[struct {
		Items []struct{ Listing map[string]any }
	}](h.public().ask("GET", "/search?fields=title&fields=side", "").want(200))
	if diff := cmp.Diff(map[string]any{"id": l.ID, "title": "Church hall", "side": "offer"}, got.Items[0].Listing); diff != "" {
		t.Error(diff)
	}
	h.public().ask("GET", "/search?fields=title&fields=secret", "").want(422, `"name":"fields"`)
}

// next is where the next page is, below Prefix, as Link says; "" for nowhere.
func (a answer) next() string {
	a.t.Helper()
	link := a.header.Get("Link")
	if link == "" {
		return ""
	}
	to, rel, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">; ")
	u, err := url.Parse(to)
	if rel != `rel="next"` || err != nil {
		a.t.Fatalf("Link: %s", link)
	}
	return strings.TrimPrefix(u.RequestURI(), api.Prefix)
}

// The next page is where Link says, and pages hold together while others post and close.
func TestPagesAreTurnedByLinkWhileThingsChange(t *testing.T) {
	h := openWith(t, unlimited)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	home := h.networkOf("home", n.group.ID)
	var stays []string
	for i := range 9 {
		l := read[api.Listing](n.ask("POST", "/listings", write(hall(n))).want(201))
		if i%3 > 0 {
			stays = append(stays, l.ID)
		}
	}
	h.indexed()
	key, _ := h.partnerIn(n, home)
	seen, path := map[string]int{}, "/search?limit=2&network="+string(home)
	for turns := 0; ; turns++ {
		a := key.ask("GET", path, "").want(200)
		for _, hit := range read[api.Found](a).Items {
			seen[hit.Listing.ID]++
			if !slices.Contains(stays, hit.Listing.ID) {
				n.ask("POST", "/listings/"+hit.Listing.ID+"/close", "").want(200)
				h.must(h.search.Delete(h.ctx, []market.ID{market.ID(hit.Listing.ID)}))
			}
		}
		n.posts(with(hall(n), "title", "One more"))
		if path = a.next(); path == "" {
			break
		}
		if turns > 20 {
			t.Fatalf("it does not end: %s", path)
		}
	}
	for _, id := range stays {
		if seen[id] != 1 {
			t.Errorf("%s was seen %d times", id, seen[id])
		}
	}
	if got := read[api.Found](key.ask("GET", "/search?network="+string(market.NewID()), "").want(200)); got.Total != 0 {
		t.Errorf("another network's: %d", got.Total)
	}
}
