package eval

import (
	"fmt"
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
