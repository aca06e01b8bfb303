package httpx

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"wherewithal/telemetry"
)

type requestKey struct{}

// RequestID names the request in the log, so that a reader can quote it. ctx is the request's.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// observe writes one wide line and one measurement a request, and turns a panic into a problem. What is logged of the
// request is its route's pattern and the ids in it: the path of an unknown route may be anything.
func (e *Engine) observe(log *slog.Logger, metrics *telemetry.Metrics) gin.HandlerFunc {
	return func(c *gin.Context) {
		id := rand.Text()[:12]
		ctx, line := telemetry.With(context.WithValue(c.Request.Context(), requestKey{}, id))
		c.Request = c.Request.WithContext(ctx)
		defer func() { // of an answer that is broken off as well
			route := routeOf(c)
			telemetry.Add(ctx, "status", c.Writer.Status())
			telemetry.Add(ctx, "bytes", max(0, c.Writer.Size()))
			line.Log(log, "request")
			metrics.Request(route, method(c.Request.Method), c.Writer.Status(), line.Took())
		}()
		defer func() { e.recovered(c, recover()) }()
		telemetry.Add(ctx, "request", id)
		telemetry.Add(ctx, "method", method(c.Request.Method))
		telemetry.Add(ctx, "route", routeOf(c))
		c.Next()
	}
}

func routeOf(c *gin.Context) string {
	if route := c.FullPath(); route != "" {
		return route
	}
	return "none"
}

// method keeps labels few: what a client invents is "other".
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// recovered answers for a handler that panicked. The stack holds no argument that a person typed; the cause may, unless it is a
// fault that Go itself names.
func (e *Engine) recovered(c *gin.Context, cause any) {
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	telemetry.Add(c.Request.Context(), "stack", string(debug.Stack()))
	if _, ok := cause.(runtime.Error); !ok {
		cause = fmt.Sprintf("a %T", cause)
	}
	e.Fail(c, fmt.Errorf("panic: %v", cause))
}
