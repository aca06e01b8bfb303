package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wherewithal/config"
	"wherewithal/market"
	"wherewithal/web/api"
)

// figure of a bound, as the page of limits shows it.
func shownLimit(t *testing.T, c config.Config, key string) int {
	t.Helper()
	for _, group := range api.LimitsOf(c) {
		for _, l := range group.Each {
			if l.Key == key {
				return l.Figures[1].(int)
			}
		}
	}
	t.Fatalf("no limit %s", key)
	return 0
}

// What is shown is what is kept: as many as it says go through, and the next does not.
func TestTheLimitsShownAreThoseThatAreKept(t *testing.T) {
	h := openWith(t, func(c *config.Config) { c.APIPerHour, c.APIPublicPerHour = 7, 5 })
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	for who, most := range map[*program]int{n.program: shownLimit(t, h.config, "token_hour"), h.public(): shownLimit(t, h.config, "public_hour")} {
		for range most {
			who.ask("GET", "/kinds", "").want(200)
		}
		who.ask("GET", "/kinds", "").want(429)
	}
	_, theirs := h.partnerIn(n)
	a := h.keyOf(n, theirs, true).ask("GET", "/kinds", "").want(200)
	want := fmt.Sprintf(`"minute";q=%d;w=60, "day";q=%d;w=86400`, shownLimit(t, h.config, "test_minute"), shownLimit(t, h.config, "test_day"))
	if got := a.header.Get("RateLimit-Policy"); got != want {
		t.Errorf("a test key is told %s, the page %s", got, want)
	}
	other := h.neighbour("Tansy Yard Choir", "guest@choir.test")
	other.ask("POST", "/listings", `{"title":"`+strings.Repeat("x", shownLimit(t, h.config, "body")<<10)+`"}`).want(413, `"too_big"`)
}

// Descriptions are texts, which no constant can enter: they say the days that are kept.
func TestDescriptionsSayTheDaysThatThingsAreKept(t *testing.T) {
	d, err := api.Describe(config.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for said, kept := range map[string]time.Duration{d.Paths["/api/v1/changes"].Get.Description: market.ChangesKept,
		d.Paths["/api/v1/listings"].Post.Parameters[0].Description: market.OnceKept} {
		if days := fmt.Sprintf("%d days", kept/(24*time.Hour)); !strings.Contains(said, days) {
			t.Errorf("no %q in %q", days, said)
		}
	}
}
