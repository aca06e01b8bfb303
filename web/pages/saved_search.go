package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerSavedSearches is for a person about the searches they keep; and, signed out, for whoever has the link of a mail about
// one. Saving twice with one form saves once; pausing, resuming and deleting again changes nothing more.
func (s *Site) registerSavedSearches() {
	s.get("/account/searches", s.savedSearches)
	s.get("/account/searches/new", s.newSavedSearch)
	s.post("/account/searches", s.saveSearch)
	s.post("/account/searches/:id", s.changeSavedSearch)
	s.post("/account/searches/:id/pause", s.pauseSavedSearch)
	s.post("/account/searches/:id/resume", s.resumeSavedSearch)
	s.post("/account/searches/:id/delete", s.deleteSavedSearch)
	s.get("/s/:token", s.stoppingSearch)
	// Mail programs and their servers post here by themselves (RFC 8058): without cookies, from anywhere.
	s.engine.POST("/s/:token", s.handle(s.stopSearch))
}

// asksFor are the parameters of the search page that say what is looked for.
var asksFor = []string{"q", "near", "side", "kind", "features", "tags", "network", "borough", "within", "day", "terms", "from", "until", "people", "off"}

// shareable are those of a search that may be kept, or stand in an address that is handed on: without anybody's street.
func shareable(values url.Values) url.Values {
	kept := url.Values{}
	for _, name := range asksFor {
		for _, v := range values[name] {
			if v != "" {
				kept.Add(name, market.WithoutPostcode(v))
			}
		}
	}
	return kept
}

// savePath is where a search is saved.
func savePath(values url.Values) string { return "/account/searches/new?" + shareable(values).Encode() }

// savedQuestion is what a search's parameters ask for, as it would be kept.
func (s *Site) savedQuestion(c *Call, values url.Values) market.Question {
	q, read := s.question(c, values)
	kept := market.Question{Words: strings.Join(strings.Fields(q.Text), " "), Sides: q.Sides, Kinds: q.Kinds, Tags: q.Tags, Boroughs: q.Boroughs, Networks: q.Networks,
		Requires: q.Requires, Terms: q.Terms, Near: q.Near, RadiusKM: q.RadiusKM, AtLeast: q.AtLeast}
	if q.Near != nil {
		kept.Place = read.near.name
		if near := values.Get("near"); near != "" && !suggested(near) { // it may be an address
			values.Set("near", read.near.name)
		} else if near != "" {
			kept.Place = outcodeOr(near)
		} else {
			kept.Place = read.PlaceSaid()
		}
	}
	kept.FreeFrom, kept.FreeUntil = q.FreeFrom, q.FreeUntil
	if w := q.Weekly; w != nil {
		kept.Days = w.Days
		if !w.Some {
			kept.Start, kept.End = w.Start, w.End
		}
	}
	kept.Said = values.Encode()
	return kept
}

type searchForm struct {
	Search string `form:"search"` // parameters of the search page
	Name   string `form:"name"`
	Side   string `form:"side"`
	Pace   string `form:"pace"`
}

func (f searchForm) values() url.Values {
	values, err := url.ParseQuery(f.Search)
	if err != nil {
		return url.Values{}
	}
	return shareable(values)
}

func (s *Site) newSavedSearch(c *Call) error {
	values := shareable(c.Gin.Request.URL.Query())
	return s.showNewSearch(c, searchForm{Search: values.Encode(), Side: values.Get("side"), Pace: string(market.AtOnce)}, c.Blank())
}

func (s *Site) showNewSearch(c *Call, f searchForm, form view.Form) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	values := f.values()
	values.Del("side") // it is chosen on this page
	q := s.savedQuestion(c, values)
	page := view.NewSearchPage{Page: c.Page("searches.new"), Form: form, Search: f.values().Encode(), Back: "/find?" + f.values().Encode(), Name: f.Name,
		Parts: wording.SearchParts(c.Lang, q), Sides: view.Options(c.Ctx, "search_side", []string{"offer", "need"}, f.Side), Paces: c.paces(f.Pace)}
	return c.Show(form, view.NewSearch(page))
}

// paces are the choices of when to be told, each with what it means.
func (c *Call) paces(chosen string) []view.Option {
	options := view.Options(c.Ctx, "search_pace", texts(market.Paces), chosen)
	for i := range options {
		options[i].Hint = c.T("search_pace_hint."+options[i].Value, "Most", market.AlertsADay)
	}
	return options
}

// saveSearch leads back to the search, which shows what there is already: that counts as seen.
func (s *Site) saveSearch(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f searchForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "save_search", Hour: market.SavesPerHour}, string(v.Person)); err != nil {
		return err
	}
	values := f.values()
	values.Set("side", f.Side)
	saved := market.SavedSearch{Name: f.Name, Pace: market.Pace(f.Pace), Question: s.savedQuestion(c, values)}
	_, err = s.Alerts.Save(c.Ctx, v, saved, market.OnceOnly{ID: c.Once}, c.Now)
	if form, ok := c.Again(err); ok {
		return s.showNewSearch(c, f, form)
	}
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return err
	}
	return c.Done("/find?"+values.Encode(), "done.search_saved")
}

