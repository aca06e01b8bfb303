package pages

import (
	"strconv"
	"time"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// linked is what a page says to programs in the words of schema.org: no more than stands on it.
type linked map[string]any

// linkedListing is an Offer of a group, or a Demand that a group seeks to have met (schema.org/Offer, schema.org/Demand).
func (c *Call) linkedListing(e market.Entry, photos []market.Photo) linked {
	l := e.Listing
	group := linked{"@type": "Organization", "name": e.Group.Name, "url": c.site.Config.Link(groupPath(l.GroupID))}
	item := linked{"@type": "Service", "name": l.Title}
	if l.Kind == "equipment" {
		item["@type"] = "Product"
	}
	if l.Description != "" {
		item["description"] = l.Description
	}
	var images []string
	for _, p := range photos {
		images = append(images, c.printLink(string(p.ID)))
	}
	if len(images) > 0 {
		item["image"] = images
	}
	about := linked{"@type": "Offer", "name": l.Title, "url": c.site.Config.Link(listingPath(l.ID)), "itemOffered": item}
	if wording.IsLanguage(l.Language) { // an offer has no language of its own: the page that says it has
		about["subjectOf"] = linked{"@type": "WebPage", "url": about["url"], "name": l.Title, "inLanguage": l.Language}
	}
	if e.Borough != "" {
		about["areaServed"] = linked{"@type": "AdministrativeArea", "name": e.Borough}
	}
	if l.OpenedAt != nil && l.ExpiresAt != nil {
		about["validFrom"], about["validThrough"] = l.OpenedAt.UTC().Format(time.RFC3339), l.ExpiresAt.UTC().Format(time.RFC3339)
	}
	if l.Side == market.Need {
		about["@type"] = "Demand"
		group["seeks"] = about
		return group.ofSchemaOrg()
	}
	about["offeredBy"] = group
	switch l.Terms.Kind {
	case market.Gift, market.Loan:
		about["price"], about["priceCurrency"] = "0", "GBP"
	case market.AtCost:
		about["price"], about["priceCurrency"] = strconv.FormatFloat(float64(l.Terms.Pence)/100, 'f', 2, 64), "GBP"
	}
	return about.ofSchemaOrg()
}

// linkedGroup is an Organization under the name that a visitor is shown.
func (c *Call) linkedGroup(g market.Group) linked {
	about := linked{"@type": organizationType(g.LegalForm), "name": g.NameFor(market.Public), "url": c.site.Config.Link(groupPath(g.ID))}
	if g.Does != "" {
		about["description"] = g.Does
	}
	if g.Link != "" {
		about["sameAs"] = g.Link
	}
	return about.ofSchemaOrg()
}

// organizationType of a group: a charity or a community interest company is an NGO in the words of schema.org; what people do
// together without being either is an organization.
func organizationType(f market.LegalForm) string {
	if f == market.Charity || f == market.CIC {
		return "NGO"
	}
	return "Organization"
}

// linkedNetwork is an Organization, and those above it that it is part of.
func (c *Call) linkedNetwork(n market.Network, above []view.Link) linked {
	about := linked{"@type": "Organization", "name": n.Name, "url": c.site.Config.Link(networkPath(n))}
	if n.About != "" {
		about["description"] = n.About
	}
	for _, a := range above {
		part, _ := about["parentOrganization"].([]linked)
		about["parentOrganization"] = append(part, linked{"@type": "Organization", "name": a.Text, "url": c.site.Config.Link(a.Href)})
	}
	return about.ofSchemaOrg()
}

func (l linked) ofSchemaOrg() linked {
	l["@context"] = "https://schema.org"
	return l
}
