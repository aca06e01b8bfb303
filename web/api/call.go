package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

// The ways to say who asks, as the document names them.
const (
	tokenScheme = "token"
	keyScheme   = "key"
)

// call is one request with what every operation asks of it.
type call struct {
	ctx    context.Context
	url    *url.URL  // as it was asked for
	now    time.Time // business time, read once
	lang   string
	person market.Person  // zero without a token
	key    partner.Bearer // zero without a key
	viewer market.Viewer  // market.Public without either
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	c.ctx = ctx
	return c
}

// caller finds out for whom a program acts, and whether its token or key and its allowance reach so far.
func (a *API) caller(ctx huma.Context, next func(huma.Context)) {
	c := &call{ctx: ctx.Context(), url: humagin.Unwrap(ctx).Request.URL, now: a.Clock(), lang: wording.Default}
	announce(humagin.Unwrap(ctx).Writer.Header(), ctx.Operation())
	err := a.admit(ctx, c)
	if err == nil {
		err = fits(humagin.Unwrap(ctx).Request, ctx.Operation())
	}
	if err != nil {
		g := humagin.Unwrap(ctx)
		if httpx.ProblemOf(err).Status == http.StatusUnauthorized {
			g.Header("WWW-Authenticate", `Bearer realm="wherewithal"`)
		}
		a.engine.Fail(g, err)
		return
	}
	if ctx.Operation().BodyReadTimeout == uploadWithin {
		httpx.TakeTime(humagin.Unwrap(ctx))
	}
	do := func() {
		next(huma.WithValue(ctx, callKey{}, c))
		announce(humagin.Unwrap(ctx).Writer.Header(), ctx.Operation()) // an answer to GET is still held, and may have set a Link of its own
	}
	switch {
	case ctx.Operation().Metadata[lengthy] != nil:
		keeping(humagin.Unwrap(ctx).Writer.Header(), c.keep())
		do()
	case ctx.Method() == http.MethodGet:
		conditionally(humagin.Unwrap(ctx), c.keep(), do)
	default:
		do()
	}
	a.counted(c, humagin.Unwrap(ctx).Writer.Status())
}

// keep says how long an answer may be kept. What a key sees is asked about each time, for it may have ended; what one person
// sees is kept by nobody.
func (c *call) keep() string {
	switch {
	case c.person.ID != "":
		return "no-store"
	case c.key.Key.ID != "":
		return "private, no-cache"
	}
	return "public, max-age=60"
}

func (a *API) admit(ctx huma.Context, c *call) error {
	g, op := humagin.Unwrap(ctx), ctx.Operation()
	sent := g.Request.Header.Values("Authorization")
	err := said(g.Request.URL.Query())
	if len(sent) == 0 && !open(op) && !errors.Is(err, httpx.ErrKeyInURL) { // who asks comes before what: but whoever put a key into the address is told
		return market.ErrSignedOut
	}
	if err != nil {
		return err
	}
	if err := saysKey(g.Request, op); err != nil {
		return err
	}
	if err := negotiate(g.Request, op); err != nil {
		return err
	}
	if len(sent) == 0 {
		return a.Limits.Allow(c.ctx, httpx.Rule{Name: "api-public", Hour: a.Config.APIPublicPerHour}, httpx.Network(g.ClientIP()))
	}
	scheme, text, _ := strings.Cut(sent[0], " ")
	if len(sent) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return market.ErrSignedOut
	}
	if text = strings.TrimSpace(text); partner.IsKey(text) {
		return a.admitKey(g, op, c, text)
	}
	return a.admitToken(g, op, c, text)
}

func (a *API) admitToken(g *gin.Context, op *huma.Operation, c *call, text string) error {
	b, err := a.Accounts.WhoBears(c.ctx, text, c.now)
	if err != nil {
		return a.guessed(c, err, g.ClientIP())
	}
	c.person, c.viewer = b.Person, b.Viewer
	telemetry.Add(c.ctx, "person", b.Person.ID)
	telemetry.Add(c.ctx, "token", b.Token.ID)
	g.Header("Cache-Control", "no-store")
	if err := a.Limits.Allow(c.ctx, httpx.Rule{Name: "api", Hour: a.Config.APIPerHour}, string(b.Person.ID)); err != nil {
		return err
	}
	if scope, fits := needed(op, tokenScheme); !fits || scope != "" && !b.Token.May(scope) {
		return market.ErrForbidden
	}
	return nil
}

