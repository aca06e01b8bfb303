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
	s := NewScorer(texts, vectors, nil)
	found, rest := s.Candidates(Query{Text: "a hall", Vector: pointing(0, 2), Skip: 3}, 2)
	if len(found) != 2 || found[0].Text != 1 || found[1].Text != 2 || len(rest) != 1 || rest[0] != 0 {
		t.Errorf("found %+v, rest %v", found, rest)
	}
	for p, v := range found[0].Parts {
		if v < -1 || v > 1.0001 || v == 0 && Part(p) < Things {
			t.Errorf("part %d of %q is %v", p, texts[found[0].Text], v)
		}
	}
}

func TestAPhraseOfALongQueryFindsItsText(t *testing.T) {
	s := NewScorer([]string{"minibus", "hall", "gazebo"}, []encoder.Vector{pointing(0, 1), pointing(0, 2), pointing(0, 3)}, nil)
	if s.Long("hall") || !s.Long("we would love a sheltered roof against rain") {
		t.Error("a word is no long query, a sentence is one")
	}
	if !s.Wordy([]string{"hall", "a sheltered roof against rain"}) || s.Wordy([]string{"hall", "wedding cars"}) {
		t.Error("descriptions are wordy beside names, names are not")
	}
	q := Query{Text: "sheltered roof against rain", Vector: pointing(0, 1, 2, 3, 4), Wordy: true, Skip: -1}
	plain, _ := s.Candidates(q, 3)
	q.Phrases = []encoder.Vector{pointing(0, 3)}
	phrased, _ := s.Candidates(q, 3)
	nearest := func(list []Candidate) float64 {
		return list[slices.IndexFunc(list, func(c Candidate) bool { return c.Text == 2 })].Parts[Reread]
	}
	if nearest(phrased) < .999 || nearest(plain) > .9 {
		t.Errorf("with the phrase %v, without %v", nearest(phrased), nearest(plain))
	}
}

func TestWithoutVectorsWordsAndLettersStillScore(t *testing.T) {
	found, _ := NewScorer([]string{"minibus", "hall"}, nil, nil).Candidates(Query{Text: "Halls", Skip: -1}, 2)
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
		found[i].Parts[Meaning] = []float64{1, .2, .2, .2}[i]
		found[i].Parts[Words] = 1 // counts by a part of its own
	}
	s.company(found)
	// The second and third are like the first (cosine .71) and half like each other; the fourth is like none.
	like, half := .25, 1./16
	want := (like*beside[Meaning] + half*.2*beside[Meaning]) / (like + half)
	if got := found[1].Parts[Company]; got < .98*want || got > 1.02*want || found[3].Parts[Company] != 0 {
		t.Errorf("the second keeps company of %v, want %v; the fourth %v, want 0", got, want, found[3].Parts[Company])
	}
}

func TestAnAsideIsNotWhatATextIs(t *testing.T) {
	for text, want := range map[string]string{"Java (programming)": "Java", "hall (large) with stage": "hall with stage", "a (b": "a (b", "(closed)": "", "hall": "hall"} {
		got, has := Bare(text)
		if got != want || has != (want != text && want != "") {
			t.Errorf("%q without its asides is %q, %v", text, got, has)
		}
	}
	texts := []string{"Java (the island)", "hall"}
	q := Query{Text: "coffee from there and much besides", Wordy: true, Phrases: []encoder.Vector{pointing(0, 5)}, Skip: -1}
	reread := func(bare map[int]encoder.Vector) float64 {
		found, _ := NewScorer(texts, []encoder.Vector{pointing(0, 1), pointing(0, 2)}, bare).Candidates(q, 2)
		return found[slices.IndexFunc(found, func(c Candidate) bool { return c.Text == 0 })].Parts[Reread]
	}
	if with, without := reread(nil), reread(map[int]encoder.Vector{0: pointing(0, 5)}); without < .999 || with > .5 {
		t.Errorf("a phrase that is the text without its aside comes as near as %v, with it %v", without, with)
	}
}

func TestAWordOfAShortNameSaysLittle(t *testing.T) {
	s := NewScorer([]string{"sales manager", "hall"}, nil, nil)
	said := func(q Query) (words, said float64) {
		q.Skip = -1
		found, _ := s.Candidates(q, 2)
		return found[0].Parts[Words], found[0].Parts[Said]
	}
	if words, two := said(Query{Text: "office manager"}); two < .19*words || two > .21*words {
		t.Errorf("of two words one in common counts %v, by words alone %v", two, words)
	}
	if words, all := said(Query{Text: "office manager", Wordy: true}); all != words {
		t.Errorf("in a sentence it counts %v, not %v", all, words)
	}
}

func TestAQueryIsRereadWithItsBestAnswers(t *testing.T) {
	// The query lies nearest to five texts that all point to 2 as well; of two texts equally far from the query the one
	// that points there is what they have in common.
	vectors := []encoder.Vector{pointing(1, 3), pointing(1, 2)}
	texts := []string{"other", "kin"}
	for range answers {
		vectors, texts = append(vectors, pointing(1, 1, 2)), append(texts, "near")
	}
	s := &Scorer{corpus: New(texts), grams: NewGrams(texts), meanings: &Meanings{vectors: vectors}}
	found, _ := s.Candidates(Query{Text: "asked", Vector: pointing(1), Skip: -1}, len(texts))
	part := func(text int, p Part) float64 {
		return found[slices.IndexFunc(found, func(c Candidate) bool { return c.Text == text })].Parts[p]
	}
	if part(0, Meaning) != part(1, Meaning) || part(1, Reread) < part(0, Reread)+.1 {
		t.Errorf("at first %v and %v, reread %v and %v", part(0, Meaning), part(1, Meaning), part(0, Reread), part(1, Reread))
	}
}

func TestANeedIsComparedWithWhatIsOfferedAsTheEngineDoes(t *testing.T) {
	texts := []string{"blankets", "hall", "bedding"}
	vectors := []encoder.Vector{pointing(0, 1), pointing(0, 2), pointing(0, 1, 1, 3)}
	s := NewScorer(texts, vectors, nil)
	q := Query{Text: "blankets and tents", Vector: pointing(0, 1, 3), Skip: -1}
	parts := func() [parts]float64 {
		found, _ := s.Candidates(q, len(texts))
		return found[slices.IndexFunc(found, func(c Candidate) bool { return c.Text == 0 })].Parts
	}
	if alike := parts(); alike[Reread] == 0 || alike[Company] == 0 || alike[Said] >= alike[Words] {
		t.Errorf("a name among names has no second look: %v", alike)
	}
	q.Needs, q.Things = true, []float64{.5, 0, 0}
	if need := parts(); need[Reread] != 0 || need[Company] != 0 || need[Said] != need[Words] || need[Things] != .5 {
		t.Errorf("a need is read for what is like it: %v", need)
	}
}
