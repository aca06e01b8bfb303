package deploy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// releasedPrograms are what scripts/release.sh makes when nobody names any.
var releasedPrograms = []string{"api", "worker", "admin", "healthy", "hub"}

// make release runs this over what it has made: to make it once more would take minutes.
func TestTheArchiveHoldsAllOfARelease(t *testing.T) {
	dir := os.Getenv("RELEASE")
	if dir == "" {
		t.Log("SKIPPING: make release runs this over its archive")
		return
	}
	files := unpacked(t, dir)
	for _, name := range []string{"LICENSE", "docs/running.md", "deploy/alerts.yml", "deploy/grafana.json"} {
		if ours, err := os.ReadFile(filepath.Join("..", name)); err != nil || !bytes.Equal(files[name].text, ours) {
			t.Errorf("%s is not as it is here: %v", name, err)
		}
	}
	for _, name := range []string{".env.example", "docker-compose.yml", "deploy/archive_test.go"} { // an image is built from the sources, which are not here
		if _, in := files[name]; in {
			t.Errorf("%s is of no use without the sources", name)
		}
	}
	for _, name := range releasedPrograms {
		if files[name].mode&0o111 == 0 {
			t.Errorf("%s cannot be started", name)
		}
		modules := modulesIn(t, files[name].text)
		if diff := cmp.Diff(modules, billed(t, files[name+".cdx.json"].text)); diff != "" {
			t.Errorf("%s is made of (-), its bill names (+):\n%s", name, diff)
		}
		for _, m := range modules {
			if !strings.HasPrefix(m, "std@") && !licensed(files, "go/"+m) {
				t.Errorf("no text says how %s may be used", m)
			}
		}
	}
	if !licensed(files, "go") {
		t.Error("no text says how Go's own library may be used")
	}
	var frontend struct{ Dependencies map[string]string }
	text, err := os.ReadFile("../frontend/package.json")
	if err := errors.Join(err, json.Unmarshal(text, &frontend)); err != nil || len(frontend.Dependencies) == 0 {
		t.Fatalf("%v, %v", frontend, err)
	}
	bill := strings.Join(billed(t, files["frontend.cdx.json"].text), "\n")
	for name := range frontend.Dependencies {
		if !strings.Contains(bill, name+"@") {
			t.Errorf("no bill names %s, which browsers are given", name)
		}
		if !licensed(files, "npm/"+name) {
			t.Errorf("no text says how %s may be used", name)
		}
	}
	saysItsVersion(t, files["api"].text, filepath.Base(archives(t, dir)[0]))
}

// licensed reports whether a folder of the licences holds a text.
func licensed(files map[string]packedFile, part string) bool {
	for path, f := range files {
		if folder, _ := filepath.Split(path); folder == "licences/"+part+"/" && len(f.text) > 0 {
			return true
		}
	}
	return false
}

// saysItsVersion has a released program run, on a machine of its kind: it names the version that the archive is called by.
func saysItsVersion(t *testing.T, program []byte, archive string) {
	t.Helper()
	version, of, _ := strings.Cut(strings.TrimPrefix(archive, "wherewithal-"), "-linux-")
	if of != runtime.GOARCH+".tar.gz" || runtime.GOOS != "linux" {
		return
	}
	path := filepath.Join(t.TempDir(), "api")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), path, "-h").CombinedOutput()
	if !strings.Contains(string(said), ", version "+version+"\n") {
		t.Errorf("in %s it says %v, %s", archive, err, said)
	}
}

// archives are those of a folder: one.
func archives(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "wherewithal-*.tar.gz"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%q, %v", found, err)
	}
	return found
}

type packedFile struct {
	text []byte
	mode int64
}

// unpacked is what the one archive in a folder holds, by path below its own folder; its sum is as SHA256SUMS says.
func unpacked(t *testing.T, dir string) map[string]packedFile {
	t.Helper()
	archives := archives(t, dir)
	text, err := os.ReadFile(archives[0])
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if line := fmt.Sprintf("%x  %s\n", sha256.Sum256(text), filepath.Base(archives[0])); err != nil || !strings.Contains(string(sums), line) {
		t.Errorf("SHA256SUMS has no %s%v", line, err)
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]packedFile{}
	for in := tar.NewReader(z); ; {
		h, err := in.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		one, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		_, path, _ := strings.Cut(h.Name, "/")
		files[path] = packedFile{one, h.Mode}
	}
}

// modulesIn a program are those that Go says it was linked from: "path@version", and Go's own library.
func modulesIn(t *testing.T, program []byte) []string {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Error(err)
		return nil
	}
	all := []string{"std@" + info.GoVersion}
	for _, m := range info.Deps {
		if m.Replace != nil { // that is what was compiled
			m = m.Replace
		}
		all = append(all, m.Path+"@"+m.Version)
	}
	slices.Sort(all)
	return all
}

// billed are what a bill of materials names.
func billed(t *testing.T, text []byte) (all []string) {
	t.Helper()
	var bill struct {
		BOMFormat  string
		Components []struct{ Group, Name, Version string }
	}
	if err := json.Unmarshal(text, &bill); err != nil || bill.BOMFormat != "CycloneDX" {
		t.Errorf("a bill in the format %q: %v", bill.BOMFormat, err)
	}
	for _, c := range bill.Components {
		all = append(all, c.Name+"@"+c.Version)
	}
	slices.Sort(all)
	return all
}
