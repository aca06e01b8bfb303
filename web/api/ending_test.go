package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/config"
)

// Programs learn from each answer of an operation that it will be gone, those that went wrong among them.
func TestWhatWillBeGoneSaysSo(t *testing.T) {
	h := openWith(t, func(c *config.Config) { c.APIPublicPerHour = 3 })
	since, sunset := time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC), time.Date(2027, 9, 1, 0, 0, 0, 0, time.UTC)
	h.api.RegisterEnding("/old", since, sunset)
	for path, status := range map[string]int{"/old": 200, "/old?missing=true": 404, "/old?else=1": 422} {
		a := h.public().ask("GET", path, "").want(status)
		links := a.header.Values("Link")
		if a.header.Get("Deprecation") != "@1799020800" || a.header.Get("Sunset") != "Wed, 01 Sep 2027 00:00:00 GMT" {
			t.Errorf("%s: %v", path, a.header)
		}
		for _, rel := range []string{"deprecation", "sunset"} {
			if !slices.Contains(links, `</developers/changes>; rel="`+rel+`"; type="text/html"`) {
				t.Errorf("%s leads nowhere: %q", path, links)
			}
		}
		if want := map[int]int{200: 3, 404: 2, 422: 2}[status]; len(links) != want {
			t.Errorf("%s: links %q", path, links)
		}
	}
	if a := h.public().ask("GET", "/old", "").want(429); a.header.Get("Sunset") == "" {
		t.Error("who was refused does not learn of it")
	}
	if a := h.public().ask("GET", "/kinds", ""); a.header.Get("Deprecation") != "" || a.header.Get("Sunset") != "" {
		t.Errorf("what stays says that it will be gone: %v", a.header)
	}
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "ends too soon") {
			t.Errorf("a notice of a month will do: %q", said)
		}
	}()
	h.api.RegisterEnding("/short", since, since.AddDate(0, 1, 0))
}

func TestTheDocumentSaysWhatWillBeGone(t *testing.T) {
	h := openWith(t, func(*config.Config) {})
	h.api.RegisterEnding("/old", h.now, h.now.AddDate(1, 0, 0))
	op := h.api.Document().Paths["/api/v1/old"].Get
	if !op.Deprecated || op.Extensions["x-sunset"] != "2028-01-11" || op.Extensions["x-deprecated-since"] != "2027-01-11" {
		t.Errorf("%+v", op)
	}
}
