package encoder

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The pieces every vocabulary of this kind has.
const (
	pieceUnknown = "[UNK]"
	pieceBegin   = "[CLS]"
	pieceEnd     = "[SEP]"
)

// longestWord in characters; longer ones are unknown, as in the reference.
const longestWord = 100

// pieces cuts texts into the pieces of words that the model knows, as the tokenizer it was trained with does (BERT's,
// lower case). The names of special pieces in a text are read as text.
type pieces struct {
	ids                 map[string]int32
	begin, end, unknown int32
}

func newPieces(vocabulary []string) pieces {
	p := pieces{ids: make(map[string]int32, len(vocabulary))}
	for i, piece := range vocabulary {
		p.ids[piece] = int32(i)
	}
	p.begin, p.end, p.unknown = p.ids[pieceBegin], p.ids[pieceEnd], p.ids[pieceUnknown]
	return p
}

// of a text, its begin and end marked, at most so many.
func (p *pieces) of(text string, most int) []int32 {
	out := []int32{p.begin}
	for _, word := range wordsOf(text) {
		if out = p.cut(out, word); len(out) >= most-1 {
			out = out[:most-1]
			break
		}
	}
	return append(out, p.end)
}

// cut a word into the longest pieces from its beginning on; one that cannot be cut to its end is unknown as a whole.
func (p *pieces) cut(out []int32, word string) []int32 {
	if len([]rune(word)) > longestWord {
		return append(out, p.unknown)
	}
	start := len(out)
	mark := ""
	for word != "" {
		n, id := p.longest(mark, word)
		if n == 0 {
			return append(out[:start], p.unknown)
		}
		out = append(out, id)
		word, mark = word[n:], "##"
	}
	return out
}

func (p *pieces) longest(mark, word string) (n int, id int32) {
	for n = len(word); n > 0; n-- {
		if id, ok := p.ids[mark+word[:n]]; ok {
			return n, id
		}
	}
	return 0, 0
}

// wordsOf a text: no control characters, no accents, lower case, cut at spaces; punctuation marks and Chinese
// characters stand alone.
func wordsOf(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		switch {
		case r == 0 || r == unicode.ReplacementChar || unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.C, r):
		case alone(r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Fields(b.String())
}

// alone reports whether a character is a word by itself.
func alone(r rune) bool {
	if r < unicode.MaxASCII {
		return r > ' ' && !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	}
	return unicode.IsPunct(r) || unicode.In(r, chinese)
}

// chinese are the blocks that the reference takes for Chinese.
var chinese = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x3400, Hi: 0x4dbf, Stride: 1}, {Lo: 0x4e00, Hi: 0x9fff, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x20000, Hi: 0x2a6df, Stride: 1}, {Lo: 0x2a700, Hi: 0x2b73f, Stride: 1},
		{Lo: 0x2b740, Hi: 0x2b81f, Stride: 1}, {Lo: 0x2b920, Hi: 0x2ceaf, Stride: 1}, {Lo: 0x2f800, Hi: 0x2fa1f, Stride: 1}},
}
