package house

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"wherewithal/frontend"
	"wherewithal/queue"
	"wherewithal/telemetry"
	"wherewithal/web/api"
	"wherewithal/web/httpx"
	"wherewithal/web/pages"
)

// drain is how long requests at hand may take when the program stops; the rest of the grace is for jobs.
const drain = 8 * time.Second

// SiteParts serve the pages. The listener is opened here, so that a port in use is told before anything else starts.
func (h *House) SiteParts(ctx context.Context) ([]telemetry.Part, error) {
	handler, err := h.site()
	if err != nil {
		return nil, err
	}
	l, err := Listen(h.Config.HTTPAddr, "HTTP_ADDR")
	if err != nil {
		return nil, err
	}
	return []telemetry.Part{telemetry.Serve("site", httpx.Server(h.Config.HTTPAddr, handler), l, drain)}, nil
}

func (h *House) site() (http.Handler, error) {
	assets, err := frontend.Entry("src/main.ts")
	if err != nil {
		return nil, err
	}
	engine, err := httpx.New(httpx.Options{TrustedProxies: h.Config.TrustedProxies, HTTPS: h.Config.Secure(),
		TileOrigin: pages.TileOrigin(h.Config), Log: h.Log, Metrics: h.Metrics})
	if err != nil {
		return nil, err
	}
	limits := httpx.NewLimiter(h.Redis, []byte(h.Config.TokenSecret))
	site := pages.New(pages.Options{Config: h.Config, Clock: h.Clock.Now, Store: h.Store, Accounts: h.Accounts,
		Listings: h.Listings, Introductions: h.Introductions, Conversations: h.Conversations, Networks: h.Networks, Safety: h.Safety, Alerts: h.Alerts, Partners: h.Partners, Queues: h.queues(), Crew: h.crew(), Preview: h.Pool, Search: h.Find, Places: h.Places,
		Limits: limits, Assets: assets, Metrics: h.Metrics,
		Mails: h.Mails, Ready: h.Ready})
	site.Register(engine)
	api.New(api.Options{Config: h.Config, Clock: h.Clock.Now, Store: h.Store, Accounts: h.Accounts, Partners: h.Partners, Listings: h.Listings, Alerts: h.Alerts,
		Introductions: h.Introductions, Preview: h.Pool, Search: h.Find, Limits: limits, Metrics: h.Metrics}).Register(engine)
	return engine, nil
}

// Listen opens a port, or says in one sentence what to do.
func Listen(addr, variable string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: stop what uses it, or set %s to another address (%w)", addr, variable, err)
	}
	return l, nil
}

// AdminParts serve metrics and profiles to operators.
func (h *House) AdminParts() ([]telemetry.Part, error) {
	if h.Config.AdminAddr == "off" {
		return nil, nil
	}
	l, err := Listen(h.Config.AdminAddr, "ADMIN_ADDR")
	if err != nil {
		return nil, err
	}
	srv := telemetry.Admin(h.Config.AdminAddr, h.Metrics.Registry, h.Ready)
	return []telemetry.Part{telemetry.Serve("admin", srv, l, time.Second)}, nil
}

// PoolPart keeps this process's copy of the engine's index.
func (h *House) PoolPart() telemetry.Part { return telemetry.Part{Name: "pool", Run: h.Pool.Run} }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// queues looks into Redis, where there is one.
func (h *House) queues() func(context.Context) ([]queue.Queue, error) {
	if h.Redis == nil {
		return nil
	}
	return func(ctx context.Context) ([]queue.Queue, error) { return queue.Inspect(ctx, h.Redis) }
}

// crew looks who works behind the site, where there is a Redis by which they say so.
func (h *House) crew() func(context.Context) (queue.Crew, error) {
	if h.Redis == nil {
		return nil
	}
	return func(ctx context.Context) (queue.Crew, error) { return queue.Muster(ctx, h.Redis, h.Store.Pool()) }
}
