package e2e

import (
	"fmt"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Our search inside a page of another site, by the keyboard alone.
func TestTheWidgetOnAnotherSite(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	p := b.person("visitor", h, way{js: true, keys: true})
	p.meetsTheWidget(h)
	p.walksOnTheMap(h)
	p.seesThemes(h)
	quiet(b)
}

// elsewhere is a page of another site with our widget in it, under a policy that lets it load scripts from us, ask us and asks,
// and nothing else: no style, no picture, no eval, no text as HTML.
func elsewhere(t *testing.T, from, asks, attributes string) string {
	t.Helper()
	page := fmt.Sprintf(`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Tenants</title><meta name="viewport" content="width=device-width">
		<meta name="color-scheme" content="light dark"></head><body><main><h1>Halls near you</h1><h2>Search</h2>
		<wherewithal-search %s><a href="%s/find">Search there</a></wherewithal-search></main>
		<script type="module" src="%s/widget/v1/wherewithal-search.js"></script></body></html>`, attributes, from, from)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; script-src "+from+"; connect-src "+from+" "+asks)
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/"
}

// meetsTheWidget has a visitor of another site search with ours, by the keyboard alone, and be led here.
func (p person) meetsTheWidget(h site) {
	p.t.Helper()
	p.do(order{Do: "leaves"})
	p.do(order{Do: "go", URL: elsewhere(p.t, h.at(), "", `limit="3"`)})
	p.sees("there are more")
	p.fills("What are you looking for?", "gazebo")
	p.acts(order{Do: "press", Label: "Search"}, "Space")
	p.sees(" found")
	if found := only(p.do(order{Do: "links"}).List, "/listings/"); len(found) == 0 {
		p.t.Error("nothing that it found is linked")
	}
	p.looks()
	p.acts(order{Do: "press", Label: "Show on a map"}, "Space")
	p.sees("Hide the map")
	p.looks()
	if kept := p.do(order{Do: "cookies"}).List; len(kept) > 0 {
		p.t.Errorf("the widget sets %v", kept)
	}
	p.fills("What are you looking for?", "zzzzzz")
	p.acts(order{Do: "press", Label: "Search"}, "Space")
	p.sees("Nothing like that just now")
	p.looks()
	p.fills("Near", "Atlantis")
	p.acts(order{Do: "press", Label: "Search"}, "Space")
	p.sees("We do not know this place")
	p.do(order{Do: "go", URL: elsewhere(p.t, h.at(), "", `side="need" limit="2"`)})
	p.sees("Offer help")
	p.follows("/listings/")
	if at := p.path(); !strings.HasPrefix(at, "/listings/") {
		p.t.Errorf("it leads to %s", at)
	}
	away := nowhere(p.t)
	p.do(order{Do: "go", URL: elsewhere(p.t, h.at(), away, `site="`+away+`"`)})
	p.sees("The search cannot be reached just now")
	p.looks()
	old := refusing(p.t)
	p.do(order{Do: "go", URL: elsewhere(p.t, h.at(), old, `site="`+old+`"`)})
	p.sees("This page of the list is no longer there")
	p.do(order{Do: "leaves"})
}

// walksOnTheMap goes from point to point, looks at what lies there, and finds back.
func (p person) walksOnTheMap(h site) {
	p.t.Helper()
	p.do(order{Do: "go", URL: elsewhere(p.t, h.at(), "", `limit="20"`)})
	p.sees("there are more")
	titles := p.do(order{Do: "texts", Value: "wherewithal-search h3"}).List
	p.acts(order{Do: "press", Label: "Show on a map"}, "Space")
	points := p.tabsOverPoints()
	if len(points) < 2 {
		p.t.Fatalf("the Tab key leads to the points %q", points)
	}
	inOrder(p.t, points, titles)

	p.do(order{Do: "reach", Label: points[1]})
	p.do(order{Do: "strike", Value: "Enter"})
	p.isAt("link", "")
	p.looks()
	opened := p.do(order{Do: "texts", Value: "wherewithal-search [role=dialog] h3"}).List
	if len(opened) != numberOf(points[1]) || !strings.Contains(points[1], opened[0]) {
		p.t.Errorf("%q opens %q", points[1], opened)
	}
	p.do(order{Do: "strike", Value: "Escape"})
	p.isAt("button", points[1])
	p.do(order{Do: "strike", Value: "Space"})
	p.isAt("link", opened[0])
	p.do(order{Do: "reach", Label: "Close"})
	p.do(order{Do: "strike", Value: "Space"})
	p.isAt("button", points[1])
	if still := p.do(order{Do: "texts", Value: "wherewithal-search [role=dialog]"}).List; len(still) > 0 {
		p.t.Errorf("closed, it still shows %q", still)
	}
	p.do(order{Do: "strike", Value: "Escape"})
	p.isAt("button", "Show on a map", "expanded=false")
	p.do(order{Do: "strike", Value: "Enter"})
	p.isAt("button", "Hide the map", "expanded=true")
	p.do(order{Do: "reach", Label: points[0]})
	p.do(order{Do: "strike", Value: "Enter"})
	p.do(order{Do: "key", Value: "Enter"})
	if at := p.path(); !strings.HasPrefix(at, "/listings/") {
		p.t.Errorf("a point of the map leads to %s", at)
	}
}

// tabsOverPoints is what the points of the map are called, in the order of the Tab key, up to where it leaves them.
func (p person) tabsOverPoints() (names []string) {
	p.t.Helper()
	for {
		p.do(order{Do: "strike", Value: "Tab"})
		at := p.do(order{Do: "focus"})
		if at.List[0] != "button" {
			return names
		}
		if !slices.Contains(at.List, "hasPopup=dialog") || !slices.Contains(at.List, "expanded=false") {
			p.t.Errorf("of the point %q it is said: %q", at.Text, at.List)
		}
		names = append(names, at.Text)
	}
}

// isAt waits for the focus to be on something of that role, called so, of which that is said; "" is any name. A key is struck
// before the page has done what it leads to.
func (p person) isAt(role, name string, said ...string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		at := p.do(order{Do: "focus"})
		there := at.List[0] == role && (name == "" || at.Text == name)
		for _, one := range said {
			there = there && slices.Contains(at.List, one)
		}
		if there {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("the focus is on the %s %q %q, want the %s %q %q", at.List[0], at.Text, at.List, role, name, said)
		}
	}
}

