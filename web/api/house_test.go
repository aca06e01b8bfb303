package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/config"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/telemetry"
	"wherewithal/web/api"
	"wherewithal/web/httpx"
	"wherewithal/webhook"
)

// house is the door on a real database, behind a real listener, with a clock that tests move.
type house struct {
	t        *testing.T
	ctx      context.Context
	now      time.Time
	config   config.Config
	store    *store.Store
	accounts *account.Accounts
	partners *partner.Partners
	listings *listing.Listings
	intros   *introduction.Introductions
	search   *search.Postgres
	server   *httptest.Server
	api      *api.API
	metrics  *telemetry.Metrics
	previews *reading
	log      syncedText
}

// syncedText is a log that requests may write while a test reads it.
type syncedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncedText) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncedText) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func open(t *testing.T) *house { return openWith(t, func(*config.Config) {}) }

func openWith(t *testing.T, set func(*config.Config)) *house {
	t.Helper()
	h := openOn(t, storetest.Open(t), set)
	h.must(h.search.Setup(h.ctx))
	return h
}

func openOn(t *testing.T, s *store.Store, set func(*config.Config)) *house {
	t.Helper()
	h := &house{t: t, ctx: t.Context(), now: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), store: s}
	cfg, err := config.Load("hub", nil)
	h.must(err)
	set(&cfg)
	h.config = cfg
	secret := []byte(strings.Repeat("s", 32))
	clock := func() time.Time { return h.now }
	h.accounts = account.New(h.store, account.Options{TokenSecret: secret, PlaceSecret: secret})
	h.listings = listing.New(h.store, photo.NewDarkroom())
	h.partners = partner.New(h.store, partner.Options{PlaceSecret: secret, TokenSecret: secret, Groups: h.accounts, Listings: h.listings,
		Sender: webhook.New(webhook.Options{})})
	pool := listing.NewPool(h.store, clock)
	h.intros = introduction.New(h.store, pool, introduction.Caps{})
	h.metrics = telemetry.NewMetrics()
	h.search = search.NewPostgres(h.store.Pool(), secret)
	h.previews = &reading{caughtUp: caughtUp{pool}}
	engine, err := httpx.New(httpx.Options{Log: slog.New(slog.NewTextHandler(&h.log, nil))})
	h.must(err)
	h.api = api.New(api.Options{Config: cfg, Clock: clock, Store: h.store, Accounts: h.accounts, Partners: h.partners, Listings: h.listings, Introductions: h.intros,
		Alerts:  alert.New(h.store, h.search, nil),
		Preview: h.previews, Search: listing.InOwnWords(h.store, h.search), Limits: httpx.NewLimiter(nil, secret), Metrics: h.metrics})
	h.api.Register(engine)
	h.server = httptest.NewServer(engine)
	t.Cleanup(h.server.Close)
	return h
}

// caughtUp has the pool know everything that was posted before it is asked.
type caughtUp struct{ *listing.Pool }

func (p caughtUp) Preview(ctx context.Context, v market.Viewer, l market.Listing, at *market.Place, limit int) (r matching.Ranking, err error) {
	if err := p.CatchUp(ctx); err != nil {
		return r, err
	}
	return p.Pool.Preview(ctx, v, l, at, limit)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) count(sql string, args ...any) (n int) {
	h.t.Helper()
	h.must(h.store.Pool().QueryRow(h.ctx, sql, args...).Scan(&n))
	return n
}

// neighbour is a group, one person who may act for it, and a program of theirs.
type neighbour struct {
	*program
	viewer market.Viewer
	person market.Person
	group  market.Group
	place  market.Place
}

