package e2e

import (
	"fmt"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// view is no promise of the program, but what its makers see in the world.
const view = "a view of the world"

// promises are all sentences of the README, each with the tests that fail when it stops being true.
var promises = map[string][]string{
	"Community groups have halls that stand empty, gazebos used twice a year, people who can keep accounts.": {view},
	"Other groups nearby are short of just that.":                                                            {view},
	"Wherewithal lets each say what it can **offer** and what it **needs**, works out who can help whom and says why, and **introduces** them by mail when both say yes.": {
		"TestFromANeedToAnIntroduction", "TestFromANeedToAnIntroductionWithoutJavaScript", "TestFromANeedToAnIntroductionByKeyboardOnly"},
	"![The first page: what groups in London offer, and what they need](docs/first-page.png)": {"TestTheFirstPageIsAsPictured"},
	"make run # the whole site on your machine, with an invented London to look at":           {"TestMakeRunStartsTheHub", "TestTheFirstPageIsAsPictured"},
	"make test # every check and every test, with a real Postgres, Redis and browser":         {"TestMakeTestLeavesNothingOut"},
	"Both want Go 1.26, Node 20 with npm, and make; `make test` installs redis-server, chromium, gcc, libc6-dev, glpk-utils, python3, python3-venv, curl and openssl by apt when it may, and otherwise names what is missing.": {
		"TestTheVersionsWantedAreThoseOfTheProject", "TestWhatIsMissingIsInstalledOrNamed", "TestTheREADMENamesWhatMakeTestInstalls"},
	"post([A group says what it needs]) --> kept[(Postgres: the listing, and the work that follows)]":                                             {"TestWithRedisAwayListingsAreAcceptedAndMatchedLater"},
	"kept --> match[The worker finds who can help, and why]":                                                                                      {"TestAnotherWorkerDoesWhatAKilledOneLeft"},
	"match --> first([Mail to the group that needs])":                                                                                             {"TestAnotherWorkerDoesWhatAKilledOneLeft"},
	"first -->|yes| second([Mail to the group that gives])":                                                                                       {"TestAnotherWorkerDoesWhatAKilledOneLeft"},
	"second -->|yes| both([Mail to both: whom to talk to])":                                                                                       {"TestAnotherWorkerDoesWhatAKilledOneLeft"},
	"A link in a mail only opens a page; its button acts.":                                                                                        {"TestNoLinkOfAMailChangesAnything"},
	"Neither group learns the other's contact before both have said yes.":                                                                         {"TestFromANeedToAnIntroduction"},
	"Partner sites search the same pool with a key of their own, by an API that describes itself at `/api/v1/openapi.json`.":                      {"TestAKeySeesWhatIsForAnyoneInItsNetworks", "TestTheDocumentIsTheOneThatWasReviewed"},
	"Without a key anybody reads what is for anyone as feeds, maps, calendars of open rooms and Open Referral UK ([docs/open.md](docs/open.md)).": {"TestOtherProgramsReadWhatAVisitorSees", "TestLinksOfTheREADMELeadSomewhere"},
	"One line puts the search into a page of another site, where it sets no cookie and asks nobody but us.":                                       {"TestTheWidgetOnAnotherSite"},
	"Programs search, keep a copy and act through an API; the page `/developers` describes it, with examples that run.":                           {"TestEveryExampleOfThePagesForDevelopersRuns", "TestTheQuickStartLeadsToAFirstResult", "TestThePagesForDevelopersSayAllThatTheDocumentSays"},
	"[docs/running.md](docs/running.md) says how to run it, [docs/design.md](docs/design.md) how it is built, [docs/glossary.md](docs/glossary.md) what its words mean, [docs/introductions.md](docs/introductions.md) how an introduction goes, [docs/adr](docs/adr) why it is as it is.": {"TestLinksOfTheREADMELeadSomewhere"},
	"Licence: [Apache-2.0](LICENSE).": {"TestLinksOfTheREADMELeadSomewhere", "TestTheLicenceIsApache"},
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var fence = regexp.MustCompile("(?m)^```.*$|^flowchart.*$|^#.*$")

// sentencesOf the README: of its paragraphs, and each line of code or of a drawing.
func sentencesOf(text string) (out []string) {
	for _, block := range strings.Split(fence.ReplaceAllString(text, "\n"), "\n\n") {
		lines := strings.Split(strings.Trim(block, "\n"), "\n")
		if strings.HasPrefix(lines[0], "  ") || strings.HasPrefix(lines[0], "!") { // code, a drawing, a picture
			for _, line := range lines {
				out = append(out, strings.Join(strings.Fields(line), " "))
			}
			continue
		}
		paragraph := strings.Join(strings.Fields(block), " ")
		for paragraph != "" {
			end := ends.FindStringIndex(paragraph)
			if end == nil {
				end = []int{len(paragraph), len(paragraph)}
			}
			out = append(out, strings.TrimSpace(paragraph[:end[1]]))
			paragraph = paragraph[end[1]:]
		}
	}
	return out
}

// ends is where a sentence ends: no version, file or address of the README has a space behind its full stop.
var ends = regexp.MustCompile(`[.!?] `)

func TestEachSentenceOfTheREADMEHasATest(t *testing.T) {
	there := testsOfTheHouse(t)
	said := map[string]bool{}
	for _, s := range sentencesOf(readme(t)) {
		said[s] = true
		if len(promises[s]) == 0 {
			t.Errorf("no test stands behind this sentence of the README: %q", s)
		}
	}
	for s, tests := range promises {
		if !said[s] {
			t.Errorf("the README no longer says %q", s)
		}
		for _, name := range tests {
			if name != view && !there[name] {
				t.Errorf("%q is to be proven by %s, which is not there", s, name)
			}
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

func testsOfTheHouse(t *testing.T) map[string]bool {
	t.Helper()
	there := map[string]bool{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			if d != nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == "data") {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(name)
		for _, found := range testFunc.FindAllStringSubmatch(string(text), -1) {
			there[found[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

func TestLinksOfTheREADMELeadSomewhere(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme(t), -1)
	for _, l := range links {
		if _, err := os.Stat("../" + l[1]); err != nil {
			t.Error(err)
		}
	}
	if len(links) < 6 {
		t.Errorf("%d links", len(links))
	}
}

func TestTheLicenceIsApache(t *testing.T) {
	text, err := os.ReadFile("../LICENSE")
	if err != nil || !strings.Contains(string(text), "Apache License") || !strings.Contains(string(text), "Version 2.0") {
		t.Errorf("%v\n%.100s", err, text)
	}
}

// plan is what make would do.
func plan(t *testing.T, target string) string {
	t.Helper()
	cmd := exec.Command("make", "--no-print-directory", "-n", "-B", target)
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestMakeRunStartsTheHub(t *testing.T) {
	said := strings.TrimSpace(plan(t, "run"))
	if !strings.HasSuffix(said, "go run ./cmd/hub") || !strings.Contains(said, "npm ci") || !strings.Contains(said, "npm run --silent build") {
		t.Errorf("make run does:\n%s", said)
	}
}

// Whoever may install nothing by apt reads there what to have.
func TestTheREADMENamesWhatMakeTestInstalls(t *testing.T) {
	needs := regexp.MustCompile(`(?m)^scripts/need\.sh (.+)$`).FindStringSubmatch(plan(t, "needs"))
	said := regexp.MustCompile("`make test` installs ([^.;]+) by apt").FindStringSubmatch(strings.Join(strings.Fields(readme(t)), " "))
	if needs == nil || said == nil {
		t.Fatalf("make needs %v, the README says %v", needs, said)
	}
	wanted := strings.Fields(strings.ReplaceAll(needs[1], "chromium-headless-shell", "chromium")) // which does where there is no shell
	named := strings.FieldsFunc(strings.ReplaceAll(said[1], " and ", ", "), func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(wanted)
	slices.Sort(named)
	if !slices.Equal(wanted, named) {
		t.Errorf("make test installs %v, the README says %v", wanted, named)
	}
}

func TestMakeTestLeavesNothingOut(t *testing.T) {
	said := plan(t, "test")
	wants(t, said, "scripts/need.sh redis-server chromium-headless-shell gcc libc6-dev glpk-utils python3 python3-venv", "go vet ./...", "staticcheck ./...", "npm run --silent check", "npm run --silent sizes",
		"npm test", "gotest -race", "go list ./... | grep -v /e2e", "-p 2 -timeout 30m -skip", "go list ./e2e/... | grep -v /soak", "go test -c -o .tools/soak.test ./e2e/soak", "soak.test -test.timeout", "templ generate", "gofmt -l")
	if ci, err := os.ReadFile("../.ci/run"); err != nil || !strings.HasSuffix(strings.TrimSpace(string(ci)), "exec make test") {
		t.Errorf("a build machine runs something else: %v\n%s", err, ci)
	}
	skipped := regexp.MustCompile(`-skip '(.+)' (.+)`).FindStringSubmatch(said)
	again := regexp.MustCompile(`gotest -race -p 2 -run '(.+)' (.+)`).FindStringSubmatch(said)
	if skipped == nil || again == nil {
		t.Fatalf("nothing is skipped, or nothing run again:\n%s", said)
	}
	for _, name := range strings.Split(skipped[1], "|") {
		if !slices.Contains(strings.Split(again[1], "|"), name) {
			t.Errorf("%s is skipped and not run again", name)
		}
	}
	runs := strings.Fields(again[2])
	for _, dir := range strings.Fields(skipped[2]) {
		if slices.Contains(runs, dir) {
			continue
		}
		dir = strings.TrimSuffix(dir, "/...")
		if lost := testsNamed(t, filepath.Join("..", dir), skipped[1]); len(lost) > 0 {
			t.Errorf("%s: skipped, and not run again: %v", dir, lost)
		}
	}
}

// testsNamed are the tests below a folder whose names match.
func testsNamed(t *testing.T, dir, names string) (found []string) {
	t.Helper()
	test := regexp.MustCompile(`(?m)^func (Test\w*(?:` + names + `)\w*)\(`)
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		for _, m := range test.FindAllSubmatch(code, -1) {
			found = append(found, string(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheVersionsWantedAreThoseOfTheProject(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil || !regexp.MustCompile(`(?m)^go 1\.26`).Match(mod) {
		t.Errorf("go.mod: %v\n%.60s", err, mod)
	}
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major int
	if _, err := fmt.Sscanf(string(out), "v%d.", &major); err != nil || major < 20 {
		t.Errorf("these tests ran with Node %s", out)
	}
}

// The picture shows a page with offers and needs of an invented London, and so does the page.
func TestTheFirstPageIsAsPictured(t *testing.T) {
	t.Parallel()
	f, err := os.Open("../docs/first-page.png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.DecodeConfig(f)
	if err != nil || picture.Width < 1000 || picture.Height < 600 {
		t.Errorf("%v: %d by %d", err, picture.Width, picture.Height)
	}
	h, b := firstHub(t), newBrowser(t)
	p := b.person("visitor", h, way{js: true})
	p.opens("/")
	shown := map[string]int{}
	for _, l := range only(p.do(order{Do: "links"}).List, "/listings/") {
		shown[h.query(`select side from listings where id = '`+l[strings.LastIndex(l, "/")+1:]+`'`)]++
	}
	if shown["offer"] == 0 || shown["need"] == 0 {
		t.Errorf("the first page shows %v", shown)
	}
}
