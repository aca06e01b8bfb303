package deploy_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// instruction is one of a Dockerfile, its lines joined.
type instruction struct {
	word string
	args []string
}

// dockerfile reads the instructions of ours.
func dockerfile(t *testing.T) (all []instruction) {
	t.Helper()
	text, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			all = append(all, instruction{words[0], words[1:]})
		}
	}
	return all
}

// ignored reads .dockerignore as a build does.
func ignored(t *testing.T) *patternmatcher.PatternMatcher {
	t.Helper()
	text, err := os.Open("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	patterns, err := ignorefile.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	m, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// contextOf a build on a fresh clone: a folder of what is committed and .dockerignore lets through.
func contextOf(t *testing.T) string {
	t.Helper()
	list, err := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "-C", "..", "ls-files", "-z").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	leaves, to := ignored(t), t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		if out, err := leaves.MatchesOrParentMatches(name); err != nil {
			t.Fatal(err)
		} else if !out {
			copied(t, filepath.Join("..", name), filepath.Join(to, name))
		}
	}
	return to
}

// copied puts a file, or all of a folder, where there may be no folder for it yet.
func copied(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == from || err == nil && d.IsDir() {
			return nil // one that is committed may just have been taken away
		}
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		at := filepath.Join(to, below)
		return errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, text, 0o755))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The image is compiled by the Go that go.mod names: with an older one it is refused, and with a newer one it is another than was tested.
func TestTheImageIsCompiledByOurGo(t *testing.T) {
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(text)
	if version == nil {
		t.Fatal("go.mod names no Go")
	}
	want := "golang:" + string(version[1]) + "-bookworm"
	for _, one := range dockerfile(t) {
		if one.word == "FROM" && strings.HasPrefix(one.args[0], "golang:") && one.args[0] != want {
			t.Errorf("the image is compiled by %s, go.mod wants %s", one.args[0], want)
		}
	}
}

// What an operator has beside the sources goes into no image, and into no commit: the settings, the key, and the backup that
// docs/running.md writes.
func TestSecretsAndBackupsStayWhereTheyAre(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	backup := regexp.MustCompile(`(?m)^    .* pg_dump .* > (\S+)$`).FindSubmatch(page)
	if backup == nil {
		t.Fatal("docs/running.md writes no backup")
	}
	leaves := ignored(t)
	for _, name := range []string{".env", "dkim.pem", "data/secrets", string(backup[1])} {
		if out, err := leaves.MatchesOrParentMatches(name); err != nil || !out {
			t.Errorf("%s goes into the image: %v", name, err)
		}
		if _, err := os.Stat("../.git"); err != nil {
			continue // no clone
		}
		if said, err := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "-C", "..", "check-ignore", "-q", name).CombinedOutput(); err != nil {
			t.Errorf("%s may be committed: %v %s", name, err, said)
		}
	}
}

// build goes through the Dockerfile in folders of this machine, a root for each stage.
type build struct {
	*testing.T
	context string
	stages  map[string]string // root by name
	root    string            // of the stage at hand
	dir     string            // its WORKDIR, below root
	bare    bool              // make model has fetched no wheel: nothing is made of it
}

// fetched stand for what a step fetches: nothing is asked of the network here.
var fetched = map[string]func(b *build, args []string){
	"npm ci":          (*build).packages,
	"pip download":    (*build).wheel,
	"go mod download": func(*build, []string) {},
}

// The image is built from a fresh clone by the steps that are written: each copies what is there, and does what it is for. What
// they fetch is taken from this machine, and what they compile is only looked through for files that are missing.
func TestTheImageIsBuiltFromAFreshClone(t *testing.T) {
	if _, err := os.Stat("../.git"); err != nil {
		t.Log("SKIPPING: this is no clone")
		return
	}
	b := &build{T: t, context: contextOf(t), stages: map[string]string{}}
	steps := map[string]int{}
	for _, one := range dockerfile(t) {
		steps[one.word]++
		switch one.word {
		case "FROM":
			b.root, b.dir = t.TempDir(), "/"
			if n := len(one.args); n == 3 && one.args[1] == "AS" {
				b.stages[one.args[2]] = b.root
			}
		case "WORKDIR":
			b.dir = one.args[0]
			b.check(os.MkdirAll(b.at("."), 0o755))
		case "COPY":
			b.copies(one.args)
		case "RUN":
			b.runs(one.args)
		}
	}
	if steps["FROM"] < 2 || steps["COPY"] < 8 || steps["RUN"] < 6 {
		t.Errorf("saw %v: this test is not looking at the Dockerfile", steps)
	}
}

