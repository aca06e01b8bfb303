package wordingtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func TestOnlyWholePhrasesAreTyped(t *testing.T) {
	typed := &Typed{}
	typed.Add("Church hall for 80, step-free", "hall", "Joan", " Maze\nHill ", "D", "Write to joan@hall.example please")
	for text, want := range map[string][]string{
		"Ķéþţ Church hall for 80,\n step-free þý Joan": nil,
		"Joan’š hall":           nil,
		"for":                   {"for"}, // a part of what was typed
		"halls and Joanna":      {"halls", "and", "Joanna"},
		"JoanJoan":              {"JoanJoan"},
		"marshall":              {"marshall"},
		"80 → 8":                {"80", "8"},
		"Maze Hill, Maze, Hill": {"Maze", "Hill"},
		"joan@hall.example https://hall.example/free ８０": nil,
		"https://hall.example/AaIg_D_NcQOF-MuBMd3":       nil, // though a part of it looks like what was typed
		"Write to joan@hall.example please":              nil,
	} {
		if diff := cmp.Diff(want, typed.Foreign(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if got := Unaccent(Accent("Some 25 Years")); got != "Some 25 Years" {
		t.Error(got)
	}
}

// At every kind of place that a page has for words.
func TestAWordIsSeenWhereverItIsSaid(t *testing.T) {
	const page = `<html lang="en-XA"><head><title>in-title</title><meta name="description" content="in-meta"><meta property="og:title" content="in-og">
		<script type="application/ld+json">{"@type":"Thing","name":"in-ld"}</script><script>code()</script><style>a{}</style><link rel="alternate" title="in-link" href="/feed"></head>
		<body><p class="c" data-done="in-data">in-text <img src="/x.png" alt="in-alt"><a href="/x" title="in-tip" aria-label="in-label">x</a></p>
		<form action="/do" hx-post="/do"><input name="n" placeholder="in-placeholder"><input type="hidden" name="h" value="code"><input type="submit" value="in-button"><textarea>in-area</textarea>
		<select><optgroup label="in-group"><option value="code">in-option</option></optgroup></select></form>
		<code>in-code</code><p lang="fr">en français <b>aussi</b></p><p translate="no">code</p><x-y aria-roledescription="in-role" data-new="in-new">x</x-y></body></html>`
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for text := range Said(root, Accented) {
		if text = strings.TrimSpace(text); text != "x" {
			all = append(all, text)
		}
	}
	want := strings.Fields("in-alt in-area in-button in-data in-group in-label in-ld in-link in-meta in-new in-og in-option in-placeholder in-role in-text in-tip in-title")
	slices.Sort(all)
	if diff := cmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}
}
