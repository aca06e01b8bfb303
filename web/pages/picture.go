package pages

import (
	"net/http"
	"strings"
	"sync"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/web/picture"
	"wherewithal/wording"
)

// registerPictures is for whoever shows a link to one of our pages: only what a visitor may read is drawn.
func (s *Site) registerPictures() {
	pen := make(chan struct{}, 1)
	s.get("/picture.png", func(c *Call) error {
		c.speakTheirs()
		return c.drawn(pen, c.siteNotice())
	})
	s.get("/listings/:id/picture.png", func(c *Call) error {
		c.speakTheirs()
		n, err := s.listingNotice(c)
		if err != nil {
			return err
		}
		return c.drawn(pen, n)
	})
	for _, size := range iconSizes {
		icon := sync.OnceValues(func() ([]byte, error) { return picture.Icon(size) })
		s.get(iconPath(size), func(c *Call) error {
			body, err := icon()
			return c.png(body, err)
		})
	}
}

// speakTheirs has the browser's language alone decide: whoever keeps the picture for others knows of no person's choice.
func (c *Call) speakTheirs() { c.speak(wording.Best(c.Gin.GetHeader("Accept-Language"))) }

// drawn answers with a picture. Whoever asks for it waits for the pen: one core at most draws, whatever strangers ask for.
func (c *Call) drawn(pen chan struct{}, n picture.Notice) error {
	select {
	case pen <- struct{}{}:
	case <-c.Ctx.Done():
		return market.ErrUnavailable
	}
	defer func() { <-pen }()
	body, err := picture.PNG(n)
	return c.png(body, err)
}

func (c *Call) siteNotice() picture.Notice {
	return picture.Notice{Site: c.T("site.name"), Tag: c.T("picture.tag"), Title: c.T("picture.title"), Line: c.T("site.belongs")}
}

// pictureOf a listing, where its page is linked: its first photo, or, without one, what we draw.
func (c *Call) pictureOf(l market.Listing, photos []view.Photo) view.Picture {
	if len(photos) == 0 {
		return view.Picture{URL: c.site.Config.Link(listingPath(l.ID) + "/picture.png"), Width: picture.Width, Height: picture.Height, Alt: l.Title}
	}
	p := view.Picture{URL: c.printLink(photos[0].ID), Width: photos[0].Width, Height: photos[0].Height, Alt: photos[0].Alt}
	if p.Alt == "" {
		p.Alt = l.Title
	}
	return p
}

// printLink is the address of a photo's large print.
func (c *Call) printLink(id string) string { return c.site.Config.Link("/photos/" + id + "/large.jpg") }

func (s *Site) listingNotice(c *Call) (n picture.Notice, err error) {
	id, err := c.Param("id")
	if err != nil {
		return n, err
	}
	e, err := s.Store.EntryFor(c.Ctx, market.Public, id, c.Now)
	if err != nil {
		return n, err
	}
	if e.Listing.Life != market.Open {
		return n, market.ErrNotFound
	}
	n = picture.Notice{Site: c.T("site.name"), Tag: c.T("side." + string(e.Listing.Side)), Look: picture.Solid, Title: e.Listing.Title,
		Line: strings.Trim(e.Group.Name+" · "+e.Borough, " ·")}
	if e.Listing.Side == market.Need {
		n.Look = picture.Gap
	}
	return n, nil
}

func (c *Call) png(body []byte, err error) error {
	if err != nil {
		return err
	}
	c.Gin.Writer.Header().Set("Cache-Control", fresh)
	c.anyOrigin() // it is there to be shown elsewhere
	c.Gin.Writer.Header().Add("Vary", "Accept-Language")
	httpx.Write(c.Gin, http.StatusOK, "image/png", body)
	return nil
}
