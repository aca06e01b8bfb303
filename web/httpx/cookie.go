package httpx

import (
	"net/http"
	"time"
)

// Cookies are ours: for this site only, out of reach of scripts, not sent along from other sites' forms.
type Cookies struct{ Secure bool }

// name begins with __Host- over https, so that no other host of the domain can plant or overwrite it. Browsers take
// such names over https only.
func (k Cookies) name(short string) string {
	if k.Secure {
		return "__Host-" + short
	}
	return short
}

// Read is the value of a cookie; "" when there is none.
func (k Cookies) Read(r *http.Request, short string) string {
	c, err := r.Cookie(k.name(short))
	if err != nil || len(c.Value) > 200 {
		return ""
	}
	return c.Value
}

// Set keeps a value in the browser for a time.
func (k Cookies) Set(w http.ResponseWriter, short, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: k.name(short), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Secure: k.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Clear takes a cookie away.
func (k Cookies) Clear(w http.ResponseWriter, short string) {
	http.SetCookie(w, &http.Cookie{Name: k.name(short), Path: "/", MaxAge: -1, Secure: k.Secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode})
}
