package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What browsers are given comes with its licence, what only builds it does not, and a part without one is not given on.
func TestEveryPartBringsItsLicence(t *testing.T) {
	frontend, to := t.TempDir(), filepath.Join(t.TempDir(), "licences")
	write := func(path, text string) {
		path = filepath.Join(frontend, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	write("package-lock.json", `{"packages": {"": {}, "node_modules/maps": {}, "node_modules/@type/face": {}, "node_modules/tests": {"dev": true}}}`)
	write("node_modules/maps/LICENSE-MIT.txt", "MIT")
	write("node_modules/maps/license.go", "package maps")
	write("node_modules/@type/face/OFL.txt", "OFL")
	write("node_modules/tests/LICENSE", "none of the release")
	if err := gather(to, frontend, nil); err != nil {
		t.Fatal(err)
	}
	var found []string
	if err := fs.WalkDir(os.DirFS(to), ".", func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			found = append(found, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if diff := cmp.Diff([]string{"go/LICENSE", "go/PATENTS", "npm/@type/face/OFL.txt", "npm/maps/LICENSE-MIT.txt"}, found); diff != "" {
		t.Error(diff)
	}
	write("node_modules/@type/face/AUTHORS", "Ada")
	if err := os.Remove(filepath.Join(frontend, "node_modules/@type/face/OFL.txt")); err != nil {
		t.Fatal(err)
	}
	if err := gather(to, frontend, nil); !errors.Is(err, errNoText) {
		t.Errorf("a typeface without a licence: %v", err)
	}
}
