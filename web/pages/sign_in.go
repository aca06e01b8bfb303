package pages

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// The two cookies of signing in: the session, and the secret of the browser that asked for a link.
const (
	sessionCookie = "wh"
	askedCookie   = "asked"
	askedLasts    = time.Hour // longer than a link, so that a second link reaches the same browser
)

// registerSignIn is for anybody. Asking again mails another link, within limits. A link and a code work once: a repeat
// says that they are gone.
func (s *Site) registerSignIn() {
	s.get("/sign-in", s.signIn)
	s.post("/sign-in", s.askLink)
	s.get("/sign-in/sent", s.linkSent)
	s.post("/sign-in/code", s.typeCode)
	s.get("/sign-in/:token", s.openLink)
	s.post("/sign-in/:token", s.useLink)
	s.post("/sign-out", s.signOut)
	s.get("/account/name", s.name)
	s.post("/account/name", s.setName)
}

type signInForm struct {
	Email string `form:"email"`
	Next  string `form:"next"`
}

func (s *Site) signIn(c *Call) error {
	f := signInForm{Next: account.LocalPath(c.Gin.Query("next"))}
	if c.Viewer.SignedIn() && (!c.Gin.Request.URL.Query().Has("again") || c.Caller.Session.Proves(c.Now)) {
		return c.Done(f.Next, "")
	}
	f.Email = c.Caller.Person.Address                                           // of who shows once more that it is they
	s.cookies.Set(c.Gin.Writer, askedCookie, s.browser(c).String(), askedLasts) // before the form is sent: twice is alike
	return s.showSignIn(c, f, c.Blank())
}

func (s *Site) showSignIn(c *Call, f signInForm, form view.Form) error {
	p := view.SignInPage{Page: c.Page("signin.heading"), Form: form, Email: f.Email, Next: f.Next}
	if s.Accounts.HasPasskeys() {
		p.OncePasskey = c.Blank().Once
	}
	return c.Show(form, view.SignIn(p))
}

// askLink answers alike whether or not anybody has the address.
func (s *Site) askLink(c *Call) error {
	var f signInForm
	if err := c.Form(&f); err != nil {
		return err
	}
	address, err := market.NormalAddress(f.Email)
	if again, ok := c.Again(err, "address", "email"); ok {
		return s.showSignIn(c, f, again)
	}
	if err := s.limitSignIn(c, address); err != nil {
		return err
	}
	browser := s.browser(c)
	err = s.Accounts.AskLink(c.Ctx, address, browser, device(c), f.Next, c.Once, c.Now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return err
	}
	s.cookies.Set(c.Gin.Writer, askedCookie, browser.String(), askedLasts)
	return c.Done("/sign-in/sent", "")
}

// limitSignIn bounds the mails to one address, and those asked for from one network.
func (s *Site) limitSignIn(c *Call, address string) error {
	hour := s.Config.SignInsPerHour
	network := httpx.Network(c.Gin.ClientIP())
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "sign_in_network", Hour: 5 * hour}, network); err != nil {
		return err
	}
	return s.Limits.Allow(c.Ctx, httpx.Rule{Name: "sign_in", Hour: hour}, address)
}

// browser is this browser's secret: the one it has, so that both of two links work, or a fresh one.
func (s *Site) browser(c *Call) account.Secret {
	if secret := s.asked(c); secret != nil {
		return secret
	}
	return account.NewSecret()
}

// asked is the secret of a browser that asked for a link; nil when it did not.
func (s *Site) asked(c *Call) account.Secret {
	secret, err := account.ParseSecret(s.cookies.Read(c.Gin.Request, askedCookie))
	if err != nil {
		return nil
	}
	return secret
}

func device(c *Call) string { return httpx.Device(c.Gin.GetHeader("User-Agent")) }

func (s *Site) linkSent(c *Call) error {
	return s.showSent(c, "", c.Blank())
}

func (s *Site) showSent(c *Call, code string, form view.Form) error {
	asked, err := s.Accounts.AskedBy(c.Ctx, s.asked(c), c.Now)
	if gone(err) {
		return c.Done("/sign-in", "")
	}
	if err != nil {
		return err
	}
	page := view.SignInSentPage{Page: c.Page("signin.sent"), Form: form, Email: asked.Address, Code: code}
	if asked.Left < market.CodeTries {
		page.Left = asked.Left
	}
	return c.Show(form, view.SignInSent(page))
}

// gone says the same of what never was, was used, and is too old.
func gone(err error) bool {
	return errors.Is(err, market.ErrGone) || errors.Is(err, market.ErrNotFound)
}

type codeForm struct {
	Code string `form:"code"`
}

