package pages

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// Reading changes nothing: every GET route is walked, signed in, and every row of every table compared.
func TestNothingChangesOnGetOrHead(t *testing.T) {
	h := open(t)
	if err := h.site.Preview.(*listing.Pool).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	id := b.found("Creekside Choir")
	b.get("/groups/" + string(id)) // takes the message out of its cookie
	asker := h.browser()
	asker.get("/sign-in").fill("/sign-in", "email", "jo@choir.example")
	link := strings.TrimPrefix(h.link("jo@choir.example"), "/sign-in/")
	before := h.rows()
	h.now = h.now.Add(20 * 60e9) // so that the session's last use is written
	walked := 0
	for _, route := range h.engine.Routes() {
		if route.Method != http.MethodGet && route.Method != http.MethodHead {
			continue
		}
		path := strings.NewReplacer(":token", link, ":id", string(id), ":place", string(market.NewID()),
			":kind", "sign-in", ":form", "html", "*file", "x").Replace(route.Path)
		for _, who := range []*browser{b, asker, h.browser()} {
			if p := who.do(who.request(route.Method, path, nil)); p.status >= 500 {
				t.Errorf("%s %s: %d", route.Method, path, p.status)
			}
		}
		walked++
	}
	if walked < 30 {
		t.Errorf("only %d routes", walked)
	}
	after := h.rows()
	for table, rows := range before {
		if after[table] != rows {
			t.Errorf("%s changed:\n%s\n%s", table, rows, after[table])
		}
	}
	if n := wording.Missing(); n > 0 {
		t.Errorf("%d sentences were missing", n)
	}
}

