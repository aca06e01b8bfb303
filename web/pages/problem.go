package pages

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// fail answers for a handler: two errors have an answer of their own on pages, all others are a problem page.
func (s *Site) fail(c *Call, err error) {
	switch {
	case errors.Is(err, market.ErrSignedOut) && !c.Fragment():
		err = c.Done("/sign-in?next="+url.QueryEscape(c.back()), "note.sign_in_first")
	case errors.Is(err, market.ErrUnproved) && !c.Fragment():
		err = c.Done(provePath(c.back()), "note.prove_first")
	case errors.Is(err, market.ErrRepeated) && !c.Fragment():
		err = c.Done(c.back(), "note.done_before")
	}
	if err != nil {
		s.engine.Fail(c.Gin, err)
	}
}

// provePath is where somebody signed in shows once more that it is they, and then goes on.
func provePath(next string) string { return "/sign-in?again=yes&next=" + url.QueryEscape(next) }

// back is the page a person was on: this one when reading, the form's when posting.
func (c *Call) back() string {
	r := c.Gin.Request
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || u.Path == "" {
		return "/"
	}
	return account.LocalPath(u.RequestURI())
}

// problem is the page, or for htmx the line, that says what could not be done. It asks nothing of the database: that may
// be what is away.
func (s *Site) problem(g *gin.Context, p httpx.Problem) {
	c, ok := g.Value(callKey).(*Call)
	if !ok {
		c = &Call{Gin: g, site: s, Now: s.Clock()}
		c.speak(wording.Best(g.GetHeader("Accept-Language")))
	}
	status := p.Status
	page := view.ProblemPage{Status: shown(status), Text: c.problemText(p), Retry: c.retryText(p.Retry)}
	if status >= 500 && p.Retry == 0 {
		page.Request = httpx.RequestID(g.Request.Context())
	}
	page.Page = view.Page{Title: c.T(view.ProblemTitle(page.Status)), NoIndex: true, Assets: s.Assets,
		Path: g.Request.URL.Path, TilesFrom: hostOf(s.tiles)}
	drawn := view.Problem(page)
	if c.Fragment() {
		drawn = view.Flashes([]view.Flash{{Kind: "problem", Text: c.line(page)}})
	}
	if err := c.Render(status, drawn); err != nil {
		telemetry.Fail(c.Ctx, err)
		http.Error(g.Writer, http.StatusText(status), status)
	}
}

// shown is the status whose words are shown for one that readers never meet.
func shown(status int) int {
	switch status {
	case httpx.StatusGone, http.StatusUnauthorized:
		return http.StatusBadRequest
	}
	return status
}

func (c *Call) problemText(p httpx.Problem) string {
	if p.Invalid != nil && len(p.Invalid.Faults) > 0 {
		return httpx.Sentence(c.Lang, p.Invalid.Faults[0])
	}
	if key := "error." + p.Kind; p.Kind != "not_found" && wording.Has(key) {
		return c.T(key)
	}
	return ""
}

func (c *Call) line(p view.ProblemPage) string {
	if p.Text != "" {
		return p.Text
	}
	return c.T(view.ProblemTitle(p.Status))
}

func (c *Call) retryText(after time.Duration) string {
	switch {
	case after == 0:
		return ""
	case after < 45*time.Second:
		return c.T("error.retry_seconds")
	}
	return c.T("error.retry_minutes", "Count", int((after+time.Minute-1)/time.Minute))
}
