// Command gotest runs go test with the arguments it is given and passes on what a reader needs: each package's closing
// line, and all that a failed test said. With the variable CI set a skipped test fails the run, so that a machine that
// lacks a part cannot pass for one where everything was tried. Tests keep their files in memory where there is enough of it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json", "-vet=off"}, os.Args[1:]...)...) // make vet looks at all of it
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
		os.Exit(1)
	}
	skipped := digest(events, os.Stdout)
	code := exitCode(cmd.Wait())
	if len(skipped) > 0 {
		fmt.Printf("skipped: %s\n", strings.Join(skipped, ", "))
	}
	if code == 0 && len(skipped) > 0 && os.Getenv("CI") != "" {
		fmt.Println("FAIL: with CI set nothing may be skipped")
		code = 1
	}
	os.Exit(code)
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

// digest prints what a reader needs of the events and returns the tests that were skipped.
func digest(events io.Reader, out io.Writer) (skipped []string) {
	said := map[string]*strings.Builder{} // by test, until it is known to have passed
	lines := json.NewDecoder(events)
	for {
		var e event
		if err := lines.Decode(&e); err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintln(out, "gotest: cannot read what go test says:", err)
			}
			break
		}
		name := e.Package + "." + e.Test
		switch {
		case e.Action == "build-output", e.Action == "output" && e.Test == "" && closing(e.Output):
			fmt.Fprint(out, e.Output)
		case e.Action == "output":
			if said[name] == nil {
				said[name] = &strings.Builder{}
			}
			said[name].WriteString(e.Output)
		case e.Action == "skip" && e.Test != "":
			skipped = append(skipped, name)
			delete(said, name)
		case e.Action == "fail":
			if said[name] != nil {
				fmt.Fprint(out, said[name])
			}
			delete(said, name)
		case e.Action == "pass":
			delete(said, name)
		}
	}
	for _, rest := range said { // of tests that never ended: a panic, or out of time
		fmt.Fprint(out, rest)
	}
	return skipped
}

// closing tells a package's last line from what its tests print.
func closing(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "?   \t")
}
