package pages

import (
	"net/http"

	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// registerUnwanted is for whoever holds a mail to somebody who has no account, signed out: nobody writes to them any more. Looking
// changes nothing, and twice is as once.
func (s *Site) registerUnwanted() {
	s.get("/unwanted/:token", s.unwanted)
	// Mail programs and their servers post here by themselves (RFC 8058): without cookies, from anywhere.
	s.engine.POST("/unwanted/:token", s.handle(s.stopAll))
}

func (s *Site) unwanted(c *Call) error {
	stopped, err := s.Accounts.Unwanted(c.Ctx, c.Gin.Param("token"))
	if err != nil {
		return err
	}
	form := c.Blank()
	return c.Show(form, view.Unwanted(view.UnwantedPage{Page: c.Page("unwanted.heading"), Form: form, Path: c.Gin.Request.URL.Path, Stopped: stopped}))
}

// stopAll answers a mail program with a plain 200, and a person with the page.
func (s *Site) stopAll(c *Call) error {
	f, unread := httpx.ReadForm(c.Gin) // what a mail program sends along does not matter
	if err := s.Accounts.StopAll(c.Ctx, c.Gin.Param("token"), c.Now); err != nil {
		return err
	}
	if unread == nil && f.Has("once") {
		return c.Done(c.Gin.Request.URL.Path, "done.mails_stopped")
	}
	httpx.Write(c.Gin, http.StatusOK, "text/plain; charset=utf-8", []byte(c.T("flash.done.mails_stopped")+"\n"))
	return nil
}
