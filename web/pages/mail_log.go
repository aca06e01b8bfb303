package pages

import (
	"net/http"
	"net/url"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// registerMailLog is for operators. Everybody else finds nothing here.
func (s *Site) registerMailLog() { s.get("/operator/mails", s.mailLog) }

// mailsShown is how many mails a page of the log holds.
const mailsShown = 50

func (s *Site) mailLog(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	state := market.LetterState(c.Gin.Query("state"))
	after, err := market.ParseID(c.Gin.Query("after"))
	if c.Gin.Query("after") != "" && err != nil {
		return err
	}
	log, err := s.Store.MailLog(c.Ctx, v, state, after, mailsShown+1)
	if err != nil {
		return err
	}
	p := view.MailLogPage{Page: c.Page("mail_log.heading"), Empty: view.Empty{Title: c.T("mail_log.empty"), Text: c.T("mail_log.empty_text")}}
	for _, one := range append([]market.LetterState{""}, market.LetterStates...) {
		link := view.Link{Href: "/operator/mails?state=" + string(one), Text: c.T("mail_log.state_" + or(string(one), "any"))}
		if one == state {
			link.Href = ""
		}
		p.States = append(p.States, link)
	}
	if len(log) > mailsShown {
		log = log[:mailsShown]
		p.Older = "/operator/mails?" + url.Values{"state": {string(state)}, "after": {string(log[mailsShown-1].ID)}}.Encode()
	}
	for _, l := range log {
		p.Lines = append(p.Lines, c.mailLogLine(l))
	}
	return c.Render(http.StatusOK, view.MailLog(p))
}

func (c *Call) mailLogLine(l market.LoggedLetter) view.MailLogLine {
	line := view.MailLogLine{Kind: c.T("mail_log.kind." + string(l.Kind)), To: l.To, State: c.T("mail_log.state_" + string(l.State)), When: c.When(l.CreatedAt),
		More: c.T("mail_log.tries", "Count", l.Tries)}
	if l.Fault != "" {
		line.More += " · " + c.T("mail_log.fault."+l.Fault)
	}
	if l.Answer != "" {
		line.More += " · " + c.T("mail_log.answer_"+answerClass(l.Answer), "Answer", l.Answer)
	}
	return line
}

// answerClass is what a code of a mail server comes to, by its first digit (RFC 5321, 4.2.1; RFC 3463, 2).
func answerClass(code string) string {
	switch code[0] {
	case '2', '4', '5':
		return code[:1]
	}
	return "other"
}
