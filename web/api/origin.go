package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// What pages of other sites may send, and read of an answer beside what they always may.
const (
	mayAsk  = "GET, POST, PUT, DELETE"
	maySend = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
	mayHear = "Deprecation, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset"
)

// registerOrigins is for browsers on pages of partners, which ask before they send a key. Which key it will be they do not
// say: any partner's that named the page's site will do here, and the key itself is held to its own partner's sites.
func (a *API) registerOrigins() {
	a.engine.Use(func(g *gin.Context) {
		if g.Request.Method != http.MethodOptions || !strings.HasPrefix(g.Request.URL.Path, Prefix+"/") {
			return
		}
		g.Abort()
		if err := a.preflight(g); err != nil {
			a.engine.Fail(g, err)
		}
	})
}

func (a *API) preflight(g *gin.Context) error {
	origin, ctx := g.GetHeader("Origin"), g.Request.Context()
	if err := a.Limits.Allow(ctx, httpx.Rule{Name: "api-public", Hour: a.Config.APIPublicPerHour}, httpx.Network(g.ClientIP())); err != nil {
		return err
	}
	h := g.Writer.Header()
	h.Set("Vary", "Origin")
	h.Set("Cache-Control", "no-store")
	if market.Origin(origin) {
		known, err := a.Store.OriginKnown(ctx, origin)
		if err != nil {
			return err
		}
		if known {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Methods", mayAsk)
			h.Set("Access-Control-Allow-Headers", maySend)
			h.Set("Access-Control-Max-Age", "600")
		}
	}
	g.Status(http.StatusNoContent)
	g.Writer.WriteHeaderNow()
	return nil
}

// fromOrigin lets the page that sent a key read the answer, where its site is one of the partner's; else it is refused. What
// comes from no page has no origin.
func fromOrigin(g *gin.Context, own []string) error {
	origin := g.GetHeader("Origin")
	if origin == "" {
		return nil
	}
	if !slices.Contains(own, origin) {
		return httpx.ErrOriginKey
	}
	h := g.Writer.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", mayHear)
	return nil
}
