package corpus

import (
	"math"
	"testing"
)

var shelf = []string{"red hall", "Halls for hire, halls with chairs", "minibus", "colour printer"}

func TestBM25ByHand(t *testing.T) {
	got := New(shelf).BM25("a hall")
	// "hall" stands in 2 of 4 texts: idf = ln(1 + 2.5/2.5) = 0.693147. Lengths 2, 4, 1, 2 without "for" and "with"; mean 2.25.
	idf := math.Ln2
	want := []float64{idf * 2.2 / (1 + 1.2*(.25+.75*2/2.25)), idf * 2 * 2.2 / (2 + 1.2*(.25+.75*4/2.25)), 0, 0}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-6 {
			t.Errorf("%q scores %v, by hand %v", shelf[i], got[i], want[i])
		}
	}
}

func TestNoTextScoresAboveTheQueryItself(t *testing.T) {
	c := New(append([]string{"hall hall hall hall hall hall"}, shelf...))
	for _, query := range shelf {
		for i, s := range c.BM25(query) {
			if s > c.Self(query) {
				t.Errorf("text %d scores %v for %q, more than %v", i, s, query, c.Self(query))
			}
		}
	}
}

func TestBritishAndAmericanSpellingFindAlike(t *testing.T) {
	c := New(shelf)
	if got := c.BM25("color printers"); got[3] == 0 || got[3] != c.BM25("colour printer")[3] {
		t.Errorf("got %v", got)
	}
}

func TestAnEmptyCorpusAndAnEmptyQueryAreNoFault(t *testing.T) {
	if got := New(nil).BM25("hall"); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if got := New(shelf).BM25(" - "); got[0] != 0 || New(shelf).Self("") != 0 {
		t.Errorf("got %v", got)
	}
}

func TestGramsForgiveASlip(t *testing.T) {
	g := NewGrams([]string{"accountant", "gazebo", "account keeping"})
	got := g.Cosine("acountant")
	if got[0] <= got[2] || got[2] <= got[1] || got[1] != 0 {
		t.Errorf("a slip finds %v", got)
	}
}

func TestGramsByHand(t *testing.T) {
	g := NewGrams([]string{"cat", "cap"})
	// " cat " has " ca", "cat", "at ", " cat", "cat ", " cat ": six grams, of which " ca" is in both texts (weight
	// ln(3/3) + 1 = 1) and five in one (ln(3/2) + 1). Of " cap " just " ca" is shared: 1 over the squared length.
	rare := math.Log(1.5) + 1
	want := 1 / (1 + 5*rare*rare)
	got := g.Cosine("cat")
	if math.Abs(got[0]-1) > 1e-6 || math.Abs(got[1]-want) > 1e-6 {
		t.Errorf("got %v, by hand 1 and %v", got, want)
	}
	if got := g.Cosine("zzz")[0] + g.Cosine("")[0]; got != 0 {
		t.Errorf("nothing in common is %v", got)
	}
}
