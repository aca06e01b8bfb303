package wordingtest

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// unread are the attributes that nobody is told: addresses, names for programs and forms, and what draws a page. All others are read, so
// that a new one is looked at without being named here.
var unread = strings.Fields(`action accept autocapitalize autocomplete charset class cols colspan content crossorigin cx cy d datetime dir enctype fill for form formaction formmethod
	height href hreflang http-equiv id inputmode itemprop itemscope itemtype lang list loading max maxlength media method min minlength name pattern points preserveaspectratio property
	r rel role rows rowspan rx ry scope selected shape-rendering size sizes spellcheck focusable limit integrity decoding fetchpriority src srcset stroke stroke-width stroke-linecap stroke-linejoin style tabindex target tiles translate
	transform type value viewbox width x x1 x2 xmlns y y1 y2 step enterkeyhint border bgcolor cellpadding cellspacing align valign
	aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-expanded aria-haspopup aria-hidden aria-invalid aria-labelledby aria-live aria-pressed
	data-ceremony data-challenge data-lat data-lng data-side data-most`)

// Said is all that a page or a mail says to people: what is shown, what is read out instead of it, what scripts of ours show, what tabs and
// other sites call it, and what a form has been filled in with. Left out is what it says itself to be no part of its language, lang: code, and
// words of others.
func Said(root *html.Node, lang string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := range root.Descendants() {
			if elsewhere(n, lang) {
				continue
			}
			for _, text := range texts(n) {
				if strings.TrimSpace(text) != "" && !yield(text) {
					return
				}
			}
		}
	}
}

func texts(n *html.Node) (said []string) {
	switch {
	case n.Type == html.TextNode && n.Parent.Data == "script":
		return linked(n)
	case n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "code":
		return []string{n.Data}
	case n.Data == "meta" && (attribute(n, "name") == "description" || strings.Contains(attribute(n, "property"), "title") ||
		slices.Contains([]string{"og:description", "og:site_name", "og:image:alt"}, attribute(n, "property"))):
		return []string{attribute(n, "content")}
	case n.Data == "input" && slices.Contains([]string{"", "text", "search", "submit", "button"}, attribute(n, "type")) && attribute(n, "inputmode") == "":
		if v := attribute(n, "value"); strings.Trim(v, "0123456789.,:-/ ") != "" { // figures are for programs to read
			said = []string{v}
		}
	}
	for _, a := range n.Attr {
		if !slices.Contains(unread, strings.ToLower(a.Key)) && !strings.HasPrefix(a.Key, "hx-") {
			said = append(said, a.Val)
		}
	}
	return said
}

// linked is what a page says of its things to programs that show it to people (schema.org).
func linked(n *html.Node) (said []string) {
	var thing any
	if attribute(n.Parent, "type") != "application/ld+json" || json.Unmarshal([]byte(n.Data), &thing) != nil {
		return nil
	}
	return named(thing)
}

func named(thing any) (said []string) {
	switch v := thing.(type) {
	case []any:
		for _, one := range v {
			said = append(said, named(one)...)
		}
	case map[string]any:
		for key, value := range v {
			if text, ok := value.(string); ok && slices.Contains([]string{"name", "description", "text", "headline", "caption"}, key) && v["inLanguage"] == nil {
				said = append(said, text)
			}
			said = append(said, named(value)...)
		}
	}
	return said
}

// elsewhere reports whether the page itself says that a text is no part of its language.
func elsewhere(n *html.Node, lang string) bool {
	if in := In(n); in != "" && in != lang {
		return true
	}
	for ; n != nil; n = n.Parent {
		if attribute(n, "translate") == "no" {
			return true
		}
	}
	return false
}

// In is the language that the nearest element around a text names; "" where none does.
func In(n *html.Node) string {
	for ; n != nil; n = n.Parent {
		if lang := attribute(n, "lang"); lang != "" {
			return lang
		}
	}
	return ""
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
