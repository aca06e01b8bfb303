// Command licences gathers the licence texts of all that a release is made of, into a folder: one folder for each Go module that
// a program was linked from, one for Go itself, and one for each package of the frontend that browsers are given code or
// typefaces of. It reads the module cache and node_modules, where they stand since the programs were built. A part without
// a licence text is an error: it must not be given on.
//
//	go run ./scripts/licences -to release/licences -frontend frontend release/api release/worker …
package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	to := flag.String("to", "", "the folder to write to, which is made anew")
	frontend := flag.String("frontend", "frontend", "the folder with package.json and node_modules")
	flag.Parse()
	if *to == "" || flag.NArg() == 0 {
		log.Fatal("licences: say -to and at least one program")
	}
	if err := gather(*to, *frontend, flag.Args()); err != nil {
		log.Fatal("licences: ", err)
	}
}

func gather(to, frontend string, programs []string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output() // which a program built with -trimpath does not know
	if err == nil {
		err = copyTexts(strings.TrimSpace(string(goroot)), filepath.Join(to, "go"))
	}
	if err != nil {
		return fmt.Errorf("go: %w", err)
	}
	modules, err := linked(programs)
	if err == nil {
		err = eachModule(modules, func(module, dir string) error {
			return copyTexts(dir, filepath.Join(to, "go", filepath.FromSlash(module)))
		})
	}
	return errors.Join(err, packages(to, frontend))
}

// linked are the modules that programs say they were linked from, "path@version".
func linked(programs []string) ([]string, error) {
	modules := map[string]bool{}
	for _, p := range programs {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			return nil, err
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			modules[m.Path+"@"+m.Version] = true
		}
	}
	return slices.Sorted(maps.Keys(modules)), nil
}

// eachModule calls do with the folder of each in the module cache. One that is not in it is fetched, and checked by go.sum.
func eachModule(modules []string, do func(module, dir string) error) error {
	if len(modules) == 0 {
		return nil
	}
	out, err := exec.Command("go", append([]string{"mod", "download", "-json"}, modules...)...).Output()
	if err != nil {
		return fmt.Errorf("go mod download: %w\n%s", err, out)
	}
	for said := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, Version, Dir string }
		if err := said.Decode(&m); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := do(m.Path+"@"+m.Version, m.Dir); err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
	}
}

// packages are those that the frontend's package.json depends on for more than its making, and what these depend on.
func packages(to, frontend string) error {
	text, err := os.ReadFile(filepath.Join(frontend, "package-lock.json"))
	if err != nil {
		return err
	}
	var lock struct {
		Packages map[string]struct {
			Dev, DevOptional, Optional bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return err
	}
	for path, p := range lock.Packages {
		name, ok := strings.CutPrefix(path, "node_modules/")
		if !ok || p.Dev || p.DevOptional || p.Optional {
			continue
		}
		if err := copyTexts(filepath.Join(frontend, path), filepath.Join(to, "npm", filepath.FromSlash(name))); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// licences are the names of files that say how something may be used, and beside are those that go with them.
var (
	licences = regexp.MustCompile(`(?i)^(?:licen[cs]e|copying|ofl|unlicense)(?:[.-].*)?$`)
	beside   = regexp.MustCompile(`(?i)^(?:notice|patents|authors)(?:[.-].*)?$`)
)

var errNoText = errors.New("has no licence text")

// copyTexts of one part, from the top of its folder.
func copyTexts(from, to string) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	found := false
	for _, f := range files {
		licence := licences.MatchString(f.Name())
		if f.IsDir() || !licence && !beside.MatchString(f.Name()) || filepath.Ext(f.Name()) == ".go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err == nil {
			err = errors.Join(os.MkdirAll(to, 0o755), os.WriteFile(filepath.Join(to, f.Name()), text, 0o644))
		}
		if err != nil {
			return err
		}
		found = found || licence
	}
	if !found {
		return errNoText
	}
	return nil
}
