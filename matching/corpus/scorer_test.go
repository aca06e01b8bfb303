package corpus

import (
	"slices"
	"strings"
	"testing"

	"wherewithal/matching/encoder"

	"pgregory.net/rapid"
)

func TestPhrasesCouldNameAThing(t *testing.T) {
	got := Phrases("Experience with Java, C# or the back-end (SQL).", 3)
	want := []string{"Experience", "Experience with Java", "Java", "C#", "C# or the", "back-end", "SQL"}
	want = slices.DeleteFunc(want, func(p string) bool { return p == "C# or the" }) // ends with a word that says nothing
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Phrases("hall hall; - !! the", 2); !slices.Equal(got, []string{"hall", "hall hall"}) {
		t.Errorf("got %q", got)
	}
}

func TestPhrasesOfAnyTextAreShortAndInIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		for _, p := range Phrases(text, 3) {
			if n := len(strings.Fields(p)); n < 1 || n > 3 {
				t.Fatalf("%q has %d words", p, n)
			}
			if !strings.Contains(text, strings.Fields(p)[0]) {
				t.Fatalf("%q is not in %q", p, text)
			}
		}
	})
}

// pointing is a vector made of a few directions.
func pointing(directions ...int) (v encoder.Vector) {
	for _, d := range directions {
		v[d]++
	}
	return v.Unit()
}

func TestTheDirectionThatAllShareIsRemoved(t *testing.T) {
	m := NewMeanings([]encoder.Vector{pointing(0, 0, 0, 1), pointing(0, 0, 0, 2), pointing(0, 0, 0, 3)})
	v := m.Plain(pointing(0, 0, 0, 1))
	got := m.Cosine(v)
	if got[0] < .999 || got[1] > .1 || got[2] > .1 {
		t.Errorf("texts that share all but one direction are like: %v", got)
	}
	if near := m.Nearest(1, []encoder.Vector{v, m.Plain(pointing(0, 0, 0, 2))}); near < .999 {
		t.Errorf("the nearest of two is at %v", near)
	}
	if m.Nearest(1, nil) != -1 {
		t.Error("nothing is near")
	}
}

func TestCandidatesComeBestFirstAndNoneIsLost(t *testing.T) {
	texts := []string{"minibus", "village hall", "hall with a kitchen", "gazebo"}
	vectors := []encoder.Vector{pointing(0, 1), pointing(0, 2), pointing(0, 2, 2, 3), pointing(0, 4)}
	s := NewScorer(texts, vectors)
	found, rest := s.Candidates(Query{Text: "a hall", Vector: pointing(0, 2), Skip: 3}, 2)
	if len(found) != 2 || found[0].Text != 1 || found[1].Text != 2 || len(rest) != 1 || rest[0] != 0 {
		t.Errorf("found %+v, rest %v", found, rest)
	}
	for p, v := range found[0].Parts {
		if v < -1 || v > 1.0001 || v == 0 && Part(p) != Known {
			t.Errorf("part %d of %q is %v", p, texts[found[0].Text], v)
		}
	}
}

func TestAPhraseOfALongQueryFindsItsText(t *testing.T) {
	s := NewScorer([]string{"minibus", "hall", "gazebo"}, []encoder.Vector{pointing(0, 1), pointing(0, 2), pointing(0, 3)})
	if s.Long("hall") || !s.Long("we would love a sheltered roof against rain") {
		t.Error("a word is no long query, a sentence is one")
	}
	q := Query{Text: "sheltered roof against rain", Vector: pointing(0, 1, 2, 3, 4), Skip: -1}
	plain, _ := s.Candidates(q, 3)
	q.Phrases = []encoder.Vector{pointing(0, 3)}
	phrased, _ := s.Candidates(q, 3)
	nearest := func(list []Candidate) float64 {
		return list[slices.IndexFunc(list, func(c Candidate) bool { return c.Text == 2 })].Parts[Phrase]
	}
	if nearest(phrased) < .999 || nearest(plain) > .9 {
		t.Errorf("with the phrase %v, without %v", nearest(phrased), nearest(plain))
	}
}

func TestWithoutVectorsWordsAndLettersStillScore(t *testing.T) {
	found, _ := NewScorer([]string{"minibus", "hall"}, nil).Candidates(Query{Text: "Halls", Skip: -1}, 2)
	if found[0].Text != 1 || found[0].Score(&First) <= found[1].Score(&First) || found[0].Parts[Meaning] != 0 {
		t.Errorf("found %+v", found)
	}
}

func TestHowMuchOfATextIsAnswered(t *testing.T) {
	got := New(shelf).Answered("red hall for hire with chairs")
	if got[0] < .999 || got[1] < .999 || got[2] != 0 {
		t.Errorf("got %v", got)
	}
}

func TestTextsOfOneThingHelpEachOtherUp(t *testing.T) {
	s := &Scorer{meanings: &Meanings{vectors: []encoder.Vector{pointing(1), pointing(1, 2), pointing(1, 3), pointing(4)}}}
	found := make([]Candidate, 4)
	for i := range found {
		found[i].Text = i
		found[i].Parts[Words] = []float64{1, .2, .2, .2}[i]
	}
	s.company(found)
	// The second and third are like the first (cosine .71) and half like each other; the fourth is like none.
	like, half := .25, 1./16
	want := (like*Usual[Words] + half*.2*Usual[Words]) / (like + half)
	if got := found[1].Parts[Company]; got < .98*want || got > 1.02*want || found[3].Parts[Company] != 0 {
		t.Errorf("the second keeps company of %v, want %v; the fourth %v, want 0", got, want, found[3].Parts[Company])
	}
}
