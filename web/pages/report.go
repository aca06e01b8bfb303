package pages

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// registerReports is for anybody, signed out too. Sending one form twice keeps one report.
func (s *Site) registerReports() {
	s.get("/report", s.newReport)
	s.post("/report", s.report)
	s.get("/report/thanks", s.reportThanks)
}

type reportForm struct {
	About  string `form:"about"` // "listing:<id>", "photo:<id>", "group:<id>", "network:<id>", "message:<id>"
	Link   string `form:"link"`  // the token of the letter's link by which a conversation is read, signed out
	Reason string `form:"reason"`
	Text   string `form:"text"`
	Email  string `form:"email"`
}

func (s *Site) newReport(c *Call) error {
	return s.showReport(c, reportForm{About: c.Gin.Query("about"), Link: c.Gin.Query("link")}, c.Blank())
}

func (s *Site) showReport(c *Call, f reportForm, form view.Form) error {
	v, err := s.reporter(c, f)
	if err != nil {
		return err
	}
	about, err := s.aboutText(c, v, f.About)
	if err != nil {
		return err
	}
	return c.Show(form, view.Report(view.ReportPage{Page: c.Page("report.heading"), Form: form, About: f.About, Link: f.Link,
		AboutText: about, Reasons: view.Options(c.Ctx, "report_reason", market.ReportReasons, f.Reason), Text: f.Text,
		Email: f.Email, SignedOut: !v.SignedIn()}))
}

// reporter is whoever is signed in, or whom the link of a letter names to whoever reads that conversation by it.
func (s *Site) reporter(c *Call, f reportForm) (market.Viewer, error) {
	subject, id, err := subjectOf(f.About)
	if err != nil || subject != "message" || f.Link == "" || c.Viewer.SignedIn() {
		return c.Viewer, err
	}
	in, v, err := s.byLink(c, f.Link)
	if err != nil {
		return c.Viewer, err
	}
	m, err := s.Store.MessageFor(c.Ctx, v, id)
	if err == nil && m.IntroductionID != in.ID {
		err = market.ErrNotFound
	}
	return v, err
}

// aboutText is the title of what is reported; what the viewer may not see cannot be reported either.
func (s *Site) aboutText(c *Call, v market.Viewer, about string) (string, error) {
	subject, id, err := subjectOf(about)
	if err != nil {
		return "", err
	}
	if subject == "listing" {
		e, err := s.Store.EntryFor(c.Ctx, v, id, c.Now)
		if errors.Is(err, market.ErrGone) { // closed since it was seen, which takes nothing back
			return c.T("report.about_closed"), nil
		}
		c.quotes(e.Listing)
		return e.Listing.Title, err
	}
	if subject == "photo" {
		_, e, err := s.Store.PhotoFor(c.Ctx, v, id, c.Now)
		if errors.Is(err, market.ErrGone) {
			return c.T("report.about_closed"), nil
		}
		c.quotes(e.Listing)
		return c.T("photo.of", "Title", e.Listing.Title), err
	}
	if subject == "message" {
		m, err := s.Store.MessageFor(c.Ctx, v, id)
		return c.T("report.about_message", "When", c.When(m.CreatedAt)), err
	}
	if subject == "network" {
		n, err := s.Store.NetworkShown(c.Ctx, v, id)
		return n.Name, err
	}
	g, err := s.Store.GroupFor(c.Ctx, v, id)
	return g.NameFor(v), err
}

func subjectOf(about string) (subject string, id market.ID, err error) {
	subject, text, _ := strings.Cut(about, ":")
	if !slices.Contains([]string{"listing", "photo", "group", "network", "message"}, subject) {
		return "", "", market.ErrNotFound
	}
	id, err = market.ParseID(text)
	return subject, id, err
}

// reportsPerHour from one network: enough for an angry evening, too few to bury the queue.
const reportsPerHour = 20

func (s *Site) report(c *Call) error {
	var f reportForm
	if err := c.Form(&f); err != nil {
		return err
	}
	subject, id, err := subjectOf(f.About)
	if err != nil {
		return err
	}
	v, err := s.reporter(c, f)
	if err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "report", Hour: reportsPerHour}, httpx.Network(c.Gin.ClientIP())); err != nil {
		return err
	}
	r := market.Report{Subject: subject, SubjectID: id, Reason: f.Reason, Words: f.Text, Address: f.Email}
	err = s.Accounts.Report(c.Ctx, v, r, s.quiet(c, or(string(v.Person), f.Email)), c.Once, c.Now)
	if again, ok := c.Again(err, "words", "text", "address", "email"); ok {
		return s.showReport(c, f, again)
	}
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return err
	}
	back := "/" + subject + "s/" + string(id)
	switch subject {
	case "network":
		n, err := s.Store.NetworkShown(c.Ctx, v, id)
		if err != nil {
			return err
		}
		back = networkPath(n)
	case "message":
		back = "/introductions"
		if !c.Viewer.SignedIn() {
			back = "/i/" + f.Link
		}
	case "photo":
		back = "/photos/" + string(id) + "/large.jpg"
	}
	return c.Done("/report/thanks?back="+back, "")
}

// acknowledgedPerHour to one address or person: nobody is buried in our mails by reports that others send in their name.
const acknowledgedPerHour = 3

// quiet reports whether so many reports were acknowledged to the same reader, a person's id or an address, lately that this
// one is only kept.
func (s *Site) quiet(c *Call, reader string) bool {
	return s.Limits.Allow(c.Ctx, httpx.Rule{Name: "report_letter", Hour: acknowledgedPerHour}, strings.ToLower(reader)) != nil
}

func (s *Site) reportThanks(c *Call) error {
	back := account.LocalPath(c.Gin.Query("back"))
	return c.Render(http.StatusOK, view.ReportThanks(view.ReportThanksPage{Page: c.Page("report.thanks"), Back: back}))
}
