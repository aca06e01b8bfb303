package pages

import (
	"slices"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// registerMurmurations is for the Murmurations index: of each listing a profile, which an aggregator finds there by its tags and
// its place. Whoever looks after the site names the addresses to the index.
func (s *Site) registerMurmurations() { s.open("/listings/:id/murmurations.json", s.murmuration) }

// murmurationsSchema is what a profile is checked against by the index
// (github.com/MurmurationsNetwork/MurmurationsLibrary, branch main; the prototype before it is no longer there).
const murmurationsSchema = "offers_wants_schema-v0.1.0"

type murmuration struct {
	Schemas     []string          `json:"linked_schemas"`
	Exchange    string            `json:"exchange_type"`
	Item        string            `json:"item_type"`
	Transaction []string          `json:"transaction_type"`
	Tags        []string          `json:"tags"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Image       string            `json:"image,omitempty"`
	Details     string            `json:"details_url"`
	At          *murmurationPoint `json:"geolocation,omitempty"`
	Scope       string            `json:"geographic_scope"`
	Contact     map[string]string `json:"contact_details"`
	Expires     int64             `json:"expires_at,omitempty"` // seconds since 1970
}

type murmurationPoint struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

func (s *Site) murmuration(c *Call) (document, error) {
	if _, err := c.parameters(); err != nil {
		return document{}, err
	}
	e, err := s.toldOne(c)
	if err != nil {
		return document{}, err
	}
	photos, err := s.Store.FirstPhotos(c.Ctx, []market.ID{e.Listing.ID})
	if err != nil {
		return document{}, err
	}
	m := c.murmurationOf(e)
	if p, ok := photos[e.Listing.ID]; ok {
		m.Image = s.Config.Link(view.PhotoPath(string(p.ID), "large"))
	}
	return inJSON("application/json", m)
}

func (c *Call) murmurationOf(e market.Entry) murmuration {
	l, page := e.Listing, c.site.Config.Link(listingPath(e.Listing.ID))
	m := murmuration{Schemas: []string{murmurationsSchema}, Exchange: "offer", Item: "service", Transaction: transactions(l), Tags: []string{l.Kind},
		Title: c.titleOf(e), Description: l.Description, Details: page, Scope: "local", Contact: map[string]string{"contact_form": page}}
	if l.Side == market.Need {
		m.Exchange = "want"
	}
	if l.Kind == market.Equipment {
		m.Item = "good"
	}
	if m.Description == "" {
		m.Description = l.Title
	}
	for _, t := range l.Tags {
		if !slices.Contains(m.Tags, t) {
			m.Tags = append(m.Tags, t)
		}
	}
	if l.Where == market.Online {
		m.Scope = "national"
	}
	if !e.Point.IsZero() {
		m.At = &murmurationPoint{e.Point.Lat, e.Point.Lng}
	}
	if l.ExpiresAt != nil {
		m.Expires = l.ExpiresAt.Unix()
	}
	return m
}

// transactions are a listing's terms in the schema's four words. A swap is none of them: the nearest is a sale.
func transactions(l market.Listing) []string {
	switch l.Terms.Kind {
	case market.Gift:
		return []string{"receive-donate"}
	case market.AtCost:
		if l.Kind == market.Skill {
			return []string{"buy-sell"}
		}
		return []string{"rent-lease"}
	case market.Swap:
		return []string{"buy-sell"}
	}
	return []string{"borrow-lend"}
}
