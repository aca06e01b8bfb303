package pages

import (
	"net/http"
	"strings"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/picture"
)

// registerPictures is for whoever shows a link to one of our pages: only what a visitor may read is drawn.
func (s *Site) registerPictures() {
	s.get("/picture.png", s.sitePicture)
	s.get("/listings/:id/picture.png", s.listingPicture)
	for _, size := range iconSizes {
		s.get(iconPath(size), func(c *Call) error {
			body, err := picture.Icon(size)
			return c.png(body, err)
		})
	}
}

func (s *Site) sitePicture(c *Call) error {
	body, err := picture.PNG(picture.Notice{Site: c.T("site.name"), Tag: c.T("picture.tag"), Title: c.T("picture.title"), Line: c.T("site.belongs")})
	return c.png(body, err)
}

func (s *Site) listingPicture(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	e, err := s.Store.EntryFor(c.Ctx, market.Public, id, c.Now)
	if err != nil {
		return err
	}
	if e.Listing.Life != market.Open {
		return market.ErrNotFound
	}
	n := picture.Notice{Site: c.T("site.name"), Tag: c.T("side." + string(e.Listing.Side)), Look: picture.Solid, Title: e.Listing.Title,
		Line: strings.Trim(e.Group.Name+" · "+e.Borough, " ·")}
	if e.Listing.Side == market.Need {
		n.Look = picture.Gap
	}
	body, err := picture.PNG(n)
	return c.png(body, err)
}

func (c *Call) png(body []byte, err error) error {
	if err != nil {
		return err
	}
	c.Gin.Writer.Header().Set("Cache-Control", fresh)
	httpx.Write(c.Gin, http.StatusOK, "image/png", body)
	return nil
}
