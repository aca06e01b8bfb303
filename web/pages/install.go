package pages

import (
	"encoding/json"
	"net/http"
	"strconv"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// registerInstall is for browsers that keep the site on a home screen, and for when they have no network.
func (s *Site) registerInstall() {
	s.get("/manifest.webmanifest", s.manifest)
	s.get("/offline", s.offline)
}

var iconSizes = []int{192, 512} // pixels: what Chromium asks of a site that can be installed

func iconPath(size int) string { return "/icon-" + strconv.Itoa(size) + ".png" }

type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Short      string         `json:"short_name"`
	About      string         `json:"description"`
	Lang       string         `json:"lang"`
	Dir        string         `json:"dir"`
	Start      string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
	Shortcuts  []manifestLink `json:"shortcuts"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

type manifestLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// manifest is the site as an application (w3.org/TR/appmanifest).
func (s *Site) manifest(c *Call) error {
	m := manifest{ID: "/", Name: c.T("site.name"), Short: c.T("site.name"), About: c.T("picture.title"), Lang: c.Lang, Dir: "auto",
		Start: "/", Scope: "/", Display: "standalone", Background: "#fbfbf8", Theme: "#14453d",
		Icons:     []manifestIcon{{"/favicon.svg", "any", "image/svg+xml", "any"}},
		Shortcuts: []manifestLink{{c.T("site.ask"), "/ask"}, {c.T("site.offer"), "/offer"}, {c.T("site.introductions"), "/introductions"}}}
	for _, size := range iconSizes {
		square := strconv.Itoa(size) + "x" + strconv.Itoa(size)
		m.Icons = append(m.Icons, manifestIcon{iconPath(size), square, "image/png", "any maskable"})
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.file("application/manifest+json", body)
}

// offline is kept by browsers and shown while they have no network: it names nobody, whoever asks for it.
func (s *Site) offline(c *Call) error {
	c.Caller, c.Viewer = account.Caller{}, market.Public
	return c.Render(http.StatusOK, view.Offline(view.OfflinePage{Page: c.Page("offline.heading")}))
}
