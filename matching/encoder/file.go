package encoder

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

// The file of weights: Model and a line's end, the sizes of the vocabulary, the vocabulary a piece a line, the tensors
// in the order of Write, and the CRC-32 of all that. Numbers are little-endian. Matrices are bytes, each row a number
// times its own scale, which loses nothing that retrieval would notice and a quarter the size.

// Tensors gives the values of a tensor by its name in the published model, row by row.
type Tensors func(name string) ([]float32, error)

// Write the weights of the published model as Open reads them.
func Write(w io.Writer, vocabulary []string, tensors Tensors) error {
	var out encoded
	out.WriteString(Model + "\n")
	text := strings.Join(vocabulary, "\n")
	out.number(uint32(len(vocabulary)))
	out.number(uint32(len(text)))
	out.WriteString(text)
	out.embeddings(len(vocabulary), tensors)
	for i := range layers {
		out.layer(fmt.Sprintf("encoder.layer.%d.", i), tensors)
	}
	if out.err != nil {
		return out.err
	}
	out.number(crc32.ChecksumIEEE(out.Bytes()))
	_, err := w.Write(out.Bytes())
	return err
}

// encoded is the file as it grows; the first error stops it.
type encoded struct {
	bytes.Buffer
	err error
}

func (e *encoded) number(n uint32) {
	e.Write(binary.LittleEndian.AppendUint32(nil, n))
}

func (e *encoded) floats(list []float32) {
	for _, f := range list {
		e.number(math.Float32bits(f))
	}
}

// of is a tensor of the size it must have.
func (e *encoded) of(tensors Tensors, name string, size int) []float32 {
	list, err := tensors(name)
	if err == nil && len(list) != size {
		err = fmt.Errorf("%s has %d values, not %d", name, len(list), size)
	}
	if err != nil && e.err == nil {
		e.err = err
	}
	if err != nil {
		return make([]float32, size)
	}
	return list
}

// bytesOf a matrix: the scales of its rows, then the rows.
func (e *encoded) bytesOf(list []float32, columns int) {
	scales, numbers := make([]float32, len(list)/columns), make([]byte, len(list))
	for r := range scales {
		row := list[r*columns:][:columns]
		most := float32(0)
		for _, v := range row {
			most = max(most, float32(math.Abs(float64(v))))
		}
		scales[r] = max(most, 1e-30) / 127
		for i, v := range row {
			numbers[r*columns+i] = byte(int8(math.RoundToEven(float64(v / scales[r]))))
		}
	}
	e.floats(scales)
	e.Write(numbers)
}

// embeddings: of pieces, of places together with the one sentence there is, and their norm.
func (e *encoded) embeddings(vocabulary int, tensors Tensors) {
	e.bytesOf(e.of(tensors, "embeddings.word_embeddings.weight", vocabulary*width), width)
	places := e.of(tensors, "embeddings.position_embeddings.weight", 512*width)[:longest*width]
	sentence := e.of(tensors, "embeddings.token_type_embeddings.weight", 2*width)[:width]
	for i, v := range places {
		e.floats([]float32{v + sentence[i%width]})
	}
	e.norming("embeddings.LayerNorm", tensors)
}

func (e *encoded) layer(at string, tensors Tensors) {
	e.linear(tensors, width, width, at+"attention.self.query", at+"attention.self.key", at+"attention.self.value")
	e.linear(tensors, width, width, at+"attention.output.dense")
	e.norming(at+"attention.output.LayerNorm", tensors)
	e.linear(tensors, width, inner, at+"intermediate.dense")
	e.linear(tensors, inner, width, at+"output.dense")
	e.norming(at+"output.LayerNorm", tensors)
}

// linear layers of one size, put side by side.
func (e *encoded) linear(tensors Tensors, in, out int, names ...string) {
	var matrix, bias []float32
	for _, name := range names {
		matrix = append(matrix, e.of(tensors, name+".weight", in*out)...)
		bias = append(bias, e.of(tensors, name+".bias", out)...)
	}
	e.bytesOf(matrix, in)
	e.floats(bias)
}

func (e *encoded) norming(name string, tensors Tensors) {
	e.floats(e.of(tensors, name+".weight", width))
	e.floats(e.of(tensors, name+".bias", width))
}

// decode what Write wrote.
func decode(raw []byte) (*Encoder, error) {
	if !bytes.HasPrefix(raw, []byte(Model+"\n")) || len(raw) < len(Model)+16 {
		return nil, fmt.Errorf("it is not %s", Model)
	}
	body, sum := raw[:len(raw)-4], binary.LittleEndian.Uint32(raw[len(raw)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, fmt.Errorf("its checksum is wrong")
	}
	d := decoder(body[len(Model)+1:])
	size, length := int(d.number()), int(d.number())
	vocabulary := strings.Split(string(d.take(length)), "\n")
	e := &Encoder{pieces: newPieces(vocabulary)}
	e.embeddingScale, e.embeddings = d.floats(size), signed(d.take(size*width))
	e.places = d.floats(longest * width)
	e.norm = d.norming()
	for i := range e.layers {
		e.layers[i] = layer{attend: d.linear(width, 3*width), project: d.linear(width, width), norm1: d.norming(),
			widen: d.linear(width, inner), narrow: d.linear(inner, width), norm2: d.norming()}
	}
	return e, nil
}

// decoder is what is left of a file whose checksum is right, so that it holds what it says.
type decoder []byte

func (d *decoder) take(n int) []byte {
	out := (*d)[:n]
	*d = (*d)[n:]
	return out
}

func (d *decoder) number() uint32 { return binary.LittleEndian.Uint32(d.take(4)) }

func (d *decoder) floats(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(d.number())
	}
	return out
}

func (d *decoder) norming() norming { return norming{d.floats(width), d.floats(width)} }

// linear layer, its matrix laid out in panels.
func (d *decoder) linear(in, out int) weights {
	w := weights{in: in, out: out, scale: d.floats(out), panels: make([]int8, in*out)}
	for o, rows := 0, d.take(in*out); o < out; o++ {
		panel := w.panels[o/tileCols*tileCols*in+o%tileCols:]
		for i, b := range rows[o*in:][:in] {
			panel[i*tileCols] = int8(b)
		}
	}
	w.bias = d.floats(out)
	return w
}

func signed(list []byte) []int8 {
	out := make([]int8, len(list))
	for i, b := range list {
		out[i] = int8(b)
	}
	return out
}
