package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

const tokenScheme = "token"

// call is one request with what every operation asks of it.
type call struct {
	ctx    context.Context
	now    time.Time // business time, read once
	lang   string
	person market.Person // zero without a token
	viewer market.Viewer // market.Public without a token
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	c.ctx = ctx
	return c
}

// caller finds out for whom a program acts, and whether its token and its allowance reach so far.
func (a *API) caller(ctx huma.Context, next func(huma.Context)) {
	c := &call{ctx: ctx.Context(), now: a.Clock(), lang: wording.Default}
	if err := a.admit(ctx, c); err != nil {
		g := humagin.Unwrap(ctx)
		if httpx.ProblemOf(err).Status == http.StatusUnauthorized {
			g.Header("WWW-Authenticate", `Bearer realm="wherewithal"`)
		}
		a.engine.Fail(g, err)
		return
	}
	next(huma.WithValue(ctx, callKey{}, c))
}

func (a *API) admit(ctx huma.Context, c *call) error {
	g := humagin.Unwrap(ctx)
	if err := said(g.Request.URL.Query()); err != nil {
		return err
	}
	sent := g.Request.Header.Values("Authorization")
	if len(sent) == 0 {
		if needed(ctx.Operation()) != "" {
			return market.ErrSignedOut
		}
		return a.Limits.Allow(c.ctx, httpx.Rule{Name: "api-public", Hour: a.Config.APIPublicPerHour}, httpx.Network(g.ClientIP()))
	}
	scheme, text, _ := strings.Cut(sent[0], " ")
	if len(sent) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return market.ErrSignedOut
	}
	b, err := a.Accounts.WhoBears(c.ctx, strings.TrimSpace(text), c.now)
	if err != nil {
		return a.guessed(c, err, g.ClientIP())
	}
	c.person, c.viewer = b.Person, b.Viewer
	telemetry.Add(c.ctx, "person", b.Person.ID)
	telemetry.Add(c.ctx, "token", b.Token.ID)
	g.Header("Cache-Control", "no-store") // what one person may see is kept by nobody between
	if err := a.Limits.Allow(c.ctx, httpx.Rule{Name: "api", Hour: a.Config.APIPerHour}, string(b.Person.ID)); err != nil {
		return err
	}
	if scope := needed(ctx.Operation()); scope != "" && !b.Token.May(scope) {
		return market.ErrForbidden
	}
	return nil
}

// inQuery marks the faults of parameters, inBody those whose place in the body is told with them.
const (
	inQuery = "query:"
	inBody  = "body:"
)

// said refuses a parameter without a value: whoever filters by nothing in particular would get everything. Words to look
// for may be none.
func said(query url.Values) error {
	e := &market.Invalid{}
	for name, values := range query {
		if name != "q" && slices.Contains(values, "") {
			e.Add(inQuery+name, "parameter_empty")
		}
	}
	return e.OrNil()
}

// guessed counts a token that fits nobody against the network it came from.
func (a *API) guessed(c *call, err error, ip string) error {
	if httpx.ProblemOf(err).Status != http.StatusUnauthorized {
		return err
	}
	if limited := a.Limits.Allow(c.ctx, httpx.Rule{Name: "api-public", Hour: a.Config.APIPublicPerHour}, httpx.Network(ip)); limited != nil {
		return limited
	}
	return err
}

// needed is the scope without which an operation is refused; "" when it is open to all.
func needed(op *huma.Operation) market.Scope {
	for _, choice := range op.Security {
		if len(choice) == 0 {
			return ""
		}
	}
	for _, choice := range op.Security {
		for _, scope := range choice[tokenScheme] {
			return market.Scope(scope)
		}
	}
	return ""
}
