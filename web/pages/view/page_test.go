package view

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// preview writes every sample page to a folder, to be looked at in a browser.
var preview = flag.String("preview", "", "folder to write the sample pages to")

func drawn(t *testing.T, name string) string {
	t.Helper()
	var out strings.Builder
	if err := samplePages()[name].Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	if *preview != "" {
		if err := os.WriteFile(filepath.Join(*preview, name+".html"), []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestEveryPageKeepsThePromises(t *testing.T) {
	for name := range samplePages() {
		t.Run(name, func(t *testing.T) {
			page := drawn(t, name)
			if strings.Contains(page, "⟦") {
				t.Errorf("a sentence is missing: %s", page[strings.Index(page, "⟦"):][:60])
			}
			doc, err := html.Parse(strings.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			check(t, doc)
		})
	}
}

// check walks a page: one h1, a language, a title, nothing inline that the Content-Security-Policy would stop,
// every id once and every reference to one answered, every POST form with its once-only id.
func check(t *testing.T, doc *html.Node) {
	p := promises{t: t, ids: map[string]int{}, refs: map[string]string{}, count: map[string]int{}}
	p.walk(doc)
	for id, n := range p.ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for id, who := range p.refs {
		if p.ids[id] == 0 {
			t.Errorf("%s refers to %q, which is not there", who, id)
		}
	}
	for _, once := range []string{"h1", "main", "title"} {
		if p.count[once] != 1 {
			t.Errorf("%d <%s>, want one", p.count[once], once)
		}
	}
}

type promises struct {
	t     *testing.T
	ids   map[string]int
	refs  map[string]string // id to who refers to it
	count map[string]int
}

var inline = regexp.MustCompile(`^(style|on[a-z]+|hx-on.*)$`)

func (p promises) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		if n.Namespace == "" { // a drawing has a title of its own
			p.count[n.Data]++
		}
		p.element(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c)
	}
}

func (p promises) element(n *html.Node) {
	for _, a := range n.Attr {
		if inline.MatchString(a.Key) {
			p.t.Errorf("<%s %s=…> is inline", n.Data, a.Key)
		}
		p.refer(n, a)
	}
	switch n.Data {
	case "html":
		if attribute(n, "lang") != "en-GB" {
			p.t.Error("no language")
		}
	case "style":
		p.t.Error("an inline style element")
	case "script":
		if n.FirstChild != nil {
			p.t.Error("an inline script")
		}
	case "form":
		if attribute(n, "method") == "post" && !hasOnce(n) {
			p.t.Errorf("the form to %s has no once-only id", attribute(n, "action"))
		}
	}
}

func (p promises) refer(n *html.Node, a html.Attribute) {
	switch a.Key {
	case "id":
		p.ids[a.Val]++
	case "for", "aria-describedby", "aria-labelledby":
		for _, id := range strings.Fields(a.Val) {
			p.refs[id] = n.Data + " " + a.Key
		}
	case "href":
		if id, ok := strings.CutPrefix(a.Val, "#"); ok {
			p.refs[id] = "link"
		}
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasOnce(n *html.Node) bool {
	if n.Data == "input" && attribute(n, "name") == "once" && attribute(n, "value") != "" {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if hasOnce(c) {
			return true
		}
	}
	return false
}
