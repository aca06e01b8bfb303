package pages

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// exportsPerDay of one person: each goes over all that there is of them.
const exportsPerDay = 5

// fetchWithin is how long fetching an export may take: a large one over a slow line.
const fetchWithin = 30 * time.Minute

func (s *Site) data(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	p := view.DataPage{Page: c.Page("data.heading"), Once: c.Blank().Once}
	e, err := s.Accounts.ExportOf(c.Ctx, v, c.Now)
	switch {
	case errors.Is(err, market.ErrNotFound):
	case err != nil:
		return err
	case e.ReadyAt == nil:
		p.Says = c.T("data.asked")
	default:
		p.Says = c.T("data.ready", "Until", wording.DateTime(c.Lang, e.Until().In(c.Zone())))
		p.Fetch = view.Link{Href: "/account/data/" + string(e.ID), Text: c.T("data.fetch", "Size", view.Size(c.Lang, int(e.Size)))}
	}
	return c.Render(http.StatusOK, view.Data(p))
}

func (s *Site) askExport(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if _, err := c.Proved(); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "export", Day: exportsPerDay}, string(v.Person)); err != nil {
		return err
	}
	err = s.Accounts.AskExport(c.Ctx, v, c.Once, c.Now)
	if errors.Is(err, market.ErrRepeated) {
		return c.Done("/account/data", "note.export_before")
	}
	if err != nil {
		return err
	}
	return c.Done("/account/data", "done.export_asked")
}

// export gives the zip to be saved, to its person alone.
func (s *Site) export(c *Call) error {
	v, err := c.Proved()
	if err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	begin := func(e market.Export) io.Writer {
		_ = http.NewResponseController(c.Gin.Writer).SetWriteDeadline(time.Now().Add(fetchWithin)) // some test writers have none
		h := c.Gin.Writer.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="`+account.ExportName+`"`)
		h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
		h.Set("Cache-Control", "no-store")
		c.Gin.Status(http.StatusOK)
		return c.Gin.Writer
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Ctx), fetchWithin) // longer than a page may take
	defer cancel()
	return s.Accounts.ReadExport(ctx, v, id, begin, c.Now)
}