// admitKey lets a partner's key in. Its limits are its partner's: more keys are no more requests.
func (a *API) admitKey(g *gin.Context, op *huma.Operation, c *call, text string) error {
	b, err := a.Partners.WhoBears(c.ctx, text, c.now)
	if err != nil {
		return a.guessed(c, err, g.ClientIP())
	}
	c.key, c.viewer = b, b.Viewer
	telemetry.Add(c.ctx, "partner", b.Partner.ID)
	telemetry.Add(c.ctx, "key", b.Key.ID)
	if err := fromOrigin(g, b.Partner.Origins); err != nil {
		return err
	}
	if err := a.limitKey(g, c); err != nil {
		a.counted(c, httpx.ProblemOf(err).Status)
		return err
	}
	if scope, fits := needed(op, keyScheme); !fits || !b.May(scope) {
		return market.ErrForbidden
	}
	return nil
}

// fits refuses a body that says itself that it is too large, or of a type that is none, before any of it is waited for.
func fits(r *http.Request, op *huma.Operation) error {
	if op.RequestBody == nil {
		return nil
	}
	if r.ContentLength > op.MaxBodyBytes {
		return httpx.ErrTooBig
	}
	sent := r.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(sent); kind == "" && sent != "" {
		return httpx.ErrMediaType
	}
	return nil
}

// inQuery and inHeader mark the faults of parameters, inBody those whose place in the body is told with them.
const (
	inQuery  = "query:"
	inHeader = "header:"
	inBody   = "body:"
)

// keyNames are what programs call a key in an address.
var keyNames = []string{"key", "api_key", "apikey", "token", "access_token", "authorization"}

// said refuses a parameter without a value: whoever filters by nothing in particular would get everything. Words to look
// for may be none. A secret is refused wherever in the parameters it stands.
func said(query url.Values) error {
	e := &market.Invalid{}
	for name, values := range query {
		if slices.Contains(keyNames, strings.ToLower(name)) || slices.ContainsFunc(append(values, name), secret) {
			return httpx.ErrKeyInURL
		}
		if name != "q" && slices.Contains(values, "") {
			e.Add(inQuery+name, "parameter_empty")
		}
	}
	return e.OrNil()
}

// saysKey refuses an Idempotency-Key that says nothing where one may be sent: whoever sends it counts on not creating twice.
func saysKey(r *http.Request, op *huma.Operation) error {
	const name = "Idempotency-Key"
	takes := slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == name })
	if !takes || !slices.Contains(r.Header.Values(name), "") {
		return nil
	}
	return market.Refuse(inHeader+name, "parameter_empty")
}

// secret reports whether a text is one of ours, right or wrong.
func secret(text string) bool { return partner.IsKey(text) || account.IsToken(text) }

// guessed counts a token or key that fits nobody against the network it came from.
func (a *API) guessed(c *call, err error, ip string) error {
	if httpx.ProblemOf(err).Status != http.StatusUnauthorized {
		return err
	}
	if limited := a.Limits.Allow(c.ctx, httpx.Rule{Name: "api-public", Hour: a.Config.APIPublicPerHour}, httpx.Network(ip)); limited != nil {
		return limited
	}
	return err
}

// open reports whether an operation is for everybody.
func open(op *huma.Operation) bool {
	return slices.ContainsFunc(op.Security, func(choice map[string][]string) bool { return len(choice) == 0 })
}

// needed is the scope that an operation wants of those who come one way, and whether it is for them at all. What is open to
// everybody wants no scope of a token.
func needed(op *huma.Operation, scheme string) (scope market.Scope, fits bool) {
	for _, choice := range op.Security {
		scopes, ok := choice[scheme]
		if !ok {
			continue
		}
		if scheme == tokenScheme && open(op) {
			return "", true
		}
		return market.Scope(scopes[0]), true
	}
	return "", false
}
