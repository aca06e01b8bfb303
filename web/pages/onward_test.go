package pages

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/picture"
)

// posts is says for a circle.
func (b *browser) posts(path, text, circle string) market.ID {
	b.t.Helper()
	p := b.get(path).want(200).fill(path, "description", text, "do", "read").want(200).
		fill(path, "do", "post", "every", "weekly", "circle", circle).want(200, "Posted.")
	return market.ID(strings.TrimPrefix(p.url.Path, "/listings/"))
}

// data is what a page says to programs; nil for nothing.
func (p page) data() (said map[string]any) {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data == "script" && attribute(n, "type") == "application/ld+json" {
			if err := json.Unmarshal([]byte(n.FirstChild.Data), &said); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	return said
}

// meta is the content of <meta property=…>; "" for none.
func (p page) meta(property string) string {
	for n := range p.root.Descendants() {
		if n.Data == "meta" && attribute(n, "property") == property {
			return attribute(n, "content")
		}
	}
	return ""
}

// maps reads every file that the site's map names, as a search engine does, and gives all addresses in them as paths.
func (b *browser) mapped() (paths []string) {
	b.t.Helper()
	var index sitemapIndex
	b.parse("/sitemap.xml", &index)
	for _, m := range index.Maps {
		var set urlSet
		b.parse(b.path(m.Loc), &set)
		for _, u := range set.URLs {
			paths = append(paths, b.path(u.Loc))
		}
	}
	return paths
}

func (b *browser) parse(path string, into any) {
	b.t.Helper()
	p := b.get(path).want(200)
	if err := xml.Unmarshal([]byte(p.text), into); err != nil {
		b.t.Fatalf("%s: %v", path, err)
	}
}

func (b *browser) path(link string) string {
	b.t.Helper()
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(link, b.site.Config.PublicURL+"/") {
		b.t.Fatalf("%q is no link of ours: %v", link, err)
	}
	return u.Path
}

func TestSearchEnginesAreShownWhatAnyoneMaySeeAndNoMore(t *testing.T) {
	s := openStreet(t)
	open := s.giver.posts("/offer", "Church hall for 80 in SE10, Mondays 6 to 10 pm", "anyone")
	refuge := s.browser()
	refuge.signIn("r@refuge.example", "Rose")
	hidden := refuge.found("Rosehip Refuge", "hide_name", "yes", "alias", "A women’s group")
	aliased := refuge.posts("/ask", "Piano lessons for beginners", "anyone")

	network := market.Network{ID: market.NewID(), Slug: "marsh-and-creek", Name: "Marsh and Creek", Level: market.Neighbourhood, CreatedAt: s.now}
	s.must(s.store.InTx(t.Context(), func(tx *store.Tx) error { return tx.AddNetwork(t.Context(), network) }))

	visitor := s.browser()
	got := visitor.mapped()
	for _, path := range append([]string{listingPath(open), listingPath(aliased), groupPath(s.hall), groupPath(s.choir), "/networks/marsh-and-creek"}, publicPages...) {
		if !slices.Contains(got, path) {
			t.Errorf("%s is not in the map", path)
		}
	}
	for _, path := range []string{listingPath(s.offer), groupPath(hidden)} {
		if slices.Contains(got, path) {
			t.Errorf("%s is in the map", path)
		}
	}
	for _, path := range got {
		if p := visitor.get(path).want(200); strings.Contains(p.text, `content="noindex"`) {
			t.Errorf("%s is in the map, and asks not to be kept", path)
		}
	}
	visitor.get("/robots.txt").want(200, "Disallow: /account/", "Sitemap: "+s.site.Config.PublicURL+"/sitemap.xml")
	for _, bad := range []string{"/sitemap/listings", "/sitemap/people.xml", "/sitemap/listings-x.xml", "/sitemap/pages-1.xml"} {
		visitor.get(bad).want(404)
	}

	p := visitor.get(listingPath(open))
	if diff := cmp.Diff([]any{"Offer", "Maze Hill Rooms", "Greenwich"}, []any{p.data()["@type"], in(p.data(), "offeredBy", "name"), in(p.data(), "areaServed", "name")}); diff != "" {
		t.Error(diff)
	}
	need := visitor.get(listingPath(aliased)).without("Rosehip")
	if diff := cmp.Diff([]any{"Organization", "A women’s group", "Demand"}, []any{need.data()["@type"], need.data()["name"], in(need.data(), "seeks", "@type")}); diff != "" {
		t.Error(diff)
	}
	if p := s.taker.get(listingPath(s.offer)).want(200); p.data() != nil || p.meta("og:title") != "" {
		t.Error("a listing for some speaks to programs")
	}
}

// in follows keys into what a page says to programs.
func in(said map[string]any, keys ...string) any {
	var at any = said
	for _, k := range keys {
		m, _ := at.(map[string]any)
		at = m[k]
	}
	return at
}

func TestALinkedPageHasAPictureThatOnlyShowsWhatAnyoneMaySee(t *testing.T) {
	s := openStreet(t)
	const words = "Church hall for 80 in SE10, Mondays 6 to 10 pm"
	open := s.giver.posts("/offer", words, "anyone")
	another := s.giver.posts("/offer", "Meeting room for 9 in SE10, Tuesdays 6 to 10 pm", "anyone")
	pictures := map[string]string{} // by what is drawn, the page
	for _, path := range []string{"/", listingPath(open), listingPath(another)} {
		p := s.browser().get(path).want(200)
		drawn := p.get(p.path(p.meta("og:image"))).want(200)
		got, err := png.Decode(bytes.NewReader([]byte(drawn.text)))
		if err != nil || got.Bounds().Dx() != picture.Width || drawn.header.Get("Content-Type") != "image/png" {
			t.Errorf("%s: %v %s", path, err, drawn.header.Get("Content-Type"))
		}
		if same := pictures[drawn.text]; same != "" {
			t.Errorf("%s and %s have one picture", path, same)
		}
		pictures[drawn.text] = path
	}
	p, title := s.browser().get(listingPath(open)), s.kept(open).Title
	said := []string{p.meta("og:title"), p.meta("og:description"), p.meta("og:image:alt"), p.meta("og:url")}
	if diff := cmp.Diff([]string{title, words, title, s.site.Config.Link(listingPath(open))}, said); diff != "" || title == "" {
		t.Errorf("titled %q: %s", title, diff)
	}
	s.giver.get(listingPath(s.offer) + "/picture.png").want(404) // its own group may see it, whoever follows a link may not
	s.giver.get(listingPath(open)).fill(listingPath(open) + "/pause").want(200)
	s.browser().get(listingPath(open) + "/picture.png").want(404)
}

func TestWhatWasInventedIsToldToNoProgram(t *testing.T) {
	s := openStreet(t)
	open := s.giver.posts("/offer", "Church hall for 80 in SE10, Mondays 6 to 10 pm", "anyone")
	if _, err := s.store.Pool().Exec(t.Context(), `update groups set sample = true`); err != nil {
		t.Fatal(err)
	}
	visitor := s.browser()
	for _, path := range []string{listingPath(open), groupPath(s.hall)} {
		if p := visitor.get(path).want(200); p.data() != nil {
			t.Errorf("%s speaks to programs", path)
		}
		if slices.Contains(visitor.mapped(), path) {
			t.Errorf("%s is in the map", path)
		}
	}
}

func TestSigningOutLeavesNothingOnTheDevice(t *testing.T) {
	b := open(t).browser()
	b.signIn("ama@choir.example", "Ama")
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if p := b.get("/").fill("/sign-out"); p.header.Get("Clear-Site-Data") != `"storage"` {
		t.Errorf("%d %v", p.status, p.header)
	}
}

func TestTheSiteCanBeInstalled(t *testing.T) {
	b := open(t).browser()
	var linked string
	for n := range b.get("/").want(200).root.Descendants() {
		if n.Data == "link" && attribute(n, "rel") == "manifest" {
			linked = attribute(n, "href")
		}
	}
	var m manifest
	if err := json.Unmarshal([]byte(b.get(linked).want(200).text), &m); err != nil {
		t.Fatalf("%q, which the page links: %v", linked, err)
	}
	if m.Name != "Wherewithal" || m.Start != "/" || m.Display != "standalone" {
		t.Errorf("%+v", m)
	}
	for _, icon := range m.Icons {
		if p := b.get(icon.Src).want(200); p.header.Get("Content-Type") != icon.Type {
			t.Errorf("%s: %s", icon.Src, p.header.Get("Content-Type"))
		}
	}
	for _, link := range m.Shortcuts {
		b.get(link.URL).want(200)
	}
}

func TestThePageForNoNetworkNamesNobody(t *testing.T) {
	b := open(t).browser()
	b.signIn("ama@choir.example", "Ama")
	b.get("/offline").want(200, "You are not connected").without("Ama", "Sign out")
}

func TestEveryQuestionIsAnswered(t *testing.T) {
	b := open(t).browser()
	p := b.get("/help").want(200, "Who is asked first?", "check for yourselves before you meet")
	for n := range p.root.Descendants() {
		if n.Data == "h3" && (n.NextSibling == nil || n.NextSibling.Data != "p") {
			t.Errorf("%s has no answer", attribute(n, "id"))
		}
	}
	b.get("/").want(200).want(200, `href="/help"`, `href="/accessibility"`)
	b.get("/accessibility").want(200, "What is not met")
}
