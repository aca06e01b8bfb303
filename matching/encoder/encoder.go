// Package encoder turns a text into a vector that lies near those of texts that mean much the same: the sentence
// encoder all-MiniLM-L6-v2 (Apache-2.0; Reimers and Gurevych 2019, Wang et al. 2020), run here in Go.
//
// It promises the same vector for the same text and model, of length 1, and to be safe for concurrent use. It reads at
// most 256 pieces of a text, some 180 words of English, and knows no other language well. Its weights are a file of
// 23 MB that `make model` fetches and converts; without it Open returns ErrMissing.
package encoder

import (
	"errors"
	"io/fs"
	"math"
	"sync"
)

// ErrMissing says that the weights are not on this machine. It comes with fs.ErrNotExist.
var ErrMissing = errors.New("the sentence encoder's weights are missing: `make model` fetches them")

// ErrBroken says that the file of weights is not whole, or not of this program's version.
var ErrBroken = errors.New("the sentence encoder's weights cannot be read: `make model` makes them anew")

// File is the name of the weights in the folder that Open is given.
const File = "minilm.int8"

// Model names the weights and what is done with them. Vectors of different models do not compare.
const Model = "all-MiniLM-L6-v2/int8-1"

// Vector of a text. Those of other texts lie nearer, by Cosine, the more they mean the same.
type Vector [width]float32

// Cosine of the angle between two vectors of length 1, [-1,1].
func (v *Vector) Cosine(w *Vector) float64 {
	var a, b, c, d float32 // four sums, so that none waits for another
	for i := 0; i < width; i += 4 {
		a += v[i] * w[i]
		b += v[i+1] * w[i+1]
		c += v[i+2] * w[i+2]
		d += v[i+3] * w[i+3]
	}
	return float64(a + b + c + d)
}

// Unit is the vector made 1 long; nothing stays nothing.
func (v *Vector) Unit() Vector {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	out := *v
	if sum > 0 {
		by := float32(1 / math.Sqrt(sum))
		for i := range out {
			out[i] *= by
		}
	}
	return out
}

// Encoder holds the weights: some 24 MB, and 4 MB for every text that is read at the same time.
type Encoder struct {
	pieces         pieces
	embeddings     []int8 // of pieces
	embeddingScale []float32
	places         []float32
	norm           norming
	layers         [layers]layer
	memory         sync.Pool // of *scratch
}

// Open reads the weights from a folder, os.DirFS(dir) for one on disk. ErrMissing when they are not there, ErrBroken when
// they are not whole.
func Open(dir fs.FS) (*Encoder, error) {
	raw, err := fs.ReadFile(dir, File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(ErrMissing, err)
	}
	if err != nil {
		return nil, err
	}
	e, err := decode(raw)
	if err != nil {
		return nil, errors.Join(ErrBroken, err)
	}
	e.memory.New = newScratch
	return e, nil
}

// Encode a text. A text without any letter still has a vector, like that of no other.
func (e *Encoder) Encode(text string) Vector {
	s := e.memory.Get().(*scratch)
	defer e.memory.Put(s)
	return e.pass(e.pieces.of(text, longest), s)
}
