package e2e

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wherewithal/config"
	"wherewithal/mail/catcher"
	"wherewithal/web/httpx"
	"wherewithal/web/pages"
)

// routes are the paths of the site for a method, as its engine knows them: "/groups/:id/edit".
func routes(t *testing.T, method string) (paths []string) {
	t.Helper()
	c, err := config.Load("hub", nil)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := httpx.New(httpx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pages.New(pages.Options{Config: c, Mails: new(catcher.Catcher)}).Register(engine)
	for _, r := range engine.Routes() {
		if r.Method == method {
			paths = append(paths, r.Path)
		}
	}
	slices.Sort(paths)
	return paths
}

// known are real paths for the beginnings of routes: "/groups/:id" and the address of a group that is there. A route below
// such a beginning is one to visit without anybody's naming it.
type known map[string]string

var parameter = regexp.MustCompile(`[:*][a-z]+`)

// fill gives a route's path with real values, and whether all are known.
func (k known) fill(route string) (path string, ok bool) {
	longest := ""
	for begins := range k {
		if (route == begins || strings.HasPrefix(route, begins+"/")) && len(begins) > len(longest) {
			longest = begins
		}
	}
	path = route
	if longest != "" {
		path = k[longest] + strings.TrimPrefix(route, longest)
	}
	return path, !parameter.MatchString(path)
}

func TestEachBeginningOfARouteIsOne(t *testing.T) {
	k := known{"/groups/:id": "/groups/7", "/groups/:id/places/:place": "/groups/7/places/9"}
	for route, want := range map[string]string{"/": "/", "/groups/:id": "/groups/7", "/groups/:id/edit": "/groups/7/edit",
		"/groups/:id/places/:place/remove": "/groups/7/places/9/remove", "/groups/new": "/groups/new", "/i/:token": ""} {
		if got, ok := k.fill(route); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s %v, want %s", route, got, ok, want)
		}
	}
	if n := len(routes(t, http.MethodGet)); n < 30 {
		t.Errorf("%d routes to read", n)
	}
}
