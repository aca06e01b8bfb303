// Package pages is the site, for people: HTML from the server that reads and works with JavaScript off.
//
// It promises that nothing changes on GET or HEAD (but when a session was last seen), that every POST ends in a 303 or in
// the same form with what was typed and a sentence beside each field, that what a viewer may not see is "not found", and
// that a double click does nothing twice. It holds no rule of the market: it reads a request, calls one use case or one
// read, and fills a struct of web/pages/view.
//
// # How a handler is written here
//
// A handler is a method of Site that takes a *Call and returns an error. Its routes stand in the noun's own
// register function, called by Site.Register. It has four beats:
//
//	func (s *Site) pauseGroup(c *Call) error {
//		id, err := c.Param("id")                          // who: may they come here at all?
//		if err != nil {
//			return err
//		}
//		v, err := c.SignedIn()                            // market.ErrSignedOut leads to sign-in and back
//		if err != nil {
//			return err
//		}
//		var f pauseForm                                   // what: read the form; typed text stays in f
//		if err := c.Form(&f); err != nil {
//			return err
//		}
//		err = s.accounts.Pause(c.Ctx, v, id, until, c.Now) // do: one use case
//		if again, ok := c.Again(err); ok {                // bad input: the same page, 422, faults beside the fields
//			return s.showPause(c, id, f, again)
//		}
//		if err != nil {
//			return err
//		}
//		return c.Done("/groups/"+string(id), "done.paused") // answer: 303 and a message there
//	}
//
// Errors: return them. httpx.ProblemOf turns them into a status, and Site.problem into a page (a fragment for htmx).
// Signed out becomes a redirect to sign-in; market.ErrRepeated becomes a redirect back with a kind note. Only what has an
// answer of its own on this page is handled here.
//
// Showing: c.Render(status, view.Thing(view.ThingPage{Page: c.Page("thing.title"), …})); for htmx c.Fragment() is true
// and the handler renders the part only. c.Page fills title, header and message. c.T says a sentence of the catalogue.
// c.Blank() is the Form of a fresh form, with its once-only id. Every form carries one; c.Once is what came back.
//
// Time is c.Now, read once. Contexts are c.Ctx, never the gin.Context. Words come from wording, never from Go.
package pages

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/config"
	"wherewithal/conversation"
	"wherewithal/frontend"
	"wherewithal/geocode"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/mail/catcher"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/network"
	"wherewithal/partner"
	"wherewithal/queue"
	"wherewithal/safety"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/telemetry"
	"wherewithal/web/developers"
	"wherewithal/web/httpx"
)

// Previewer says who could help with a listing that is not kept yet, and with one that is; *listing.Pool is one.
type Previewer interface {
	Rank(ctx context.Context, subject market.Entry, now time.Time, limit int) (matching.Ranking, error)
	Preview(ctx context.Context, v market.Viewer, l market.Listing, at *market.Place, limit int) (matching.Ranking, error)
	Clear(ctx context.Context, v market.Viewer, group market.ID, now time.Time) (listing.Clearance, error)
	Pending(l market.Listing) bool // what it says is still being read: a later preview may hold more
}

// Finder is the part of a search engine that pages ask.
type Finder interface {
	Query(ctx context.Context, v market.Viewer, q search.Query) (search.Page, error)
}

// Options are what the site leans on.
type Options struct {
	Config        config.Config
	Clock         func() time.Time
	Store         *store.Store
	Accounts      *account.Accounts
	Listings      *listing.Listings
	Introductions *introduction.Introductions
	Conversations *conversation.Conversations
	Networks      *network.Networks
	Safety        *safety.Safety
	Alerts        *alert.Alerts
	Partners      *partner.Partners
	Queues        func(context.Context) ([]queue.Queue, error) // how full they are; nil: there are none
	Crew          func(context.Context) (queue.Crew, error)    // who works behind the site; nil: nobody knows
	Preview       Previewer
	Search        Finder
	Places        geocode.Geocoder
	Limits        *httpx.Limiter
	Assets        frontend.Assets
	Metrics       *telemetry.Metrics
	Mails         *catcher.Catcher                             // nil: no /dev/mail
	Ready         func(context.Context) []telemetry.Dependency // nil: /readyz asks Postgres alone
}

