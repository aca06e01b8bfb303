package relevance

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryScriptIsRead(t *testing.T) {
	scripts, err := All()
	if err != nil || len(scripts) < 12 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	kept, err := Kept()
	if err != nil {
		t.Fatal(err)
	}
	searches, only := 0, 0
	for _, s := range scripts {
		for _, q := range s.Searches {
			if searches++; q.Only != "" || q.AsksMeant {
				only++
			}
		}
		if len(s.Listings) == 0 || len(s.Searches) == 0 {
			t.Errorf("%s: %d listings, %d searches", s.Name, len(s.Listings), len(s.Searches))
		}
	}
	if texts, err := Meant(); err != nil || len(texts) == 0 || slices.ContainsFunc(texts, func(text string) bool { return !kept.Of(text).Known() }) {
		t.Errorf("not all of %q have their meaning kept; %v", texts, err)
	}
	if searches < 100 || only > 5 {
		t.Errorf("%d searches, %d of them not for Postgres: want 100 or more, and at most 5", searches, only)
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
