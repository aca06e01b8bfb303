package view

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// A style that names a side stands on the wrong one in a page that is written from right to left; so does the shorthand of four
// values whose left and right differ.
func TestStylesNameNoSide(t *testing.T) {
	sided := regexp.MustCompile(`(?:margin|padding|border|inset)-(?:left|right)\b|(?:float|clear|text-align): *(?:left|right)\b|[{;]\s*(?:left|right):`)
	four := regexp.MustCompile(`(?:margin|padding|inset): ([^;\s]+) ([^;\s]+) ([^;\s]+) ([^;\s]+);`)
	files, err := filepath.Glob("../../../frontend/src/styles/*.css")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d stylesheets, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range sided.FindAllString(string(text), -1) {
			t.Errorf("%s: %s", filepath.Base(file), found)
		}
		for _, m := range four.FindAllStringSubmatch(string(text), -1) {
			if m[2] != m[4] {
				t.Errorf("%s: %s", filepath.Base(file), m[0])
			}
		}
	}
}
