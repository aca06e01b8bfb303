package api_test

import (
	"fmt"
	"maps"
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
// the document says. It is fetched by `make test`. Every operation is asked as everybody, with ids of things that are the owner's,
// in all phases and with all checks that there are: some 13,000 requests in all.
func TestRequestsMadeOutOfTheDocumentMeetNoSurprise(t *testing.T) {
	tool := os.Getenv("SCHEMATHESIS")
	if tool == "" {
		t.Skip("SKIPPING: SCHEMATHESIS names no program; make test fetches it")
	}
	s := besiege(t)
	stranger := s.neighbour("Coltsfoot Players", "stage@players.test")
	stranger.posts(choir(stranger))
	another, _ := s.partnerIn(stranger)
	text, read := s.withIDs(), 0
	for _, r := range []role{ // who may end things last
		{name: "nobody", program: s.public(), examples: 2},
		{name: "stranger", scheme: "token", program: stranger.program, peers: map[string]*program{"owner": s.person.program}, examples: 2},
		{name: "key", scheme: "key", program: s.live, peers: map[string]*program{"another": another}, examples: 6},
		{name: "owner", scheme: "token", program: s.person.program, peers: map[string]*program{"stranger": stranger.program}, examples: 6},
	} {
		t.Run(r.name, func(t *testing.T) {
			dir := t.TempDir()
			r.writes(t, dir, s.document, text)
			cmd := exec.CommandContext(t.Context(), tool, "--config-file", "schemathesis.toml", "run", "openapi.json", "--url", s.server.URL)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			for _, phase := range []string{"Examples", "Coverage", "Fuzzing", "Stateful"} {
				if !regexp.MustCompile(`[✅❌] +` + phase).Match(out) {
					t.Errorf("%s was left out\n%s", phase, out)
				}
			}
			log := s.log.String()[read:]
			t.Logf("%d requests, %v of processor time", len(logged.FindAllString(log, -1)), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
			if read += len(log); strings.Contains(log, "status=5") {
				t.Fatalf("a 5xx\n%s", faults(log))
			}
			for _, op := range unvisited(s.document, log) {
				t.Errorf("%s was not asked", op)
			}
		})
	}
}

// role is somebody as whom everything is asked.
type role struct {
	name     string
	scheme   string // how they come in, as the document names it; "" for not at all
	program  *program
	peers    map[string]*program // who must not see what is theirs, nor have it seen
	examples int                 // made up by chance for each operation, beside those of a list
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

// A key has operations of its own, which it asks with everything, and nobody those that are open to all. What either is refused before anything
// that it sends is looked at is asked once, rightly; and rightly what it shares with people, who send that everything: whoever asks, wrong requests are refused by the same lines.
const (
	seldom  = `phases = { examples = { fill-missing = true }, coverage = { enabled = false }, fuzzing = { enabled = false } }` // and where it follows from another
	once    = `phases = { examples = { fill-missing = true }, coverage = { enabled = false }, fuzzing = { enabled = false }, stateful = { enabled = false } }`
	rightly = `generation = { mode = "positive" }`
)

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
	"answer-ring":           {"403", "for a group of the ring's that one may speak for"},
	"answer-introduction":   {"403", "for a side that one may speak for"},
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
	slices.Sort(all)
	return all
}

// writes into a directory what schemathesis reads: the document, who asks, and testdata/schemathesis.toml with tables for operations.
func (r role) writes(t *testing.T, dir string, d document, text []byte) {
	t.Helper()
	config, err := os.ReadFile("testdata/schemathesis.toml")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"openapi.json": text}
	if r.program.token != "" {
		config, files["auth.json"] = append(config, r.enters()...), []byte(write(r.credentials()))
	}
	files["schemathesis.toml"] = append(config, r.tables(d)...)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// enters is who asks, and whose things are not the other's to see.
func (r role) enters() string {
	all := append(slices.Sorted(maps.Keys(r.peers)), r.name)
	return fmt.Sprintf("\n[auth.wfc]\npath = \"auth.json\"\nuser = %q\npeers = [\"%s\"]\n", r.name, strings.Join(all, `", "`))
}

// credentials are those of a role and its peers, as a Web Fuzzing Commons file has them.
func (r role) credentials() map[string]any {
	var all []any
	entry := func(name string, p *program) {
		all = append(all, map[string]any{"name": name, "fixedHeaders": []any{map[string]any{"name": "Authorization", "value": "Bearer " + p.token}}})
	}
	entry(r.name, r.program)
	for name, p := range r.peers {
		entry(name, p)
	}
	return map[string]any{"auth": all}
}

// tables say how operations are asked, those together of which the same is said: each table is held against each operation many times.
func (r role) tables(d document) (text []byte) {
	alike := map[string][]string{}
	for _, operations := range d.Paths {
		for _, op := range operations {
			how := r.asks(op)
			alike[how] = append(alike[how], op.OperationID)
		}
	}
	for _, how := range slices.Sorted(maps.Keys(alike)) {
		text = fmt.Appendf(text, "\n[[operations]]\ninclude-operation-id = ['%s']\n%s\n", strings.Join(slices.Sorted(slices.Values(alike[how])), "', '"), how)
	}
	return text
}

// asks is how an operation is asked, and how right requests may be answered.
func (r role) asks(op operation) string {
	how, accepted := fmt.Sprintf("generation = { max-examples = %d }", r.examples), op.accepted()
	switch lets := op.lets(r.scheme); {
	case !lets:
		accepted = []string{"401", "403"}
		how = "generation = { max-examples = 2 }" // whatever it is, nobody looks at it
		switch r.scheme {
		case "key":
			how = once
		case "":
			how = seldom
		}
	case r.scheme == "key" && op.lets("token"):
		how = rightly
	}
	return fmt.Sprintf("%s\nchecks = { positive_data_acceptance = { expected-statuses = ['%s'] } }", how, strings.Join(accepted, "', '"))
}

// withIDs is the document, with ids of things of the owner's as the examples of its paths.
func (s *siege) withIDs() []byte {
	s.t.Helper()
	all := read[map[string]any](s.public().ask("GET", "/openapi.json", "").want(200))
	for _, tag := range s.guide.Tags {
		for _, o := range tag.Operations {
			if !strings.Contains(o.Path, "{") {
				continue
			}
			ids := s.wanted(o)
			said := all["paths"].(map[string]any)[o.Path].(map[string]any)[strings.ToLower(o.Method)].(map[string]any)
			for _, p := range said["parameters"].([]any) {
				if p := p.(map[string]any); p["in"] == "path" {
					p["example"] = ids[p["name"].(string)]
				}
			}
		}
	}
	return []byte(write(all))
}

// lets reports whether an operation is for those who come by a scheme.
func (o operation) lets(scheme string) bool {
	return slices.ContainsFunc(o.Security, func(choice map[string][]string) bool {
		_, ok := choice[scheme]
		return ok || scheme == "" && len(choice) == 0
	})
}

func unlimited(c *config.Config) { c.APIPerHour, c.APIPublicPerHour, c.PostsPerHour = 1e9, 1e9, 1e9 }
