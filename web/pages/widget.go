package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"wherewithal/frontend"
	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerWidget is for pages of other sites: the script of <wherewithal-search>, what it asks, and a page that says how to use it.
func (s *Site) registerWidget() {
	s.get("/developers/widget", s.aboutWidget)
	s.open("/widget/search.json", s.widgetSearch)
	script := func(g *gin.Context) { s.widgetScript(&Call{Gin: g, Now: s.Clock(), site: s}) }
	s.engine.GET("/widget/:version/wherewithal-search.js", script)
	s.engine.HEAD("/widget/:version/wherewithal-search.js", script)
}

var widgets = frontend.Widgets()

func widgetPath(version string) string { return "/widget/" + version + "/wherewithal-search.js" }

// widgetScript is a release by its version, which never changes; or by its major version the newest of those, which takes in
// what is mended.
func (s *Site) widgetScript(c *Call) {
	c.speak(wording.Default)
	c.anyOrigin()
	version := c.Gin.Param("version")
	for _, w := range widgets {
		switch version {
		case w.Version:
			c.keep(document{"text/javascript; charset=utf-8", w.Script}, "public, max-age=31536000, immutable")
			return
		case w.Major():
			c.keep(document{"text/javascript; charset=utf-8", w.Script}, fresh)
			return
		}
	}
	c.problemJSON(market.ErrNotFound)
}

type widgetAnswer struct {
	Language  string            `json:"lang"`
	Direction string            `json:"dir"`
	Site      string            `json:"site"`
	Total     int               `json:"total"` // of all pages, at most 1,000
	Items     []widgetItem      `json:"items"`
	Next      string            `json:"next,omitempty"`  // cursor
	Words     map[string]string `json:"words,omitempty"` // of the widget itself, where they are not English
}

type widgetItem struct {
	ID       string      `json:"id"`
	URL      string      `json:"url"`
	Title    string      `json:"title"`
	Lang     string      `json:"lang,omitempty"` // of Title, with the next, where it is not that of the answer
	Dir      string      `json:"dir,omitempty"`
	Side     market.Side `json:"side"`
	SideSaid string      `json:"sideSaid"`
	Group    string      `json:"group"`
	Facts    []string    `json:"facts"`
	Borough  string      `json:"borough,omitempty"`
	Lat      *float64    `json:"lat,omitempty"` // of the public point
	Lng      *float64    `json:"lng,omitempty"`
}

const (
	usualInWidget = 10
	mostInWidget  = 20
)

// widgetSearch is a search as the widget shows it: worded, in the language of the page that it stands in.
func (s *Site) widgetSearch(c *Call) (document, error) {
	if lang := c.Gin.Query("lang"); len(lang) <= 35 { // RFC 5646 asks for room for so much
		c.speak(wording.Best(lang))
	}
	values, err := c.parameters(append(slices.Clone(asksFor), "lang", "limit", "cursor")...)
	if err != nil {
		return document{}, err
	}
	limit, err := widgetLimit(values)
	if err != nil {
		return document{}, err
	}
	q, err := s.openQuestion(c, values)
	if err != nil {
		return document{}, err
	}
	q.Limit, q.Cursor, q.SkipFacets = limit, values.Get("cursor"), true
	found, err := s.Search.Query(c.Ctx, market.Public, q)
	if errors.Is(err, search.ErrCursor) {
		return document{}, errors.Join(err, market.Refuse("cursor", "cursor_stale"))
	}
	if err != nil {
		return document{}, err
	}
	out := widgetAnswer{Language: c.Lang, Direction: wording.Direction(c.Lang), Site: c.T("site.name"), Total: found.Total, Next: found.Next, Items: []widgetItem{}}
	if c.Lang != wording.Default {
		out.Words = c.widgetWords()
	}
	out.Items, err = s.widgetItems(c, found.Hits)
	if err != nil {
		return document{}, err
	}
	return inJSON("application/json", out)
}

