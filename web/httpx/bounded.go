package httpx

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// bounded refuses what no honest client sends (broken text, too many fields) before a handler sees it, and bounds the
// body and the time of all others.
func (e *Engine) bounded(c *gin.Context) {
	if err := readable(c.Request.URL); err != nil {
		e.Fail(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), MaxWithin)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	if c.Request.Body != nil {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxBody)
	}
	c.Next()
}

func readable(u *url.URL) error {
	if !clean(u.Path) {
		return ErrBroken
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return ErrBroken
	}
	return readableValues(values)
}

func readableValues(values url.Values) error {
	n := 0
	for name, list := range values {
		if n += len(list); n > MaxFields {
			return ErrManyFields
		}
		if !clean(name) {
			return ErrBroken
		}
		for _, v := range list {
			if !clean(v) {
				return ErrBroken
			}
		}
	}
	return nil
}

func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
