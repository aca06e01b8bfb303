package corpus

import "wherewithal/matching/encoder"

// Meanings are the vectors of a corpus's texts without the direction that all of them share, which tells none from
// another (Mu and Viswanath 2018). They never change once made; safe for concurrent use.
type Meanings struct {
	shared  encoder.Vector
	vectors []encoder.Vector
	bare    map[int]encoder.Vector // of the texts with an aside, without it
	round   func(encoder.Vector) encoder.Vector
}

// sampled is from how many texts at most the shared direction is found.
const sampled = 4000

// NewMeanings of the vectors of a corpus's texts.
func NewMeanings(vectors []encoder.Vector) *Meanings {
	m := &Meanings{shared: principal(vectors), vectors: make([]encoder.Vector, len(vectors))}
	for i := range vectors {
		m.vectors[i] = m.Plain(vectors[i])
	}
	return m
}

// without their asides some texts have other vectors, by their numbers.
func (m *Meanings) without(asides map[int]encoder.Vector) *Meanings {
	m.bare = make(map[int]encoder.Vector, len(asides))
	for i, v := range asides {
		m.bare[i] = m.Plain(v)
	}
	return m
}

// Plain is a vector without the shared direction, of length 1, as Cosine compares it.
func (m *Meanings) Plain(v encoder.Vector) encoder.Vector {
	by := float32(v.Cosine(&m.shared))
	for i, s := range m.shared {
		v[i] -= by * s
	}
	if v = v.Unit(); m.round != nil {
		return m.round(v)
	}
	return v
}

// rounded are the same vectors, each as it is after rounding, and so is every one that Plain gives from now on.
func (m *Meanings) rounded(round func(encoder.Vector) encoder.Vector) *Meanings {
	out := &Meanings{shared: m.shared, vectors: make([]encoder.Vector, len(m.vectors)), bare: map[int]encoder.Vector{}, round: round}
	for i, v := range m.vectors {
		out.vectors[i] = round(v)
	}
	for i, v := range m.bare {
		out.bare[i] = round(v)
	}
	return out
}

// Cosine of every text with a plain vector, [-1,1].
func (m *Meanings) Cosine(plain encoder.Vector) []float64 {
	out := make([]float64, len(m.vectors))
	for i := range m.vectors {
		out[i] = plain.Cosine(&m.vectors[i])
	}
	return out
}

// Nearest is how near the nearest of some plain vectors comes to a text, with its asides or without, [-1,1]; -1 when
// there are none.
func (m *Meanings) Nearest(text int, plain []encoder.Vector) float64 {
	best := nearest(plain, &m.vectors[text])
	if bare, has := m.bare[text]; has {
		best = max(best, nearest(plain, &bare))
	}
	return best
}

func nearest(plain []encoder.Vector, to *encoder.Vector) float64 {
	best := -1.0
	for i := range plain {
		best = max(best, plain[i].Cosine(to))
	}
	return best
}

// principal direction of vectors, by power iteration: each round turns it to where they point together.
func principal(vectors []encoder.Vector) (axis encoder.Vector) {
	if len(vectors) == 0 {
		return axis
	}
	axis = vectors[0]
	for range 12 {
		var next encoder.Vector
		for n := 0; n < len(vectors); n += 1 + len(vectors)/sampled {
			by := float32(axis.Cosine(&vectors[n]))
			for i, x := range vectors[n] {
				next[i] += by * x
			}
		}
		axis = next.Unit()
	}
	return axis
}
