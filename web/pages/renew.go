package pages

import (
	"errors"
	"net/http"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerRenewals is for whoever holds the link of a letter about the end of a listing, signed out too, and for those who
// post for its group, on its page. Looking changes nothing; renewing twice renews once.
func (s *Site) registerRenewals() {
	s.get("/r/:token", s.renewal)
	s.post("/r/:token", s.renew)
	s.post("/listings/:id/renew", s.renewListing)
}

func (s *Site) byRenewLink(c *Call) (market.Listing, market.Viewer, error) {
	return s.Listings.ByRenewLink(c.Ctx, listing.Links{Secret: []byte(s.Config.TokenSecret)}, c.Gin.Param("token"), c.Now)
}

func (s *Site) renewal(c *Call) error {
	l, v, err := s.byRenewLink(c)
	if err != nil {
		return err
	}
	p := view.RenewPage{Page: c.Page("renew.heading"), Once: c.Blank().Once, Action: c.Gin.Request.URL.Path, Title: l.Title, Lang: l.Language, Side: view.Side(l.Side)}
	p.Can = v.Roles[l.GroupID].CanPost() && listing.Renewable(l, c.Now)
	day := ""
	if l.ExpiresAt != nil {
		day = wording.LongDate(c.Lang, l.ExpiresAt.In(c.Zone()))
	}
	switch {
	case l.Life == market.Expired:
		p.Says = c.T("renew.expired", "Date", day)
	case l.Life == market.Open || l.Life == market.Paused:
		p.Says = c.T("renew.open", "Date", day)
	default:
		p.Says = c.T("renew.closed")
	}
	if c.Viewer.In(l.GroupID) {
		p.Href = listingPath(l.ID)
	}
	return c.Render(http.StatusOK, view.Renew(p))
}

func (s *Site) renew(c *Call) error {
	l, v, err := s.byRenewLink(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.renewed(c.Gin.Request.URL.Path, s.Listings.Renew(c.Ctx, v, l.ID, c.Now))
}

func (s *Site) renewListing(c *Call) error {
	v, id, err := c.Pressed()
	if err != nil {
		return err
	}
	return c.renewed(listingPath(id), s.Listings.Renew(c.Ctx, v, id, c.Now))
}

// renewed says on the page at a path what became of renewing.
func (c *Call) renewed(path string, err error) error {
	switch {
	case errors.Is(err, market.ErrRepeated):
		return c.Done(path, "note.done_before")
	case errors.Is(err, market.ErrWrongState):
		return c.Done(path, "note.no_longer")
	case err != nil:
		return err
	}
	return c.Done(path, "done.renewed")
}
