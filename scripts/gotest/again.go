package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Only a test that waited in vain is run once more, as its words tell; and whatever they are, a race, a panic or a fault of a server is
// excused by no clock.
var (
	waited = regexp.MustCompile(`Timeout \d+ms exceeded|Client\.Timeout|deadline exceeded|i/o timeout|did not come in \d|did not stop within|` +
		`^answers "|\n *answers "|ready after|does not turn|do not come to rest|told nothing|nothing came|rows are |no mail to `)
	grave = regexp.MustCompile(`DATA RACE|race detected|panic: |\b50\d Internal|(?:status|gave|answers|answered|HTTP/1\.1|:)[ =]50\d\b`)
)

// excused is what a test said that waited in vain, or whose parts say what they failed by.
func excused(said string) bool {
	words := frame.ReplaceAllString(said, "")
	return !grave.MatchString(words) && (words == "" || waited.MatchString(words))
}

// whole is the test, by package and name, that one is or is a part of. A package's path has strokes of its own.
func whole(name string) string {
	at := strings.LastIndex(name, ".Test")
	if part := strings.Index(name[max(0, at):], "/"); at >= 0 && part >= 0 {
		return name[:at+part]
	}
	return name
}

// frame is what go test says around a test's own words.
var frame = regexp.MustCompile(`(?m)^(=== | *--- ).*\n`)

// few is how many failed tests are run once more; more of them are no accident.
const few = 3

// failed are the tests that failed, by package. A package in which more is wrong than that has no tests here: it did not come to its
// own end, so that what of it was not run is not known (it does not build, it panicked, it ran out of time), or one of its tests
// failed by more than waiting.
type failed map[string][]string

// add takes in that a test failed. A part of one fails its whole too.
func (f failed) add(pkg, test string) {
	if test != "" && !strings.Contains(test, "/") {
		f[pkg] = append(f[pkg], test)
	}
}

// runs are the arguments with which go test runs them alone, by package; none where they are too many, or a package has none.
func (f failed) runs() (all [][]string) {
	n := 0
	for _, pkg := range slices.Sorted(maps.Keys(f)) {
		if n += len(f[pkg]); len(f[pkg]) == 0 || n > few {
			return nil
		}
		all = append(all, []string{"-count=1", "-timeout", "15m", "-run", "^(" + strings.Join(f[pkg], "|") + ")$", pkg})
	}
	return all
}

func (f failed) String() string {
	var all []string
	for _, pkg := range slices.Sorted(maps.Keys(f)) {
		for _, test := range f[pkg] {
			all = append(all, pkg+"."+test)
		}
	}
	return strings.Join(all, ", ")
}
