package pages

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"wherewithal/account"
	"wherewithal/config"
	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/web/picture"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// Call is one request with what every handler asks of it.
type Call struct {
	Gin    *gin.Context
	Ctx    context.Context
	Now    time.Time // business time, read once
	Lang   string
	Caller account.Caller // zero when signed out
	Viewer market.Viewer  // market.Public when signed out
	Once   string         // the once-only id that came with the form; "" before Form

	site   *Site
	quoted []tongue.Words
}

const callKey = "pages.call"

// call finds out who calls. A cookie that fits no session is nobody.
func (s *Site) call(g *gin.Context) (*Call, error) {
	c := &Call{Gin: g, Now: s.Clock(), site: s}
	c.speak(wording.Best(g.GetHeader("Accept-Language")))
	g.Set(callKey, c)
	token, err := account.ParseSecret(s.cookies.Read(g.Request, sessionCookie))
	if err != nil {
		return c, nil
	}
	caller, err := s.Accounts.Who(c.Ctx, token, c.Now)
	if errors.Is(err, market.ErrSignedOut) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	c.Caller, c.Viewer = caller, caller.Viewer
	if caller.Person.Name != "" { // with which they chose a language
		c.speak(wording.Best(caller.Person.Language))
	}
	telemetry.Add(c.Ctx, "person", caller.Person.ID)
	return c, nil
}

// speak sets the language of the answer.
func (c *Call) speak(lang string) { c.Lang, c.Ctx = lang, view.WithLang(c.Gin.Request.Context(), lang) }

// SignedIn is who acts, or market.ErrSignedOut.
func (c *Call) SignedIn() (market.Viewer, error) {
	if !c.Viewer.SignedIn() {
		return c.Viewer, market.ErrSignedOut
	}
	return c.Viewer, nil
}

// SignedInAt is who is signed in, and the id in the path.
func (c *Call) SignedInAt() (v market.Viewer, id market.ID, err error) {
	if v, err = c.SignedIn(); err != nil {
		return v, "", err
	}
	id, err = c.Param("id")
	return v, id, err
}

// Pressed is who pressed a button that is a form without fields, and the id in its path.
func (c *Call) Pressed() (v market.Viewer, id market.ID, err error) {
	if v, id, err = c.SignedInAt(); err != nil {
		return v, "", err
	}
	return v, id, c.Form(&struct{}{})
}

// Proved is SignedIn, of somebody who has just signed in; else market.ErrUnproved. A browser that was left open, or a cookie
// that was stolen, makes no key to the account that outlives it.
func (c *Call) Proved() (market.Viewer, error) {
	v, err := c.SignedIn()
	if err == nil && !c.Caller.Session.Proves(c.Now) {
		err = market.ErrUnproved
	}
	return v, err
}

// proveFirst is the way to Proved and back to this page; "" where it is so already.
func (c *Call) proveFirst() string {
	if _, err := c.Proved(); err == nil {
		return ""
	}
	return provePath(c.Gin.Request.URL.Path)
}

// Param is an id in the path; market.ErrNotFound for what cannot be one.
func (c *Call) Param(name string) (market.ID, error) {
	id, err := market.ParseID(c.Gin.Param(name))
	if err == nil {
		telemetry.Add(c.Ctx, name, id)
	}
	return id, err
}

// Form reads what was posted into a struct with form:"name" tags, and the once-only id into c.Once.
func (c *Call) Form(into any) error {
	f, err := c.fields()
	if err == nil {
		f.Into(into)
	}
	return err
}

// fields is all that was posted, for forms whose fields are not known before; the once-only id goes into c.Once.
func (c *Call) fields() (httpx.Form, error) {
	f, err := httpx.ReadForm(c.Gin)
	if err != nil {
		return nil, err
	}
	c.taken(f)
	return f, nil
}

// taken puts the once-only id of a form into c.Once.
func (c *Call) taken(f httpx.Form) {
	c.Once = f.String("once")
	if c.Once == "" || len(c.Once) > 64 {
		c.Once = rand.Text() // a form without one is handled each time it comes
	}
}

// Blank is a form that nobody has filled in.
func (c *Call) Blank() view.Form { return view.Form{Once: rand.Text()} }

// Again is the form to show once more when err is bad input: its faults as sentences, with a fresh once-only id.
// rename gives pairs of the market's name of a field and the form's, where they differ.
func (c *Call) Again(err error, rename ...string) (view.Form, bool) {
	var invalid *market.Invalid
	if !errors.As(err, &invalid) {
		return view.Form{}, false
	}
	form := c.Blank()
	for _, f := range invalid.Faults {
		field := f.Field
		for i := 0; i+1 < len(rename); i += 2 {
			if field == rename[i] {
				field = rename[i+1]
				break
			}
		}
		form.Errors = append(form.Errors, view.FieldError{Field: field, Sentence: httpx.Sentence(c.Lang, f)})
	}
	return form, true
}

// T says a sentence of the catalogue, with pairs of names and values.
func (c *Call) T(key string, pairs ...any) string { return view.T(c.Ctx, key, pairs...) }

// quotes tells the page that it says what listings are called, each in the language of its own: in sentences of ours too.
func (c *Call) quotes(all ...market.Listing) {
	for _, l := range all {
		c.quoted = append(c.quoted, tongue.Words{Text: l.Title, Lang: l.Language})
	}
}

// Fragment reports whether htmx asks for a part of a page.
func (c *Call) Fragment() bool { return c.Gin.GetHeader("HX-Request") == "true" }

