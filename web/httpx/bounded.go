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
	room, roomy := e.roomFor(c)
	within := MaxWithin
	if roomy || e.lengthy[c.FullPath()] {
		within = uploadWithin
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), within)
	defer cancel()
	defer func() { e.recovered(c, recover()) }() // before its time is over: the page that says so asks for it
	c.Request = c.Request.WithContext(ctx)
	if roomy {
		done, err := e.uploads.take(ctx, Network(c.ClientIP()), partOf(c.Request, room.memory))
		if err != nil {
			e.Fail(c, err)
			return
		}
		defer done()
	}
	if c.Request.Body != nil {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, room.most)
	}
	c.Next()
}

// partOf the memory for large bodies that a request may take: no more than it brings.
func partOf(r *http.Request, most int64) int64 {
	if r.ContentLength < 0 || r.ContentLength > most {
		return most
	}
	return r.ContentLength
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
