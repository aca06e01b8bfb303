//go:build lighthouse

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// pagesOf are the paths to look at, by route, and what tells the site who looks.
type pagesOf struct {
	Cookie string            `json:"cookie"`
	Pages  map[string]string `json:"pages"`
}

// Every page there is, once as somebody signed in. What it prints is kept in docs/benchmarks.md:
//
//	go test -tags lighthouse -run EveryPageInLighthouse -timeout 1h -v ./e2e
func TestEveryPageInLighthouse(t *testing.T) {
	h, b := newHub(t), newBrowser(t)
	p := b.person("ama", h, way{js: true})
	at := p.hasBeenEverywhere(h)
	var left []string
	all := pagesOf{Cookie: p.walker().cookies, Pages: map[string]string{}}
	for _, route := range routes(t, http.MethodGet) {
		path, ok := at.fill(route)
		if noPages[route] != "" || strings.HasPrefix(route, "/dev/") {
			continue
		}
		if !ok || p.opens(path) != http.StatusOK {
			left = append(left, route)
			continue
		}
		all.Pages[route] = path
	}
	t.Logf("%d pages; left out, as nothing was made for them or they are not for this person: %v", len(all.Pages), left)
	if len(all.Pages) < 95 {
		t.Error("too few pages were seen")
	}
	given, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	look := exec.CommandContext(t.Context(), "node", "lighthouse/run.mjs", h.base, "1", "-")
	look.Stdin, look.Stdout, look.Stderr = bytes.NewReader(given), os.Stdout, os.Stderr
	if err := look.Run(); err != nil {
		t.Fatal(err)
	}
}
