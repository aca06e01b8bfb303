package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerAccount is for a person about themselves. Saving the same again changes nothing; asking for another address again
// mails another link, within limits, and voids the one before. The links of those mails are for anybody who has one: looking
// changes nothing, and pressing twice says that it was done.
func (s *Site) registerAccount() {
	s.get("/account", s.account)
	s.post("/account", s.setAbout)
	s.post("/account/address", s.askAddress)
	s.get("/address/:token", s.newAddress)
	s.post("/address/:token", s.confirmAddress)
	s.get("/account/erase", s.erasing)
	s.post("/account/erase", s.askErasure)
	s.get("/erase/:token", s.eraseLink)
	s.post("/erase/:token", s.erase)
	s.get("/account/data", s.data)
	s.post("/account/data", s.askExport)
	s.get("/account/data/:id", s.export)
	s.get("/not-me/:token", s.notMe)
	s.post("/not-me/:token", s.disown)
}

type aboutForm struct {
	Name     string `form:"name"`
	Language string `form:"language"`
	Zone     string `form:"zone"`
	Address  string `form:"address"` // of the other form on the page
}

func (s *Site) account(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	return s.showAccount(c, aboutForm{Name: c.Caller.Person.Name, Zone: c.Caller.Person.Zone}, c.Blank())
}

func (s *Site) showAccount(c *Call, f aboutForm, form view.Form) error {
	p := view.AccountPage{Page: c.Page("account.heading"), Form: form, Name: f.Name, Languages: languages(c.Lang), Zones: c.zones(f.Zone),
		Now: c.T("account.address_now", "Email", c.Caller.Person.Address), Address: f.Address, OnceAddress: c.Blank().Once,
		More: []view.AccountLink{
			{Link: view.Link{Href: "/account/mails", Text: c.T("mails.heading")}, About: c.T("account.mails_about")},
			{Link: view.Link{Href: "/account/searches", Text: c.T("searches.heading")}, About: c.T("searches.account_about")},
			{Link: view.Link{Href: "/account/sessions", Text: c.T("sessions.heading")}, About: c.T("account.sessions_about")},
			{Link: view.Link{Href: "/account/passkeys", Text: c.T("passkeys.heading")}, About: c.T("account.passkeys_about")},
			{Link: view.Link{Href: "/account/tokens", Text: c.T("tokens.heading")}, About: c.T("account.tokens_about")},
			{Link: view.Link{Href: "/account/calendar", Text: c.T("site.calendar")}, About: c.T("account.calendar_about")},
			{Link: view.Link{Href: "/account/data", Text: c.T("data.heading")}, About: c.T("account.data_about")},
			{Link: view.Link{Href: "/blocks", Text: c.T("site.blocks")}, About: c.T("account.blocks_about")},
			{Link: view.Link{Href: "/account/erase", Text: c.T("erase.heading")}, About: c.T("account.erase_about")}}}
	waits, err := s.Accounts.AddressWaiting(c.Ctx, c.Viewer, c.Now)
	switch {
	case err == nil:
		p.Waits = c.T("account.address_waits", "Email", waits.Address, "When", c.When(waits.CreatedAt),
			"Until", wording.DateTime(c.Lang, waits.ExpiresAt.In(c.Zone())))
	case !errors.Is(err, market.ErrNotFound):
		return err
	}
	return c.Show(form, view.Account(p))
}

// zones are the choices there are, each by a place in it; a zone that is none of them stays the person's.
func (c *Call) zones(chosen string) (all []view.Option) {
	names := market.Zones
	if chosen != "" && !slices.Contains(names, chosen) {
		names = append([]string{chosen}, names...)
	}
	for _, z := range names {
		all = append(all, view.Option{Value: z, Label: c.zoneSaid(z), On: z == chosen})
	}
	return all
}

// zoneSaid is a time zone in words; one that nobody can choose is called as the IANA names it.
func (c *Call) zoneSaid(zone string) string {
	if key := "zone." + strings.ToLower(strings.ReplaceAll(zone, "/", "_")); wording.Has(key) {
		return c.T(key)
	}
	return zone
}

