// Package httpx is what both doors share: the engine with its limits, headers and log, the table from the market's
// errors to HTTP, forms, cookies and rate limits.
//
// It promises that no input makes a 5xx, that a panic costs one answer and no more, that each request gives one wide
// line of ids (never a query, an address or a cookie), and that a visitor's address is used as a keyed hash only. It
// knows nothing of pages, of JSON or of use cases.
package httpx

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"wherewithal/telemetry"
)

// Options of New.
type Options struct {
	TrustedProxies []string           // addresses or networks whose X-Forwarded-For is believed; none: nobody's
	HTTPS          bool               // people reach us over https: send Strict-Transport-Security
	TileOrigin     string             // "https://tiles.example": where map pictures may come from; "" for nowhere
	Log            *slog.Logger       // nil: slog.Default()
	Metrics        *telemetry.Metrics // nil: none
}

// Engine is the router that both doors register on. Register first, serve then.
type Engine struct {
	*gin.Engine
	doors   []door
	roomy   map[string]span // by route: how large a body may be that is no plain form
	lengthy map[string]bool // by route: its answer is written as it is read
	uploads *room
}

// Say answers a request that cannot be served.
type Say func(c *gin.Context, p Problem)

type door struct {
	prefix string
	say    Say
}

// Limits on what comes in. A form of ours has under 100 fields; a description has 4,000 characters.
const (
	MaxBody   = 1 << 20 // bytes
	MaxHeader = 32 << 10
	MaxFields = 300
	MaxWithin = 15 * time.Second // for a whole request: well over the slowest honest one
)

// New makes the engine. An unreadable proxy address is an error.
func New(o Options) (*Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := &Engine{Engine: gin.New(), roomy: map[string]span{}, lengthy: map[string]bool{}, uploads: newRoom()}
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	e.UseRawPath = false
	if err := e.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	e.Use(e.observe(o.Log, o.Metrics), headers(o.HTTPS, o.TileOrigin), e.bounded)
	e.NoRoute(func(c *gin.Context) { e.Fail(c, errNoRoute) })
	e.NoMethod(func(c *gin.Context) { e.Fail(c, errNoMethod) })
	return e, nil
}

// Door says who words the problems of the paths with a prefix, and of the prefix itself without the slash at its end: the longest
// that fits counts.
func (e *Engine) Door(prefix string, say Say) { e.doors = append(e.doors, door{prefix, say}) }

// Fail ends the request with what err means, in the words of its door. Causes go to the log.
func (e *Engine) Fail(c *gin.Context, err error) {
	p := ProblemOf(err)
	if p.Status >= http.StatusInternalServerError {
		telemetry.Fail(c.Request.Context(), err)
	} else {
		telemetry.Add(c.Request.Context(), "refused", p.Kind)
	}
	c.Abort()
	if c.Writer.Written() {
		return
	}
	p.Headers(c.Writer.Header())
	if say := e.doorOf(c.Request.URL.Path); say != nil {
		say(c, p)
		return
	}
	http.Error(c.Writer, http.StatusText(p.Status), p.Status)
}

func (e *Engine) doorOf(path string) (say Say) {
	longest := -1
	for _, d := range e.doors {
		if (strings.HasPrefix(path, d.prefix) || path+"/" == d.prefix) && len(d.prefix) > longest {
			longest, say = len(d.prefix), d.say
		}
	}
	return say
}

// Server serves a handler with time-outs: a slow or silent browser does not hold a connection for ever.
func Server(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    MaxHeader,
	}
}
