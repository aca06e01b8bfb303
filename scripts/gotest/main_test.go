package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAReaderSeesClosingLinesFaultsAndSkips(t *testing.T) {
	events := strings.Join([]string{
		`{"Action":"output","Package":"p","Test":"TestGood","Output":"quiet\n"}`,
		`{"Action":"pass","Package":"p","Test":"TestGood"}`,
		`{"Action":"output","Package":"p","Test":"TestBad","Output":"    bad_test.go:3: wrong\n"}`,
		`{"Action":"fail","Package":"p","Test":"TestBad"}`,
		`{"Action":"output","Package":"p","Test":"TestAway","Output":"    no redis\n"}`,
		`{"Action":"skip","Package":"p","Test":"TestAway"}`,
		`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}`,
		`{"Action":"fail","Package":"p"}`,
		`{"Action":"skip","Package":"empty"}`,
		`{"Action":"output","Package":"q","Test":"TestStuck","Output":"panic: test timed out\n"}`,
	}, "\n")
	var out strings.Builder
	skipped, _ := digest(strings.NewReader(events), &out)
	if diff := cmp.Diff([]string{"p.TestAway"}, skipped); diff != "" {
		t.Error(diff)
	}
	want := "    bad_test.go:3: wrong\nFAIL\tp\t0.1s\npanic: test timed out\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWaitedInVainOnceIsUnsteadyAndAllElseFails(t *testing.T) {
	gotest := filepath.Join(t.TempDir(), "gotest")
	if out, err := exec.Command("go", "build", "-o", gotest, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		body string
		code int
		says string
	}{
		"waits in vain once":           {once("TestOnce", "mailtest: the mail did not come in 3m0s; 2 others did"), 0, "UNSTEADY, failed once and passed alone: unsteady.TestOnce"},
		"fails once by something else": {once("TestOnce", "the mail came twice"), 1, "--- FAIL: TestOnce"},
		"fails once without a word":    {`func TestOnce(t *testing.T) { if first("once") { t.Fail() } }`, 1, "--- FAIL: TestOnce"},
		"waits in vain each time":      {`func TestTwice(t *testing.T) { t.Error("read: i/o timeout") }`, 1, "once more, alone: unsteady.TestTwice"},
		"a part waits, another fails": {`func TestBoth(t *testing.T) { if first("both") { t.Run("a", func(t *testing.T) { t.Error("i/o timeout") }); t.Run("b", func(t *testing.T) { t.Error("wrong") }) } }`,
			1, "--- FAIL: TestBoth"},
		"a server's fault":           {once("TestOnce", "Timeout 60000ms exceeded; GET / gave 503"), 1, "--- FAIL: TestOnce"},
		"a fault in a server's log":  {once("TestOnce", "context deadline exceeded; level=ERROR msg=request status=500"), 1, "--- FAIL: TestOnce"},
		"panics the first time":      {`func TestPanic(t *testing.T) { if first("panic") { panic("i/o timeout") } }`, 1, "panic: i/o timeout"},
		"ends the first time":        {`func TestEnd(t *testing.T) { if first("end") { os.Exit(1) } }`, 1, "FAIL\tunsteady"},
		"does not build":             {`func TestBuild(t *testing.T) { nothing }`, 1, "undefined: nothing"},
		"more than a few wait":       {once("TestA", "i/o timeout") + once("TestB", "i/o timeout") + once("TestC", "i/o timeout") + once("TestD", "i/o timeout"), 1, "--- FAIL: TestD"},
		"all is well":                {`func TestGood(*testing.T) {}`, 0, "ok"},
		"the package alone is wrong": {`func TestMain(m *testing.M) { m.Run(); if first("main") { fmt.Println("FAIL"); os.Exit(1) } }; func TestGood(*testing.T) {}`, 1, "FAIL"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			source := "package unsteady\nimport (\"fmt\"; \"os\"; \"testing\")\nvar _ = fmt.Print\n" +
				"func first(name string) bool { f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL, 0o644); if err == nil { f.Close() }; return err == nil }\n" + c.body + "\n"
			for file, text := range map[string]string{"go.mod": "module unsteady\ngo 1.24\n", "one_test.go": source} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command(gotest, "-again", ".")
			cmd.Dir = dir
			said, err := cmd.CombinedOutput()
			if code := exitCode(err); code != c.code || !strings.Contains(string(said), c.says) {
				t.Errorf("exits with %d, want %d; says, want %q:\n%s", code, c.code, c.says, said)
			}
		})
	}
}

// once is a test that says so in a part of it when it is run for the first time, and passes after that.
func once(name, says string) string {
	return fmt.Sprintf("func %s(t *testing.T) { t.Run(\"part\", func(t *testing.T) { if first(%q) { t.Error(%q) } }) }\n", name, name, says)
}

func TestWhatDidNotComeToItsEndIsNotRunOnceMore(t *testing.T) {
	failedTest := `{"Action":"start","Package":"p"}
		{"Action":"output","Package":"p","Test":"TestSlow","Output":"    i/o timeout\n"}
		{"Action":"fail","Package":"p","Test":"TestSlow"}
		{"Action":"output","Package":"p","Output":"FAIL\n"}
		{"Action":"fail","Package":"p"}`
	for rest, want := range map[string]int{
		"":                                   1,
		`{"Action":"start","Package":"q"}`:   0, // go test was killed
		`{"Action":"start","Package":"q"} {`: 0,
		`nonsense`:                           0,
		`{"Action":"start","Package":"q"} {"Action":"skip","Package":"q"}`:                                                     1, // has no tests
		`{"Action":"start","Package":"q"} {"Action":"output","Package":"q","Output":"FAIL\n"} {"Action":"fail","Package":"q"}`: 0, // no test of it failed
	} {
		_, f := digest(strings.NewReader(failedTest+rest), io.Discard)
		if n := len(f.runs()); n != want {
			t.Errorf("after %q %d runs once more, want %d", rest, n, want)
		}
	}
}

func TestFilesAreKeptInMemoryOnlyWhereThereIsRoom(t *testing.T) {
	if available() == 0 {
		t.Error("how much memory is left cannot be read")
	}
	if roomy("/proc") || roomy("/no/such/folder") {
		t.Error("there is room where no file can be kept")
	}
	chosen := t.TempDir()
	t.Setenv("TMPDIR", chosen)
	if got := scratch(); got != "" {
		t.Errorf("the caller chose %s and gets %s", chosen, got)
	}
}
