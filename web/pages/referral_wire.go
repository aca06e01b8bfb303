package pages

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"wherewithal/market"
)

// What Open Referral UK (HSDS 3.0, its UK profile of October 2024) has for a service. Lists have no more than stands in service;
// one that is asked for by its id has the rest as well.

type service struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Description  string          `json:"description,omitempty"`
	URL          string          `json:"url"`
	Status       string          `json:"status"`
	Fees         string          `json:"fees"`
	Alert        string          `json:"alert,omitempty"`
	Modified     string          `json:"last_modified"`
	Organization organization    `json:"organization"`
	Schedules    []schedule      `json:"schedules,omitempty"`
	Areas        []serviceArea   `json:"service_areas,omitempty"`
	Locations    []serviceAt     `json:"service_at_locations,omitempty"`
	Costs        []costOption    `json:"cost_options,omitempty"`
	Attributes   []hsdsAttribute `json:"attributes,omitempty"`
}

type organization struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Website     string `json:"website,omitempty"`
	URI         string `json:"uri"`
}

type schedule struct {
	ID          string `json:"id"`
	Service     string `json:"service_id"`
	ValidFrom   string `json:"valid_from,omitempty"`
	ValidTo     string `json:"valid_to,omitempty"`
	Start       string `json:"dtstart,omitempty"`
	Frequency   string `json:"freq,omitempty"`
	Interval    int    `json:"interval,omitempty"`
	Days        string `json:"byday,omitempty"`
	Description string `json:"description"`
	Opens       string `json:"opens_at"`
	Closes      string `json:"closes_at"`
}

type serviceArea struct {
	ID      string `json:"id"`
	Service string `json:"service_id"`
	Name    string `json:"name"`
}

type serviceAt struct {
	ID       string   `json:"id"`
	Service  string   `json:"service_id"`
	Location location `json:"location"`
}

type location struct {
	ID            string          `json:"id"`
	Type          string          `json:"location_type"`
	Name          string          `json:"name,omitempty"`
	Description   string          `json:"description,omitempty"`
	Lat           *float64        `json:"latitude,omitempty"`
	Lng           *float64        `json:"longitude,omitempty"`
	Accessibility []accessibility `json:"accessibility,omitempty"`
}

type accessibility struct {
	ID          string `json:"id"`
	Location    string `json:"location_id"`
	Description string `json:"description"`
}

type costOption struct {
	ID          string  `json:"id"`
	Service     string  `json:"service_id"`
	Option      string  `json:"option,omitempty"`
	Amount      float64 `json:"amount"`
	Description string  `json:"amount_description"`
}

type hsdsAttribute struct {
	ID   string `json:"id"`
	Link string `json:"link_id"`
	Type string `json:"link_type"`
	Term term   `json:"taxonomy_term"`
}

type term struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Taxonomy    string `json:"taxonomy"`
	Code        string `json:"term"`
}

// termOf a kind is its id as a term.
func termOf(kind string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("wherewithal:kind:"+kind)).String()
}

// serviceKey is all that is said of a service to whoever wants to know what changed.
type serviceKey struct {
	ID       string `json:"id"`
	Modified string `json:"last_modified"`
}

// partOf is the id of something that has none with us: the same as long as it is the same part of the same thing.
func partOf(id market.ID, part string) string {
	whole, err := uuid.Parse(string(id))
	if err != nil {
		whole = uuid.NameSpaceOID
	}
	return uuid.NewSHA1(whole, []byte(part)).String()
}

// serviceOf is an offer as lists have it.
func (c *Call) serviceOf(e market.Entry, g market.Group) service {
	l := e.Listing
	s := service{ID: string(l.ID), Name: c.titleOf(e), Description: l.Description, URL: c.site.Config.Link(listingPath(l.ID)), Status: "active",
		Fees: c.terms(l.Terms), Modified: l.UpdatedAt.UTC().Format(time.RFC3339), Organization: c.organizationOf(e, g)}
	if e.Group.Sample {
		s.Alert = c.T("open.referral_invented")
	}
	return s
}

