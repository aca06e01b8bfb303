package view

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/wording"
)

var literalKey = regexp.MustCompile(`T\(ctx, "([a-z0-9_.]+[a-z0-9_])"\s*[,)]`) // what is put together of parts is for the tests that draw it

// TestEveryWordStandsInTheCatalogue reads the templates, so that a sentence missing from a page that no other
// test draws is found too.
func TestEveryWordStandsInTheCatalogue(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literalKey.FindAllStringSubmatch(string(text), -1) {
			if !wording.Has(m[1]) {
				t.Errorf("%s: no %q in the catalogue", name, m[1])
			}
		}
	}
}

func TestHeadingKeepsItsWordsInOrder(t *testing.T) {
	got := pieces("What you +have+, and ~need~ more + less")
	want := []piece{{"What you ", ""}, {"have", Offer}, {", and ", ""}, {"need", Need}, {" more + less", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
