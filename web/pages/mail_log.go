package pages

import (
	"strconv"

	"wherewithal/market"
	"wherewithal/safety"
	"wherewithal/store"
	"wherewithal/web/pages/view"
)

// registerMailLog is for operators. Everybody else finds nothing here.
func (s *Site) registerMailLog() {
	s.get("/operator/mails", s.mailLog)
	s.post("/operator/mails/again", s.sendAllAgain)
	s.post("/operator/mails/:letter/again", s.sendAgain)
}

// mailsShown is how many mails a page of the log holds.
const mailsShown = 50

func (s *Site) mailLog(c *Call) error { return s.showMailLog(c, c.Blank()) }

func (s *Site) showMailLog(c *Call, form view.Form) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	state := market.LetterState(c.Gin.Query("state"))
	part := store.MailPage{State: state, Limit: mailsShown + 1}
	if q := c.Gin.Request.URL.Query(); q.Get("after") != "" {
		if part.At, part.After, err = behind(q); err != nil {
			return err
		}
	}
	log, err := s.Store.MailLog(c.Ctx, v, part, c.Now)
	if err != nil {
		return err
	}
	p := view.MailLogPage{Page: c.Page("mail_log.heading"), Form: form, Within: c.againWithin(), Empty: view.Empty{Title: c.T("mail_log.empty"), Text: c.T("mail_log.empty_text")}}
	for _, one := range append([]market.LetterState{""}, market.LetterStates...) {
		link := view.Link{Href: "/operator/mails?state=" + string(one), Text: c.T("mail_log.state_" + or(string(one), "any"))}
		if one == state {
			link.Href = ""
		}
		p.States = append(p.States, link)
	}
	if len(log) > mailsShown {
		log = log[:mailsShown]
		older := behindIt(log[mailsShown-1].CreatedAt, log[mailsShown-1].ID)
		older.Set("state", string(state))
		p.Older = "/operator/mails?" + older.Encode()
	}
	for _, l := range log {
		p.Lines = append(p.Lines, c.mailLogLine(l))
	}
	return c.Show(form, view.MailLog(p))
}

// againWithin are the stretches to choose from.
func (c *Call) againWithin() (all []view.Option) {
	for _, hours := range safety.AgainWithin {
		all = append(all, view.Option{Value: strconv.Itoa(hours), Label: c.T("mail_log.within_hours", "Count", hours)})
	}
	return all
}

// failedMails is where what was sent again stood.
const failedMails = "/operator/mails?state=" + string(market.Failed)

func (s *Site) sendAgain(c *Call) error {
	if err := c.onlyOperators(); err != nil {
		return err
	}
	id, err := c.Param("letter")
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved(failedMails, s.Safety.SendAgain(c.Ctx, c.Viewer, id, c.Now), "done.mail_again")
}

func (s *Site) sendAllAgain(c *Call) error {
	if err := c.onlyOperators(); err != nil {
		return err
	}
	var f struct {
		Within string `form:"within"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	hours, _ := strconv.Atoi(f.Within) // none of the stretches, where it is no number
	n, left, err := s.Safety.SendAllAgain(c.Ctx, c.Viewer, hours, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showMailLog(c, again)
	}
	switch {
	case n == 0:
		return c.moved(failedMails, err, "note.no_mails_again")
	case left > 0:
		return c.moved(failedMails, err, numbered("done.mails_again_left", n, left))
	}
	return c.moved(failedMails, err, numbered("done.mails_again", n, 0))
}

func (c *Call) mailLogLine(l market.LoggedLetter) view.MailLogLine {
	line := view.MailLogLine{Kind: c.T("mail_log.kind." + string(l.Kind)), To: l.To, State: c.T("mail_log.state_" + string(l.State)), When: c.When(l.CreatedAt),
		More: c.T("mail_log.tries", "Count", l.Tries)}
	if l.Again {
		line.Again, line.Once = "/operator/mails/"+string(l.ID)+"/again", c.Blank().Once
		if l.Fault == market.UnsureFault {
			line.Warning = c.T("mail_log.again_unsure")
		}
	}
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
