package pages

import (
	"errors"
	"net/http"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// registerMandates is about outside sites that post for groups. /may-post is for whoever holds the link of a letter, signed
// out too: looking changes nothing, and the same answer twice is one. The other pages are for a group's members to read and
// its owners to change; what is taken back twice is taken back once.
func (s *Site) registerMandates() {
	s.get("/may-post/:token", s.mandate)
	s.post("/may-post/:token", s.answerMandate)
	s.get("/groups/:id/partners", s.groupPartners)
	s.post("/groups/:id/partners/:mandate", s.decideMandate)
}

func (s *Site) mandate(c *Call) error {
	q, err := s.Partners.ByMandateLink(c.Ctx, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) {
		return c.Render(http.StatusGone, view.Mandate(view.MandatePage{Page: c.Page("mandate.gone_heading"), Gone: true}))
	}
	if err != nil {
		return err
	}
	return s.showMandate(c, q, "", c.Blank())
}

func (s *Site) showMandate(c *Call, q partner.Question, chosen string, form view.Form) error {
	return c.Show(form, view.Mandate(c.mandatePage(q, chosen, form)))
}

// showStaleMandate asks once more, about a group of which the partner said something else while the page was open.
func (s *Site) showStaleMandate(c *Call, chosen string) error {
	q, err := s.Partners.ByMandateLink(c.Ctx, c.Gin.Param("token"), c.Now)
	if err != nil {
		return err
	}
	p := c.mandatePage(q, chosen, c.Blank())
	p.Stale = &view.Stale{Title: c.T("mandate.stale"), Text: c.T("mandate.stale_text", "Partner", q.Partner.Name)}
	return c.Render(http.StatusConflict, view.Mandate(p))
}

func (c *Call) mandatePage(q partner.Question, chosen string, form view.Form) view.MandatePage {
	m := q.Mandate
	name := c.mandateName(q)
	p := view.MandatePage{Page: c.PageOf(c.T("mandate.heading", "Partner", q.Partner.Name, "Group", name)), Form: form, Path: c.Gin.Request.URL.Path, Seen: m.About.Key(),
		Partner: q.Partner.Name, Site: q.Partner.Site, Purpose: paragraphs(q.Partner.Purpose), Group: name, Words: c.mandateWords(q.Partner, name),
		State: string(m.State), CanYes: m.State == market.MandateAsked || m.State == market.MandateRefused && c.Now.Before(m.LapsesAt), CanNo: m.State == market.MandateAsked,
		Until: c.T("mandate.until", "Date", wording.LongDate(c.Lang, m.LapsesAt.In(c.Zone())))}
	if m.GroupID == "" {
		p.About, p.AboutLang = paragraphs(m.About.Does), tongue.Of(m.About.Does, m.About.Languages...)
		if at := m.About.Place; at != nil {
			p.Where = c.T("mandate.where", "Outcode", at.Outcode, "Borough", at.Borough)
		}
	} else {
		p.GroupHref = groupPath(m.GroupID)
	}
	if len(q.Owns) > 0 {
		p.Which = append(p.Which, view.Option{Value: "new", Label: c.T("mandate.new", "Group", name), On: chosen == "" || chosen == "new"})
		for _, g := range q.Owns {
			p.Which = append(p.Which, view.Option{Value: string(g.ID), Label: g.Name, On: chosen == string(g.ID)})
		}
	}
	return p
}

func (c *Call) mandateName(q partner.Question) string {
	if q.Group.ID != "" {
		return q.Group.Name
	}
	return q.Mandate.About.Name
}

// mandateWords are what somebody says yes to; they are kept with the yes.
func (c *Call) mandateWords(p market.Partner, group string) string {
	return c.T("mandate.words", "Partner", p.Name, "Site", p.Site, "Group", group)
}

type mandateForm struct {
	Answer string `form:"answer"`
	Which  string `form:"which"`
	Seen   string `form:"seen"`
}

// reply is what was pressed; what is nothing of ours is refused.
func (c *Call) reply(f mandateForm, q partner.Question) (r partner.Reply, err error) {
	r = partner.Reply{Yes: f.Answer == "yes", Words: c.mandateWords(q.Partner, c.mandateName(q)), Seen: c.asSeen(f.Seen, q.Mandate.About, false)}
	if f.Answer != "yes" && f.Answer != "no" {
		return r, market.Refuse("answer", "choice")
	}
	if f.Which == "" || f.Which == "new" || !r.Yes {
		return r, nil
	}
	for _, g := range q.Owns {
		if string(g.ID) == f.Which {
			r.Group = g.ID
			return r, nil
		}
	}
	return r, market.Refuse("which", "choice")
}

func (s *Site) answerMandate(c *Call) error {
	var f mandateForm
	if err := c.Form(&f); err != nil {
		return err
	}
	path := c.Gin.Request.URL.Path
	q, err := s.Partners.ByMandateLink(c.Ctx, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) {
		return c.Done(path, "") // which says why
	}
	if err != nil {
		return err
	}
	r, err := c.reply(f, q)
	if err == nil {
		_, err = s.Partners.AnswerByLink(c.Ctx, c.Gin.Param("token"), r, c.Now)
	}
	if errors.Is(err, market.ErrConflict) {
		return s.showStaleMandate(c, f.Which)
	}
	if again, ok := c.Again(err); ok {
		return s.showMandate(c, q, f.Which, again)
	}
	return c.moved(path, err, mandateDone(r.Yes))
}

func mandateDone(yes bool) string {
	if yes {
		return "done.mandate_given"
	}
	return "done.mandate_refused"
}

func (s *Site) groupPartners(c *Call) error {
	g, err := s.memberOf(c)
	if err != nil {
		return err
	}
	return s.showGroupPartners(c, g, c.Blank())
}

func (s *Site) showGroupPartners(c *Call, g market.Group, form view.Form) error {
	address := ""
	owner := c.Viewer.Roles[g.ID] == market.Owner
	if owner {
		address = c.Caller.Person.Address
	}
	all, err := s.Store.MandatesFor(c.Ctx, g.ID, address)
	if err != nil {
		return err
	}
	ids := make([]market.ID, len(all))
	for i, m := range all {
		ids[i] = m.PartnerID
	}
	partners, err := s.Store.Partners(c.Ctx, ids)
	if err != nil {
		return err
	}
	p := view.GroupPartnersPage{Page: c.PageOf(c.T("mandate.group_heading", "Name", g.Name)), Form: form, ID: string(g.ID), Name: g.Name}
	for _, m := range all {
		one := partners[m.PartnerID]
		line := view.MandateLine{Path: groupPath(g.ID) + "/partners/" + string(m.ID), Partner: one.Name, Site: one.Site, Purpose: paragraphs(one.Purpose),
			Words: c.mandateWords(one, g.Name), Says: c.mandateSays(m), Once: c.Blank().Once}
		if owner {
			line.CanYes = m.State == market.MandateAsked || m.State == market.MandateRefused && c.Now.Before(m.LapsesAt)
			line.CanNo, line.CanWithdraw = m.State == market.MandateAsked, m.State == market.MandateGiven
		}
		p.Lines = append(p.Lines, line)
	}
	return c.Show(form, view.GroupPartners(p))
}

// mandateSays is how a mandate stands, and since when.
func (c *Call) mandateSays(m market.Mandate) string {
	at := m.AskedAt
	switch {
	case m.EndedAt != nil:
		at = *m.EndedAt
	case m.AnsweredAt != nil:
		at = *m.AnsweredAt
	}
	return c.T("mandate.state_"+string(m.State), "Date", wording.LongDate(c.Lang, at.In(c.Zone())))
}

func (s *Site) decideMandate(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	id, err := c.Param("mandate")
	if err != nil {
		return err
	}
	var f mandateForm
	if err := c.Form(&f); err != nil {
		return err
	}
	done := "done.mandate_withdrawn"
	switch f.Answer {
	case "withdraw":
		err = s.Partners.Withdraw(c.Ctx, c.Viewer, g.ID, id, c.Now)
	case "yes", "no":
		done = mandateDone(f.Answer == "yes")
		err = s.decideAsked(c, g, id, f.Answer == "yes")
	default:
		err = market.Refuse("answer", "choice")
	}
	if again, ok := c.Again(err); ok {
		return s.showGroupPartners(c, g, again)
	}
	return c.moved(groupPath(g.ID)+"/partners", err, done)
}

func (s *Site) decideAsked(c *Call, g market.Group, id market.ID, yes bool) error {
	m, err := s.Store.Mandate(c.Ctx, id)
	if err != nil {
		return err
	}
	one, err := s.Store.Partner(c.Ctx, m.PartnerID)
	if err == nil {
		_, err = s.Partners.AnswerAsOwner(c.Ctx, c.Viewer, g.ID, id, partner.Reply{Yes: yes, Words: c.mandateWords(one, g.Name)}, c.Now)
	}
	return err
}
