package eval

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

func TestRulesTagTexts(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"tags.csv": "Code,Regular expression,Exclude regular expression\n" +
		`AN,\b(dogs?|cat\’s)\b,\bhot dogs?\b` + "\nNO,,\n" + `SP,\bsports?\b,` + "\n"})
	list, err := readRules(filepath.Join(dir, "tags.csv"))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(list.tagAll([]string{"Sport for DOGS", "Hot dogs", "the cat’s home", "dogged"}))
	if got != "[[AN SP] [] [AN] []]" {
		t.Errorf("got %s", got)
	}
}

func TestABrokenRuleIsNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"tags.csv": "Code,Regular expression,Exclude regular expression\nAN,(,\n"})
	if _, err := readRules(filepath.Join(dir, "tags.csv")); err == nil || !strings.Contains(err.Error(), "AN") {
		t.Errorf("got %v", err)
	}
	write(t, dir, map[string]string{"tags.csv": "Code,Regular expression\nAN,x\n"})
	if _, err := readRules(filepath.Join(dir, "tags.csv")); err == nil || !strings.Contains(err.Error(), "no column") {
		t.Errorf("got %v", err)
	}
}

func TestTagsByRuleAreAlikeByTheRare(t *testing.T) {
	// Of four, two have a and b, one has c: ln 2, ln 2, ln 4. First and second share a; the first is √2 ln 2 long, the
	// second ln 2.
	got := likeRules([][]string{{"a", "b"}, {"a"}, {"b", "c"}, nil})(0)
	want := []float64{1, 1 / math.Sqrt2, 1 / math.Sqrt(2*(1+4)), 0}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-9 {
			t.Errorf("the first and number %d are alike by %v, want %v", i, got[i], want[i])
		}
	}
}
