package pages

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"wherewithal/docs"
	"wherewithal/market"
	"wherewithal/web/api"
	"wherewithal/web/developers"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerDevelopers is for everybody who writes programs: pages made of the API's own document, table of problems and limits.
func (s *Site) registerDevelopers() {
	s.get("/developers", s.developers)
	s.get("/developers/start", s.start)
	s.get("/developers/handbook", s.written("developers.handbook_heading", "developers.handbook_about", docs.Partners))
	s.get("/developers/open", s.written("developers.open_heading", "developers.open_about", docs.Open))
	s.get("/developers/changes", s.changes)
	s.get("/developers/errors", s.codes)
	s.get("/developers/limits", s.limits)
	s.get("/developers/:tag", s.operations)
}

// guideOnce reads the document of the API when it is first asked for: it does not change while the program runs.
func (s *Site) guideOnce() func() (*developers.Guide, error) {
	return sync.OnceValues(func() (*developers.Guide, error) {
		d, err := api.Describe(s.Config)
		if err != nil {
			return nil, err
		}
		return developers.Read(d), nil
	})
}

// developersParts are the pages that no tag has, by the keys of their titles. Whoever reads one after the other begins with those that do
// not stand behind the tags.
var developersParts = []struct {
	path, title string
	behind      bool
}{
	{"/developers", "developers.overview", false},
	{"/developers/start", "developers.start_heading", false},
	{"/developers/handbook", "developers.handbook_heading", false},
	{"/developers/open", "developers.open_heading", false},
	{"/developers/errors", "developers.errors_heading", true},
	{"/developers/limits", "developers.limits_heading", true},
	{"/developers/changes", "developers.changes_heading", true},
	{"/developers/widget", "widget.footer", true}}

// parts are links to all pages for developers: the overview, the tags, and what is about all of them.
func (c *Call) parts(g *developers.Guide) (parts []view.DevelopersPart) {
	own := func(behind bool) {
		for _, p := range developersParts {
			if p.behind == behind {
				parts = append(parts, view.DevelopersPart{Link: view.Link{Href: p.path, Text: c.T(p.title)}, Own: true})
			}
		}
	}
	own(false)
	for _, t := range g.Tags {
		title, ours := c.tagTitle(t)
		parts = append(parts, view.DevelopersPart{Link: view.Link{Href: "/developers/" + t.Slug, Text: title}, Own: ours})
	}
	own(true)
	return parts
}

// tagTitle is what the catalogue calls a tag; one that is new is called by its name.
func (c *Call) tagTitle(t developers.Tag) (title string, ours bool) {
	if key := "developers.tag_" + strings.ReplaceAll(t.Slug, "-", "_"); wording.Has(key) {
		return c.T(key), true
	}
	return t.Name, false
}

func (s *Site) developers(c *Call) error {
	g, err := s.guide()
	if err != nil {
		return err
	}
	p := view.DevelopersPage{Page: c.Public(c.Page("developers.heading"), c.T("developers.intro")), Parts: c.parts(g), About: g.About}
	for _, t := range g.Tags {
		title, _ := c.tagTitle(t)
		p.Tags = append(p.Tags, view.DevelopersTag{Tag: t, Title: title, Href: "/developers/" + t.Slug})
	}
	return c.Render(http.StatusOK, view.Developers(p))
}

func (s *Site) operations(c *Call) error {
	g, err := s.guide()
	if err != nil {
		return err
	}
	t, ok := g.Tag(c.Gin.Param("tag"))
	if !ok {
		return market.ErrNotFound
	}
	title, _ := c.tagTitle(t)
	p := view.OperationsPage{Page: c.Public(c.Page("developers.tag_title", "Name", title), c.T("developers.tag_about")), Parts: c.parts(g),
		Title: title, Shapes: t.Shapes, Languages: developers.Languages}
	codes := codesByStatus()
	for _, o := range t.Operations {
		part := view.OperationPart{Operation: o, Codes: codes}
		if part.Examples, err = o.Examples(g.Server, o.Shown(c.Now)); err != nil {
			return err
		}
		if o.Ends != nil {
			part.Ended = c.T("developers.ends", "Since", wording.Date(c.Lang, market.Date(o.Ends.Since).Time(time.UTC)), "Sunset", wording.Date(c.Lang, market.Date(o.Ends.Sunset).Time(time.UTC)))
		}
		p.Operations = append(p.Operations, part)
	}
	return c.Render(http.StatusOK, view.Operations(p))
}

