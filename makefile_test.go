package wherewithal_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// measure is one line of the Makefile that runs benchmarks.
type measure struct {
	folders    []string
	runs, skip *regexp.Regexp // by the name before the first slash; skip: nil for none
}

var (
	named  = regexp.MustCompile(`(?m)^func (Benchmark\w+)`)
	option = func(name string) *regexp.Regexp { return regexp.MustCompile(` -` + name + ` '?([^ ']+)`) }
	folder = regexp.MustCompile(` \./(\S+)`)
)

// measures are the lines of make bench and make bench-long.
func measures(t *testing.T) (list []measure) {
	t.Helper()
	text, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	target := ""
	for line := range strings.Lines(string(text)) {
		if at, _, rule := strings.Cut(line, ":"); rule && !strings.HasPrefix(line, "\t") {
			target = at
		}
		line, _, _ = strings.Cut(strings.ReplaceAll(line, "$$", "$"), " #")
		bench := option("bench").FindStringSubmatch(line)
		if target != "bench" && target != "bench-long" || bench == nil {
			continue
		}
		m := measure{runs: first(bench[1])}
		for _, f := range folder.FindAllStringSubmatch(line, -1) {
			m.folders = append(m.folders, strings.TrimSpace(f[1]))
		}
		if skip := option("skip").FindStringSubmatch(line); skip != nil {
			m.skip = first(skip[1])
		}
		list = append(list, m)
	}
	return list
}

// first is the part of a pattern that a benchmark's own name is held to.
func first(pattern string) *regexp.Regexp {
	own, _, _ := strings.Cut(strings.TrimSpace(pattern), "/")
	return regexp.MustCompile(own)
}

func TestMakeBenchRunsEveryBenchmark(t *testing.T) {
	list, seen := measures(t), 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipped(name)
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		at := path.Dir(filepath.ToSlash(name))
		for _, b := range named.FindAllStringSubmatch(string(text), -1) {
			seen++
			if !slices.ContainsFunc(list, func(m measure) bool {
				return slices.Contains(m.folders, at) && m.runs.MatchString(b[1]) && (m.skip == nil || !m.skip.MatchString(b[1]))
			}) {
				t.Errorf("%s: no line of make bench runs %s", name, b[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Errorf("saw %d benchmarks: this test is not looking at the project", seen)
	}
}