// Site is the door for people. Safe for concurrent use.
type Site struct {
	Options
	engine  *httpx.Engine
	cookies httpx.Cookies
	origin  *http.CrossOriginProtection
	tiles   string // origin of the map tiles; "" for none
	guide   func() (*developers.Guide, error)
}

// New makes the site.
func New(o Options) *Site {
	s := &Site{Options: o, cookies: httpx.Cookies{Secure: o.Config.Secure()}, origin: http.NewCrossOriginProtection(),
		tiles: TileOrigin(o.Config)}
	s.guide = s.guideOnce()
	if o.Config.PublicURL != "" {
		_ = s.origin.AddTrustedOrigin(o.Config.PublicURL) // checked by config; a proxy may have changed Host
	}
	if s.Ready == nil {
		s.Ready = func(ctx context.Context) []telemetry.Dependency {
			return []telemetry.Dependency{{Name: "postgres", Required: true, Err: o.Store.Ping(ctx)}}
		}
	}
	return s
}

// TileOrigin is where map pictures come from, "https://tiles.example"; "" for nowhere. The engine's headers want it.
func TileOrigin(c config.Config) string {
	u, err := url.Parse(c.MapTileURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Register puts every page on the engine.
func (s *Site) Register(e *httpx.Engine) {
	s.engine = e
	e.Door("/", s.problem)
	s.registerPlain()
	s.registerSitemap()
	s.registerStreams()
	s.registerSlots()
	s.registerMurmurations()
	s.registerReferral()
	s.registerEmbeds()
	s.registerWellKnown()
	s.registerWidget()
	s.registerPictures()
	s.registerPhotos()
	s.registerInstall()
	s.registerHelp()
	s.registerDevelopers()
	s.registerSignIn()
	s.registerAccount()
	s.registerSessions()
	s.registerMails()
	s.registerPasskeys()
	s.registerSavedSearches()
	s.registerTokens()
	s.registerPartners()
	s.registerMandates()
	s.registerUnwanted()
	s.registerWebhooks()
	s.registerImports()
	s.registerGroups()
	s.registerMembers()
	s.registerEvidence()
	s.registerEvidenceSeen()
	s.registerNetworks()
	s.registerSafety()
	s.registerHeld()
	s.registerReports()
	s.registerPlaces()
	s.registerDevMail()
	s.registerMarket()
}

// registerPlain is for programs: browsers fetching files, and those who watch whether we live.
func (s *Site) registerPlain() {
	assets := gin.WrapH(frontend.Handler())
	for _, path := range []string{"/assets/*file", "/favicon.svg", frontend.Worker} {
		s.engine.GET(path, assets)
		s.engine.HEAD(path, assets)
	}
	s.engine.GET("/healthz", gin.WrapH(telemetry.Healthz()))
	s.engine.GET("/readyz", gin.WrapH(telemetry.Readyz(s.Ready)))
}

// get is for reading: nothing changes, however often it comes.
func (s *Site) get(path string, h func(*Call) error) {
	s.engine.GET(path, s.handle(h))
	s.engine.HEAD(path, s.handle(h))
}

// post is for acting, from pages of ours only. Repeating one with the same once-only id changes nothing more.
func (s *Site) post(path string, h func(*Call) error) { s.engine.POST(path, s.guard, s.handle(h)) }

// guard refuses what a page of another site sent.
func (s *Site) guard(c *gin.Context) {
	if err := s.origin.Check(c.Request); err != nil {
		s.engine.Fail(c, httpx.ErrOrigin)
	}
}

func (s *Site) handle(h func(*Call) error) gin.HandlerFunc {
	return func(g *gin.Context) {
		c, err := s.call(g)
		if err == nil {
			err = h(c)
		}
		if err != nil {
			s.fail(c, err)
		}
	}
}

// component is what templ makes.
type component = templ.Component