func (s *Site) typeCode(c *Call) error {
	var f codeForm
	if err := c.Form(&f); err != nil {
		return err
	}
	entered, err := s.Accounts.TypeCode(c.Ctx, s.asked(c), f.Code, device(c), c.Now)
	if errors.Is(err, market.ErrWrongCode) {
		again, _ := c.Again(market.Refuse("code", "wrong_code"))
		return s.showSent(c, f.Code, again)
	}
	return s.enter(c, entered, err)
}

// openLink shows a button, or a code in any other browser. It changes nothing: mail scanners follow links.
func (s *Site) openLink(c *Call) error {
	link, err := account.ParseSecret(c.Gin.Param("token"))
	if err != nil {
		return s.showGone(c)
	}
	opened, err := s.Accounts.OpenLink(c.Ctx, link, s.asked(c), c.Now)
	if gone(err) {
		return s.showGone(c)
	}
	if err != nil {
		return err
	}
	if !opened.SameBrowser {
		return c.Render(http.StatusOK, view.SignInOther(view.SignInOtherPage{Page: c.Page("signin.elsewhere_asked"),
			Code: opened.Code[:3] + " " + opened.Code[3:], Device: wording.Device(c.Lang, opened.Device), Asked: c.When(opened.AskedAt)}))
	}
	return c.Render(http.StatusOK, view.SignInLink(view.SignInLinkPage{Page: c.Page("signin.link"), Form: c.Blank(),
		Action: "/sign-in/" + link.String(), Email: opened.Address}))
}

func (s *Site) showGone(c *Call) error {
	return c.Render(http.StatusGone, view.SignInGone(view.SignInGonePage{Page: c.Page("signin.gone")}))
}

func (s *Site) useLink(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	link, err := account.ParseSecret(c.Gin.Param("token"))
	if err != nil {
		return s.showGone(c)
	}
	entered, err := s.Accounts.UseLink(c.Ctx, link, s.asked(c), device(c), c.Now)
	if errors.Is(err, market.ErrWrongBrowser) {
		return c.Done("/sign-in/"+link.String(), "") // which shows the code
	}
	return s.enter(c, entered, err)
}

// enter begins a session: a fresh token, never the one this browser had. The first time, the person's name is asked.
func (s *Site) enter(c *Call, e account.Entered, err error) error {
	if gone(err) {
		return s.showGone(c)
	}
	if err != nil {
		return err
	}
	if c.Viewer.SignedIn() {
		if err := s.endSession(c, c.Caller.Session.ID); err != nil {
			return err
		}
	}
	s.cookies.Set(c.Gin.Writer, sessionCookie, e.Token.String(), s.Config.SessionMax)
	s.cookies.Clear(c.Gin.Writer, askedCookie)
	if e.Person.Name == "" {
		return c.Done("/account/name?next="+url.QueryEscape(e.Next), "")
	}
	return c.Done(e.Next, "done.signed_in")
}

func (s *Site) signOut(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if c.Viewer.SignedIn() {
		if err := s.endSession(c, c.Caller.Session.ID); err != nil {
			return err
		}
	}
	s.dropUnsent(c, "")
	s.cookies.Clear(c.Gin.Writer, sessionCookie)
	c.Gin.Writer.Header().Set("Clear-Site-Data", `"storage"`) // what was being written without a network is the next one's no more
	return c.Done("/", "done.signed_out")
}

type nameForm struct {
	Name string `form:"name"`
	Next string `form:"next"`
}

func (s *Site) name(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	return s.showName(c, nameForm{Name: c.Caller.Person.Name, Next: account.LocalPath(c.Gin.Query("next"))}, c.Blank())
}

func (s *Site) showName(c *Call, f nameForm, form view.Form) error {
	return c.Show(form, view.Name(view.NamePage{Page: c.Page("name.heading"), Form: form, Name: f.Name, Next: f.Next}))
}

// languages are the choices there are, each in its own words; none when there is nothing to choose.
func languages(chosen string) []view.Option {
	var all []view.Option
	for _, tag := range wording.Languages() {
		all = append(all, view.Option{Value: tag, Label: wording.NameOf(tag), Lang: tag, On: tag == chosen})
	}
	if len(all) == 1 {
		return nil
	}
	return all
}

func (s *Site) setName(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f nameForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = s.Accounts.SetName(c.Ctx, v, f.Name, c.Lang, c.Now) // the language that they read this in, until they choose another
	if again, ok := c.Again(err); ok {
		return s.showName(c, f, again)
	}
	if err != nil {
		return err
	}
	return c.Done(account.LocalPath(f.Next), "done.named")
}