func (s *Site) savedSearches(c *Call) error { return s.showSearches(c, "", c.Blank()) }

// showSearches shows them all; form belongs to the one that is changed.
func (s *Site) showSearches(c *Call, changed market.ID, form view.Form) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	all, err := s.Store.SavedSearches(c.Ctx, v.Person)
	if err != nil {
		return err
	}
	stopped, err := s.Store.StoppedMails(c.Ctx, v.Person)
	if err != nil {
		return err
	}
	page := view.SearchesPage{Page: c.Page("searches.heading"), Form: form}
	for _, kind := range []market.LetterKind{market.SavedSearchLetter, market.DigestLetter} {
		if slices.Contains(stopped, kind) {
			page.Stopped = c.T("searches.stopped_" + string(kind))
			break
		}
	}
	for _, one := range all {
		line := c.searchLine(one)
		if one.ID == changed {
			line.Form = form
		}
		page.Searches = append(page.Searches, line)
	}
	return c.Show(form, view.Searches(page))
}

func (c *Call) searchLine(s market.SavedSearch) view.SavedSearch {
	line := view.SavedSearch{ID: string(s.ID), Name: wording.SearchName(c.Lang, s), Own: s.Name, Paused: s.PausedAt != nil, Once: c.Blank().Once,
		Form: c.Blank(), Paces: c.paces(string(s.Pace)), Find: "/find?" + s.Question.Said, Says: c.T("searches.told_" + string(s.Pace))}
	if s.Name != "" {
		line.Asks = wording.Search(c.Lang, s.Question)
	}
	switch {
	case s.Question.Over(market.DateOf(c.Now.In(c.Zone()))):
		line.Says = c.T("searches.over")
	case s.PausedAt != nil:
		line.Says = c.T("searches.paused", "When", c.When(*s.PausedAt))
	}
	return line
}

// act is one press of a button on a search of the caller's.
func (s *Site) act(c *Call, done string, do func(v market.Viewer, id market.ID) error) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	if c.Once == "" { // not read yet
		if err := c.Form(&struct{}{}); err != nil {
			return err
		}
	}
	if err := do(v, id); err != nil {
		return err
	}
	return c.Done("/account/searches", done)
}

func (s *Site) changeSavedSearch(c *Call) error {
	var f searchForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err := s.act(c, "done.saved", func(v market.Viewer, id market.ID) error {
		return s.Alerts.Change(c.Ctx, v, id, f.Name, market.Pace(f.Pace), c.Now)
	})
	if form, ok := c.Again(err); ok {
		return s.showSearches(c, market.ID(c.Gin.Param("id")), form)
	}
	return err
}

func (s *Site) pauseSavedSearch(c *Call) error {
	return s.act(c, "done.search_paused", func(v market.Viewer, id market.ID) error { return s.Alerts.Pause(c.Ctx, v.Person, id, c.Now) })
}

func (s *Site) resumeSavedSearch(c *Call) error {
	return s.act(c, "done.search_resumed", func(v market.Viewer, id market.ID) error { return s.Alerts.Resume(c.Ctx, v, id, c.Now) })
}

func (s *Site) deleteSavedSearch(c *Call) error {
	return s.act(c, "done.search_deleted", func(v market.Viewer, id market.ID) error {
		if err := s.Alerts.Delete(c.Ctx, v, id, c.Now); !errors.Is(err, market.ErrNotFound) {
			return err
		}
		return nil // it is gone already
	})
}

// searchOf is the saved search that the link of a mail is about.
func (s *Site) searchOf(c *Call) (market.SavedSearch, error) {
	id, person, err := market.ReadLinkToken([]byte(s.Config.TokenSecret), market.StopSearch, c.Gin.Param("token"))
	if err != nil {
		return market.SavedSearch{}, err
	}
	return s.Store.SavedSearch(c.Ctx, person, id)
}

// stoppingSearch shows a button: a mail program that only looks stops nothing.
func (s *Site) stoppingSearch(c *Call) error {
	saved, err := s.searchOf(c)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.StopSearch(view.StopSearchPage{Page: c.Page("searches.stop_heading"), Once: c.Blank().Once, Path: "/s/" + c.Gin.Param("token"),
		Name: wording.SearchName(c.Lang, saved), Stopped: saved.PausedAt != nil}))
}

// stopSearch answers a mail program with a plain 200, and a person with the page.
func (s *Site) stopSearch(c *Call) error {
	saved, err := s.searchOf(c)
	if err != nil {
		return err
	}
	f, unread := httpx.ReadForm(c.Gin) // what a mail program sends along does not matter
	if err := s.Alerts.Pause(c.Ctx, saved.PersonID, saved.ID, c.Now); err != nil {
		return err
	}
	if unread == nil && f.Has("once") {
		return c.Done("/s/"+c.Gin.Param("token"), "done.search_paused")
	}
	httpx.Write(c.Gin, http.StatusOK, "text/plain; charset=utf-8", []byte(c.T("flash.done.search_paused")+"\n"))
	return nil
}

// outcodeOr is a text as a place is called: an outcode in capitals, anything else as it was typed.
func outcodeOr(typed string) string {
	if o, err := geocode.ParseOutcode(typed); err == nil {
		return string(o)
	}
	return strings.TrimSpace(typed)
}
