package concepts

import (
	"errors"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
)

// opened is WordNet; nil where it was not fetched.
func opened(t testing.TB) *Net {
	n, err := Open(os.DirFS("../../model/wordnet"))
	if errors.Is(err, ErrMissing) {
		t.Log("SKIPPING what needs WordNet:", err)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsGivenAnswersWhatIsWanted(t *testing.T) {
	n := opened(t)
	if n == nil {
		return
	}
	for _, c := range []struct {
		wanted, given string
		low, high     float64
	}{
		{"car", "automobiles", 1, 1},         // by another name
		{"vehicle", "truck", .3, .9},         // a sort of it
		{"truck", "vehicle", .1, .45},        // the wider thing may be one
		{"bedding", "blankets", .5, .9},      // a plural
		{"blanket", "violin", 0, 0},          // both are artefacts, and that says nothing
		{"accountant", "bookkeeper", .8, .8}, // one step
		{"women", "woman", 1, 1},             // plural
		{"xyzzy", "xyzzy", 0, 0},             // no noun: words will see that they are the same
	} {
		if got := Answers(n.Concept(c.wanted), n.Concept(c.given)); got < c.low || got > c.high {
			t.Errorf("%s wanted, %s given: %v, want %v to %v", c.wanted, c.given, got, c.low, c.high)
		}
	}
	for word, want := range map[string]bool{"blankets": true, "food": true, "accountant": true, "cooking": true,
		"medicine": true, "supplies": true, "pots": true, // by a sense that is usual and not the most usual
		"london": false, "thursday": false, "earthquake": false, "happiness": false, "xyzzy": false} {
		if n.Thing(word) != want {
			t.Errorf("%s is a thing to give: %v, want %v", word, !want, want)
		}
	}
	if !n.Noun("torches") || n.Noun("quickly") {
		t.Error("torches are a noun and quickly is none")
	}
}

// small is two lines of the format: a dog is an animal, which goes in circles with itself.
var small = fstest.MapFS{
	"data.noun":  {Data: []byte("  1 licence\n00000010 05 n 01 animal 0 001 @ 00000010 n 0000 | a thing\n00000020 05 n 02 dog 0 hound 0 001 @ 00000010 n 0000 | barks\n")},
	"index.noun": {Data: []byte("  1 licence\nanimal n 1 1 @ 1 0 00000010\ndog n 1 1 @ 1 1 00000020\nhound n 1 1 @ 1 1 00000020\n")},
}

func TestFilesAreRead(t *testing.T) {
	n, err := Open(small)
	if err != nil {
		t.Fatal(err)
	}
	if got := Answers(n.Concept("dogs"), n.Concept("hound")); got != 1 {
		t.Errorf("a hound is no dog: %v", got)
	}
}

func TestFilesThatAreMissingOrBrokenAreRefused(t *testing.T) {
	if _, err := Open(fstest.MapFS{}); !errors.Is(err, ErrMissing) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	for _, line := range []string{"00000010", "x 05 n 01 animal 0 000", "00000010 05 n zz animal", "00000010 05 n 09 animal 0 000"} {
		broken := fstest.MapFS{"index.noun": small["index.noun"], "data.noun": {Data: []byte(line + "\n")}}
		if _, err := Open(broken); err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("%q: got %v", line, err)
		}
	}
	for _, line := range []string{"animal", "animal n x 1 @", "animal n 90 1 @", "animal n 1 1 @ x"} {
		broken := fstest.MapFS{"data.noun": small["data.noun"], "index.noun": {Data: []byte(line + "\n")}}
		if _, err := Open(broken); err == nil {
			t.Errorf("%q is read", line)
		}
	}
}
