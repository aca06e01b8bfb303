package api

import (
	"errors"

	"github.com/gin-gonic/gin"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// What a key may do beside its partner's requests a minute and a day. Whoever wants all there is keeps a copy by changes,
// which costs one row each; a search, asked from everywhere, would cost us far more, and tell no more.
const (
	rowsARequest  = 20  // found by searches in a day, for each request of the day's quota
	missesAnHour  = 200 // of things that are not there, or not for the key: ids are not guessed
	leastRowsADay = 1000
)

// who a request counts for: the person, or the key's partner, whose test keys count apart.
func (c *call) who() string {
	if c.person.ID != "" {
		return string(c.person.ID)
	}
	if c.key.Key.Test {
		return string(c.key.Partner.ID) + " test"
	}
	return string(c.key.Partner.ID)
}

// limitKey counts a request against the partner's allowances and tells what is left of them. Its limits are its partner's: more
// keys are no more requests.
func (a *API) limitKey(g *gin.Context, c *call) error {
	r := c.key.Reach
	if r.PerMinute == 0 {
		return market.ErrForbidden // nothing is granted any more
	}
	minute, err := a.Limits.Take(c.ctx, httpx.Rule{Name: "minute", Minute: r.PerMinute}, c.who(), 1)
	if err != nil {
		httpx.Tell(g.Writer.Header(), minute)
		return err
	}
	day, err := a.Limits.Take(c.ctx, httpx.Rule{Name: "day", Day: r.PerDay}, c.who(), 1)
	httpx.Tell(g.Writer.Header(), minute, day)
	return err
}

// handOut counts listings that a search gives to a key. Pages of a search from many places, with many words, are how one would
// scrape: that shows in the metric, and ends.
func (a *API) handOut(c *call, rows int) error {
	if c.key.Key.ID == "" || rows == 0 {
		return nil
	}
	a.Metrics.PartnerRows(string(c.key.Partner.ID), rows)
	_, err := a.Limits.Take(c.ctx, httpx.Rule{Name: "rows", Day: max(leastRowsADay, c.key.Reach.PerDay*rowsARequest)}, c.who(), rows)
	return err
}

// missed counts what a key asked for and did not find.
func (a *API) missed(c *call, err error) error {
	if c.key.Key.ID == "" || !errors.Is(err, market.ErrNotFound) {
		return err
	}
	if limited := a.Limits.Allow(c.ctx, httpx.Rule{Name: "missing", Hour: missesAnHour}, c.who()); limited != nil {
		return limited
	}
	return err
}

// counted puts a key's request into the metric.
func (a *API) counted(c *call, status int) {
	if c.key.Key.ID != "" {
		a.Metrics.PartnerRequest(string(c.key.Partner.ID), status)
	}
}