func (h *house) neighbour(name, address string) neighbour {
	h.t.Helper()
	var n neighbour
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) (err error) {
		n.person, err = tx.Welcome(h.ctx, address, h.now)
		return err
	}))
	v, err := h.store.ViewerFor(h.ctx, n.person, h.now)
	h.must(err)
	n.group, err = h.accounts.Found(h.ctx, v, market.Group{Name: name, LegalForm: market.Informal}, &market.Place{
		Outcode: "SE10", Borough: "Greenwich", Region: "London", Precision: market.ByPostcode,
		Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, "found-"+name, h.now)
	h.must(err)
	n.viewer, err = h.store.ViewerFor(h.ctx, n.person, h.now)
	h.must(err)
	places, err := h.store.Places(h.ctx, n.group.ID)
	h.must(err)
	n.place = places[0]
	n.program = h.program(n.viewer, market.MayRead, market.MayWrite)
	return n
}

// program is something that calls the door with a token, or with none.
type program struct {
	*house
	token string
}

func (h *house) program(v market.Viewer, scopes ...market.Scope) *program {
	h.t.Helper()
	_, text, err := h.accounts.MakeToken(h.ctx, v, "a test", scopes, 30, string(market.NewID()), h.now)
	h.must(err)
	return &program{h, text}
}

func (h *house) public() *program { return &program{house: h} }

// answer is what came back.
type answer struct {
	*program
	status int
	header http.Header
	text   string
}

func (p *program) ask(method, path, body string, headers ...string) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.ctx, method, p.server.URL+api.Prefix+path, strings.NewReader(body))
	p.must(err)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	p.must(err)
	defer res.Body.Close()
	var text bytes.Buffer
	_, err = io.Copy(&text, res.Body)
	p.must(err)
	return answer{p, res.StatusCode, res.Header, text.String()}
}

func (a answer) want(status int, words ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s\n%s", a.status, status, a.text, faults(a.log.String()))
	}
	if status >= 400 && a.header.Get("Content-Type") != "application/problem+json" {
		a.t.Errorf("%d is told as %q", status, a.header.Get("Content-Type"))
	}
	for _, w := range words {
		if !strings.Contains(a.text, w) {
			a.t.Errorf("no %q in %s", w, a.text)
		}
	}
	return a
}

func read[T any](a answer) (v T) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.text), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.text)
	}
	return v
}

func write(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// hall is an offer as a program writes it.
func hall(n neighbour) map[string]any {
	return map[string]any{"groupId": n.group.ID, "placeId": n.place.ID, "side": "offer", "kind": "room", "title": "Church hall",
		"facts": map[string]any{"seated": 80}, "has": []string{"step_free"}, "where": "at_place", "terms": map[string]any{"kind": "shared"},
		"circle": "anyone", "when": map[string]any{"windows": []any{map[string]any{"repeat": "weekly", "days": []string{"th"}, "from": "18:00", "until": "22:00"}}}}
}

// choir is a need that the hall can meet.
func choir(n neighbour) map[string]any {
	return map[string]any{"groupId": n.group.ID, "placeId": n.place.ID, "side": "need", "kind": "room", "title": "Room for a choir",
		"facts": map[string]any{"seated": 25}, "requires": []string{"step_free"}, "where": "at_place", "reachKm": 3, "terms": map[string]any{"kind": "shared"},
		"circle": "anyone", "when": map[string]any{"windows": []any{map[string]any{"repeat": "weekly", "days": []string{"th"}, "from": "18:00", "until": "22:00"}},
			"every": "weekly", "times": 12, "durationMinutes": 120, "from": "2027-02-01"}}
}

// with is a draft with some fields another way.
func with(draft map[string]any, pairs ...any) map[string]any {
	out := map[string]any{}
	for k, v := range draft {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

func (n neighbour) posts(draft map[string]any) api.Listing {
	n.t.Helper()
	l := read[api.Listing](n.ask("POST", "/listings", write(draft)).want(201))
	n.must(n.intros.Match(n.ctx, market.ID(l.ID), n.now))
	n.must(listing.NewMirror(n.store, n.search).Rebuild(n.ctx, n.now))
	return l
}

// faults are the lines of the log that say what went wrong here.
func faults(log string) (lines string) {
	for _, line := range strings.Split(log, "\n") {
		if strings.Contains(line, "status=5") {
			lines += line + "\n"
		}
	}
	return lines
}
