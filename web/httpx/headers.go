package httpx

import "github.com/gin-gonic/gin"

// policy lets a page load from ourselves alone (and map pictures from where an operator said), post to ourselves
// alone, and stand in nobody's frame. Nothing inline.
func policy(tiles string) string {
	img := "img-src 'self' data:"
	if tiles != "" {
		img += " " + tiles
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; " + img + "; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
}

// headers are sent with every answer; a handler may replace them by stricter ones.
func headers(https bool, tiles string) gin.HandlerFunc {
	csp := policy(tiles)
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if https { // of this host: what else is under its name is not ours to speak for
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		c.Next()
	}
}
