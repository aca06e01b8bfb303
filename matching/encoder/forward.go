package encoder

import "math"

// The shape of all-MiniLM-L6-v2.
const (
	width     = 384 // of a vector
	inner     = 1536
	heads     = 12
	headWidth = width / heads
	layers    = 6
	longest   = 256 // pieces that are read of a text; the model was tuned on no more
	vanishing = 1e-12
)

// layer of the transformer (Devlin et al. 2019).
type layer struct {
	attend  weights // query, key and value side by side
	project weights
	norm1   norming
	widen   weights
	narrow  weights
	norm2   norming
}

// norming is the layer norm's gain and shift.
type norming struct{ gain, shift []float32 }

// scratch is the memory of one pass, for any number of pieces up to longest.
type scratch struct {
	state, mixed, added []float32 // rows × width
	three               []float32 // rows × 3·width
	large               []float32 // rows × inner
	scores              []float32 // rows × columns of one head
	keys, values        []float32 // of one head, as panels
}

func newScratch() any {
	rows, cols := rowsFor(longest), colsFor(longest)
	floats := func(n int) []float32 { return make([]float32, n) }
	return &scratch{state: floats(rows * width), mixed: floats(rows * width), added: floats(rows * width),
		three: floats(rows * 3 * width), large: floats(rows * inner), scores: floats(rows * cols),
		keys: floats(cols * headWidth), values: floats(cols * headWidth)}
}

// pass the pieces through the model: the mean of what comes out, of length 1.
func (e *Encoder) pass(ids []int32, s *scratch) Vector {
	n, rows := len(ids), rowsFor(len(ids))
	e.embed(ids, s.state)
	clear(s.state[n*width : rows*width])
	for i := range e.layers {
		l := &e.layers[i]
		l.attend.times(s.state, width, rows, s.three, 3*width)
		s.attention(n)
		l.project.times(s.mixed, width, rows, s.added, width)
		l.norm1.add(s.state, s.added, n)
		l.widen.times(s.state, width, rows, s.large, inner)
		for j, x := range s.large[:n*inner] {
			s.large[j] = gelu(x)
		}
		l.narrow.times(s.large, inner, rows, s.added, width)
		l.norm2.add(s.state, s.added, n)
	}
	return meanOf(s.state, n)
}

// embed each piece at its place.
func (e *Encoder) embed(ids []int32, state []float32) {
	for i, id := range ids {
		row, scale := e.embeddings[int(id)*width:][:width], e.embeddingScale[id]
		place, out := e.places[i*width:][:width], state[i*width:][:width]
		for j, b := range row {
			out[j] = float32(b)*scale + place[j]
		}
		e.norm.normalise(out)
	}
}

// rootOfHead keeps the scores of a head from growing with its width.
var rootOfHead = func() (f [tileCols]float32) {
	for i := range f {
		f[i] = float32(1 / math.Sqrt(headWidth))
	}
	return f
}()

var one = func() (f [tileCols]float32) {
	for i := range f {
		f[i] = 1
	}
	return f
}()

// attention of every piece to every other, head by head: s.three to s.mixed.
func (s *scratch) attention(n int) {
	rows, cols := rowsFor(n), colsFor(n)
	clear(s.mixed[n*width : rows*width])
	for h := range heads {
		query := s.three[h*headWidth:]
		s.panels(h, n)
		timesFloats(query, 3*width, rows, headWidth, s.keys, cols, &rootOfHead, s.scores, cols)
		for i := range rows {
			softmax(s.scores[i*cols:][:cols], n)
		}
		timesFloats(s.scores, cols, rows, n, s.values, headWidth, &one, s.mixed[h*headWidth:], width)
	}
}

// panels of a head's keys, a piece a column, and of its values, a piece a row.
func (s *scratch) panels(h, n int) {
	clear(s.keys[:colsFor(n)*headWidth])
	for j := range n {
		key := s.three[j*3*width+width+h*headWidth:][:headWidth]
		value := s.three[j*3*width+2*width+h*headWidth:][:headWidth]
		panel := s.keys[j/tileCols*tileCols*headWidth+j%tileCols:]
		for i, v := range key {
			panel[i*tileCols] = v
		}
		for p := range headWidth / tileCols {
			copy(s.values[p*tileCols*n+j*tileCols:][:tileCols], value[p*tileCols:])
		}
	}
}

// softmax of the first n values; the rest become 0.
func softmax(row []float32, n int) {
	top, sum := row[0], float32(0)
	for _, v := range row[:n] {
		top = max(top, v)
	}
	for i, v := range row[:n] {
		row[i] = exp(v - top)
		sum += row[i]
	}
	for i := range row[:n] {
		row[i] /= sum
	}
	clear(row[n:])
}

// add what a layer found to the state of n pieces and normalise it.
func (m *norming) add(state, added []float32, n int) {
	for i := range n {
		row := state[i*width:][:width]
		for j, v := range added[i*width:][:width] {
			row[j] += v
		}
		m.normalise(row)
	}
}

func (m *norming) normalise(row []float32) {
	mean, spread := float32(0), float32(0)
	for _, v := range row {
		mean += v
	}
	mean /= float32(len(row))
	for _, v := range row {
		spread += (v - mean) * (v - mean)
	}
	by := float32(1 / math.Sqrt(float64(spread/float32(len(row)))+vanishing))
	for j, v := range row {
		row[j] = (v-mean)*by*m.gain[j] + m.shift[j]
	}
}

// meanOf the first n rows, of length 1.
func meanOf(state []float32, n int) (v Vector) {
	for i := range n {
		for j, x := range state[i*width:][:width] {
			v[j] += x
		}
	}
	return v.Unit()
}
