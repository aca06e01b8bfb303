package pages

import (
	"errors"
	"maps"
	"net/http"
	"net/url"

	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerUnfinished is for a person, about forms of listings that they kept before they were whole. Another's is not found. Throwing one
// away again changes nothing more.
func (s *Site) registerUnfinished() {
	s.get("/drafts/:id", s.goOn)
	s.post("/drafts/:id/delete", s.throwAway)
}

// unfinishedPerHour bounds how often a person saves what they have: once a minute is more than anybody presses.
const unfinishedPerHour = 60

// draft is the id under which the form is kept until it is whole. It comes with the form, so that one that is sent again is kept over
// what it was, and goes when it is posted.
func (p *poster) draft() market.ID {
	id, err := market.ParseID(p.f.String("draft"))
	if err != nil {
		return market.NewID()
	}
	return id
}

// keep keeps the form as it is, for its writer alone. What cannot be kept is shown again: nothing that was typed is lost.
func (p *poster) keep() error {
	err := p.s.keepUnfinished(p)
	if again, ok := p.c.Again(err); ok {
		p.preview()
		return p.c.Show(again, view.Post(p.page(again, true)))
	}
	if err != nil {
		return err
	}
	p.dropWaiting()
	return p.c.Done("/mine", "done.kept_unfinished")
}

func (s *Site) keepUnfinished(p *poster) error {
	c := p.c
	err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "unfinished", Hour: unfinishedPerHour}, string(c.Viewer.Person))
	if errors.Is(err, market.ErrTooMany) {
		return market.Refuse("", "unfinished_often")
	}
	if err != nil {
		return err
	}
	fields := maps.Clone(p.f)
	for _, name := range []string{"once", "do", "draft"} {
		delete(fields, name)
	}
	return s.Accounts.KeepUnfinished(c.Ctx, c.Viewer, p.draft(), p.side, fields, c.Now)
}

// dropUnfinished forgets what was kept of a form that is posted now. A draft that stays is no reason to say that posting failed.
func (s *Site) dropUnfinished(p *poster) {
	telemetry.Fail(p.c.Ctx, s.Accounts.DropUnfinished(p.c.Ctx, p.c.Viewer, p.draft(), p.c.Now))
}

// goOn is the form with all that was kept of it.
func (s *Site) goOn(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	f, err := s.Accounts.Unfinished(c.Ctx, v, id, c.Now)
	if err != nil {
		return err
	}
	fields := url.Values(f.Fields)
	fields.Set("draft", string(id))
	page := s.reopened(c, f.Side, httpx.Form(fields))
	page.Saved, page.ThrowAway = c.T("post.saved", "When", c.When(f.KeptAt)), draftPath(id)+"/delete"
	return c.Render(http.StatusOK, view.Post(page))
}

func draftPath(id market.ID) string { return "/drafts/" + string(id) }

func (s *Site) throwAway(c *Call) error {
	v, id, err := c.Pressed()
	if err != nil {
		return err
	}
	if err := s.Accounts.DropUnfinished(c.Ctx, v, id, c.Now); err != nil {
		return err
	}
	return c.Done("/mine", "done.threw_away")
}

// unfinished are the forms that wait for their writer, as lines.
func (s *Site) unfinished(c *Call) (lines []view.DraftLine, err error) {
	all, err := s.Accounts.UnfinishedForms(c.Ctx, c.Viewer, c.Now)
	for _, f := range all {
		form := httpx.Form(f.Fields)
		line := view.DraftLine{Href: draftPath(f.ID), Title: form.String("title"), Once: c.Blank().Once,
			Says: c.T("mine.draft_says", "Side", c.T("side."+string(f.Side)), "When", c.When(f.KeptAt),
				"Until", wording.Date(c.Lang, f.KeptAt.Add(market.UnfinishedLasts).In(c.Zone())))}
		if line.Lang = form.String("language"); line.Title == "" {
			line.Title, line.Lang = c.T("mine.draft_untitled"), ""
		}
		lines = append(lines, line)
	}
	return lines, err
}
