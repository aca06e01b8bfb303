package pages

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"wherewithal/config"
	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

// What other programs read without a key, in formats that many of them know. Whoever asks is nobody: no cookie is looked at, so
// that all get the same and anybody between may keep it. What is told, names, aliases and points too, is what the pages show a
// visitor, read the same way.

// document is an answer in a format of others.
type document struct {
	kind string // Content-Type
	body []byte
}

// keepOpen is how long such an answer may be kept: what was closed is shown no longer than that.
const keepOpen = "public, max-age=300"

// open is get for such a document. Pages of any other site may read it.
func (s *Site) open(path string, h func(*Call) (document, error)) {
	answer := func(g *gin.Context) {
		c := &Call{Gin: g, Now: s.Clock(), Viewer: market.Public, site: s}
		c.speak(wording.Best(g.GetHeader("Accept-Language")))
		c.anyOrigin()
		if err := s.opens(c, h); err != nil {
			c.problemJSON(err)
		}
	}
	s.engine.GET(path, answer)
	s.engine.HEAD(path, answer)
}

func (s *Site) opens(c *Call, h func(*Call) (document, error)) error {
	if err := s.countOpen(c); err != nil {
		return err
	}
	d, err := h(c)
	if err != nil {
		return err
	}
	c.keep(d, keepOpen)
	return nil
}

// countOpen counts a request against the network address that it comes from.
func (s *Site) countOpen(c *Call) error {
	left, err := s.Limits.Take(c.Ctx, httpx.Rule{Name: "api-public", Hour: s.Config.APIPublicPerHour}, httpx.Network(c.Gin.ClientIP()), 1)
	if err != nil {
		httpx.Tell(c.Gin.Writer.Header(), left)
	}
	return err
}

// keep answers with a document that may be kept, or says that whoever asks has it.
func (c *Call) keep(d document, how string) {
	head, tag := c.Gin.Writer.Header(), httpx.Tag("", d.body)
	head.Set("ETag", tag)
	head.Set("Cache-Control", how)
	head.Add("Vary", "Accept-Language")
	if httpx.Has(c.Gin.GetHeader("If-None-Match"), tag) {
		c.Gin.Status(http.StatusNotModified)
		c.Gin.Writer.WriteHeaderNow()
		return
	}
	httpx.Write(c.Gin, http.StatusOK, d.kind, d.body)
}

// anyOrigin lets pages of all sites read the answer: it is the same for everybody, and no cookie opens more.
func (c *Call) anyOrigin() {
	h := c.Gin.Writer.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Link, RateLimit, RateLimit-Policy, Retry-After")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// problemJSON says what is wrong as RFC 9457 has it, in the words that the API says it in.
func (c *Call) problemJSON(err error) {
	p := httpx.ProblemOf(err)
	switch {
	case errors.Is(err, errEmbedFormat):
		p = httpx.Problem{Status: http.StatusNotImplemented, Kind: "embed_format", Err: err} // as oEmbed has it
	case errors.Is(err, search.ErrCursor):
		// The API has 400 for it. The widget alone asks here with one, and its releases up to 1.2.0, which other sites hold for ever, show
		// what a 422 says and nothing of a 400.
		p.Status, p.Kind = http.StatusUnprocessableEntity, "cursor"
	}
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusNotImplemented {
		telemetry.Fail(c.Ctx, err)
	} else {
		telemetry.Add(c.Ctx, "refused", p.Kind)
	}
	if p.Status == httpx.StatusGone {
		p.Status = http.StatusBadRequest
	}
	p.Headers(c.Gin.Writer.Header())
	said := map[string]any{"title": http.StatusText(p.Status), "status": p.Status, "code": p.Kind, "detail": c.detail(p)}
	if p.Invalid != nil {
		var faults []map[string]string
		for _, f := range p.Invalid.Faults {
			faults = append(faults, map[string]string{"in": "query", "name": f.Field, "detail": httpx.Sentence(c.Lang, f)})
		}
		said["errors"] = faults
	}
	text, _ := json.Marshal(said) // of plain texts
	httpx.Write(c.Gin, p.Status, "application/problem+json", text)
}

func (c *Call) detail(p httpx.Problem) string {
	for _, key := range []string{"api." + p.Kind, "open." + p.Kind} {
		if wording.Has(key) {
			return c.T(key)
		}
	}
	return c.T("api.malformed")
}

// parameters are those of the address that say something. market.Invalid: one that is not known here, or that is too long, or
// too many of them.
func (c *Call) parameters(known ...string) (url.Values, error) {
	faults := &market.Invalid{}
	for name := range c.Gin.Request.URL.Query() {
		if !slices.Contains(known, name) {
			faults.Add(shortened(name), "parameter_unknown")
		}
	}
	asked := c.known(known, faults)
	return asked, faults.OrNil()
}

// someParameters are parameters where others are no fault.
func (c *Call) someParameters(known ...string) (url.Values, error) {
	faults := &market.Invalid{}
	asked := c.known(known, faults)
	return asked, faults.OrNil()
}

func (c *Call) known(known []string, faults *market.Invalid) url.Values {
	asked := url.Values{}
	for name, values := range c.Gin.Request.URL.Query() {
		if !slices.Contains(known, name) {
			continue
		}
		if len(values) > search.MaxValues {
			faults.Add(name, "values_many", "Max", search.MaxValues)
			continue
		}
		for _, v := range values {
			if n := len(v) - mostOf(name); n > 0 {
				faults.Add(name, "text_long", "Max", mostOf(name), "Over", n)
				break
			}
			if v != "" {
				asked.Add(name, v)
			}
		}
	}
	return asked
}

// mostOf a parameter's value, in bytes.
func mostOf(name string) int {
	switch name {
	case "q", "search":
		return search.MaxText
	case "cursor":
		return search.MaxCursor
	case "url":
		return 2000
	}
	return 200
}

// here reports whether only this machine reaches the site.
func (s *Site) here() bool {
	u, err := url.Parse(s.Config.PublicURL)
	return err == nil && config.Loopback(u.Host)
}

// told are the listings that other programs are told of. They do not read that a group is invented, so that no sample leaves
// this machine, nor of what is paused or past its day; whoever tries the formats on it is shown them, by titles that say so.
func (s *Site) told(c *Call, entries []market.Entry) (told []market.Entry) {
	for _, e := range entries {
		if search.Wanted(e, c.Now) && !e.Group.Hidden && (!e.Group.Sample || s.here()) {
			told = append(told, e)
		}
	}
	return told
}

// toldOne is the open listing in the path, as told tells it.
func (s *Site) toldOne(c *Call) (e market.Entry, err error) {
	id, err := c.Param("id")
	if err != nil {
		return e, err
	}
	if e, err = s.Store.EntryFor(c.Ctx, market.Public, id, c.Now); err != nil {
		return e, err
	}
	if len(s.told(c, []market.Entry{e})) == 0 {
		return e, market.ErrNotFound
	}
	return e, nil
}

// titleOf a listing; of an invented one it says so.
func (c *Call) titleOf(e market.Entry) string {
	if e.Group.Sample {
		return c.T("open.invented", "Title", e.Listing.Title)
	}
	return e.Listing.Title
}

// inJSON is a document of JSON.
func inJSON(kind string, v any) (document, error) {
	body, err := json.Marshal(v)
	return document{kind, body}, err
}
