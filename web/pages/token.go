package pages

import (
	"errors"
	"strconv"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerTokens is for a person about the programs that act for them. Making one twice with one form makes one; ending
// one that has ended changes nothing.
func (s *Site) registerTokens() {
	s.get("/account/tokens", s.tokens)
	s.post("/account/tokens", s.makeToken)
	s.post("/account/tokens/:id/end", s.endToken)
}

type tokenForm struct {
	Name   string   `form:"name"`
	Scopes []string `form:"scopes"`
	Days   string   `form:"days"`
}

// usualToken is what the form begins with: a program that reads, for a season.
var usualToken = tokenForm{Scopes: []string{string(market.MayRead)}, Days: "90"}

func (s *Site) tokens(c *Call) error { return s.showTokens(c, usualToken, c.Blank(), "") }

func (s *Site) showTokens(c *Call, f tokenForm, form view.Form, fresh string) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	all, err := s.Accounts.Tokens(c.Ctx, v, c.Now)
	if err != nil {
		return err
	}
	page := view.TokensPage{Page: c.Page("tokens.heading"), Form: form, Name: f.Name, Fresh: fresh, Docs: "/developers", Prove: c.proveFirst(),
		Scopes: view.Options(c.Ctx, "token_scope", texts(market.Scopes), f.Scopes...)}
	for _, days := range market.TokenDays {
		value := strconv.Itoa(days)
		page.Days = append(page.Days, view.Option{Value: value, Label: c.T("tokens.days", "Count", days), On: value == f.Days})
	}
	for _, t := range all {
		page.Tokens = append(page.Tokens, c.tokenLine(t))
	}
	return c.Show(form, view.Tokens(page))
}

func (c *Call) tokenLine(t market.Token) view.Token {
	line := view.Token{ID: string(t.ID), Name: t.Name, Once: c.Blank().Once, Seen: c.T("tokens.unused"),
		Until: c.T("tokens.until", "Date", wording.LongDate(c.Lang, t.ExpiresAt.In(c.Zone())))}
	if t.SeenAt != nil {
		line.Seen = c.T("worded.seen", "When", c.When(*t.SeenAt))
	}
	for _, scope := range t.Scopes {
		line.May = commaJoin(line.May, c.T("token_scope."+string(scope)))
	}
	return line
}

// makeToken answers with the page itself, not with a redirect: the token is shown this once and kept nowhere.
func (s *Site) makeToken(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f tokenForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if _, err := c.Proved(); err != nil {
		return err
	}
	var scopes []market.Scope
	for _, scope := range f.Scopes {
		scopes = append(scopes, market.Scope(scope))
	}
	days, _ := strconv.Atoi(f.Days) // what is no number is no choice either
	_, text, err := s.Accounts.MakeToken(c.Ctx, v, f.Name, scopes, days, c.Once, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showTokens(c, f, again, "")
	}
	if errors.Is(err, market.ErrRepeated) {
		return c.Done("/account/tokens", "note.token_once")
	}
	if err != nil {
		return err
	}
	return s.showTokens(c, usualToken, c.Blank(), text)
}

func (s *Site) endToken(c *Call) error {
	v, id, err := c.Pressed()
	if err != nil {
		return err
	}
	if err := s.Accounts.EndToken(c.Ctx, v, id, c.Now); err != nil && !errors.Is(err, market.ErrNotFound) {
		return err
	}
	return c.Done("/account/tokens", "done.token_ended")
}