// drawn are buffers that pages are drawn in, used again: a page of 100 kB made anew each time costs its growing.
var drawn = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers with a page or a part of one. It is drawn whole before anything is sent, so that a fault in the middle
// is a 500 and not half a page. Words in another language than the page's are marked.
func (c *Call) Render(status int, page component) error {
	b := drawn.Get().(*bytes.Buffer)
	defer drawn.Put(b)
	b.Reset()
	if err := page.Render(c.Ctx, b); err != nil {
		return err
	}
	h := c.Gin.Writer.Header()
	h.Set("Cache-Control", "private, no-cache")
	if c.Viewer.SignedIn() {
		h.Set("Cache-Control", "no-store") // a shared machine shows nothing after signing out
	}
	h.Add("Vary", "HX-Request")
	h.Add("Vary", "Accept-Language")
	httpx.Write(c.Gin, status, "text/html; charset=utf-8", tongue.Mark(b.Bytes(), c.Lang, c.quoted...))
	return nil
}

// Show is Render with 200, or 422 when the form came back with faults.
func (c *Call) Show(form view.Form, page component) error {
	if len(form.Errors) > 0 {
		return c.Render(http.StatusUnprocessableEntity, page)
	}
	return c.Render(http.StatusOK, page)
}

// Done leads on after a POST: a 303 to a path of ours, where the message of the catalogue's flash.<key> is shown once.
// An empty key shows none.
func (c *Call) Done(path, key string) error {
	if key != "" {
		c.flash(key)
	}
	c.Gin.Writer.Header().Set("Cache-Control", "no-store")
	c.Gin.Redirect(http.StatusSeeOther, path)
	return nil
}

// moved is Done after an act on something that may have moved on meanwhile: what was done before, or can no longer be
// done, leads to the same page with a kind note.
func (c *Call) moved(path string, err error, key string) error {
	switch {
	case errors.Is(err, market.ErrRepeated):
		return c.Done(path, "note.done_before")
	case errors.Is(err, market.ErrTaken):
		return c.Done(path, "note.just_gone")
	case errors.Is(err, market.ErrGone), errors.Is(err, market.ErrWrongState):
		return c.Done(path, "note.no_longer")
	case err != nil:
		return err
	}
	return c.Done(path, key)
}

// Zone is the time zone in which this reader is told times.
func (c *Call) Zone() *time.Location {
	for _, name := range []string{c.Caller.Person.Zone, market.DefaultZone} {
		if zone, err := time.LoadLocation(name); err == nil && name != "" {
			return zone
		}
	}
	return time.UTC
}

// When says a moment of the past to the reader: "today at 18:04", "Thursday 4 February at 18:04".
func (c *Call) When(t time.Time) string {
	t, now := t.In(c.Zone()), c.Now.In(c.Zone())
	data := map[string]any{"Time": wording.Clock(c.Lang, t)}
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return wording.Text(c.Lang, "worded.today_at", data)
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return wording.Text(c.Lang, "worded.yesterday_at", data)
	}
	return wording.DateTime(c.Lang, t)
}

// Page is what every page tells its frame. title is a key of the catalogue, with pairs to fill it; the message that a
// redirect left is taken out of its cookie here.
func (c *Call) Page(title string, pairs ...any) view.Page { return c.PageOf(c.T(title, pairs...)) }

// PageOf is Page with a title that comes from data.
func (c *Call) PageOf(title string) view.Page {
	s := c.site
	p := view.Page{Title: title, Path: c.Gin.Request.URL.Path, Assets: s.Assets, Dev: s.dev(c.Gin.Request),
		NoIndex: true, Flash: c.takeFlash()}
	if s.tiles != "" {
		p.TilesFrom = hostOf(s.tiles)
	}
	if c.Viewer.SignedIn() {
		p.OnceOut = rand.Text()
		p.Me = c.me()
		if c.Caller.Person.Bounced {
			p.Flash = append(p.Flash, view.Flash{Kind: "note", Text: c.T("mails.bounced_note")})
		}
	}
	return p
}

// Public makes a page one that search engines may keep.
func (c *Call) Public(p view.Page, description string) view.Page {
	p.NoIndex, p.Description, p.Canonical = false, description, c.site.Config.Link(c.Gin.Request.URL.Path)
	p.Picture = view.Picture{URL: c.site.Config.Link("/picture.png"), Width: picture.Width, Height: picture.Height, Alt: p.Title}
	return p
}

// me is the header's line about who is signed in. What cannot be read leaves its part of it out: the page matters more.
func (c *Call) me() *view.Me {
	me := &view.Me{Name: c.Caller.Person.Name, Looks: c.Viewer.Operator || len(c.Viewer.Connects) > 0}
	if me.Name == "" {
		me.Name = c.Caller.Person.Address
	}
	for _, g := range c.Caller.Groups {
		me.Groups = append(me.Groups, view.Link{Href: groupPath(g.ID), Text: g.Name})
	}
	if len(me.Groups) > 0 {
		me.Group, me.GroupHref = me.Groups[0].Text, me.Groups[0].Href
	}
	var err error
	me.Introductions, err = c.site.Store.WaitingFor(c.Ctx, c.Viewer)
	telemetry.Fail(c.Ctx, err)
	return me
}

// dev reports whether pages for developers may be shown to this request.
func (s *Site) dev(r *http.Request) bool {
	return s.Mails != nil && s.Config.DevPages() && config.Loopback(r.Host)
}
