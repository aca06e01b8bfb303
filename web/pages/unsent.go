package pages

import (
	"errors"
	"maps"
	"net/http"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// unsentCookie is the secret of a browser whose form waits until its writer has signed in and has a group.
const unsentCookie = "unsent"

// Forms that wait are kept for people we do not know yet: how many in an hour from one network, a library's say, and
// from all.
const (
	unsentPerHour    = 60
	allUnsentPerHour = 5000
)

// leadOn keeps the form as it is and leads whoever has no account or no group there. What cannot be kept is shown again
// with a sentence: nothing that was typed is lost.
func (p *poster) leadOn(to, note string) error {
	err := p.s.keepUnsent(p)
	if again, ok := p.c.Again(err); ok {
		return p.c.Show(again, view.Post(p.page(again, true)))
	}
	if err != nil {
		return err
	}
	return p.c.Done(to, note)
}

func (s *Site) keepUnsent(p *poster) error {
	c := p.c
	for _, ask := range []struct {
		rule httpx.Rule
		who  string
	}{{httpx.Rule{Name: "unsent", Hour: unsentPerHour}, httpx.Network(c.Gin.ClientIP())},
		{httpx.Rule{Name: "unsent_all", Hour: allUnsentPerHour}, ""}} {
		err := s.Limits.Allow(c.Ctx, ask.rule, ask.who)
		if errors.Is(err, market.ErrTooMany) {
			return market.Refuse("", "unsent_often")
		}
		if err != nil {
			return err
		}
	}
	secret := s.unsentSecret(c)
	if secret == nil {
		secret = account.NewSecret()
	}
	fields := maps.Clone(p.f)
	delete(fields, "once")
	if err := s.Accounts.KeepUnsent(c.Ctx, secret, p.side, fields, c.Now); err != nil {
		return err
	}
	s.cookies.Set(c.Gin.Writer, unsentCookie, secret.String(), market.UnsentLasts)
	return nil
}

// unsentSecret is the secret of a browser that a form waits for; nil when none does.
func (s *Site) unsentSecret(c *Call) account.Secret {
	secret, err := account.ParseSecret(s.cookies.Read(c.Gin.Request, unsentCookie))
	if err != nil {
		return nil
	}
	return secret
}

// unsent is the form that waits for this browser; nil when none does. It is a help: what cannot be read is no fault.
func (s *Site) unsent(c *Call, side market.Side) httpx.Form {
	secret := s.unsentSecret(c)
	if secret == nil {
		return nil
	}
	fields, err := s.Accounts.Unsent(c.Ctx, secret, side, c.Now)
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		telemetry.Fail(c.Ctx, err)
	}
	return fields
}

// waits is the side whose form waits for this browser, the newer need first; "" when none does.
func (s *Site) waits(c *Call) market.Side {
	for _, side := range []market.Side{market.Need, market.Offer} {
		if s.unsent(c, side) != nil {
			return side
		}
	}
	return ""
}

// dropUnsent forgets the form of a side once it is posted or given up, of both when side is "".
func (s *Site) dropUnsent(c *Call, side market.Side) {
	secret := s.unsentSecret(c)
	if secret == nil {
		return
	}
	telemetry.Fail(c.Ctx, s.Accounts.DropUnsent(c.Ctx, secret, side))
	if side == "" || s.waits(c) == "" {
		s.cookies.Clear(c.Gin.Writer, unsentCookie)
	}
}

// dropWaiting forgets the form that waits for this browser, where it is the one that is posted or kept now: another is its writer's still.
func (p *poster) dropWaiting() {
	if waits := p.s.unsent(p.c, p.side).String("draft"); waits == "" || waits == p.f.String("draft") {
		p.s.dropUnsent(p.c, p.side)
	}
}

// startAfresh forgets what waits of a side. Repeating it changes nothing.
func (s *Site) startAfresh(c *Call, side market.Side) error {
	var none struct{}
	if err := c.Form(&none); err != nil {
		return err
	}
	s.dropUnsent(c, side)
	return c.Done(postPath(side), "")
}

// showUnsent is the form with what waited.
func (s *Site) showUnsent(c *Call, side market.Side, fields httpx.Form) error {
	page := s.reopened(c, side, fields)
	page.Waited = c.Blank().Once
	return c.Render(http.StatusOK, view.Post(page))
}

// reopened is a form that was kept, read as if it had just been sent.
func (s *Site) reopened(c *Call, side market.Side, fields httpx.Form) view.PostPage {
	p := s.newPoster(c, side, fields)
	if fields.String("title") == "" {
		p.read()
	}
	p.preview()
	return p.page(c.Blank(), true)
}
