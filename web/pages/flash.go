package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

const (
	flashCookie = "flash"
	flashLasts  = time.Minute
)

// flash leaves a key of the catalogue in a cookie for the next page: no free text, so that nobody can put words into
// our mouth by planting it.
func (c *Call) flash(key string) {
	c.site.cookies.Set(c.Gin.Writer, flashCookie, key, flashLasts)
}

// numbered is a key with two numbers that its words may say: Count, and what is Left.
func numbered(key string, n, left int) string { return fmt.Sprintf("%s %d %d", key, n, left) }

// takeFlash reads the message and forgets it.
func (c *Call) takeFlash() []view.Flash {
	key, counts, _ := strings.Cut(c.site.cookies.Read(c.Gin.Request, flashCookie), " ")
	if key == "" || c.Fragment() || c.Gin.Request.Method != http.MethodGet {
		return nil
	}
	c.site.cookies.Clear(c.Gin.Writer, flashCookie)
	kind, _, ok := strings.Cut(key, ".")
	if !ok || !wording.Has("flash."+key) {
		return nil
	}
	n, left, _ := strings.Cut(counts, " ")
	return []view.Flash{{Kind: kind, Text: c.T("flash."+key, "Count", count(n), "Left", count(left))}}
}

// count is a number of a numbered flash; 0 for anything else.
func count(text string) int {
	n, _ := strconv.Atoi(text)
	return max(n, 0)
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}
