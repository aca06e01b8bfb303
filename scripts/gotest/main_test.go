package main

import (
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
	skipped := digest(strings.NewReader(events), &out)
	if diff := cmp.Diff([]string{"p.TestAway"}, skipped); diff != "" {
		t.Error(diff)
	}
	want := "    bad_test.go:3: wrong\nFAIL\tp\t0.1s\npanic: test timed out\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
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
