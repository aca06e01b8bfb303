package script

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/meaning"
)

const folder = "../testdata/scripts"

// A story that is known to be told wrong says so with "not yet"; when the engine begins to tell it right, that line goes.
func TestStories(t *testing.T) {
	stories, err := ReadAll(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(stories) < 60 {
		t.Errorf("%d stories, 60 are wanted", len(stories))
	}
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) {
			wrong := s.Tell(matching.Options{}, nil)
			if s.NotYet == "" && len(wrong) > 0 {
				t.Error(strings.Join(wrong, "\n"))
			}
			if s.NotYet != "" && len(wrong) == 0 {
				t.Errorf("told right now: take out its line \"not yet: %s\"", s.NotYet)
			}
		})
	}
}

// TestStoriesByMeaning tells them to the engine as it is where `make model` has fetched the model.
func TestStoriesByMeaning(t *testing.T) {
	reader, err := meaning.Open(os.DirFS("../../model"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("SKIPPING what needs the model:", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	stories, err := ReadAll(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) {
			wrong := s.Tell(matching.Options{}, func(e *market.Entry) { e.Meaning = reader.Read(e.Listing) })
			if (s.NotYet == "" || s.Meant) && len(wrong) > 0 {
				t.Error(strings.Join(wrong, "\n"))
			}
			if s.NotYet != "" && !s.Meant && len(wrong) == 0 {
				t.Error("told right by meaning now: say so under its line \"not yet\"")
			}
		})
	}
}

// docs/evaluation.md says how many stories are told right.
func TestTheTableOfResultsIsFresh(t *testing.T) {
	stories, err := ReadAll(folder)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/evaluation.md")
	if err != nil {
		t.Fatal(err)
	}
	right, meant := len(stories), len(stories)
	for _, s := range stories {
		if s.NotYet == "" {
			continue
		}
		if right--; !s.Meant {
			meant--
		}
		if !strings.Contains(string(page), "| wrong: "+s.NotYet+" |") {
			t.Errorf("docs/evaluation.md does not say why %s is told wrong", s.Name)
		}
	}
	if line := fmt.Sprintf("Told right now, on words: %d of %d; by meaning: %d.", right, len(stories), meant); !strings.Contains(string(page), line) {
		t.Errorf("docs/evaluation.md lacks %q", line)
	}
}

func TestWhatCannotBeReadNamesItsLine(t *testing.T) {
	for _, text := range []string{
		"offer hall\n  colour: red", "offer hall\n  when: someday", "offer hall\n  when: xyz 10:00-11:00", "offer hall\n  quantity: few",
		"offer hall\n  facts: seated many", "offer hall\n  lent: 2027-01-01", "hall finds", "hall finds nobody", "now tomorrow", "need choir\nchoir because",
	} {
		if _, err := Read("story", text); err == nil || !strings.Contains(err.Error(), "story") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