func (c *Call) organizationOf(e market.Entry, g market.Group) organization {
	page := c.site.Config.Link(groupPath(e.Listing.GroupID))
	o := organization{ID: string(e.Listing.GroupID), Name: e.Group.Name, Description: g.Does, URI: page}
	if o.Description == "" { // which the format asks for
		o.Description = c.T("legal_form." + string(e.Group.LegalForm))
	}
	if !g.NameHidden {
		o.Website = g.Link
	}
	return o
}

func (c *Call) wholeService(e market.Entry, g market.Group) service {
	s, l := c.serviceOf(e, g), e.Listing
	for i, w := range l.When.Windows {
		s.Schedules = append(s.Schedules, c.scheduleOf(l, i, w))
	}
	if e.Borough != "" {
		s.Areas = []serviceArea{{partOf(l.ID, "area"), s.ID, e.Borough}}
	}
	s.Locations = []serviceAt{{partOf(l.ID, "at"), s.ID, c.locationOf(e)}}
	if l.Terms.Kind == market.AtCost {
		s.Costs = []costOption{{partOf(l.ID, "cost"), s.ID, l.Terms.Per, float64(l.Terms.Pence) / 100, s.Fees}}
	}
	s.Attributes = []hsdsAttribute{{partOf(l.ID, "kind"), s.ID, "service", term{termOf(l.Kind),
		c.T("kind." + l.Kind), c.T("open.kind_term"), "Wherewithal kinds", l.Kind}}}
	return s
}

// locationOf an offer is its public point, with the words that its page has for it; never an address.
func (c *Call) locationOf(e market.Entry) location {
	l := e.Listing
	at := location{ID: partOf(l.ID, "location"), Type: "virtual", Name: c.T("where." + string(l.Where))}
	if e.Point.IsZero() {
		return at
	}
	at.Type, at.Name, at.Lat, at.Lng = "physical", commaJoin(e.Outcode, e.Borough), &e.Point.Lat, &e.Point.Lng
	at.Description = c.T("market.roughly", "Borough", e.Borough, "Outcode", e.Outcode)
	for _, f := range l.Has {
		at.Accessibility = append(at.Accessibility, accessibility{partOf(l.ID, string(f)), at.ID, c.T("feature." + string(f))})
	}
	return at
}

// scheduleOf a window, in the terms of RFC 5545 that HSDS uses. What those cannot say, such as days out, stands in words.
func (c *Call) scheduleOf(l market.Listing, i int, w market.Window) schedule {
	s := schedule{ID: partOf(l.ID, fmt.Sprintf("schedule %d", i)), Service: string(l.ID), ValidFrom: string(l.When.From), ValidTo: string(l.When.Until),
		Frequency: "WEEKLY", Interval: 1, Days: byDay(w.Days, ""), Description: strings.Join(c.when(l), ". "), Opens: w.Start.Clock(), Closes: min(w.End, 1439).Clock()} // the format has no 24:00
	switch w.Repeat {
	case market.Daily:
		s.Days = byDay(market.EveryDay, "")
	case market.Monthly:
		s.Frequency, s.Days = "MONTHLY", byDay(w.Days, fmt.Sprint(w.Nth))
	case market.Once:
		s.ValidFrom, s.ValidTo, s.Start, s.Frequency, s.Interval, s.Days = string(w.On), string(w.On), string(w.On), "", 0, ""
	}
	return s
}

// byDay is a set of days as RFC 5545 has it, each as the nth of its month where nth says so.
func byDay(set market.Weekdays, nth string) string {
	var days []string
	for i, name := range []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"} {
		if set.Has(time.Weekday((i + 1) % 7)) {
			days = append(days, nth+name)
		}
	}
	return strings.Join(days, ",")
}
