package pages

import (
	"net/http"
	"slices"
	"strconv"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// registerMails is for a person about the mails they get: signed in, or signed out by the link that stands in each of
// them. Saying the same again changes nothing.
func (s *Site) registerMails() {
	for _, at := range []string{"/account/mails", "/mails/:token"} {
		s.get(at, s.mails)
		s.post(at, s.chooseMails)
		s.post(at+"/try", s.tryAddress)
	}
	s.get("/mails/:token/stop/:kind", s.mails)
	// Mail programs and their servers post here by themselves (RFC 8058): without cookies, from anywhere.
	s.engine.POST("/mails/:token/stop/:kind", s.handle(s.stopMail))
}

// mailsOf is whose mails these are, and the path under which they are looked at.
func (s *Site) mailsOf(c *Call) (market.Person, string, error) {
	token := c.Gin.Param("token")
	if token == "" {
		v, err := c.SignedIn()
		if err != nil {
			return market.Person{}, "", err
		}
		p, err := s.Store.Person(c.Ctx, v.Person)
		return p, "/account/mails", err
	}
	id, err := account.MailLinks{Secret: []byte(s.Config.TokenSecret)}.Read(token)
	if err != nil {
		return market.Person{}, "", err
	}
	p, err := s.Store.Person(c.Ctx, id)
	if err == nil && p.ErasedAt != nil {
		err = market.ErrNotFound
	}
	return p, "/mails/" + token, err
}

func (s *Site) mails(c *Call) error {
	p, base, err := s.mailsOf(c)
	if err != nil {
		return err
	}
	return s.showMails(c, p, base, c.Blank())
}

func (s *Site) showMails(c *Call, p market.Person, base string, form view.Form) error {
	stopped, err := s.Store.StoppedMails(c.Ctx, p.ID)
	if err != nil {
		return err
	}
	page := view.MailsPage{Page: c.Page("mails.heading"), Form: form, Base: base, Bounced: p.Bounced, OnceTry: c.Blank().Once, OnceStop: c.Blank().Once}
	for _, k := range market.OptionalKinds {
		page.Kinds = append(page.Kinds, view.Option{Value: string(k), Label: c.T("mails.kind_" + string(k)), Hint: c.T("mails.hint_" + string(k)),
			On: !slices.Contains(stopped, k)})
	}
	page.Digest = view.Options(c.Ctx, "mails", []string{"digest_" + string(market.WeeklyDigest), "digest_" + string(market.DailyDigest)}, "digest_"+string(p.DigestRhythm()))
	for i := range page.Digest {
		page.Digest[i].Value = string(market.Rhythms[i])
	}
	page.Caps = s.lowered(c, "mails", p.Lowered)
	if kind := market.LetterKind(c.Gin.Param("kind")); kind != "" {
		if !kind.Optional() {
			return market.ErrNotFound
		}
		page.Stop, page.StopText = string(kind), c.T("mails.kind_"+string(kind))
		page.Stopped = slices.Contains(stopped, kind)
	}
	return c.Show(form, view.Mails(page))
}

// lowered are the questions by which caps are lowered, in the words of a page. How many a day is asked only where the house lets
// several through, for none a day is none a week, or where somebody chose fewer when it did.
func (s *Site) lowered(c *Call, page string, l market.Lowered) []view.Cap {
	house := s.Accounts.Caps.OrUsual()
	var caps []view.Cap
	ask := func(field string, most, least int, now *int) {
		lowered := now != nil && *now < most
		if !lowered && (most <= least || field == "a_day" && most == 1) {
			return
		}
		caps = append(caps, view.Cap{Name: field, Label: c.T(page + "." + field), Hint: c.T(page+"."+field+"_hint", "Day", house.MailsADay),
			Options: c.lower("cap."+field, most, least, now)})
	}
	ask("a_week", house.MailsAWeek, 0, l.MailsAWeek)
	ask("a_day", house.MailsADay, 0, l.MailsADay)
	ask("requests", house.OpenRequests, 1, l.OpenRequests)
	return caps
}

// mostCapChoices below what is usual: the lowest, for who lowers a cap means it. A number between that was chosen while the house
// let fewer through is offered too, so that it is kept.
const mostCapChoices = 5

// lower are the numbers below a cap of the house. What was chosen while the house let more through is what is usual now.
func (c *Call) lower(key string, most, least int, now *int) []view.Option {
	usual := now == nil || *now >= most
	options := []view.Option{{Value: "", Label: c.T(key+"_usual", "Count", most), On: usual}}
	for n := most - 1; n >= least; n-- {
		on := !usual && *now == n
		if n-least < mostCapChoices || on {
			label := c.T(key, "Count", n)
			if n == 0 {
				label = c.T(key + "_none")
			}
			options = append(options, view.Option{Value: strconv.Itoa(n), Label: label, On: on})
		}
	}
	return options
}

type mailsForm struct {
	Kinds    []string `form:"kinds"`
	Digest   string   `form:"digest"`
	ADay     string   `form:"a_day"`
	AWeek    string   `form:"a_week"`
	Requests string   `form:"requests"`
}

func (f mailsForm) caps() capsForm { return capsForm{f.ADay, f.AWeek, f.Requests} }

// capsForm are caps as a form has them; empty: as the house has it.
type capsForm struct{ aDay, aWeek, requests string }

func (f capsForm) into(e *market.Invalid, l *market.Lowered) {
	for _, one := range []struct {
		field, text string
		to          **int
	}{{"a_day", f.aDay, &l.MailsADay}, {"a_week", f.aWeek, &l.MailsAWeek}, {"requests", f.requests, &l.OpenRequests}} {
		*one.to = nil
		if one.text != "" {
			n := number(e, one.field, one.text)
			*one.to = &n
		}
	}
}

func (f mailsForm) wishes() (market.MailWishes, error) {
	w, e := market.MailWishes{Digest: market.Rhythm(f.Digest)}, &market.Invalid{}
	for _, k := range f.Kinds {
		w.Kinds = append(w.Kinds, market.LetterKind(k))
	}
	f.caps().into(e, &w.Lowered)
	return w, e.OrNil()
}

func capsOf(l market.Lowered) capsForm {
	text := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	return capsForm{text(l.MailsADay), text(l.MailsAWeek), text(l.OpenRequests)}
}

func (s *Site) chooseMails(c *Call) error {
	p, base, err := s.mailsOf(c)
	if err != nil {
		return err
	}
	var f mailsForm
	if err := c.Form(&f); err != nil {
		return err
	}
	wishes, err := f.wishes()
	if err == nil {
		err = s.Accounts.ChooseMails(c.Ctx, p.ID, wishes, c.Now)
	}
	if form, ok := c.Again(err); ok {
		return s.showMails(c, p, base, form)
	}
	if err != nil {
		return err
	}
	return c.Done(base, "done.mails_chosen")
}

// stopMail answers a mail program with a plain 200, and a person with the page.
func (s *Site) stopMail(c *Call) error {
	p, base, err := s.mailsOf(c)
	if err != nil {
		return err
	}
	f, unread := httpx.ReadForm(c.Gin) // what a mail program sends along does not matter
	if err := s.Accounts.StopMail(c.Ctx, p.ID, market.LetterKind(c.Gin.Param("kind")), c.Now); err != nil {
		return err
	}
	if unread == nil && f.Has("once") {
		return c.Done(base, "done.mails_stopped")
	}
	httpx.Write(c.Gin, http.StatusOK, "text/plain; charset=utf-8", []byte(c.T("flash.done.mails_stopped")+"\n"))
	return nil
}

// triesPerHour of one person, for an address from which mail came back: each costs our name with mail servers a little.
const triesPerHour = 2

func (s *Site) tryAddress(c *Call) error {
	p, base, err := s.mailsOf(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "try_address", Hour: triesPerHour}, string(p.ID)); err != nil {
		return err
	}
	if err := s.Accounts.TryAddress(c.Ctx, p.ID, c.Now); err != nil {
		return err
	}
	return c.Done(base, "done.mails_tried")
}
