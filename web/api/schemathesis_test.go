package api_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wherewithal/config"
)

// schemathesis makes requests out of the document, right ones and wrong ones, and looks at whether the answers are what
// the document says. It is fetched by `make test`. Every operation is asked as everybody, some 7,300 requests in all, and those are
// sent one who are refused before anything that they send is looked at.
func TestRequestsMadeOutOfTheDocumentMeetNoSurprise(t *testing.T) {
	tool := os.Getenv("SCHEMATHESIS")
	if tool == "" {
		t.Skip("SKIPPING: SCHEMATHESIS names no program; make test fetches it")
	}
	h := openWith(t, unlimited)
	owner, stranger := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	owner.posts(hall(owner))
	stranger.posts(choir(stranger))
	key, _ := h.partnerIn(owner)
	_, err := h.store.Pool().Exec(h.ctx, `update partner_grants set per_minute = 1000000, per_day = 1000000`)
	h.must(err)
	d, read := h.document(), 0
	for role, p := range map[string]*program{"owner": owner.program, "key": key, "stranger": stranger.program, "nobody": h.public()} {
		args := append([]string{"--config-file", configOf(t, d, role), "run", h.server.URL + "/api/v1/openapi.json", "--url", h.server.URL}, phases[role]...)
		if p.token != "" {
			args = append(args, "--header", "Authorization: Bearer "+p.token)
		}
		cmd := exec.CommandContext(t.Context(), tool, args...)
		cmd.Dir = t.TempDir() // it leaves notes where it runs
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("as %s: %v\n%s", role, err, out)
		}
		t.Logf("as %s: %v of processor time", role, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		log := h.log.String()[read:]
		if read += len(log); strings.Contains(log, "status=5") {
			t.Fatalf("as %s: a 5xx\n%s", role, faults(log))
		}
		for _, op := range unvisited(d, log) {
			t.Errorf("as %s: %s was not asked", role, op)
		}
	}
}

// logged is what a line of the log says was asked.
var logged = regexp.MustCompile(` method=(\S+) route=(\S+) `)

// unvisited are the operations of which a log does not know.
func unvisited(d document, log string) (all []string) {
	seen := map[string]bool{}
	for _, line := range logged.FindAllStringSubmatch(log, -1) {
		seen[line[1]+" "+line[2]] = true
	}
	for path, operations := range d.Paths {
		for method, op := range operations {
			if !seen[strings.ToUpper(method)+" "+strings.NewReplacer("{", ":", "}", "").Replace(path)] {
				all = append(all, op.OperationID)
			}
		}
	}
	return all
}

// phases are all of them, but that nobody else goes on from what was made: a stranger makes nothing here that an owner does not.
var phases = map[string][]string{"stranger": {"--phases", "examples,coverage,fuzzing"}, "nobody": {"--phases", "examples,coverage,fuzzing"}}

// schemes are how each comes in, as the document names it.
var schemes = map[string]string{"owner": "token", "stranger": "token", "key": "key", "nobody": ""}

// once has operations be sent one right request each.
const once = `
[[operations]]
include-operation-id = [%s]
phases = { examples = { fill-missing = true }, coverage = { enabled = false }, fuzzing = { enabled = false }, stateful = { enabled = false } }
`

// configOf a role is testdata/schemathesis.toml, but for what is refused to it before anything that was sent is looked at: that needs no
// more than one request. So it is with what a stranger asks without naming a thing of somebody else's, which is as the owner asks it.
func configOf(t *testing.T, d document, role string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/schemathesis.toml")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for path, operations := range d.Paths {
		for _, op := range operations {
			if !op.lets(schemes[role]) || role == "stranger" && !strings.Contains(path, "{") {
				ids = append(ids, fmt.Sprintf("%q", op.OperationID))
			}
		}
	}
	slices.Sort(ids)
	file := filepath.Join(t.TempDir(), "schemathesis.toml")
	if err := os.WriteFile(file, append(text, fmt.Sprintf(once, strings.Join(ids, ", "))...), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// lets reports whether an operation is for those who come by a scheme.
func (o operation) lets(scheme string) bool {
	return slices.ContainsFunc(o.Security, func(choice map[string][]string) bool {
		_, ok := choice[scheme]
		return ok || scheme == "" && len(choice) == 0
	})
}

func unlimited(c *config.Config) { c.APIPerHour, c.APIPublicPerHour, c.PostsPerHour = 1e9, 1e9, 1e9 }
