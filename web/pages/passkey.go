package pages

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerPasskeys is for a person about their own, and for anybody who signs in by one. A challenge is JSON for the page's
// own script, within limits; an answer to one counts once, and a repeat says that it was done before.
func (s *Site) registerPasskeys() {
	s.get("/account/passkeys", s.passkeys)
	s.post("/account/passkeys", s.addPasskey)
	s.post("/account/passkeys/challenge", s.challengeNew)
	s.post("/account/passkeys/:id/remove", s.removePasskey)
	s.post("/sign-in/passkey", s.usePasskey)
	s.post("/sign-in/passkey/challenge", s.challengeKnown)
}

type passkeyForm struct {
	Name      string `form:"name"`
	Challenge string `form:"challenge"`
	Answer    string `form:"answer"`
	Next      string `form:"next"`
}

func (s *Site) passkeys(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	return s.showPasskeys(c, passkeyForm{}, c.Blank())
}

func (s *Site) showPasskeys(c *Call, f passkeyForm, form view.Form) error {
	all, err := s.Accounts.Passkeys(c.Ctx, c.Viewer)
	if err != nil {
		return err
	}
	p := view.PasskeysPage{Page: c.Page("passkeys.heading"), Form: form, Here: s.Accounts.HasPasskeys(), Name: f.Name, Prove: c.proveFirst()}
	for _, k := range all {
		line := view.Passkey{ID: string(k.ID), Name: k.Name, Once: c.Blank().Once, Seen: c.T("passkeys.unused"),
			Since: c.T("passkeys.since", "Date", wording.Date(c.Lang, k.CreatedAt.In(c.Zone())))}
		if k.SeenAt != nil {
			line.Seen = c.T("worded.seen", "When", c.When(*k.SeenAt))
		}
		if k.DoubtedAt != nil {
			line.Doubted = c.T("passkeys.doubted", "When", c.When(*k.DoubtedAt))
		}
		p.Passkeys = append(p.Passkeys, line)
	}
	return c.Show(form, view.Passkeys(p))
}

func (s *Site) addPasskey(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f passkeyForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if _, err := c.Proved(); err != nil {
		return err
	}
	err = s.Accounts.AddPasskey(c.Ctx, v, f.Name, f.Challenge, f.Answer, c.Now)
	if again, ok := c.Again(ended(err)); ok {
		return s.showPasskeys(c, f, again)
	}
	if err != nil {
		return err
	}
	return c.Done("/account/passkeys", "done.passkey_added")
}

// ended says of a question that was answered or ran out what to do next.
func ended(err error) error {
	if errors.Is(err, market.ErrGone) {
		return market.Refuse("passkey", "passkey_gone")
	}
	return err
}

func (s *Site) removePasskey(c *Call) error {
	v, id, err := c.Pressed()
	if err != nil {
		return err
	}
	err = s.Accounts.RemovePasskey(c.Ctx, v, id, c.Now)
	if errors.Is(err, market.ErrNotFound) { // a double click
		return c.Done("/account/passkeys", "")
	}
	if err != nil {
		return err
	}
	return c.Done("/account/passkeys", "done.passkey_removed")
}

// passkeysPerHour bounds the questions put to one network: each leaves a row for some minutes.
const passkeysPerHour = 20 // times SIGN_INS_PER_HOUR

func (s *Site) challengeNew(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	return s.challenge(c, func(now time.Time) (account.PasskeyAsk, error) {
		if _, err := c.Proved(); err != nil {
			return account.PasskeyAsk{}, err
		}
		return s.Accounts.NewPasskey(c.Ctx, v, now)
	})
}

func (s *Site) challengeKnown(c *Call) error {
	return s.challenge(c, func(now time.Time) (account.PasskeyAsk, error) {
		return s.Accounts.AskPasskey(c.Ctx, s.browser(c), now)
	})
}

func (s *Site) challenge(c *Call, ask func(time.Time) (account.PasskeyAsk, error)) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	rule := httpx.Rule{Name: "passkey", Hour: passkeysPerHour * s.Config.SignInsPerHour}
	if err := s.Limits.Allow(c.Ctx, rule, httpx.Network(c.Gin.ClientIP())); err != nil {
		return err
	}
	asked, err := ask(c.Now)
	if err != nil {
		return err
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	c.Gin.Writer.Header().Set("Cache-Control", "no-store")
	httpx.Write(c.Gin, http.StatusOK, "application/json", text)
	return nil
}

func (s *Site) usePasskey(c *Call) error {
	var f passkeyForm
	if err := c.Form(&f); err != nil {
		return err
	}
	entered, err := s.Accounts.UsePasskey(c.Ctx, s.asked(c), f.Challenge, f.Answer, device(c), f.Next, c.Now)
	if again, ok := c.Again(ended(err)); ok {
		return s.showSignIn(c, signInForm{Next: account.LocalPath(f.Next)}, again)
	}
	return s.enter(c, entered, err)
}
