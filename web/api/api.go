// Package api is the door for programs: JSON under /api/v1, described by /api/v1/openapi.json.
//
// A program comes with the token of a person and sees and does what that person may, within the token's scopes; or with the
// key of a partner, and sees what is for anyone in the networks that let the partner in; without either it sees what
// everybody sees. No cookie is read here. It promises that every answer, an error too, is as the
// document says, that errors are RFC 9457 problems, and that a request repeated with its Idempotency-Key does
// its work once and is answered the same. It holds no rule of its own: it asks the same use cases and the same reads as the site.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/config"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/partner"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
)

// Prefix of every path.
const Prefix = "/api/v1"

// Previewer says who could help with a listing that is not kept yet; *listing.Pool is one.
type Previewer interface {
	Preview(ctx context.Context, v market.Viewer, l market.Listing, at *market.Place, limit int) (matching.Ranking, error)
	Meant(l market.Listing) (known, pending bool) // whether what it means was compared, or is still being read
}

// Finder is the part of a search engine that is asked.
type Finder interface {
	Query(ctx context.Context, v market.Viewer, q search.Query) (search.Page, error)
}

// Options are what the door leans on.
type Options struct {
	Config        config.Config
	Clock         func() time.Time
	Store         *store.Store
	Accounts      *account.Accounts
	Partners      *partner.Partners
	Listings      *listing.Listings
	Alerts        *alert.Alerts
	Introductions *introduction.Introductions
	Preview       Previewer
	Search        Finder
	Limits        *httpx.Limiter
	Metrics       *telemetry.Metrics // nil: none
}

// API is the door for programs. Safe for concurrent use.
type API struct {
	Options
	engine *httpx.Engine
	huma   huma.API
}

// New makes the door.
func New(o Options) *API { return &API{Options: o} }

// Register puts every operation, and the document that describes them, on the engine.
func (a *API) Register(e *httpx.Engine) {
	a.engine = e
	e.Door(Prefix+"/", a.problem)
	a.huma = humagin.New(e.Engine, a.document())
	a.huma.UseMiddleware(a.caller)
	a.registerMe()
	a.registerKinds()
	a.registerGroups()
	a.registerNetworks()
	a.registerListings()
	a.registerPhotos()
	a.registerPreview()
	a.registerMatches()
	a.registerIntroductions()
	a.registerRings()
	a.registerSearch()
	a.registerSavedSearches()
	a.registerChanges()
	a.registerWebhooks()
	a.registerDirectory()
	a.registerMandates()
	a.registerSupply()
	a.registerImports()
	a.registerOrigins()
	a.registerDocument()
}

// Document describes every operation. Register comes first.
func (a *API) Document() *huma.OpenAPI { return a.huma.OpenAPI() }

// Describe makes the document of a door that nobody calls.
func Describe(c config.Config) (*huma.OpenAPI, error) {
	engine, err := httpx.New(httpx.Options{})
	if err != nil {
		return nil, err
	}
	a := New(Options{Config: c})
	a.Register(engine)
	return a.Document(), nil
}

// document is what stands in the description besides the operations.
func (a *API) document() huma.Config {
	useProblems()
	c := huma.DefaultConfig("Wherewithal", "1.0.0")
	c.Info.Description = about
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.CreateHooks = nil // no $schema in bodies
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	strict := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: strictly}
	c.Formats = map[string]huma.Format{formatJSON: strict, "json": strict, // the second for problem+json
		formatGeo: {Marshal: writeGeo}, formatCSV: {Marshal: writeCSV}}
	c.DefaultFormat = formatJSON
	c.RejectUnknownQueryParameters = true
	c.Servers = []*huma.Server{{URL: a.Config.Link("")}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{tokenScheme: {Type: "http", Scheme: "bearer",
		Description: "A person's token, made on the page /account/tokens, with the scope read or write."},
		keyScheme: {Type: "http", Scheme: "bearer",
			Description: "A partner's key, made on the page /account/partners, with the scope search, listings:write to post for groups, and webhooks for those. One that begins with wh_test_ sees and changes a sandbox of invented listings."}}
	return c
}

const about = "Offers and needs of community groups, who could help whom and why, and introductions.\n\n" +
	"Times are RFC 3339 in UTC; dates are days on the calendar of the listing's place; hours of the day are on its wall clock, " +
	"so that daylight saving never moves them. Distances are whole kilometres between public points, which lie 400 to 800 m from the exact places. " +
	"A list is read page by page with the cursor of the page before, or by Link, and each page is a table too for who accepts text/csv; listings are points of a map for who accepts application/geo+json. What a token's person, or a key, may not see is not found. A token or key stands in the header, never in the address.\n\n" +
	"Answers to GET carry an ETag for If-None-Match. Answers to a key tell its allowances in RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers-10 " +
	"has them: one of a minute or an hour comes back evenly, one of a day is counted anew from midnight UTC. A 429 says in Retry-After when. Pages in a browser may call with a key when their site is among its partner's.\n\n" +
	"Every error is application/problem+json as RFC 9457 has it, with a code of ours beside it."

// registerDocument serves the description, made once: it does not change while the program runs.
func (a *API) registerDocument() {
	var text bytes.Buffer
	w := json.NewEncoder(&text)
	w.SetIndent("", "  ")
	err := w.Encode(a.huma.OpenAPI())
	a.engine.GET(Prefix+"/openapi.json", func(c *gin.Context) {
		if err != nil {
			a.engine.Fail(c, err)
			return
		}
		c.Header("Cache-Control", "public, max-age=300")
		httpx.Write(c, http.StatusOK, "application/vnd.oai.openapi+json", text.Bytes())
	})
}
