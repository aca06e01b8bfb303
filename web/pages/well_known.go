package pages

import (
	"strings"
	"time"

	"wherewithal/market"
)

// registerWellKnown is for programs that look at what every site may have (RFC 8615): what there is for programs, and whom to
// tell of a hole.
func (s *Site) registerWellKnown() {
	s.open("/.well-known/api-catalog", s.catalog)
	s.open("/.well-known/security.txt", s.security)
}

// catalogType is what RFC 9727 has a catalogue served as.
const catalogType = `application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"`

type target struct {
	Href string `json:"href"`
	Type string `json:"type,omitempty"`
}

type catalogued struct {
	Anchor string   `json:"anchor"`
	Desc   []target `json:"service-desc,omitempty"` // for programs
	Doc    []target `json:"service-doc,omitempty"`  // for people
	Meta   []target `json:"service-meta,omitempty"`
	Status []target `json:"status,omitempty"`
}

// catalog is a set of links (RFC 9264) from each of our APIs.
func (s *Site) catalog(c *Call) (document, error) {
	link := s.Config.Link
	c.Gin.Writer.Header().Set("Link", "<"+link("/.well-known/api-catalog")+`>; rel="api-catalog"`)
	return inJSON(catalogType, map[string]any{"linkset": []catalogued{
		{Anchor: link("/api/v1"), Desc: []target{{link("/api/v1/openapi.json"), "application/vnd.oai.openapi+json"}}, Doc: []target{{link("/developers"), "text/html"}}, Status: []target{{link("/readyz"), "application/json"}}},
		{Anchor: link(referralPath), Desc: []target{{referralOpenAPI, "application/json"}}, Doc: []target{{referralProfile, "text/html"}}, Meta: []target{{link(referralPath), "application/json"}}},
	}})
}

// securityFor is how long what security.txt says holds: RFC 9116 asks for less than a year. It moves on by days, so that it can
// be kept.
const securityFor = 180 * 24 * time.Hour

// security is RFC 9116's file. market.ErrNotFound where nobody could be told: on a site that only this machine reaches, and that
// names nobody, for web addresses in it must be https.
func (s *Site) security(c *Call) (document, error) {
	contact := s.Config.SecurityContact
	if contact == "" && s.Config.Secure() {
		contact = s.Config.Link("/complaints")
	}
	if contact == "" {
		return document{}, market.ErrNotFound
	}
	lines := []string{"Contact: " + contact, "Expires: " + c.Now.UTC().Truncate(24*time.Hour).Add(securityFor).Format(time.RFC3339), "Preferred-Languages: en"}
	if s.Config.Secure() {
		lines = append(lines, "Canonical: "+s.Config.Link("/.well-known/security.txt"))
	}
	return document{"text/plain; charset=utf-8", []byte(strings.Join(lines, "\r\n") + "\r\n")}, nil
}