func (b *build) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// at is where a path of the stage lies on this machine.
func (b *build) at(name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(b.dir, name)
	}
	return filepath.Join(b.root, name)
}

// notMade are what a COPY takes from another stage that no step here has made: files of the image it began with, and what
// is compiled or fetched.
var notMade = []string{"/etc/ssl/certs/ca-certificates.crt", "/out/", "/wordnet"}

func (b *build) copies(args []string) {
	b.Helper()
	from := b.context
	if name, ok := strings.CutPrefix(args[0], "--from="); ok {
		if from, args = b.stages[name], args[1:]; from == "" {
			b.Fatalf("COPY --from=%s: no stage before has that name", name)
		}
	}
	to := args[len(args)-1]
	for _, name := range args[:len(args)-1] {
		if from != b.context && slices.Contains(notMade, name) {
			continue
		}
		what, err := os.Stat(filepath.Join(from, name))
		if err != nil {
			b.Fatalf("COPY %v: %v", args, err)
		}
		into := b.at(to)
		if strings.HasSuffix(to, "/") && !what.IsDir() {
			into = filepath.Join(into, filepath.Base(name))
		}
		copied(b.T, filepath.Join(from, name), into)
	}
}

// inStage is a path by which a command names a file of its stage.
var inStage = regexp.MustCompile(`(^| )(/[\w./-]+)`)

func (b *build) runs(args []string) {
	b.Helper()
	line := strings.Join(args, " ")
	for begins, do := range fetched {
		if strings.HasPrefix(line, begins+" ") || line == begins {
			do(b, args)
			return
		}
	}
	if at := slices.Index(args, "build"); at > 0 && args[at-1] == "go" {
		packages := slices.DeleteFunc(slices.Clone(args), func(word string) bool { return !strings.HasPrefix(word, "./cmd/") })
		line = "go list -deps " + strings.Join(packages, " ") + " >/list"
	}
	if b.bare && strings.HasPrefix(line, "go run ./scripts/model ") {
		b.Log("SKIPPING: ", line, " wants the wheel that make model fetches")
		b.check(os.MkdirAll(b.at("/model"), 0o755))
		return
	}
	cmd := exec.CommandContext(b.Context(), "sh", "-c", inStage.ReplaceAllString(strings.ReplaceAll(line, ">/", "> /"), "${1}"+b.root+"${2}"))
	cmd.Dir = b.at(".")
	if said, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("RUN %s: %v\n%s", line, err, said)
	}
}

// packages are those of npm, as the lock file beside them names them: ours where this is our frontend.
func (b *build) packages([]string) {
	b.Helper()
	lock, err := os.ReadFile(b.at("package-lock.json"))
	b.check(err)
	ours, err := os.ReadFile("../frontend/package-lock.json")
	b.check(err)
	if !bytes.Equal(lock, ours) {
		return
	}
	modules, err := filepath.Abs("../frontend/node_modules")
	b.check(err)
	if _, err := os.Stat(modules); err != nil {
		b.Fatal("make assets fetches what this test wants")
	}
	b.check(os.Symlink(modules, b.at("node_modules")))
}

// wheel is the one of the model, where make model has fetched it.
func (b *build) wheel(args []string) {
	b.Helper()
	option := func(name string) string { return b.at(args[slices.Index(args, name)+1]) }
	if _, err := os.Stat(option("-r")); err != nil {
		b.Fatalf("pip: %v", err)
	}
	found, err := filepath.Glob("../model/download/*.whl")
	b.check(err)
	b.bare = len(found) == 0
	for _, one := range found {
		copied(b.T, one, filepath.Join(option("-d"), filepath.Base(one)))
	}
}
