package pages

import (
	"errors"
	"net/http"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerSessions is for a person about their own sessions. Ending one that has ended changes nothing.
func (s *Site) registerSessions() {
	s.get("/account/sessions", s.sessions)
	s.post("/account/sessions/end-others", s.endOthers)
	s.post("/account/sessions/:id/end", s.endOne)
}

func (s *Site) sessions(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	all, err := s.Accounts.Sessions(c.Ctx, v, c.Now)
	if err != nil {
		return err
	}
	page := view.SessionsPage{Page: c.Page("sessions.heading"), Email: c.Caller.Person.Address, OnceOthers: c.Blank().Once}
	for _, one := range all {
		page.Sessions = append(page.Sessions, c.sessionLine(one))
	}
	return c.Render(http.StatusOK, view.Sessions(page))
}

func (c *Call) sessionLine(one market.Session) view.Session {
	return view.Session{ID: string(one.ID), Device: wording.Device(c.Lang, one.Device), Current: one.ID == c.Caller.Session.ID, Once: c.Blank().Once,
		Since: c.T("worded.since", "Date", wording.ShortDate(c.Lang, one.CreatedAt.In(c.Zone()))),
		Seen:  c.T("worded.seen", "When", c.When(one.SeenAt))}
}

func (s *Site) endOne(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.endSession(c, id); err != nil {
		return err
	}
	return c.Done("/account/sessions", "done.session_ended")
}

func (s *Site) endOthers(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	all, err := s.Accounts.Sessions(c.Ctx, v, c.Now)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.ID == c.Caller.Session.ID {
			continue
		}
		if err := s.endSession(c, one.ID); err != nil {
			return err
		}
	}
	return c.Done("/account/sessions", "done.others_ended")
}

// endSession ends one of the caller's own; one that has ended meanwhile, or is not theirs, changes nothing.
func (s *Site) endSession(c *Call, id market.ID) error {
	err := s.Accounts.EndSession(c.Ctx, c.Viewer, id, c.Now)
	if errors.Is(err, market.ErrNotFound) {
		return nil
	}
	return err
}
