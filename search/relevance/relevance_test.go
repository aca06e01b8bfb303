package relevance

import (
	"strings"
	"testing"
)

func TestEveryScriptIsRead(t *testing.T) {
	scripts, err := All()
	if err != nil || len(scripts) < 12 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	for _, s := range scripts {
		if len(s.Listings) == 0 || len(s.Searches) == 0 {
			t.Errorf("%s: %d listings, %d searches", s.Name, len(s.Listings), len(s.Searches))
		}
	}
}

func TestMistakesInAScriptAreNamedByLine(t *testing.T) {
	for body, want := range map[string]string{
		"title: early":                                     "1: ",
		"listing a\ncolour: red":                           "2: ",
		"listing a\n\nfree: Thu evening":                   "3: ",
		"listing a\nsearch: x":                             "2: nothing is expected",
		"listing a\nsearch: x\nexpect: b":                  `2: no listing is called "b"`,
		"listing a\nsearch: x\nwho: the king\n expect: a ": "3: ",
	} {
		if _, err := Read("a", body); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %s…", body, err, want)
		}
	}
}
