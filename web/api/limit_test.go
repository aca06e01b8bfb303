package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/web/api"
)

// limited grants a partner so much, in place of what it has.
func (h *house) limited(n neighbour, theirs market.Partner, minute, day int) {
	h.t.Helper()
	_, err := h.store.Pool().Exec(h.ctx, `update partner_grants set per_minute = $1, per_day = $2 where partner_id = $3`, minute, day, theirs.ID)
	h.must(err)
}

func TestAPartnersLimitsAreToldAndKept(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	h.limited(n, theirs, 3, 5)
	second := h.keyOf(n, theirs, false)
	a := key.ask("GET", "/kinds", "").want(200)
	if a.header.Get("RateLimit-Policy") != `"minute";q=3;w=60, "day";q=5;w=86400` || !strings.HasPrefix(a.header.Get("RateLimit"), `"minute";r=2;t=`) {
		t.Errorf("%v", a.header)
	}
	second.ask("GET", "/kinds", "").want(200)
	key.ask("GET", "/nothing-of-this", "").want(404)
	key.ask("GET", "/kinds", "").want(200)
	a = second.ask("GET", "/kinds", "").want(429, `"too_many"`) // the other key is no other allowance
	if a.header.Get("Retry-After") == "" || !strings.HasPrefix(a.header.Get("RateLimit"), `"minute";r=0`) {
		t.Errorf("%v", a.header)
	}
	h.keyOf(n, theirs, true).ask("GET", "/kinds", "").want(200) // what is tried out takes nothing from what is live
	daily, theirs := h.partnerIn(n)
	h.limited(n, theirs, 100, 2)
	for range 2 {
		daily.ask("GET", "/kinds", "").want(200)
	}
	a = daily.ask("GET", "/kinds", "").want(429)
	if !strings.Contains(a.header.Get("RateLimit"), `"day";r=0`) {
		t.Errorf("%v", a.header)
	}
}

// figure is a metric with these values of its labels.
func (h *house) figure(name string, labels ...string) float64 {
	h.t.Helper()
	all, err := h.metrics.Registry.Gather()
	h.must(err)
	for _, family := range all {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			var has []string
			for _, l := range m.GetLabel() {
				has = append(has, l.GetValue())
			}
			if !slices.ContainsFunc(labels, func(want string) bool { return !slices.Contains(has, want) }) {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// Whoever takes everything by searching is seen in the metric and stopped; a copy by changes is the way.
func TestScrapingIsSeenAndEnds(t *testing.T) {
	h := openWith(t, unlimited)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	for i := range 100 {
		n.ask("POST", "/listings", write(with(hall(n), "title", fmt.Sprint("Hall ", i)))).want(201)
	}
	h.indexed()
	key, theirs := h.partnerIn(n)
	h.limited(n, theirs, 1000, 50) // 1,000 rows a day
	for i := range 10 {
		key.ask("GET", fmt.Sprintf("/search?limit=100&lat=51.4&lng=0.%d", i+1), "").want(200)
	}
	key.ask("GET", "/search?limit=100&lat=51.4&lng=0.5", "").want(429)
	key.ask("GET", "/kinds", "").want(200)
	if got := h.figure("wherewithal_partner_rows_total", string(theirs.ID)); got != 1100 {
		t.Errorf("the metric counts %v rows", got)
	}
	whole, more := h.partnerIn(n)
	for range 200 {
		whole.ask("GET", "/listings/"+string(market.NewID()), "").want(404)
	}
	whole.ask("GET", "/listings/"+string(market.NewID()), "").want(429)
	if got := h.figure("wherewithal_partner_requests_total", string(more.ID), "missing"); got != 200 {
		t.Errorf("the metric counts %v misses", got)
	}
}

func TestPagesOfAPartnersSitesMayCall(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	other, _ := h.partnerIn(n)
	h.must(h.partners.SetOrigins(h.ctx, n.viewer, theirs.ID, []string{"https://directory.test"}, h.now))
	const origin, allowed = "https://directory.test", "Access-Control-Allow-Origin"
	a := h.public().ask("OPTIONS", "/search", "", "Origin", origin, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization").want(204)
	if a.header.Get(allowed) != origin || !strings.Contains(a.header.Get("Access-Control-Allow-Headers"), "Authorization") || a.header.Get("Vary") != "Origin" {
		t.Errorf("%v", a.header)
	}
	if a := h.public().ask("OPTIONS", "/search", "", "Origin", "https://elsewhere.test").want(204); a.header.Get(allowed) != "" {
		t.Errorf("a stranger's page may call: %v", a.header)
	}
	if a := key.ask("GET", "/search", "", "Origin", origin).want(200); a.header.Get(allowed) != origin || !strings.Contains(a.header.Get("Vary"), "Origin") ||
		!strings.Contains(a.header.Get("Access-Control-Expose-Headers"), "RateLimit") || a.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("%v", a.header)
	}
	if a := key.ask("GET", "/listings/nonsense", "", "Origin", origin); a.status < 400 || a.header.Get(allowed) != origin {
		t.Errorf("a page cannot read what went wrong: %d %v", a.status, a.header)
	}
	key.ask("GET", "/search", "", "Origin", "https://elsewhere.test").want(403, `"key_origin"`)
	other.ask("GET", "/search", "", "Origin", origin).want(403, `"key_origin"`)
	h.must(h.partners.EndPartner(h.ctx, n.viewer, theirs.ID, h.now))
	if a := h.public().ask("OPTIONS", "/search", "", "Origin", origin).want(204); a.header.Get(allowed) != "" {
		t.Error("pages of an ended partner may call")
	}
}

func TestWhatIsKnownIsNotSentAgain(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	key, _ := h.partnerIn(n)
	for _, path := range []string{"/search", "/listings/" + l.ID, "/groups/" + string(n.group.ID), "/networks", "/kinds"} {
		for who, keep := range map[*program]string{key: "private, no-cache", h.public(): "public, max-age=60"} {
			first := who.ask("GET", path, "").want(200)
			tag := first.header.Get("ETag")
			if tag == "" || first.header.Get("Cache-Control") != keep || !strings.Contains(first.header.Get("Vary"), "Authorization") {
				t.Errorf("%s: %v", path, first.header)
			}
			for _, known := range []string{tag, `"other", ` + tag, "W/" + strings.TrimPrefix(tag, "W/"), "*"} {
				if again := who.ask("GET", path, "", "If-None-Match", known).want(http.StatusNotModified); again.text != "" || again.header.Get("ETag") == "" {
					t.Errorf("%s: %q %v", path, again.text, again.header)
				}
			}
			who.ask("GET", path, "", "If-None-Match", `"other"`).want(200)
		}
	}
	// a group that now hides its name: the listing's version is the same, and what it says is not
	tag := key.ask("GET", "/listings/"+l.ID, "").want(200).header.Get("ETag")
	g := n.group
	g.NameHidden, g.Alias = true, "A quiet hall"
	h.must(h.accounts.Edit(h.ctx, n.viewer, g, "", h.now))
	if text := key.ask("GET", "/listings/"+l.ID, "", "If-None-Match", tag).want(200, "A quiet hall").text; strings.Contains(text, "Larkhollow") {
		t.Error("the name is still told")
	}
	n.ask("PUT", "/listings/"+l.ID, write(with(map[string]any{}, pairsOf(l)...)), "If-Match", tag).want(200)
}

// pairsOf what a listing says, for sending it again.
func pairsOf(l api.Listing) []any {
	return []any{"side", l.Side, "kind", l.Kind, "title", l.Title, "where", l.Where, "terms", l.Terms, "placeId", l.PlaceID}
}
