package market

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The drawing in docs/introductions.md is what people read; the table is what runs.
func TestTheDrawingOfAnIntroductionIsTheTable(t *testing.T) {
	page, err := os.ReadFile("../docs/introductions.md")
	if err != nil {
		t.Fatal(err)
	}
	var drawn, table []string
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+) --> ([a-z]+):`).FindAllStringSubmatch(string(page), -1) {
		drawn = append(drawn, m[1]+" to "+m[2])
	}
	for from, nexts := range stateMoves {
		for _, next := range nexts {
			table = append(table, string(from)+" to "+string(next))
		}
	}
	slices.Sort(drawn)
	slices.Sort(table)
	if diff := cmp.Diff(table, drawn); diff != "" {
		t.Errorf("docs/introductions.md (-table +drawing)\n%s", diff)
	}
}
