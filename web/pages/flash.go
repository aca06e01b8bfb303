package pages

import (
	"net/http"
	"net/url"
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

// takeFlash reads the message and forgets it.
func (c *Call) takeFlash() []view.Flash {
	key := c.site.cookies.Read(c.Gin.Request, flashCookie)
	if key == "" || c.Fragment() || c.Gin.Request.Method != http.MethodGet {
		return nil
	}
	c.site.cookies.Clear(c.Gin.Writer, flashCookie)
	kind, _, ok := strings.Cut(key, ".")
	if !ok || !wording.Has("flash."+key) {
		return nil
	}
	return []view.Flash{{Kind: kind, Text: c.T("flash." + key)}}
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}
