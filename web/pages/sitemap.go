package pages

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// registerSitemap is for search engines: what they may keep, and where it is.
func (s *Site) registerSitemap() {
	s.get("/robots.txt", s.robots)
	s.get("/sitemap.xml", s.sitemaps)
	s.get("/sitemap/:part", s.sitemap)
}

// Of one file. The protocol allows 50,000 addresses (sitemaps.org/protocol.html).
const sitemapSize = 10_000

// fresh is how long programs may keep such a file: new listings need not wait longer to be found.
const fresh = "public, max-age=3600"

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// robots lets programs read what is public. Pages of one's own lead to sign-in anyway; nobody need follow links there.
func (s *Site) robots(c *Call) error {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range []string{"/account/", "/i/", "/o/", "/r/", "/mails/", "/calendar/", "/sign-in", "/introductions", "/report"} {
		b.WriteString("Disallow: " + path + "\n")
	}
	b.WriteString("Sitemap: " + s.Config.Link("/sitemap.xml") + "\n")
	return c.file("text/plain; charset=utf-8", []byte(b.String()))
}

// file answers with something that is the same for everybody.
func (c *Call) file(kind string, body []byte) error {
	c.Gin.Writer.Header().Set("Cache-Control", fresh)
	c.Gin.Writer.Header().Add("Vary", "Accept-Language")
	httpx.Write(c.Gin, http.StatusOK, kind, body)
	return nil
}

type sitemapIndex struct {
	XMLName xml.Name       `xml:"sitemapindex"`
	Space   string         `xml:"xmlns,attr"`
	Maps    []sitemapEntry `xml:"sitemap"`
}

type urlSet struct {
	XMLName xml.Name       `xml:"urlset"`
	Space   string         `xml:"xmlns,attr"`
	URLs    []sitemapEntry `xml:"url"`
}

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"`
}

// sitemaps lists the files, each named by the id with which it begins.
func (s *Site) sitemaps(c *Call) error {
	names := []string{"pages"}
	for _, kind := range []string{"listings", "groups", "networks"} {
		starts, err := s.Store.FindableParts(c.Ctx, kind, sitemapSize)
		if err != nil {
			return err
		}
		for _, first := range starts {
			names = append(names, kind+"-"+string(first))
		}
	}
	index := sitemapIndex{Space: sitemapSpace}
	for _, name := range names {
		index.Maps = append(index.Maps, sitemapEntry{Loc: s.Config.Link("/sitemap/" + name + ".xml")})
	}
	return c.xml(index)
}

// sitemap is one file: "pages.xml", "listings-<id>.xml".
func (s *Site) sitemap(c *Call) error {
	name, isXML := strings.CutSuffix(c.Gin.Param("part"), ".xml")
	if !isXML {
		return market.ErrNotFound
	}
	set := urlSet{Space: sitemapSpace}
	if name == "pages" {
		for _, path := range publicPages {
			set.URLs = append(set.URLs, sitemapEntry{Loc: s.Config.Link(path)})
		}
		return c.xml(set)
	}
	kind, id, _ := strings.Cut(name, "-")
	from, err := market.ParseID(id)
	if err != nil {
		return err
	}
	found, err := s.Store.Findables(c.Ctx, kind, from, sitemapSize)
	for _, f := range found {
		set.URLs = append(set.URLs, sitemapEntry{Loc: s.Config.Link("/" + kind + "/" + f.Page),
			Changed: f.Changed.UTC().Format(time.RFC3339)})
	}
	if err != nil {
		return err
	}
	return c.xml(set)
}

func (c *Call) xml(body any) error {
	b := bytes.NewBufferString(xml.Header)
	if err := xml.NewEncoder(b).Encode(body); err != nil {
		return err
	}
	return c.file("application/xml; charset=utf-8", b.Bytes())
}
