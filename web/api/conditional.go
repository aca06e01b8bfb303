package api

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"wherewithal/web/httpx"
)

// held keeps an answer back until all of it is there: its tag is made of it.
type held struct {
	gin.ResponseWriter
	body bytes.Buffer
	code int
}

func (w *held) WriteHeader(code int)              { w.code = code }
func (w *held) WriteHeaderNow()                   {}
func (w *held) Write(p []byte) (int, error)       { return w.body.Write(p) }
func (w *held) WriteString(s string) (int, error) { return w.body.WriteString(s) }
func (w *held) Status() int                       { return w.code }
func (w *held) Written() bool                     { return false }
func (w *held) Size() int                         { return w.body.Len() }

// lengthy marks, in what an operation knows of itself, an answer that is too long to be held back.
const lengthy = "lengthy"

// keeping says for how long an answer may be kept that does not say so itself, and of what it depends.
func keeping(h http.Header, keep string) {
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", keep)
	}
	h.Add("Vary", "Authorization, Accept, Origin")
}

// conditionally has next answer, tags what it says, and leaves it out for who has it already. keep is how long whoever
// asked, and those between, may keep it.
func conditionally(g *gin.Context, keep string, next func()) {
	w := &held{ResponseWriter: g.Writer, code: http.StatusOK}
	g.Writer = w
	func() {
		defer func() { g.Writer = w.ResponseWriter }() // whatever panics is answered for outside
		next()
	}()
	h := g.Writer.Header()
	if w.code == http.StatusOK {
		tag := httpx.Tag(h.Get("ETag"), w.body.Bytes())
		h.Set("ETag", tag)
		keeping(h, keep)
		if httpx.Has(g.GetHeader("If-None-Match"), tag) {
			h.Del("Content-Type")
			g.Status(http.StatusNotModified)
			g.Writer.WriteHeaderNow()
			return
		}
	}
	httpx.Write(g, w.code, h.Get("Content-Type"), w.body.Bytes())
}

// versionOf a tag is what stands before the rest.
func versionOf(tag string) string {
	version, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), ".")
	return `"` + version + `"`
}
