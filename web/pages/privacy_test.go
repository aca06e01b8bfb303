package pages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"wherewithal/store"
	"wherewithal/wording"
)

// paragraphsUnder are the paragraphs of a page below each of its third headings, which come first.
func (p page) paragraphsUnder() (all [][]string) {
	for n := range p.root.Descendants() {
		switch {
		case n.Data == "h3":
			all = append(all, []string{words(n)})
		case n.Data == "section" || n.Data == "footer":
			all = append(all, nil) // what follows belongs to no third heading yet
		case n.Data == "p" && len(all) > 0 && all[len(all)-1] != nil:
			all[len(all)-1] = append(all[len(all)-1], words(n))
		}
	}
	return all
}

// words of an element, as they are read.
func words(of *html.Node) string {
	var text strings.Builder
	for n := range of.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

// The privacy page says of everything that is kept what it is, what it is for, why we may and how long.
func TestThePrivacyPageSaysOfAllWhatWhyAndHowLong(t *testing.T) {
	say := func(key string, data map[string]any) string {
		return wording.Text(wording.Default, "privacy."+key, data)
	}
	served := map[string][]string{}
	for _, entry := range open(t).browser().get("/privacy").want(200).paragraphsUnder() {
		if entry != nil {
			served[entry[0]] = entry[1:]
		}
	}
	entries := 0
	for _, part := range store.Privacy {
		for _, e := range part.Entries {
			entries++
			want := []string{"What for: " + say(e.Key+".why", nil), "Why we may: " + say("basis_"+string(e.Basis), nil),
				"How long: " + say(e.Key+".kept", map[string]any{"Days": e.Days, "Hours": e.Hours})}
			what := say(e.Key+".what", nil)
			if diff := cmp.Diff(want, served[what]); diff != "" {
				t.Errorf("%s, “%s”:\n%s", e.Key, what, diff)
			}
		}
	}
	if entries != len(served) || entries < 40 {
		t.Errorf("%d entries are served, want the %d that are kept", len(served), entries)
	}
}
