package pages

import (
	"errors"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// erasuresPerDay that one person may ask for: each is a mail.
const erasuresPerDay = 5

// eraseSays are what goes, and what stays, as the page lists them.
var eraseSays = struct{ goes, stays []string }{
	[]string{"goes_you", "goes_words", "goes_group"}, []string{"stays_group", "stays_met", "stays_events", "stays_reports", "stays_mails", "stays_disk", "stays_backups"}}

// erasePage says what erasing a person does, with what of theirs nobody would look after.
func (s *Site) erasePage(c *Call, title string, person market.ID) (view.ErasePage, error) {
	p := view.ErasePage{Page: c.Page(title), Form: c.Blank()}
	networks, partners, err := s.Accounts.Deserts(c.Ctx, person, c.Now)
	for _, n := range networks {
		p.Deserts = append(p.Deserts, view.Link{Href: networkPath(n) + "/members", Text: c.T("erase.desert_network", "Name", n.Name)})
	}
	for _, one := range partners {
		p.Deserts = append(p.Deserts, view.Link{Href: partnerPath(one.ID), Text: c.T("erase.desert_partner", "Name", one.Name)})
	}
	for _, key := range eraseSays.goes {
		p.Goes = append(p.Goes, c.T("erase."+key))
	}
	for _, key := range eraseSays.stays {
		p.Stays = append(p.Stays, c.T("erase."+key))
	}
	return p, err
}

func (s *Site) erasing(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	return s.showErasing(c, v.Person, c.Blank())
}

func (s *Site) showErasing(c *Call, person market.ID, form view.Form) error {
	p, err := s.erasePage(c, "erase.heading", person)
	if err != nil {
		return err
	}
	p.Form = form
	bound, err := s.Accounts.Bound(c.Ctx, person, c.Now)
	if err != nil {
		return err
	}
	for _, g := range bound {
		p.Bound = append(p.Bound, view.BoundGroup{HandOver: view.Link{Href: membersPath(g.ID), Text: c.T("erase.hand_over", "Name", g.Name)},
			Close: view.Link{Href: groupPath(g.ID) + "/close", Text: c.T("erase.close", "Name", g.Name)}})
	}
	return c.Show(form, view.Erasing(p))
}

func (s *Site) askErasure(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "erase", Day: erasuresPerDay}, string(v.Person)); err != nil {
		return err
	}
	err = s.Accounts.AskErasure(c.Ctx, v, c.Once, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showErasing(c, v.Person, again)
	}
	if err != nil {
		return err
	}
	return c.Done("/account/erase", "done.erase_asked")
}

// eraseLink shows the button. It works signed out: who reads the mail could sign in as well.
func (s *Site) eraseLink(c *Call) error {
	person, err := s.Accounts.ByEraseLink(c.Ctx, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) {
		return c.linkGone("erase", "/")
	}
	if err != nil {
		return err
	}
	return s.showErase(c, person, c.Blank())
}

func (s *Site) showErase(c *Call, person market.Person, form view.Form) error {
	p, err := s.erasePage(c, "erase.confirm_heading", person.ID)
	if err != nil {
		return err
	}
	p.Form, p.Path, p.Says = form, c.Gin.Request.URL.Path, c.T("erase.confirm", "Email", market.MaskedAddress(person.Address))
	return c.Show(form, view.Erase(p))
}

func (s *Site) erase(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	person, err := s.Accounts.Erase(c.Ctx, c.Gin.Param("token"), c.Now)
	if again, ok := c.Again(err); ok {
		return s.showErase(c, person, again)
	}
	if errors.Is(err, market.ErrGone) {
		return c.Done(c.Gin.Request.URL.Path, "") // which says so
	}
	if err != nil {
		return err
	}
	s.dropUnsent(c, "")
	s.cookies.Clear(c.Gin.Writer, sessionCookie)
	c.Gin.Writer.Header().Set("Clear-Site-Data", `"storage"`)
	return c.Done("/", "done.erased")
}
