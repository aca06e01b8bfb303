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
// the document says. It is fetched by `make test`. Every operation is asked as everybody, some 6,400 requests in all: by one
// role with everything, by the others with right requests, and by those with one who are refused before anything that they send is looked at.
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
		t.Run(role, func(t *testing.T) {
			args := append([]string{"--config-file", configOf(t, d, role), "run", h.server.URL + "/api/v1/openapi.json", "--url", h.server.URL}, phases[role]...)
			if p.token != "" {
				args = append(args, "--header", "Authorization: Bearer "+p.token)
			}
			cmd := exec.CommandContext(t.Context(), tool, args...)
			cmd.Dir = t.TempDir() // it leaves notes where it runs
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			log := h.log.String()[read:]
			t.Logf("%d requests, %v of processor time", len(logged.FindAllString(log, -1)), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
			if read += len(log); strings.Contains(log, "status=5") {
				t.Fatalf("a 5xx\n%s", faults(log))
			}
			for _, op := range unvisited(d, log) {
				t.Errorf("%s was not asked", op)
			}
		})
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

// once is for what is refused to a role before anything that it sends is looked at: one right request each.
const once = `phases = { examples = { fill-missing = true }, coverage = { enabled = false }, fuzzing = { enabled = false }, stateful = { enabled = false } }`

// rightly is for what another role sends wrong requests to: whoever asks, those are refused by the same lines.
const rightly = `generation = { mode = "positive" }`

// home is the role that sends an operation everything.
func (o operation) home() string {
	if o.lets("token") {
		return "owner"
	}
	return "key"
}

// states are the refusals of right requests that depend on what there is by now, where the document says that an operation has them.
var states = []string{"404", "409", "410", "412", "428"}

// byRule are the operations that refuse right requests by a rule that no schema can say, with the statuses and the rule.
var byRule = map[string]struct{ statuses, why string }{
	"search":                {"422", "hours want days; a place has to be known"},
	"save-search":           {"422 429", "as search; so many are kept in an hour"},
	"create-listing":        {"400 422", "ends come after beginnings, no address stands in a text; facts are those of their kind, and none is null"},
	"edit-listing":          {"400 422", "as create-listing"},
	"preview-listing":       {"400 422", "as create-listing"},
	"pause-listing":         {"422", "the day is to come"},
	"add-photo":             {"422", "the bytes have to be a picture"},
	"arrange-photos":        {"422", "no address stands in a text"},
	"put-partner-listing":   {"400 422", "as create-listing; its group was named before"},
	"put-partner-group":     {"422", "its id is that of a group that let the partner in; a postcode has to be known"},
	"send-partner-listings": {"400", "rows are looked at one by one, but for null, which no JSON here has"},
	"read-import":           {"422", "a file has columns, or services"},
	"create-webhook":        {"422", "an address on the open internet, under https"},
	"edit-webhook":          {"422", "as create-webhook"},
	"replay-webhook":        {"422", "either one delivery or a time"},
}

// accepted are the statuses of answers to right requests.
func (o operation) accepted() []string {
	all := append([]string{"2xx"}, strings.Fields(byRule[o.OperationID].statuses)...)
	for name, status := range map[string]string{
		"cursor": "400", // it has to be one of ours
		"fields": "422", // they have to be those of what is listed
	} {
		if slices.ContainsFunc(o.Parameters, func(p struct{ Name string }) bool { return p.Name == name }) {
			all = append(all, status)
		}
	}
	for _, status := range states {
		if _, told := o.Responses[status]; told {
			all = append(all, status)
		}
	}
	return all
}

// configOf a role is testdata/schemathesis.toml with a table for each operation.
func configOf(t *testing.T, d document, role string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/schemathesis.toml")
	if err != nil {
		t.Fatal(err)
	}
	for path, operations := range d.Paths {
		for _, op := range operations {
			how, accepted := "", op.accepted()
			switch {
			case !op.lets(schemes[role]):
				how, accepted = once, []string{"401", "403"}
			case role == "stranger" && !strings.Contains(path, "{"):
				how = once // which is as the owner asks it
			case role != op.home():
				how = rightly
			}
			text = fmt.Appendf(text, "\n[[operations]]\ninclude-operation-id = %q\n%s\nchecks = { positive_data_acceptance = { expected-statuses = ['%s'] } }\n",
				op.OperationID, how, strings.Join(accepted, "', '"))
		}
	}
	file := filepath.Join(t.TempDir(), "schemathesis.toml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
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
