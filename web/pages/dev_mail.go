package pages

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"wherewithal/mail"
	"wherewithal/mail/catcher"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// registerDevMail is for whoever tries the program on their own machine. Its pages exist only when nobody else can
// reach them; each request's Host is asked again, so that no other site's name can be pointed here.
func (s *Site) registerDevMail() {
	if s.Mails == nil || !s.Config.DevPages() {
		return
	}
	s.get("/dev/mail", s.onlyHere(s.devMails))
	s.get("/dev/mail/templates", s.onlyHere(s.devTemplates))
	s.get("/dev/mail/templates/:kind/:form", s.onlyHere(s.devTemplate))
	s.get("/dev/mail/:id", s.onlyHere(s.devMail))
	s.get("/dev/mail/:id/html", s.onlyHere(s.devMailHTML))
}

func (s *Site) onlyHere(h func(*Call) error) func(*Call) error {
	return func(c *Call) error {
		if !s.dev(c.Gin.Request) {
			return market.ErrNotFound
		}
		return h(c)
	}
}

func (s *Site) devMails(c *Call) error {
	page := view.DevMailsPage{Page: c.Page("dev.mails")}
	for _, m := range s.Mails.Mails() {
		page.Mails = append(page.Mails, view.DevMailLine{Href: fmt.Sprintf("/dev/mail/%d", m.Seq), Subject: m.Subject,
			To: m.To, At: c.When(m.At)})
	}
	return c.Render(http.StatusOK, view.DevMails(page))
}

// caught is the mail whose number stands in the path.
func (s *Site) caught(c *Call) (catcher.Mail, error) {
	seq, err := strconv.ParseInt(c.Gin.Param("id"), 10, 64)
	if err != nil {
		return catcher.Mail{}, market.ErrNotFound
	}
	m, ok := s.Mails.Mail(seq)
	if !ok {
		return m, market.ErrNotFound
	}
	return m, nil
}

func (s *Site) devMail(c *Call) error {
	m, err := s.caught(c)
	if err != nil {
		return err
	}
	page := view.DevMailPage{Page: c.PageOf(m.Subject), Subject: m.Subject, Text: runs(m.Text)}
	for _, row := range [][2]string{{"from", m.From}, {"to", m.To}, {"date", c.When(m.At)}} {
		page.Headers = append(page.Headers, view.Row{Term: c.T("row." + row[0]), Value: row[1]})
	}
	if m.HTML != "" {
		page.HTMLHref = fmt.Sprintf("/dev/mail/%d/html", m.Seq)
	}
	return c.Render(http.StatusOK, view.DevMail(page))
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

// runs cuts a text at its links.
func runs(text string) []view.Run {
	var out []view.Run
	from := 0
	for _, at := range webAddress.FindAllStringIndex(text, -1) {
		if at[0] > from {
			out = append(out, view.Run{Text: text[from:at[0]]})
		}
		out = append(out, view.Run{Text: text[at[0]:at[1]], Href: text[at[0]:at[1]]})
		from = at[1]
	}
	if from < len(text) {
		out = append(out, view.Run{Text: text[from:]})
	}
	return out
}

func (s *Site) devMailHTML(c *Call) error {
	m, err := s.caught(c)
	if err != nil {
		return err
	}
	return c.mailHTML(m.HTML)
}

// mailHTML shows a mail's own HTML, which carries its styles inline as mails do: in a sandbox that runs nothing, loads
// nothing and knows nothing of this site, with links that open beside it.
func (c *Call) mailHTML(html string) error {
	c.Gin.Header("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	c.Gin.Header("Cache-Control", "no-store")
	httpx.Write(c.Gin, http.StatusOK, "text/html; charset=utf-8", []byte(html))
	return nil
}

func (s *Site) devTemplates(c *Call) error {
	page := view.DevTemplatesPage{Page: c.Page("dev.templates")}
	for _, sample := range mail.Samples() {
		at := "/dev/mail/templates/" + sample.Kind
		page.Templates = append(page.Templates, view.DevTemplate{Kind: sample.Kind, Subject: sample.Rendered.Subject,
			TextHref: at + "/text", HTMLHref: at + "/html"})
	}
	return c.Render(http.StatusOK, view.DevTemplates(page))
}

func (s *Site) devTemplate(c *Call) error {
	for _, sample := range mail.Samples() {
		if sample.Kind != c.Gin.Param("kind") {
			continue
		}
		switch c.Gin.Param("form") {
		case "html":
			return c.mailHTML(sample.Rendered.HTML)
		case "text":
			c.Gin.Header("Cache-Control", "no-store")
			httpx.Write(c.Gin, http.StatusOK, "text/plain; charset=utf-8", []byte(sample.Rendered.Text))
			return nil
		}
	}
	return market.ErrNotFound
}
