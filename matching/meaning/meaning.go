// Package meaning reads what a listing's text means, as the engine compares it: vectors by the sentence encoder, and
// the things it names by WordNet.
//
// It promises the same reading for the same text and model. It never changes once opened and is safe for concurrent
// use. Reading a text keeps a core busy for some 10 to 100 ms. Its files are what `make model` fetches; without them Open
// returns encoder.ErrMissing or concepts.ErrMissing, both of which come with fs.ErrNotExist.
package meaning

import (
	"io/fs"
	"math"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/matching/concepts"
	"wherewithal/matching/corpus"
	"wherewithal/matching/encoder"
	"wherewithal/matching/words"
)

// Model names what reads the texts. It changes with the encoder, with WordNet, with the table of the field, whose names
// give the direction that all texts share, and with how a text is read here.
const Model = encoder.Model + "/wordnet-3.1" + readings + "2"

// readings are counted behind what stays the same with them: the numbers of things, and where vectors lie.
const readings = "/read-"

// SameNumbers reports whether what two models read can be compared, though they may take other nouns for things.
func SameNumbers(a, b string) bool {
	a, _, _ = strings.Cut(a, readings)
	b, _, _ = strings.Cut(b, readings)
	return a == b
}

// Files are those that Open reads in its folder.
var Files = []string{encoder.File, "wordnet/index.noun", "wordnet/data.noun"}

// Reader of texts.
type Reader struct {
	encoder  *encoder.Encoder
	net      *concepts.Net
	meanings *corpus.Meanings // of the names of the field's things
	things   []int            // of each name
}

// Open reads the model's files in a folder, os.DirFS(dir) for one on disk. It takes some seconds of one core.
func Open(dir fs.FS) (*Reader, error) {
	e, err := encoder.Open(dir)
	if err != nil {
		return nil, err
	}
	nouns, err := fs.Sub(dir, "wordnet")
	if err != nil {
		return nil, err
	}
	net, err := concepts.Open(nouns)
	if err != nil {
		return nil, err
	}
	r := &Reader{encoder: e, net: net}
	var vectors []encoder.Vector
	for _, n := range words.Names() {
		vectors, r.things = append(vectors, e.Encode(n.Text)), append(r.things, n.Thing)
	}
	r.meanings = corpus.NewMeanings(vectors)
	return r, nil
}

// mostPhrases of a description are kept, the nearest to things of the field, of so many that are looked at.
const (
	mostPhrases = 2
	phrasesRead = 24
)

// Read a listing's text.
func (r *Reader) Read(l market.Listing) market.Meaning {
	head, what := words.Head(l.Title), l.Facts.Text("what")
	all := strings.Join(slices.DeleteFunc(append([]string{l.Title, what, l.Description}, l.Tags...),
		func(s string) bool { return s == "" }), ". ")
	m := market.Meaning{Model: Model, Vectors: Packed(r.vector(all))}
	self := r.vector(head)
	if head != all {
		m.Vectors = append(m.Vectors, Packed(self)...)
	}
	if len(strings.Fields(l.Description)) > len(strings.Fields(l.Title)) {
		for _, v := range r.phrases(l.Description) {
			m.Vectors = append(m.Vectors, Packed(v)...)
		}
	}
	m.Things = r.nouns(l)
	if thing, near := r.nearest(self); near >= sounds {
		m.Things = append(m.Things, Sounds|uint32(thing))
	}
	return m
}

func (r *Reader) vector(text string) encoder.Vector { return r.meanings.Plain(r.encoder.Encode(text)) }

// Packed is a vector of length 1 as signed bytes, of which 127 is 1.
func Packed(v encoder.Vector) []byte {
	out := make([]byte, len(v))
	for i, x := range v {
		out[i] = byte(int8(math.RoundToEven(float64(max(-1, min(1, x))) * 127)))
	}
	return out
}

// sounds is the cosine from which a text sounds like a thing of the field. Among the table's own names, each left out in
// turn, 78 of 100 that sound like a thing are one, and 8 more one of the same wider sort (TestNamesSoundLikeTheirThings).
const sounds = .45

// nearest thing of the field, and the cosine of its nearest name.
func (r *Reader) nearest(v encoder.Vector) (thing int, near float64) {
	for i, c := range r.meanings.Cosine(v) {
		if c > near {
			thing, near = r.things[i], c
		}
	}
	return thing, near
}

// phrases of a description that sound most like things of the field, each like another.
func (r *Reader) phrases(text string) (out []encoder.Vector) {
	type phrase struct {
		v     encoder.Vector
		thing int
		near  float64
	}
	var list []phrase
	all := corpus.Phrases(text, corpus.PhraseWords)
	for _, p := range all[:min(phrasesRead, len(all))] {
		v := r.vector(p)
		if thing, near := r.nearest(v); near >= sounds {
			list = append(list, phrase{v, thing, near})
		}
	}
	slices.SortStableFunc(list, func(a, b phrase) int {
		if a.near > b.near {
			return -1
		}
		return 1
	})
	heard := map[int]bool{}
	for _, p := range list {
		if !heard[p.thing] && len(out) < mostPhrases {
			heard[p.thing] = true
			out = append(out, p.v)
		}
	}
	return out
}
