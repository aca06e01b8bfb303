package main

import (
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

func TestWhatFailsOnceAloneIsUnsteadyAndWhatFailsTwiceFails(t *testing.T) {
	gotest := filepath.Join(t.TempDir(), "gotest")
	if out, err := exec.Command("go", "build", "-o", gotest, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		body string
		code int
		says string
	}{
		"fails the first time":       {`func TestOnce(t *testing.T) { t.Run("part", func(t *testing.T) { if first("once") { t.Error("slow") } }) }`, 0, "UNSTEADY, failed once and passed alone: unsteady.TestOnce"},
		"a server's fault":           {`func TestOnce(t *testing.T) { t.Run("part", func(t *testing.T) { if first("once") { t.Error("GET /: 500 Internal Server Error") } }) }`, 1, "--- FAIL: TestOnce"},
		"fails each time":            {`func TestTwice(t *testing.T) { t.Error("wrong") }`, 1, "once more, alone: unsteady.TestTwice"},
		"panics the first time":      {`func TestPanic(t *testing.T) { if first("panic") { panic("out of turn") } }`, 1, "panic: out of turn"},
		"ends the first time":        {`func TestEnd(t *testing.T) { if first("end") { os.Exit(1) } }`, 1, "FAIL\tunsteady"},
		"does not build":             {`func TestBuild(t *testing.T) { nothing }`, 1, "undefined: nothing"},
		"more than a few fail":       {`func TestA(t *testing.T) { if first("a") { t.Error("a") } }; func TestB(t *testing.T) { if first("b") { t.Error("b") } }; func TestC(t *testing.T) { if first("c") { t.Error("c") } }; func TestD(t *testing.T) { if first("d") { t.Error("d") } }`, 1, "--- FAIL: TestD"},
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