// codesByStatus are the codes that a problem with a status can have.
func codesByStatus() map[int][]string {
	by := map[int][]string{}
	for _, k := range api.ProblemKinds() {
		for _, status := range k.Statuses {
			by[status] = append(by[status], k.Code)
		}
	}
	return by
}

func (s *Site) codes(c *Call) error {
	g, err := s.guide()
	if err != nil {
		return err
	}
	p := view.CodesPage{Page: c.Public(c.Page("developers.errors_heading"), c.T("developers.errors_intro")), Parts: c.parts(g)}
	if p.Example, err = problemExample(); err != nil {
		return err
	}
	for _, k := range api.ProblemKinds() {
		part := view.CodePart{Code: k.Code, Says: c.T("api." + k.Code), When: c.T("code." + k.Code + "_when"), Act: c.T("code." + k.Code + "_do")}
		for _, status := range k.Statuses {
			part.Statuses = append(part.Statuses, strconv.Itoa(status))
		}
		p.Codes = append(p.Codes, part)
	}
	return c.Render(http.StatusOK, view.Codes(p))
}

// problemExample is a problem as a program reads it.
func problemExample() (string, error) {
	p := api.ProblemOf("invalid")
	p.Errors = []api.Fault{{In: "query", Name: "limit", Detail: "expected number <= 100"}}
	text, err := json.MarshalIndent(p, "", "  ")
	return string(text), err
}

func (s *Site) limits(c *Call) error {
	g, err := s.guide()
	if err != nil {
		return err
	}
	p := view.LimitsPage{Page: c.Public(c.Page("developers.limits_heading"), c.T("developers.limits_intro")), Parts: c.parts(g)}
	for _, group := range api.LimitsOf(s.Config) {
		drawn := view.LimitGroup{ID: group.Key, Title: c.T("limit." + group.Key)}
		for _, l := range group.Each {
			drawn.Rows = append(drawn.Rows, view.Row{Term: c.T("limit." + l.Key), Value: c.T("limit."+l.Key+"_is", l.Figures...)})
		}
		p.Groups = append(p.Groups, drawn)
	}
	return c.Render(http.StatusOK, view.Limits(p))
}

func (s *Site) start(c *Call) error {
	g, err := s.guide()
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Start(view.StartPage{Page: c.Public(c.Page("developers.start_heading"), c.T("developers.start_intro")),
		Parts: c.parts(g), Steps: developers.Start(g.Server)}))
}

// written shows a text of the folder docs. It is read when it is first asked for: it does not change while the program runs.
func (s *Site) written(title, about, markdown string) func(*Call) error {
	read := sync.OnceValues(func() (developers.Handbook, error) { return developers.ReadHandbook(markdown) })
	return func(c *Call) error {
		g, err := s.guide()
		if err != nil {
			return err
		}
		h, err := read()
		if err != nil {
			return err
		}
		return c.Render(http.StatusOK, view.Written(view.WrittenPage{Page: c.Public(c.Page(title), c.T(about)), Parts: c.parts(g), Title: c.T(title), About: c.T(about), Handbook: h}))
	}
}

func (s *Site) changes(c *Call) error {
	g, err := s.guide()
	if err != nil {
		return err
	}
	days := int(api.LeastNotice / (24 * time.Hour))
	p := view.ChangesPage{Page: c.Public(c.Page("developers.changes_heading"), c.T("developers.promise_same")), Parts: c.parts(g), Changes: developers.Changes(docs.APIChanges),
		Promise: []string{c.T("developers.promise_same"), c.T("developers.promise_ends", "Days", days), c.T("developers.promise_next")}}
	for _, t := range g.Tags {
		for _, o := range t.Operations {
			if o.Ends != nil {
				p.Ending = append(p.Ending, view.Link{Href: "/developers/" + t.Slug + "#" + o.ID, Text: c.T("developers.ending_line", "Operation", o.Method+" "+o.Path,
					"Sunset", wording.Date(c.Lang, market.Date(o.Ends.Sunset).Time(time.UTC)))})
			}
		}
	}
	return c.Render(http.StatusOK, view.Changes(p))
}
