package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// grave is what no clock excuses: a test that said so is not run once more.
var grave = regexp.MustCompile(`DATA RACE|panic: |status=500|500 Internal Server Error`)

// few is how many failed tests are run once more; more of them are no accident.
const few = 3

// failed are the tests that failed, by package. A package in which more is wrong than that has no tests here: it did not come to its
// own end, so that what of it was not run is not known (it does not build, it panicked, it ran out of time), or one of its tests said
// something grave.
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
