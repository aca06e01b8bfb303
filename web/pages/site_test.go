package pages

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/config"
	"wherewithal/conversation"
	"wherewithal/geocode"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/mail/catcher"
	"wherewithal/market"
	"wherewithal/network"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/safety"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/web/httpx"
	"wherewithal/webhook"
)

// house is the site on a real database, behind a real listener, with a clock that tests move.
type house struct {
	t        testing.TB
	site     *Site
	engine   *httpx.Engine
	server   *httptest.Server
	store    *store.Store
	accounts *account.Accounts
	now      time.Time
	log      strings.Builder
	abroad   *journey
}

func open(t testing.TB) *house {
	h := openOn(t, storetest.Open(t))
	if err := indexOf(h.site).Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// indexOf a site is what it finds listings by.
func indexOf(s *Site) *search.Postgres { return s.Search.(listing.OwnWords).Finder.(*search.Postgres) }

func openOn(t testing.TB, s *store.Store) *house {
	h := &house{t: t, store: s, abroad: abroad, now: time.Date(2027, 1, 14, 18, 4, 0, 0, time.UTC)}
	cfg, err := config.Load("hub", nil)
	if err != nil {
		t.Fatal(err)
	}
	secret := []byte(strings.Repeat("s", 32))
	h.accounts = account.New(s, account.Options{TokenSecret: secret, PlaceSecret: secret, Leaver: introduction.New(s, nil, introduction.Caps{})})
	places, err := geocode.New(geocode.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mails, err := catcher.Start(catcher.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mails.Close() })
	if h.engine, err = httpx.New(httpx.Options{Log: slog.New(slog.NewTextHandler(&h.log, nil))}); err != nil {
		t.Fatal(err)
	}
	if h.abroad != nil {
		h.abroad.enters(h)
	}
	clock := func() time.Time { return h.now }
	h.site = New(Options{Config: cfg, Clock: clock, Store: s, Accounts: h.accounts,
		Listings: listing.New(s, photo.NewDarkroom()), Introductions: introduction.New(s, nil, introduction.Caps{}), Conversations: conversation.New(s, cfg.MailDomain(), photo.NewDarkroom()), Networks: network.New(s), Alerts: alert.New(s, search.NewPostgres(s.Pool(), secret), nil), Safety: safety.New(s, introduction.New(s, nil, introduction.Caps{})),
		Partners: partner.New(s, partner.Options{PlaceSecret: secret, TokenSecret: secret, Groups: h.accounts, Listings: listing.New(s, photo.NewDarkroom()), Sender: webhook.New(webhook.Options{})}),
		Preview:  listing.NewPool(s, clock), Search: listing.InOwnWords(s, search.NewPostgres(s.Pool(), secret)), Places: places,
		Limits: httpx.NewLimiter(nil, secret), Mails: mails})
	h.site.Register(h.engine)
	h.server = httptest.NewServer(h.engine)
	t.Cleanup(h.server.Close)
	return h
}

// browser keeps cookies and follows redirects, as one does.
type browser struct {
	*house
	client *http.Client
	agent  string

	languages string // Accept-Language; "" sends none
}

func (h *house) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{house: h, client: &http.Client{Jar: jar}, agent: "Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0"}
}

// page is what came back.
type page struct {
	*browser
	status int
	header http.Header
	url    *url.URL
	text   string
	root   *html.Node
}

func (b *browser) do(r *http.Request) page {
	b.t.Helper()
	r.Header.Set("User-Agent", b.agent)
	if languages := cmp.Or(b.languages, b.abroad.language()); languages != "" {
		r.Header.Set("Accept-Language", languages)
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.Contains(string(body), "⟦") {
		b.t.Errorf("%s: a word is missing in\n%s", r.URL.Path, body)
	}
	return b.abroad.reads(page{b, res.StatusCode, res.Header, res.Request.URL, string(body), root})
}

func (b *browser) request(method, path string, body io.Reader) *http.Request {
	b.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, b.server.URL+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *browser) get(path string) page { b.t.Helper(); return b.do(b.request("GET", path, nil)) }

// post sends fields as a form of our own page would.
func (b *browser) post(path string, fields url.Values) page {
	b.t.Helper()
	b.abroad.types(fields)
	r := b.request("POST", path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

// fill sends the page's form with that action, with all that stands in it and with pairs of what a person changed.
func (p page) fill(action string, pairs ...string) page {
	p.t.Helper()
	fields, ok := p.form(action)
	if !ok {
		p.t.Fatalf("no form %q on %s:\n%s", action, p.url, p.text)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields.Set(pairs[i], pairs[i+1])
	}
	return p.post(action, fields)
}

// form reads what a browser would send.
func (p page) form(action string) (url.Values, bool) {
	for n := range p.root.Descendants() {
		if n.Data == "form" && attribute(n, "action") == action {
			return fieldsOf(n), true
		}
	}
	return nil, false
}

func fieldsOf(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name, kind := attribute(n, "name"), attribute(n, "type")
		switch {
		case name == "" || n.Data == "button":
		case n.Data == "textarea" && n.FirstChild == nil:
			v.Set(name, "")
		case n.Data == "textarea":
			v.Set(name, n.FirstChild.Data)
		case n.Data == "select":
			v.Set(name, chosen(n))
		case n.Data == "input" && (kind == "radio" || kind == "checkbox"):
			if has(n, "checked") {
				v.Add(name, attribute(n, "value"))
			}
		case n.Data == "input":
			v.Set(name, attribute(n, "value"))
		}
	}
	return v
}

// chosen is what a browser sends of a list: the option that is marked, else the first.
func chosen(list *html.Node) (value string) {
	first := true
	for n := range list.Descendants() {
		if n.Data == "option" && (first || has(n, "selected")) {
			value, first = attribute(n, "value"), false
		}
	}
	return value
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func (p page) want(status int, words ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s gave %d, want %d\n%s", p.url, p.status, status, p.text)
	}
	for _, w := range words {
		if !strings.Contains(p.text, w) {
			p.t.Errorf("%s: no %q in\n%s", p.url, w, p.text)
		}
	}
	return p
}

// link is the path of the newest link that was mailed to the address.
func (h *house) link(address string) string {
	h.t.Helper()
	var id string
	err := h.store.Pool().QueryRow(context.Background(),
		`select about_id::text from letters where address = $1 order by created_at desc, id desc limit 1`, strings.ToLower(address)).Scan(&id)
	if err != nil {
		h.t.Fatal(err)
	}
	return "/sign-in/" + h.accounts.LinkSecret(market.ID(id)).String()
}

// signIn goes the whole way, with the name asked the first time.
func (b *browser) signIn(address, name string) page {
	b.t.Helper()
	b.get("/sign-in").want(200).fill("/sign-in", "email", address).want(200, "Look in your mail")
	link := b.link(address)
	return b.get(link).want(200, strings.ToLower(address)).fill(link).want(200, "What should we call you?").
		fill("/account/name", "name", name)
}

func (b *browser) found(name string, pairs ...string) market.ID {
	b.t.Helper()
	p := b.get("/groups/new").want(200).fill("/groups", append([]string{"name", name, "place", "SE10"}, pairs...)...).want(200)
	return market.ID(strings.TrimPrefix(p.url.Path, "/groups/"))
}