func widgetLimit(values url.Values) (int, error) {
	if !values.Has("limit") {
		return usualInWidget, nil
	}
	n, err := strconv.Atoi(values.Get("limit"))
	if err != nil || n < 1 || n > mostInWidget {
		return 0, market.Refuse("limit", "number_range", "Min", 1, "Max", mostInWidget)
	}
	return n, nil
}

func (s *Site) widgetItems(c *Call, hits []search.Hit) ([]widgetItem, error) {
	ids, km := make([]market.ID, len(hits)), map[market.ID]int{}
	for i, h := range hits {
		ids[i], km[h.ID] = h.ID, h.KM
	}
	entries, err := s.Store.ShownFor(c.Ctx, market.Public, ids, c.Now)
	items := []widgetItem{}
	for _, e := range s.told(c, entries) {
		l := e.Listing
		item := widgetItem{ID: string(l.ID), URL: s.Config.Link(listingPath(l.ID)), Title: c.titleOf(e), Side: l.Side, SideSaid: c.T("side." + string(l.Side)),
			Group: e.Group.Name, Facts: append([]string{}, c.cardFacts(e, km[l.ID])...), Borough: e.Borough}
		if wording.IsLanguage(l.Language) && !wording.SameLanguage(l.Language, c.Lang) {
			item.Lang, item.Dir = l.Language, wording.Direction(l.Language)
		}
		if !e.Point.IsZero() {
			item.Lat, item.Lng = &e.Point.Lat, &e.Point.Lng
		}
		items = append(items, item)
	}
	return items, err
}

const widgetWordsIn = "widget_words."

// widgetWords are what the widget itself says, by the names that its script has for them.
func (c *Call) widgetWords() map[string]string {
	words := map[string]string{}
	for _, key := range wording.Keys() {
		if name, own := strings.CutPrefix(key, widgetWordsIn); own {
			words[name] = c.T(key)
		}
	}
	return words
}

// What the page about the widget lists: attributes and custom properties, each with its words in the catalogue.
var (
	widgetAttributes = []string{"q", "near", "within", "borough", "side", "kind", "tags", "network", "features", "day", "limit", "heading", "map", "lang", "site"}
	widgetProperties = []string{"ink", "soft", "paper", "line", "offer", "on-offer", "need", "focus", "font", "radius", "gap"}
)

func (s *Site) aboutWidget(c *Call) error {
	newest := frontend.Widget{Version: "0"}
	if len(widgets) > 0 {
		newest = widgets[0]
	}
	p := view.WidgetPage{Page: c.Public(c.Page("widget.heading"), c.T("widget.about")), Script: widgetPath(newest.Version), Integrity: newest.Integrity,
		Stable: widgetSnippet(s.Config.Link(widgetPath(newest.Major())), ""), Pinned: widgetSnippet(s.Config.Link(widgetPath(newest.Version)), newest.Integrity),
		Policy: "script-src " + s.Config.PublicURL + "; connect-src " + s.Config.PublicURL, Find: s.Config.Link("/find")}
	for _, name := range widgetAttributes {
		p.Attributes = append(p.Attributes, view.Row{Term: name, Value: c.T("widget_attribute." + name)})
	}
	for _, name := range widgetProperties {
		p.Properties = append(p.Properties, view.Row{Term: "--wherewithal-" + name, Value: c.T("widget_property." + strings.ReplaceAll(name, "-", "_"))})
	}
	return c.Render(http.StatusOK, view.Widget(p))
}

// widgetSnippet is what a page of another site holds.
func widgetSnippet(script, integrity string) string {
	tag := `<script type="module" src="` + script + `"`
	if integrity != "" {
		tag += "\n  integrity=\"" + integrity + `" crossorigin`
	}
	home, _, _ := strings.Cut(script, "/widget/")
	return tag + "></script>\n<wherewithal-search near=\"SE10\" lang=\"en-GB\">\n  <a href=\"" + home + "/find\">Wherewithal</a>\n</wherewithal-search>"
}
