package pages

import (
	"errors"
	"net/http"
	"net/url"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/pages/view"
)

const findParties = "/find/groups"

func partiesPath(values url.Values) string { return findParties + "?" + values.Encode() }

// partyKinds are those that the form offers, and what each has looked for.
var partyKinds = map[string][]market.PartyKind{"": {market.AGroup, market.ANetwork}, "group": {market.AGroup}, "network": {market.ANetwork}}

// findParties shows all groups and networks that have some words, in pages. Everything stands in the address.
func (s *Site) findParties(c *Call) error {
	values := c.Gin.Request.URL.Query()
	kind := values.Get("type")
	seek, ok := partyKinds[kind]
	if !ok {
		kind, seek = "", partyKinds[""]
	}
	q := search.Query{Text: values.Get("q"), Seek: seek, Cursor: values.Get("cursor"), Now: c.Now}
	page := view.FindPartiesPage{Page: c.Public(c.Page("party.find"), c.T("party.find")), Query: q.Text, Kind: c.partyKindFacet(kind),
		Listings: "/find?" + url.Values{"q": {q.Text}}.Encode()}
	page.Page.NoIndex = len(values) > 0
	found, err := s.Search.Query(c.Ctx, c.Viewer, q)
	switch {
	case errors.Is(err, search.ErrCursor):
		values.Del("cursor")
		c.Gin.Redirect(http.StatusSeeOther, partiesPath(values))
		return nil
	case errors.As(err, new(*market.Invalid)):
		again, _ := c.Again(err)
		page.Error = again.Errors[0].Sentence
	case err != nil:
		return err
	}
	if page.Parties, err = s.foundBeside(c, q.Text, found); err != nil {
		return err
	}
	page.Pager = pager(findParties, "cursor", values, found.Next)
	return c.Render(foundOr(page.Error), view.FindParties(page))
}

func (c *Call) partyKindFacet(chosen string) view.Facet {
	f := view.Facet{Name: "type", Legend: c.T("party.which")}
	for _, kind := range []string{"", "group", "network"} {
		label := c.T("facet.all")
		if kind != "" {
			label = c.T("party.all_of_" + kind)
		}
		f.Options = append(f.Options, view.Option{Value: kind, Label: label, On: kind == chosen})
	}
	return f
}