// numberOf is how many things a point says that it has.
func numberOf(point string) int {
	if many, _, several := strings.Cut(point, " here. "); several {
		n, _ := strconv.Atoi(many)
		return n
	}
	return 1
}

// inOrder wants each point to be called by a thing of the list, and the points to follow one another as those do.
func inOrder(t *testing.T, points, titles []string) {
	t.Helper()
	last := -1
	for _, point := range points {
		first := slices.IndexFunc(titles, func(title string) bool { return strings.Contains(point, ": "+title) })
		if first <= last {
			t.Errorf("the point %q is after the %d. of the list, and has its %d.", point, last+1, first+1)
		}
		last = first
	}
}

// theme is a custom property of the widget, a value for it, and what is then so: "selector property" and what the browser makes of it.
type theme struct {
	property, value string
	makes           map[string]string
}

// odd is a colour that nothing has.
const odd = "rgb(1, 2, 3)"

func coloured(property string, what ...string) theme {
	t := theme{property, odd, map[string]string{}}
	for _, one := range what {
		t.makes[one] = odd
	}
	return t
}

// themes are true where offers alone are found, the map is open, and the focus on a point of it; themesOfNeeds where needs alone are.
var (
	themes = []theme{
		coloured("ink", ".frame color", "#q color", "fieldset label color"),
		coloured("soft", ".group color", ".facts color", "svg .borough fill", ".ruler stroke"),
		coloured("paper", ".frame background-color", "#q background-color", ".row button background-color", ".spot stroke"),
		coloured("line", ".frame border-top-color", "#q border-top-color", ".list > li border-top-color", "svg border-top-color"),
		coloured("offer", "h3 a color", "button.main background-color", ".row button color", ".side.offer background-color", ".spot fill", "input[type=radio] accent-color"),
		coloured("on-offer", "button.main color", ".side.offer color", ".dot text fill"),
		coloured("focus", ".dot:focus .ring stroke"),
		{"font", "21px/2 monospace", map[string]string{".frame font-size": "21px", ".frame font-family": "monospace", "#q line-height": "42px"}},
		{"radius", "14px", map[string]string{".frame border-top-left-radius": "14px", "button.main border-top-left-radius": "7px", "svg border-top-left-radius": "7px"}},
		{"gap", "37px", map[string]string{".frame padding-top": "37px"}},
	}
	themesOfNeeds = []theme{
		coloured("need", ".side.need color", ".side.need border-top-color", ".dot.need .spot stroke"),
		coloured("paper", ".dot.need .spot fill"),
	}
)

