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
	page.AWeek = c.perWeek(p)
	if kind := market.LetterKind(c.Gin.Param("kind")); kind != "" {
		if !kind.Optional() {
			return market.ErrNotFound
		}
		page.Stop, page.StopText = string(kind), c.T("mails.kind_"+string(kind))
		page.Stopped = slices.Contains(stopped, kind)
	}
	return c.Show(form, view.Mails(page))
}

// perWeek are the choices of how many mails of proposals a person gets; another number that was set stays as it is.
func (c *Call) perWeek(p market.Person) []view.Option {
	now := ""
	if p.MailsAWeek != nil {
		now = strconv.Itoa(*p.MailsAWeek)
	}
	var options []view.Option
	for _, n := range []string{"", "1", "0"} {
		options = append(options, view.Option{Value: n, Label: c.T("mails.a_week_" + or(n, "usual")), On: n == now})
	}
	return options
}

type mailsForm struct {
	Kinds  []string `form:"kinds"`
	Digest string   `form:"digest"`
	AWeek  string   `form:"a_week"`
}

func (f mailsForm) wishes() (market.MailWishes, error) {
	w, e := market.MailWishes{Digest: market.Rhythm(f.Digest)}, &market.Invalid{}
	for _, k := range f.Kinds {
		w.Kinds = append(w.Kinds, market.LetterKind(k))
	}
	if f.AWeek != "" {
		n := number(e, "a_week", f.AWeek)
		w.MailsAWeek = &n
	}
	return w, e.OrNil()
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
