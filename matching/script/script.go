// Package script reads and tells the stories in matching/testdata/scripts: listings, a question, what must be found, in
// which order, what must not and why. Anyone can write one; testdata/scripts/README.md says how.
//
// It promises that a story is told by the engine itself, as a reader of the file would ask it. It does not know how the
// engine finds its answers.
package script

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
)

// Story is one file.
type Story struct {
	Name    string // "01-thursday-hall"
	About   string // its first note
	NotYet  string // why the engine is known to tell it wrong; "" when it must tell it right
	Meant   bool   // told right all the same where a model has read the listings
	now     time.Time
	entries map[string]*market.Entry
	order   []string // of the entries, as written
	asks    []question
}

// question is one line that says what must come out.
type question struct {
	line, verb, who string
	want            []string
}

// ReadAll stories of a folder, in the order of their names.
func ReadAll(folder string) ([]Story, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no stories in %s: %w", folder, os.ErrNotExist)
	}
	slices.Sort(files)
	var out []Story
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := Read(strings.TrimSuffix(filepath.Base(file), ".txt"), string(text))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Tell the story to an engine: every line that comes out otherwise than written, and how. With is called for each
// entry before it is put in, to add what an engine can use beside it; nil adds nothing.
func (s Story) Tell(opts matching.Options, with func(*market.Entry)) []string {
	x := matching.New(opts)
	for _, name := range s.order {
		if with != nil {
			with(s.entries[name])
		}
		x.Put(*s.entries[name])
	}
	var wrong []string
	for _, q := range s.asks {
		if got, ok := s.answer(q, x); !ok {
			wrong = append(wrong, fmt.Sprintf("%s; but got: %s", q.line, said(got)))
		}
	}
	return wrong
}

func said(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
