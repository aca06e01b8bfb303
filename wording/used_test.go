package wording

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asked finds keys that code asks for by name: wording.Text(lang, "key" …) and the pages' T(ctx, "key" …). A key
// that is put together at run time is not seen; Missing counts those.
var asked = regexp.MustCompile(`(?:wording\.Text\([A-Za-z.()]+|\bT\(ctx), "([a-z0-9_.]*[a-z0-9_])"[,)]`)

func TestEveryKeyThatCodeAsksForExists(t *testing.T) {
	found := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && (name == "node_modules" || name == "data" || name == ".git") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".templ") && (!strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go")) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range asked.FindAllSubmatch(text, -1) {
			found++
			if !Has(string(m[1])) {
				t.Errorf("%s asks for %q", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("no code asks for any key: has the call changed its look?")
	}
}
