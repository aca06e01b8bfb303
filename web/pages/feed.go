package pages

import (
	"errors"
	"net/http"
	"strings"

	"wherewithal/account"
	"wherewithal/ical"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerFeeds is for a person about their own calendar, and for the calendar programs that read it. Taking it back twice
// changes nothing.
func (s *Site) registerFeeds() {
	s.get("/account/calendar", s.feedPage)
	s.post("/account/calendar", s.makeFeed)
	s.post("/account/calendar/end", s.endFeed)
	s.get("/calendar/:secret", s.feed)
}

func (s *Site) feedPage(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	p := view.FeedPage{Page: c.Page("feed.heading"), OnceMake: c.Blank().Once, OnceEnd: c.Blank().Once}
	secret, made, err := s.Accounts.Feed(c.Ctx, v)
	switch {
	case errors.Is(err, market.ErrNotFound):
	case err != nil:
		return err
	default:
		p.Address = s.Config.Link("/calendar/" + secret.String() + ".ics")
		p.Since = c.T("worded.since", "Date", wording.ShortDate(c.Lang, made.In(c.Zone())))
	}
	return c.Render(http.StatusOK, view.Feed(p))
}

func (s *Site) makeFeed(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.Accounts.MakeFeed(c.Ctx, v, c.Now); err != nil {
		return err
	}
	return c.Done("/account/calendar", "done.feed_made")
}

func (s *Site) endFeed(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.Accounts.EndFeed(c.Ctx, v, c.Now); err != nil {
		return err
	}
	return c.Done("/account/calendar", "done.feed_ended")
}

// mostFed bounds a feed: what was over longest ago is left out.
const mostFed = 200

// feed is what a calendar program reads. It follows the groups the person has now.
func (s *Site) feed(c *Call) error {
	secret, err := account.ParseSecret(strings.TrimSuffix(c.Gin.Param("secret"), ".ics"))
	if err != nil {
		return market.ErrNotFound
	}
	v, err := s.Accounts.FeedReader(c.Ctx, secret, c.Now)
	if err != nil {
		return err
	}
	all, err := s.Store.AgreedOf(c.Ctx, v, c.Now, mostFed)
	if err != nil {
		return err
	}
	var events []ical.Event
	for _, in := range all {
		more, err := s.eventsOf(c, v, in)
		if err != nil {
			return err
		}
		events = append(events, more...)
	}
	h := c.Gin.Writer.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Robots-Tag", "noindex")
	httpx.Write(c.Gin, http.StatusOK, ical.Type, ical.File(c.T("feed.name"), market.When{}.Location(), events))
	return nil
}

func (s *Site) eventsOf(c *Call, v market.Viewer, in market.Introduction) ([]ical.Event, error) {
	st, err := s.standNow(c, introPath(in.ID), func() (market.Introduction, market.Viewer, error) { return in, v, nil })
	if errors.Is(err, market.ErrNotFound) {
		return nil, nil // one of its listings is gone
	}
	if err != nil {
		return nil, err
	}
	ex, err := s.Store.Exchange(c.Ctx, in.ID)
	if err != nil {
		return nil, err
	}
	about, err := s.about(c.Ctx, st)
	return ical.Uses(ex.Held(in), about), err
}
