// Command gotest runs go test with the arguments it is given and passes on what a reader needs: each package's closing
// line, and all that a failed test said. With the variable CI set a skipped test fails the run, so that a machine that
// lacks a part cannot pass for one where everything was tried. Tests keep their files in memory where there is enough of it.
//
// With -again before the rest, a test that waited in vain is run once more when all others have ended, and fails the run only if it
// fails then too: clocks run out in tests of whole programs and browsers when somebody else has the machine. What it said the first
// time stays printed, and the last line names it. Whatever else a test fails by fails the run.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	args := os.Args[1:]
	again := len(args) > 0 && args[0] == "-again"
	if again {
		args = args[1:]
	}
	code, f := run(args)
	if again && code == 1 { // it ran to its end
		code = onceMore(code, f)
	}
	os.Exit(code)
}

// run is one go test. It returns what that exits with, and which tests failed.
func run(args []string) (int, failed) {
	cmd := exec.Command("go", append([]string{"test", "-json", "-vet=off"}, args...)...) // make vet looks at all of it
	cmd.Stderr = os.Stderr
	if dir := scratch(); dir != "" {
		cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	}
	events, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1, nil
	}
	skipped, f := digest(events, os.Stdout)
	code := exitCode(cmd.Wait())
	if len(skipped) == 0 {
		return code, f
	}
	fmt.Printf("skipped: %s\n", strings.Join(skipped, ", "))
	if os.Getenv("CI") != "" {
		fmt.Println("FAIL: with CI set nothing may be skipped")
		return max(code, 1), nil
	}
	return code, f
}

// onceMore runs what failed alone. It returns code where that is not to be done.
func onceMore(code int, f failed) int {
	all := f.runs()
	if len(all) == 0 {
		return code
	}
	fmt.Printf("once more, alone: %s\n", f)
	for _, args := range all {
		if code, _ := run(args); code != 0 {
			return code
		}
	}
	fmt.Printf("UNSTEADY, failed once and passed alone: %s\n", f)
	return 0
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// event is one line of go test -json (go doc test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// digest prints what a reader needs of the events and returns the tests that were skipped, and those that failed.
func digest(events io.Reader, out io.Writer) (skipped []string, f failed) {
	said := map[string]*strings.Builder{} // by test, until it is known to have passed
	f = failed{}
	ended := map[string]bool{} // packages that say themselves that they failed: all their tests were run
	worse := map[string]bool{} // packages in which a test failed by more than waiting
	late := map[string]bool{}  // tests that waited in vain, they or a part of them
	open := map[string]bool{}  // packages of which the end was not said
	lines := json.NewDecoder(events)
	for {
		var e event
		if err := lines.Decode(&e); err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintln(out, "gotest: cannot read what go test says:", err)
				open[""] = true
			}
			break
		}
		open[e.Package] = !(e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip"))
		name := e.Package + "." + e.Test
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "" && closing(e.Output):
			fmt.Fprint(out, e.Output)
		case e.Action == "output":
			ended[e.Package] = ended[e.Package] || e.Test == "" && e.Output == "FAIL\n"
			if said[name] == nil {
				said[name] = &strings.Builder{}
			}
			said[name].WriteString(e.Output)
		case e.Action == "skip" && e.Test != "":
			skipped = append(skipped, name)
			delete(said, name)
		case e.Action == "fail":
			f.add(e.Package, e.Test)
			if said[name] != nil {
				fmt.Fprint(out, said[name])
				worse[e.Package] = worse[e.Package] || e.Test != "" && !excused(said[name].String())
				late[whole(name)] = late[whole(name)] || waited.MatchString(said[name].String())
			}
			delete(said, name)
			silent := func(test string) bool { return !late[e.Package+"."+test] }
			if e.Test == "" && (worse[e.Package] || !ended[e.Package] || len(f[e.Package]) == 0 || slices.ContainsFunc(f[e.Package], silent)) {
				f[e.Package] = nil
			}
		case e.Action == "pass":
			delete(said, name)
		}
	}
	for pkg, is := range open {
		if is {
			f[pkg] = nil
		}
	}
	for _, rest := range said { // of tests that never ended: a panic, or out of time
		fmt.Fprint(out, rest)
	}
	return skipped, f
}

// closing tells a package's last line from what its tests print.
func closing(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "?   \t")
}
