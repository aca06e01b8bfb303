package pages

import (
	"bytes"
	"encoding/xml"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/web/picture"
)

// registerEmbeds is for programs that show more of a link than its address (oembed.com, 1.0). They get the title, who it is
// from, and a picture, as type link: no HTML of ours stands in pages of others, and no page of ours in a frame.
func (s *Site) registerEmbeds() { s.open("/oembed", s.embed) }

type embed struct {
	XMLName xml.Name `json:"-" xml:"oembed"`
	Type    string   `json:"type" xml:"type"`
	Version string   `json:"version" xml:"version"`
	Title   string   `json:"title" xml:"title"`
	Author  string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	From    string   `json:"author_url,omitempty" xml:"author_url,omitempty"`
	Site    string   `json:"provider_name" xml:"provider_name"`
	Home    string   `json:"provider_url" xml:"provider_url"`
	Keep    int      `json:"cache_age" xml:"cache_age"` // seconds
	Picture string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	Width   int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	Height  int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
}

func (s *Site) embed(c *Call) (document, error) {
	asked, err := c.someParameters("url", "format", "maxwidth", "maxheight") // what else a consumer sends is to be passed over
	if err != nil {
		return document{}, err
	}
	width, height, err := embedBounds(asked)
	if err != nil {
		return document{}, err
	}
	e, err := s.embedded(c, asked.Get("url"))
	if err != nil {
		return document{}, err
	}
	if e.Width > width || e.Height > height {
		e.Picture, e.Width, e.Height = "", 0, 0
	}
	switch asked.Get("format") {
	case "", "json":
		return inJSON("application/json", e)
	case "xml":
		b := bytes.NewBufferString(`<?xml version="1.0" encoding="utf-8" standalone="yes"?>` + "\n")
		err := xml.NewEncoder(b).Encode(e)
		return document{"text/xml; charset=utf-8", b.Bytes()}, err
	}
	return document{}, errEmbedFormat
}

// errEmbedFormat is told of a format that we do not speak.
var errEmbedFormat = errors.New("no format of oEmbed that we have")

const widest = 100_000 // pixels that somebody may allow

func embedBounds(asked url.Values) (width, height int, err error) {
	faults := &market.Invalid{}
	bound := func(name string) int {
		if !asked.Has(name) {
			return widest
		}
		n, err := strconv.Atoi(asked.Get(name))
		if err != nil || n < 1 || n > widest {
			faults.Add(name, "number_range", "Min", 1, "Max", widest)
		}
		return n
	}
	width, height = bound("maxwidth"), bound("maxheight")
	if !asked.Has("url") {
		faults.Add("url", "link")
	}
	return width, height, faults.OrNil()
}

// embedded is what is said of one of our pages; market.ErrNotFound for any other, and for what a visitor may not see.
func (s *Site) embedded(c *Call, link string) (e embed, err error) {
	e = embed{Type: "link", Version: "1.0", Site: c.T("site.name"), Home: s.Config.Link("/"), Keep: 300}
	path, ours := strings.CutPrefix(link, s.Config.PublicURL+"/")
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	kind, id, _ := strings.Cut(path, "/")
	c.Gin.AddParam("id", id)
	c.Gin.AddParam("slug", id)
	switch {
	case !ours:
		return e, market.ErrNotFound
	case kind == "listings":
		one, err := s.toldOne(c)
		e.Title, e.Author, e.From = c.titleOf(one), one.Group.Name, s.Config.Link(groupPath(one.Listing.GroupID))
		e.Picture, e.Width, e.Height = s.Config.Link(listingPath(one.Listing.ID)+"/picture.png"), picture.Width, picture.Height
		return e, err
	case kind == "groups":
		g, err := s.openGroup(c)
		e.Title = g.NameFor(market.Public)
		return e, err
	case kind == "networks":
		n, err := s.openNetwork(c)
		e.Title = n.Name
		return e, err
	}
	return e, market.ErrNotFound
}

// embeds are where a page is told of to programs that show links.
func (c *Call) embeds(path string) []view.Alternate {
	at := func(format string) string {
		return c.site.Config.Link("/oembed?" + url.Values{"url": {c.site.Config.Link(path)}, "format": {format}}.Encode())
	}
	return []view.Alternate{{Type: "application/json+oembed", Href: at("json"), Quiet: true}, {Type: "text/xml+oembed", Href: at("xml"), Quiet: true}}
}

// listingAlternates are where other programs read a listing for anyone.
func (c *Call) listingAlternates(e market.Entry) []view.Alternate {
	if len(c.site.told(c, []market.Entry{e})) == 0 {
		return nil
	}
	path := listingPath(e.Listing.ID)
	all := append(c.embeds(path), view.Alternate{Type: "application/json", Title: c.T("open.murmuration"), Href: c.site.Config.Link(path + "/murmurations.json")})
	if e.Listing.Side == market.Offer {
		all = append(all, view.Alternate{Type: "application/json", Title: c.T("open.service"), Href: c.site.Config.Link(servicePath(e.Listing.ID))})
	}
	if isRoom(e) {
		all = append(all, c.calendars(path))
	}
	return all
}
