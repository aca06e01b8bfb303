package market

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The drawings in docs/introductions.md are what people read; the tables are what runs.
func TestTheDrawingOfAnIntroductionIsTheTable(t *testing.T) {
	compareDrawing(t, 1, stateMoves)
}

func TestTheDrawingOfAnExchangeIsTheTable(t *testing.T) {
	compareDrawing(t, 2, stageMoves)
}

func TestTheDrawingOfARingIsTheTable(t *testing.T) {
	compareDrawing(t, 3, ringMoves)
}

func compareDrawing[S ~string](t *testing.T, n int, moves map[S][]S) {
	t.Helper()
	page, err := os.ReadFile("../docs/introductions.md")
	if err != nil {
		t.Fatal(err)
	}
	var drawn, table []string
	drawing, _, _ := strings.Cut(strings.Split(string(page), "```mermaid")[n], "```")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z_]+) --> ([a-z_]+):`).FindAllStringSubmatch(drawing, -1) {
		drawn = append(drawn, m[1]+" to "+m[2])
	}
	for from, nexts := range moves {
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