func (s *Site) setAbout(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f aboutForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = s.Accounts.SetAbout(c.Ctx, v, f.Name, wording.Best(f.Language, c.Lang), f.Zone, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showAccount(c, f, again)
	}
	if err != nil {
		return err
	}
	return c.Done("/account", "done.account_saved")
}

const (
	changesPerHour   = 5 // of one person's address
	newAddressesADay = 3 // mails to one address, whoever asks
)

func (s *Site) askAddress(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	f := aboutForm{Name: c.Caller.Person.Name, Zone: c.Caller.Person.Zone}
	var asked struct {
		Address string `form:"address"`
	}
	if err := c.Form(&asked); err != nil {
		return err
	}
	f.Address = asked.Address
	if _, err := c.Proved(); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "change_address", Hour: changesPerHour}, string(v.Person)); err != nil {
		return err
	}
	may := func(address string) error {
		return s.Limits.Allow(c.Ctx, httpx.Rule{Name: "new_address", Day: newAddressesADay}, address)
	}
	err = s.Accounts.AskAddress(c.Ctx, v, f.Address, may, c.Once, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showAccount(c, f, again)
	}
	if err != nil {
		return err
	}
	return c.Done("/account", "done.address_asked")
}

// newAddress shows the button to whoever asked, and to nobody else which address it is about.
func (s *Site) newAddress(c *Call) error {
	change, err := s.Accounts.ByAddressLink(c.Ctx, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) {
		return c.linkGone("address", "/account")
	}
	if err != nil {
		return err
	}
	return s.showNewAddress(c, change, c.Blank())
}

func (s *Site) showNewAddress(c *Call, change market.AddressChange, form view.Form) error {
	path := c.Gin.Request.URL.Path
	p := view.NewAddressPage{Page: c.Page("address.heading"), Form: form, Path: path}
	switch {
	case !c.Viewer.SignedIn():
		p.SignIn = "/sign-in?" + url.Values{"next": {path}}.Encode()
	case c.Viewer.Person == change.PersonID:
		p.Says = c.T("address.about", "Address", change.Address)
	}
	return c.Show(form, view.NewAddress(p))
}

// linkGone says of what a link was about that it is no more, and leads on.
func (c *Call) linkGone(about, to string) error {
	return c.Render(http.StatusGone, view.LinkGone(view.LinkGonePage{Page: c.Page(about + ".gone_heading"), Text: c.T(about + ".gone"),
		Next: view.Link{Href: to, Text: c.T(about + ".gone_button")}}))
}

func (s *Site) confirmAddress(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	token := c.Gin.Param("token")
	err := s.Accounts.ConfirmAddress(c.Ctx, c.Viewer, c.Caller.Session.ID, token, c.Now)
	if again, ok := c.Again(err); ok {
		change, err := s.Accounts.ByAddressLink(c.Ctx, token, c.Now)
		if err != nil {
			return err
		}
		return s.showNewAddress(c, change, again)
	}
	if errors.Is(err, market.ErrGone) || errors.Is(err, market.ErrForbidden) || errors.Is(err, market.ErrSignedOut) {
		return c.Done(c.Gin.Request.URL.Path, "") // which says why
	}
	if err != nil {
		return err
	}
	return c.Done("/account", "done.address_changed")
}

func (s *Site) notMe(c *Call) error {
	change, err := s.Accounts.ByDisownLink(c.Ctx, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) {
		return c.linkGone("not_me", "/complaints")
	}
	if err != nil {
		return err
	}
	says := c.T("not_me.waits")
	if change.Outcome == market.AddressConfirmed {
		says = c.T("not_me.made")
	}
	return c.Render(http.StatusOK, view.NotMe(view.NotMePage{Page: c.Page("not_me.heading"), Says: says, Path: c.Gin.Request.URL.Path, Once: c.Blank().Once}))
}

func (s *Site) disown(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	err := s.Accounts.Disown(c.Ctx, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) {
		return c.Done(c.Gin.Request.URL.Path, "") // which says so
	}
	if err != nil {
		return err
	}
	s.cookies.Clear(c.Gin.Writer, sessionCookie)
	return c.Done("/sign-in", "done.disowned")
}