// seesThemes sets each custom property that the page about the widget names, and sees what it says change and nothing else; in light, in
// dark, and where the visitor has chosen colours, which no site's go before.
func (p person) seesThemes(h site) {
	p.t.Helper()
	p.opens("/developers/widget")
	for _, documented := range p.do(order{Do: "texts", Value: "section[aria-labelledby=properties] code"}).List {
		if !slices.ContainsFunc(slices.Concat(themes, themesOfNeeds), func(t theme) bool { return "--wherewithal-"+t.property == documented }) {
			p.t.Errorf("nothing shows what %s changes", documented)
		}
	}
	for side, all := range map[string][]theme{"offer": themes, "need": themesOfNeeds} {
		p.do(order{Do: "go", URL: elsewhere(p.t, h.at(), "", `limit="20" side="`+side+`"`)})
		p.sees("there are more")
		p.acts(order{Do: "press", Label: "Show on a map"}, "Space")
		p.do(order{Do: "strike", Value: "Tab"})
		looks := slices.Sorted(looksOf(all))
		var light []string
		for _, colours := range []string{"light", "dark"} {
			p.do(order{Do: "media", Value: colours})
			before := p.styled(theme{}, looks)
			for _, t := range all {
				p.changesOnly(t, looks, before, colours)
			}
			if colours == "dark" && slices.Equal(before, light) {
				p.t.Errorf("in dark it looks as in light: %q", before)
			}
			light = before
		}
		p.do(order{Do: "media", Value: "forced"})
		before := p.styled(theme{}, looks)
		for _, t := range all {
			if after := p.styled(t, looks); t.value == odd && !slices.Equal(after, before) {
				p.t.Errorf("--wherewithal-%s goes before the colours that the visitor chose: %q, was %q", t.property, after, before)
			}
		}
		p.looks() // which ends with the colours of before
	}
}

// looksOf is all that themes change.
func looksOf(all []theme) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for _, t := range all {
			for what := range t.makes {
				if !seen[what] && !yield(what) {
					return
				}
				seen[what] = true
			}
		}
	}
}

func (p person) changesOnly(t theme, looks, before []string, colours string) {
	p.t.Helper()
	for i, after := range p.styled(t, looks) {
		want, changes := t.makes[looks[i]]
		if !changes {
			want = before[i]
		}
		if after != want || changes && after == before[i] {
			p.t.Errorf("in %s, --wherewithal-%s: %s makes %q of %s, want %q; without it %q", colours, t.property, t.value, after, looks[i], want, before[i])
		}
	}
}

// styled is how things look while a theme is set.
func (p person) styled(t theme, looks []string) []string {
	p.t.Helper()
	o := order{Do: "style", Label: "wherewithal-search", To: t.value, List: looks}
	if t.property != "" {
		o.Value = "--wherewithal-" + t.property
	}
	return p.do(o).List
}

// refusing is a site that answers each search as ours does one with a cursor that is old.
func refusing(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"status":400,"code":"cursor","errors":[{"in":"query","name":"cursor","detail":"This page of the list is no longer there. Please begin again with the first."}]}`))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// nowhere is an address at which nobody listens.
func nowhere(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}