// rows are all rows of all tables as text, but for sessions.seen_at.
func (h *house) rows() map[string]string {
	h.t.Helper()
	ctx, tables := context.Background(), map[string]string{}
	rows, err := h.store.Pool().Query(ctx, `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
	if err != nil {
		h.t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			h.t.Fatal(err)
		}
		tables[name] = ""
	}
	for name := range maps.Clone(tables) {
		var all string
		q := fmt.Sprintf(`select coalesce(string_agg((to_jsonb(t) - 'seen_at')::text, E'\n' order by to_jsonb(t)::text), '') from %q t`, name)
		if err := h.store.Pool().QueryRow(ctx, q).Scan(&all); err != nil {
			h.t.Fatal(err)
		}
		tables[name] = all
	}
	return tables
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	h := open(t)
	b := h.browser()
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r := b.request("POST", "/sign-in", strings.NewReader("email=ama@choir.example"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(header, value)
		b.do(r).want(403, "We only act on buttons of this site"[3:])
	}
}

func TestBrokenInputIsRefusedWithASentence(t *testing.T) {
	h := open(t)
	b := h.browser()
	for path, status := range map[string]int{
		"/find%00": 400, "/groups/%ff": 400, "/sign-in?next=%00": 400, "/sign-in?next=%ff": 400, "/sign-in?a=%zz": 400,
		"/sign-in?" + strings.Repeat("a=1&", 400): 400, "/nothing-here": 404, "/groups/12": 404, "/places?q=" + strings.Repeat("x", 5000): 200,
	} {
		p := b.get(path)
		if p.status != status {
			t.Errorf("%.40s: %d, want %d", path, p.status, status)
		}
		if status == 400 && !strings.Contains(p.text, "Go back") {
			t.Errorf("%.40s says nothing to do:\n%s", path, p.text)
		}
	}
	b.post("/sign-in", url.Values{"email": {"a\x00b"}}).want(400, "could not be read")
	b.post("/sign-in", url.Values{"email": {"a\xffb"}}).want(400, "could not be read")
	b.post("/sign-in", url.Values{"x": make([]string, 400)}).want(400, "more fields")
	b.post("/sign-in", url.Values{"email": {strings.Repeat("x", 2<<20)}}).want(413, "a megabyte is the most")
	b.do(b.request("POST", "/sign-in", strings.NewReader("{}"))).want(400, "how that was sent")
	b.do(b.request("DELETE", "/sign-in", nil)).want(405)
}

func TestPostgresAwayIsSaidKindly(t *testing.T) {
	s, err := store.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	h := openOn(t, s)
	b := h.browser()
	p := b.get("/groups/"+string(market.NewID())).want(503, "We are not ready just now", "try again in a few seconds")
	if p.header.Get("Retry-After") != "10" {
		t.Errorf("Retry-After: %q", p.header.Get("Retry-After"))
	}
	p = b.get("/sign-in").want(200).fill("/sign-in", "email", "ama@choir.example").want(503)
	b.get("/readyz").want(503, `"ready":false`)
	b.get("/healthz").want(200)
}

func TestTheLogHoldsNoPersonalText(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	b.get("/places?q=Deptford")
	b.get("/some-secret-path")
	h.server.Close() // all lines are written
	for _, word := range []string{"ama@", "Deptford", "some-secret", "127.0.0.1", h.link("ama@choir.example")[9:]} {
		if strings.Contains(h.log.String(), word) {
			t.Errorf("the log holds %q", word)
		}
	}
	if !strings.Contains(h.log.String(), "route=/sign-in/:token") || !strings.Contains(h.log.String(), "person=") {
		t.Errorf("log:\n%s", h.log.String())
	}
}

func TestMailsOfATestMachineAreForItAlone(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.get("/dev/mail").want(200, "No mail yet.")
	p := b.get("/dev/mail/templates/sign-in/html").want(200)
	if csp := p.header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || strings.Contains(csp, "script-src") {
		t.Errorf("CSP: %s", csp)
	}
	b.get("/dev/mail/templates").want(200, "sign-in")
	b.get("/dev/mail/7").want(404)
	r := b.request("GET", "/dev/mail", nil)
	r.Host = "rebound.example"
	b.do(r).want(404)
}

func TestPagesCarryTheStrictHeaders(t *testing.T) {
	p := open(t).browser().get("/sign-in").want(200)
	for key, want := range map[string]string{"Content-Security-Policy": "default-src 'none'; script-src 'self'", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "strict-origin", "Permissions-Policy": "geolocation=()"} {
		if !strings.Contains(p.header.Get(key), want) {
			t.Errorf("%s: %q", key, p.header.Get(key))
		}
	}
}

// letters are who gets which letters, oldest first.
func (h *house) letters(kind market.LetterKind) (to []string) {
	h.t.Helper()
	rows, err := h.store.Pool().Query(context.Background(), `select coalesce(p.address, l.address) from letters l left join people p
		on p.id = l.person_id where l.kind = $1 order by l.created_at, l.id`, kind)
	if err != nil {
		h.t.Fatal(err)
	}
	for rows.Next() {
		var address string
		if err := rows.Scan(&address); err != nil {
			h.t.Fatal(err)
		}
		to = append(to, address)
	}
	return to
}

func TestAReportIsAcknowledgedToWhoeverGaveAnAddress(t *testing.T) {
	s := openStreet(t)
	const about = "/report?about=group:"
	out := s.browser()
	form := out.get(about+string(s.hall)).want(200, "e-mail address")
	form.fill("/report", "reason", "unsafe", "text", "The stairs", "email", "not an address").
		want(422, "does not look like an e-mail address", `value="not an address"`, "The stairs")
	thanks := form.fill("/report", "reason", "unsafe", "text", "The stairs", "email", "Jo@Street.example").want(200, "Thank you. We have it.")
	thanks.without("street.example")
	form.fill("/report", "reason", "unsafe", "email", "jo@street.example").want(200, "Thank you. We have it.") // a double click
	out.get(about+string(s.hall)).fill("/report", "reason", "spam").want(200, "Thank you. We have it.")        // no address: no letter
	s.taker.get(about+string(s.hall)).without(`name="email"`).fill("/report", "reason", "spam", "email", "other@street.example").want(200)
	if diff := cmp.Diff([]string{"jo@street.example", "guest@choir.example"}, s.letters(market.ReportReceived)); diff != "" {
		t.Error(diff)
	}
	var kept []string
	if err := s.store.Pool().QueryRow(t.Context(), `select array_agg(address order by created_at, id) from reports`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"jo@street.example", "", ""}, kept); diff != "" {
		t.Error(diff)
	}
}

func TestReportsInSomebodyElsesNameBuryNobody(t *testing.T) {
	s := openStreet(t)
	for range acknowledgedPerHour + 2 {
		s.browser().get("/report?about=group:"+string(s.hall)).fill("/report", "reason", "spam", "email", "victim@street.example").want(200, "Thank you. We have it.")
	}
	if n := len(s.letters(market.ReportReceived)); n != acknowledgedPerHour {
		t.Errorf("%d letters, want %d", n, acknowledgedPerHour)
	}
	if n := s.count("reports"); n != acknowledgedPerHour+2 {
		t.Errorf("%d reports kept", n)
	}
}
