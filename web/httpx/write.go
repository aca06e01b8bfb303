package httpx

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

var zippers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }}

// worthZipping: shorter answers fit in one packet either way.
const worthZipping = 1200 // bytes

// Write answers with a body, compressed when the browser reads that and it is worth it: pictures are compressed already.
func Write(c *gin.Context, status int, kind string, body []byte) {
	h := c.Writer.Header()
	h.Set("Content-Type", kind)
	h.Add("Vary", "Accept-Encoding")
	if len(body) < worthZipping || kind == "image/jpeg" || kind == "image/png" || !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		c.Status(status)
		_, _ = c.Writer.Write(body) // a browser that went away is nobody's fault
		return
	}
	h.Set("Content-Encoding", "gzip")
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		h.Set("ETag", "W/"+tag) // the same to a reader, and other bytes
	}
	c.Status(status)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return
	}
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(c.Writer)
	_, _ = z.Write(body)
	_ = z.Close()
}
