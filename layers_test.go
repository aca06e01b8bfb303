// Package wherewithal_test checks what concerns the whole house: that imports go down its floors only.
package wherewithal_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "wherewithal"

// floors says where each family of packages stands: a folder at the root with all below it. docs/design.md draws it.
var floors = map[string]int{
	"cmd": 4,
	"web": 3, "worker": 3,
	"listing": 2, "introduction": 2, "account": 2, "network": 2, "partner": 2, "letter": 2, "safety": 2, "conversation": 2, "alert": 2,
	"store": 1, "search": 1, "mail": 1, "queue": 1, "ical": 1, "matching": 1, "geocode": 1, "reading": 1, "sample": 1, "photo": 1, "intake": 1, "webhook": 1,
	"market": 0, "config": 0, "telemetry": 0, "wording": 0, "frontend": 0, "docs": 0,
}

// sideways are the few pairs of one floor where the first may import the second.
var sideways = map[string]string{
	"reading": "geocode", // sentences name real districts, and there is one table of those
	"sample":  "geocode", // invented groups stand at real outcodes, and there is one table of those
}

// outside are families that stand beside the house and may look into all of it.
var outside = []string{"e2e", "scripts", "deploy"}

// seals say which families alone may import a module; a test file is no exception.
var seals = []struct {
	module  string
	allowed []string
}{
	{"gorm.io", []string{"store"}},
	{"github.com/hibiken/asynq", []string{"queue", "worker"}},
	{"github.com/meilisearch/meilisearch-go", []string{"search"}},
	{"github.com/gin-gonic/gin", []string{"web"}},
	{"github.com/gin-contrib", []string{"web"}},
	{"github.com/danielgtaylor/huma", []string{"web"}},
	{"github.com/a-h/templ", []string{"web"}},
	{"github.com/yuin/goldmark", []string{"web"}},
	{"code.dny.dev/ssrf", []string{"webhook"}},
}

func TestImportsGoDownTheFloors(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipped(name)
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		imports, err := importsOf(name)
		if err != nil {
			return err
		}
		seen++
		for _, imp := range imports {
			if says := fault(filepath.ToSlash(name), imp); says != "" {
				t.Errorf("%s: %s", name, says)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 2 {
		t.Errorf("saw %d Go files: this test is not looking at the project", seen)
	}
}

// skipped leaves out folders that hold none of our Go.
func skipped(dir string) error {
	base := filepath.Base(dir)
	hidden := dir != "." && strings.HasPrefix(base, ".")
	if hidden || base == "node_modules" || base == "testdata" || dir == "data" || dir == "bin" || dir == "model" {
		return fs.SkipDir
	}
	return nil
}

func importsOf(name string) (imports []string, err error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	for _, spec := range file.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, imp)
	}
	return imports, nil
}

// fault says what is wrong with file importing imp; empty when nothing is. file is relative to the root, with slashes.
func fault(file, imp string) string {
	from, test := path.Dir(file), strings.HasSuffix(file, "_test.go")
	if says := brokenSeal(from, imp); says != "" {
		return says
	}
	to, ours := strings.CutPrefix(imp, module+"/")
	if family(from) == "market" && !test && !within(from, to, ours) && !standard(imp) {
		return "market imports the standard library only, not " + imp
	}
	if !ours {
		return ""
	}
	return wrongWay(from, to, test)
}

func within(from, to string, ours bool) bool { return ours && family(from) == family(to) }

// standard reports whether imp is of the standard library: its first part has no dot, and it is not ours.
func standard(imp string) bool {
	return !strings.Contains(family(imp), ".") && family(imp) != module
}

func brokenSeal(from, imp string) string {
	if under(imp, "gorm.io") && (under(from, "store/embedded") || under(from, "store/storetest")) {
		return from + " runs servers and does not import " + imp
	}
	for _, s := range seals {
		if under(imp, s.module) && !slices.Contains(s.allowed, family(from)) {
			return fmt.Sprintf("%s is sealed in %s", imp, strings.Join(s.allowed, " and "))
		}
	}
	return ""
}

// wrongWay is the rule of floors. Within a family anything goes. Everybody may import market, which imports nothing.
// Tests may look sideways, for a real part beside theirs, and use storetest from anywhere.
func wrongWay(from, to string, test bool) string {
	if from == "." || slices.Contains(outside, family(from)) || family(from) == family(to) {
		return ""
	}
	if under(to, "store/storetest") {
		if test {
			return ""
		}
		return to + " is for tests"
	}
	here, known := floors[family(from)]
	if !known {
		return family(from) + " is on no floor: give it one in layers_test.go and docs/design.md"
	}
	there, known := floors[family(to)]
	switch {
	case !known:
		return to + " is on no floor that others may import"
	case there > here:
		return fmt.Sprintf("%s (floor %d) imports %s (floor %d): imports go down", from, here, to, there)
	case there == here && family(to) != "market" && sideways[family(from)] != family(to) && !test:
		return fmt.Sprintf("%s and %s are both on floor %d: imports do not go sideways", from, to, here)
	}
	return ""
}

// family is the first part of a path: the folder at the root, or the host of a module.
func family(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}

