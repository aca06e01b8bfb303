package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

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
	p.keys = true
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
	p.do(order{Do: "leaves"})
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
