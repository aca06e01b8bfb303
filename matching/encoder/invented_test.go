package encoder

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

var invented = []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "hall", "mini", "##bus", "##es", "a", "!", "##a"}

// made is a file of weights drawn at random, of the right shape and a small vocabulary; made once, for it takes a while.
func made(t testing.TB) []byte {
	raw, err := madeOnce()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

var madeOnce = sync.OnceValues(func() ([]byte, error) {
	source := rand.New(rand.NewPCG(1, 2))
	sizes := map[string]int{"embeddings.word_embeddings.weight": len(invented) * width,
		"embeddings.position_embeddings.weight": 512 * width, "embeddings.token_type_embeddings.weight": 2 * width}
	size := func(name string) int {
		if n, ok := sizes[name]; ok {
			return n
		}
		weight := strings.HasSuffix(name, ".weight")
		norm := strings.Contains(name, "LayerNorm")
		middle := strings.Contains(name, "intermediate")
		switch {
		case norm, !weight && !middle:
			return width
		case !weight:
			return inner
		case middle, strings.HasSuffix(name, "output.dense.weight") && !strings.Contains(name, "attention"):
			return width * inner
		}
		return width * width
	}
	var out bytes.Buffer
	err := Write(&out, invented, func(name string) ([]float32, error) {
		list := make([]float32, size(name))
		for i := range min(1021, len(list)) {
			list[i] = float32(source.NormFloat64()) * .05
		}
		for n := 1021; n < len(list); n *= 2 {
			copy(list[n:], list[:n])
		}
		return list, nil
	})
	return out.Bytes(), err
})

func TestTilesAgreeWithPlainArithmetic(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 4))
	for _, k := range []int{1, 7, 32, 384} {
		a, bytes, floats := make([]float32, 2*tileRows*(k+3)), make([]int8, 2*k*tileCols), make([]float32, 2*k*tileCols)
		scale, bias := make([]float32, 2*tileCols), make([]float32, 2*tileCols)
		fill := func(list []float32) {
			for i := range list {
				list[i] = float32(source.NormFloat64())
			}
		}
		fill(a)
		fill(scale)
		fill(bias)
		for i := range bytes {
			bytes[i] = int8(source.IntN(255) - 127)
			floats[i] = float32(bytes[i])
		}
		w := weights{in: k, out: 2 * tileCols, panels: bytes, scale: scale, bias: bias}
		got := make([]float32, 2*tileRows*(2*tileCols+1))
		w.times(a, k+3, 2*tileRows, got, 2*tileCols+1)
		for row := range 2 * tileRows {
			for col := range 2 * tileCols {
				want := 0.0
				for i := range k {
					want += float64(a[row*(k+3)+i]) * float64(bytes[col/tileCols*tileCols*k+i*tileCols+col%tileCols])
				}
				want = want*float64(scale[col]) + float64(bias[col])
				if g := float64(got[row*(2*tileCols+1)+col]); math.Abs(g-want) > 1e-4*(1+math.Abs(want))*math.Sqrt(float64(k)) {
					t.Fatalf("k %d, row %d, column %d: %v, want %v", k, row, col, g, want)
				}
			}
		}
		again := make([]float32, len(got))
		timesFloats(a, k+3, 2*tileRows, k, floats, 2*tileCols, &one, again, 2*tileCols+1)
		plain := make([]float32, len(got))
		for col := 0; col < 2*tileCols; col += tileCols {
			for row := 0; row < 2*tileRows; row += tileRows {
				plainTile(k, a[row*(k+3):], k+3, bytes[col*k:][:k*tileCols], one[:], nothing[:], plain[row*(2*tileCols+1)+col:], 2*tileCols+1)
			}
		}
		for i := range plain {
			if math.Abs(float64(again[i]-plain[i])) > 1e-2 {
				t.Fatalf("k %d: floats %v, plain %v", k, again[i], plain[i])
			}
		}
	}
}

func TestCurves(t *testing.T) {
	for x := -90.0; x < 12; x += .013 {
		if got, want := float64(exp(float32(x))), math.Exp(x); math.Abs(got-want) > 1e-5*want+1e-37 {
			t.Fatalf("exp(%v) is %v, want %v", x, got, want)
		}
		if got, want := float64(gelu(float32(x))), x*.5*math.Erfc(-x/math.Sqrt2); math.Abs(got-want) > 2e-6 {
			t.Fatalf("gelu(%v) is %v, want %v", x, got, want)
		}
	}
}

func TestWordsAreCutIntoTheLongestPieces(t *testing.T) {
	p := newPieces(invented)
	for text, want := range map[string][]int32{
		"":                    {2, 3},
		"Minibuses":           {2, 5, 6, 7, 3},
		"mínibus!  a\thall":   {2, 5, 6, 9, 8, 4, 3},
		"minibusx hall":       {2, 1, 4, 3}, // unknown as a whole
		"[SEP]":               {2, 1, 1, 1, 3},
		"a\u200b\x00a a":      {2, 8, 10, 8, 3},
		"hall hall hall hall": {2, 4, 4, 3}, // cut at four
	} {
		most := 20
		if text == "hall hall hall hall" {
			most = 4
		}
		got := p.of(text, most)
		if len(got) != len(want) {
			t.Errorf("%q: %v, want %v", text, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: %v, want %v", text, got, want)
				break
			}
		}
	}
}

func FuzzEncode(f *testing.F) {
	e, err := Open(fstest.MapFS{File: {Data: made(f)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Minibus, 16 seats")
	f.Add("\xff\x00 北京 \u0301")
	f.Fuzz(func(t *testing.T, text string) {
		v := e.Encode(text)
		if c := v.Cosine(&v); math.Abs(c-1) > 1e-4 {
			t.Errorf("%q has a vector of length² %v", text, c)
		}
	})
}