// under reports whether p is root or below it.
func under(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

// Whoever sends a table for a spreadsheet writes it with httpx.Table, which takes the sting out of every cell.
func TestTablesAreWrittenInOneWay(t *testing.T) {
	const door = "web/httpx/csv.go"
	sent := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipped(name)
		}
		name = filepath.ToSlash(name)
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(name)
		if strings.Contains(string(src), "csv.NewWriter(") != (name == door) {
			t.Errorf("%s: tables are written with httpx.NewTable, and %s has its writer", name, door)
		}
		if strings.Contains(string(src), `"text/csv`) {
			sent++
			maker := "httpx.NewTable("
			if filepath.Dir(name) == filepath.Dir(door) {
				maker = "(NewTable("
			}
			if !strings.Contains(string(src), maker) {
				t.Errorf("%s sends a table that was made otherwise", name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if sent == 0 {
		t.Error("no table is sent: this test is not looking at the project")
	}
}

func TestCheckerKnowsRightFromWrong(t *testing.T) {
	for _, tc := range []struct{ file, imp, want string }{
		{"cmd/hub/main.go", "wherewithal/store/embedded", ""},
		{"web/pages/listing.go", "wherewithal/listing", ""},
		{"web/pages/listing.go", "wherewithal/web/httpx", ""},
		{"web/pages/view/card_templ.go", "github.com/a-h/templ/runtime", ""},
		{"listing/publish.go", "wherewithal/store", ""},
		{"matching/rank.go", "wherewithal/matching/calendar", ""},
		{"matching/calendar/window.go", "wherewithal/matching", ""},
		{"wording/plural.go", "wherewithal/market", ""},
		{"store/listing.go", "gorm.io/gorm", ""},
		{"store/listing.go", "gorm.io/driver/postgres", ""},
		{"worker/mail.go", "github.com/hibiken/asynq", ""},
		{"queue/relay/relay.go", "github.com/hibiken/asynq", ""},
		{"search/postgres_test.go", "wherewithal/store", ""},
		{"search/postgres_test.go", "wherewithal/store/storetest", ""},
		{"config/config_test.go", "wherewithal/store/storetest", ""},
		{"market/place_test.go", "github.com/google/go-cmp/cmp", ""},
		{"market/place.go", "encoding/json", ""},
		{"e2e/story.go", "wherewithal/store/storetest", ""},
		{"layers_test.go", "wherewithal/web/pages", ""},
		{"sample/group.go", "wherewithal/geocode", ""},

		{"geocode/table.go", "wherewithal/sample", "geocode and sample are both on floor 1: imports do not go sideways"},
		{"store/listing.go", "wherewithal/listing", "store (floor 1) imports listing (floor 2): imports go down"},
		{"store/listing_test.go", "wherewithal/web/pages", "store (floor 1) imports web/pages (floor 3): imports go down"},
		{"listing/publish.go", "wherewithal/introduction", "listing and introduction are both on floor 2: imports do not go sideways"},
		{"queue/relay.go", "wherewithal/store", "queue and store are both on floor 1: imports do not go sideways"},
		{"telemetry/run.go", "wherewithal/config", "telemetry and config are both on floor 0: imports do not go sideways"},
		{"web/api/job.go", "wherewithal/worker", "web/api and worker are both on floor 3: imports do not go sideways"},
		{"market/place.go", "github.com/google/uuid", "market imports the standard library only, not github.com/google/uuid"},
		{"market/place.go", "wherewithal/config", "market imports the standard library only, not wherewithal/config"},
		{"listing/publish.go", "gorm.io/gorm", "gorm.io/gorm is sealed in store"},
		{"listing/publish_test.go", "gorm.io/gorm", "gorm.io/gorm is sealed in store"},
		{"e2e/story_test.go", "github.com/hibiken/asynq", "github.com/hibiken/asynq is sealed in queue and worker"},
		{"store/embedded/embedded.go", "gorm.io/gorm", "store/embedded runs servers and does not import gorm.io/gorm"},
		{"cmd/api/main.go", "github.com/gin-gonic/gin", "github.com/gin-gonic/gin is sealed in web"},
		{"mail/letter.go", "github.com/a-h/templ", "github.com/a-h/templ is sealed in web"},
		{"worker/index.go", "github.com/meilisearch/meilisearch-go", "github.com/meilisearch/meilisearch-go is sealed in search"},
		{"cmd/api/main.go", "wherewithal/store/storetest", "store/storetest is for tests"},
		{"cmd/api/main.go", "wherewithal/e2e", "e2e is on no floor that others may import"},
		{"util/strings.go", "wherewithal/market", "util is on no floor: give it one in layers_test.go and docs/design.md"},
	} {
		if diff := cmp.Diff(tc.want, fault(tc.file, tc.imp)); diff != "" {
			t.Errorf("%s imports %s (-want +got)\n%s", tc.file, tc.imp, diff)
		}
	}
}

// An error of the database that is joined with "not found", or with "that was done already", passes for that: a link of a
// mail was not found while Postgres came back, and a mail would have been taken for one that was kept before.
func TestNoErrorPassesForAnother(t *testing.T) {
	joined := regexp.MustCompile(`errors\.Join\(err, market\.Err`)
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipped(name)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(name)
		if joined.Match(src) {
			t.Errorf("%s joins an unknown error with one that means something: return the unknown one first", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
