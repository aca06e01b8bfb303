package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wherewithal/config"
)

// schemathesis makes requests out of the document, right ones and wrong ones, and looks at whether the answers are what
// the document says. It is fetched by `make test`.
func TestRequestsMadeOutOfTheDocumentMeetNoSurprise(t *testing.T) {
	tool := os.Getenv("SCHEMATHESIS")
	if tool == "" {
		t.Skip("SKIPPING: SCHEMATHESIS names no program; make test fetches it")
	}
	config, err := filepath.Abs("testdata/schemathesis.toml")
	if err != nil {
		t.Fatal(err)
	}
	h := openWith(t, unlimited)
	owner, stranger := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	owner.posts(hall(owner))
	stranger.posts(choir(stranger))
	key, _ := h.partnerIn(owner)
	_, err = h.store.Pool().Exec(h.ctx, `update partner_grants set per_minute = 1000000, per_day = 1000000`)
	h.must(err)
	for role, p := range map[string]*program{"owner": owner.program, "key": key, "stranger": stranger.program, "nobody": h.public()} {
		args := append([]string{"--config-file", config, "run", h.server.URL + "/api/v1/openapi.json", "--url", h.server.URL}, asked[role]...)
		if p.token != "" {
			args = append(args, "--header", "Authorization: Bearer "+p.token)
		}
		cmd := exec.CommandContext(t.Context(), tool, args...)
		cmd.Dir = t.TempDir() // it leaves notes where it runs
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("as %s: %v\n%s", role, err, out)
		}
		if strings.Contains(h.log.String(), "status=5") {
			t.Fatalf("as %s: a 5xx\n%s", role, faults(h.log.String()))
		}
	}
}

// forKeys are the paths that answer only the key of an outside site.
const forKeys = "/(partner|webhooks|changes|directory)"

// forAnyone are paths that answer without a token, and each of them.
const forAnyone = "/(search|suggestions|kinds|networks|photos|groups/|listings/[^/]*$)"

// asked is what is asked as whom: what is not refused before a body is read. A stranger differs from an owner in what has
// an id. That each operation refuses whom it says it refuses has a test of its own.
var asked = map[string][]string{
	"owner":    {"--exclude-path-regex", forKeys},
	"key":      {"--include-path-regex", forKeys + "|" + forAnyone},
	"stranger": {"--include-path-regex", `\{`, "--exclude-path-regex", forKeys, "--phases", "examples,coverage,fuzzing"},
	"nobody":   {"--include-path-regex", forAnyone, "--phases", "examples,coverage,fuzzing"},
}

func unlimited(c *config.Config) { c.APIPerHour, c.APIPublicPerHour, c.PostsPerHour = 1e9, 1e9, 1e9 }
