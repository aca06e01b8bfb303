package pages

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"wherewithal/market"
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

// unfinished is the form as it is kept until it is whole, over the version that it was made from.
func (p *poster) unfinished() market.UnfinishedForm {
	fields := maps.Clone(p.f)
	for _, name := range []string{"once", "do", "draft", "version"} {
		delete(fields, name)
	}
	version, err := strconv.ParseUint(p.f.String("version"), 10, 62)
	if err != nil {
		version = 0 // it was not kept yet
	}
	return market.UnfinishedForm{ID: p.draft(), Side: p.side, Fields: fields, Version: int64(version)}
}

// keep keeps the form as it is, for its writer alone. What cannot be kept is shown again: nothing that was typed is lost.
func (p *poster) keep() error {
	err := p.s.keepUnfinished(p)
	if errors.Is(err, market.ErrConflict) {
		return p.showMoved()
	}
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
	return s.Accounts.KeepUnfinished(c.Ctx, c.Viewer, p.unfinished(), c.Now)
}

// showMoved gives the form back with what was typed, where it was kept otherwise meanwhile, or posted. Its version is then the present one,
// and after posting it is a draft of its own, so that keeping or posting it once more is a decision.
func (p *poster) showMoved() error {
	c, typed := p.c, url.Values(p.f)
	listing, err := p.s.Accounts.PostedAs(c.Ctx, c.Viewer, p.draft())
	switch {
	case err == nil:
		typed.Set("draft", string(market.NewID()))
		typed.Del("version")
		if p.stale, err = p.postedBefore(listing); err != nil {
			return err
		}
	case !errors.Is(err, market.ErrNotFound):
		return err
	default:
		there, err := p.s.Accounts.Unfinished(c.Ctx, c.Viewer, p.draft(), c.Now)
		if err != nil {
			return err
		}
		typed.Set("version", strconv.FormatInt(there.Version, 10))
		p.stale = p.keptOtherwise(there)
	}
	p.preview()
	return c.Render(http.StatusConflict, view.Post(p.page(c.Blank(), true)))
}

// keptOtherwise says when a draft was kept meanwhile, and what of it is not what was typed here.
func (p *poster) keptOtherwise(there market.UnfinishedForm) *view.Stale {
	c := p.c
	mine, _, mineUnread := p.listing()
	kept := p.s.newPoster(c, there.Side, httpx.Form(there.Fields))
	other, _, otherUnread := kept.listing()
	return &view.Stale{Title: c.T("post.draft_stale"), Text: c.T("post.draft_stale_text", "When", c.When(there.KeptAt)), Now: otherwise(kept.stands(other, otherUnread), p.stands(mine, mineUnread)),
		Link: view.Link{Href: draftPath(there.ID), Text: c.T("post.draft_stale_link")}}
}

// postedBefore says that a draft became a listing, and leads there while its group is one's own.
func (p *poster) postedBefore(id market.ID) (*view.Stale, error) {
	c := p.c
	told := &view.Stale{Title: c.T("post.draft_posted"), Text: c.T("post.draft_posted_text")}
	ours, err := p.s.stillOurs(c, id)
	if ours {
		told.Link = view.Link{Href: listingPath(id), Text: c.T("post.stale_link")}
	}
	return told, err
}

// stillOurs reports whether a listing is there for the viewer as one of their own group's.
func (s *Site) stillOurs(c *Call, id market.ID) (bool, error) {
	_, err := s.Store.OwnEntry(c.Ctx, c.Viewer, id, c.Now)
	if errors.Is(err, market.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// wasPosted leads to the listing that a draft became, or to one's own where that is not shown any more. market.ErrNotFound: it became none.
func (s *Site) wasPosted(c *Call, draft market.ID) error {
	listing, err := s.Accounts.PostedAs(c.Ctx, c.Viewer, draft)
	if err != nil {
		return err
	}
	ours, err := s.stillOurs(c, listing)
	switch {
	case err != nil:
		return err
	case !ours:
		return c.Done("/mine", "note.draft_posted_left")
	}
	return c.Done(listingPath(listing), "note.draft_posted")
}

// goOn is the form with all that was kept of it, or the listing that it became.
func (s *Site) goOn(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	f, err := s.Accounts.Unfinished(c.Ctx, v, id, c.Now)
	if errors.Is(err, market.ErrNotFound) {
		return s.wasPosted(c, id)
	}
	if err != nil {
		return err
	}
	fields := url.Values(f.Fields)
	fields.Set("draft", string(id))
	fields.Set("version", strconv.FormatInt(f.Version, 10))
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
	if err := s.wasPosted(c, id); !errors.Is(err, market.ErrNotFound) {
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
