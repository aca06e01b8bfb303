package deploy_test

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wherewithal/config"
)

// Somebody else who builds the same commit, in a folder of theirs, gets the same bytes. The smallest program stands for
// all: they are built by the same line.
func TestAReleaseIsTheSameWhoeverBuildsIt(t *testing.T) {
	theirs := t.TempDir()
	for _, file := range []string{"go.mod", "go.sum", "cmd/healthy/main.go", "scripts/release.sh"} {
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(theirs, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(theirs, file), text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ours, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mine, other := released(t, ours), released(t, theirs)
	if !bytes.Equal(mine, other) {
		t.Errorf("%d bytes here and %d bytes there, and not the same", len(mine), len(other))
	}
	for _, path := range []string{ours + "/", theirs} {
		if bytes.Contains(mine, []byte(path)) {
			t.Errorf("the program holds %s", path)
		}
	}
	file, err := elf.NewFile(bytes.NewReader(mine))
	if err != nil {
		t.Fatal(err)
	}
	if libraries, _ := file.ImportedLibraries(); len(libraries) > 0 || file.Section(".interp") != nil {
		t.Errorf("it wants libraries of the host: %v", libraries)
	}
}

// released is the bytes of healthy, built as a release in a folder.
func released(t *testing.T, dir string) []byte {
	t.Helper()
	out := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "sh", "scripts/release.sh", "healthy")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "OUT="+out, "VERSION=v0.0.0-test")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	program, err := os.ReadFile(filepath.Join(out, "healthy"))
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// The image and the archive stamp the same variable, which is there.
func TestReleasesAreStamped(t *testing.T) {
	if config.Version != "development" {
		t.Errorf("without a stamp the version is %q", config.Version)
	}
	for _, file := range []string{"../Dockerfile", "../scripts/release.sh"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "-X wherewithal/config.Version=$") {
			t.Errorf("%s stamps no version", file)
		}
	}
}
