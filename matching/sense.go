package matching

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"unicode"

	"wherewithal/market"
	"wherewithal/matching/concepts"
	"wherewithal/matching/meaning"
	"wherewithal/matching/words"
)

// sense is what is known of a text beyond its words. It never changes once made; the zero sense says nothing.
type sense struct {
	model    string
	letters  []byte // of three letters each, two bytes, sorted, each once
	things   []byte // numbers of market.Meaning, four bytes each
	sketches []byte // of its vectors
}

// known reports whether a model has read the text.
func (s *sense) known() bool { return len(s.sketches) > 0 }

// Of a need no phrase is ever compared: what it is, and all it says, is what it asks for.
const mostOfNeed = 2

// senseOf an entry; it says nothing when no model has read it.
func senseOf(e *market.Entry) (s sense) {
	if !e.Meaning.Known() {
		return s
	}
	s.model = e.Meaning.Model
	for _, n := range lettersOf(words.Head(e.Listing.Title) + " " + strings.Join(e.Listing.Tags, " ")) {
		s.letters = binary.LittleEndian.AppendUint16(s.letters, n)
	}
	for _, n := range e.Meaning.Things {
		s.things = binary.LittleEndian.AppendUint32(s.things, n)
	}
	for v := range slices.Chunk(e.Meaning.Vectors, market.VectorBytes) {
		full := e.Listing.Side == market.Need && len(s.sketches) == mostOfNeed*sketchBytes
		if len(v) == market.VectorBytes && !full {
			s.sketches = appendSketch(s.sketches, v)
		}
	}
	return s
}

// meaning as it can still be told.
func (s *sense) meaning() (m market.Meaning) {
	if !s.known() {
		return m
	}
	m.Model, m.Things = s.model, s.numbers(nil)
	for sketch := range slices.Chunk(s.sketches, sketchBytes) {
		m.Vectors = appendVector(m.Vectors, sketch)
	}
	return m
}

// numbers of its things.
func (s *sense) numbers(into []uint32) []uint32 {
	for at := 0; at < len(s.things); at += 4 {
		into = append(into, binary.LittleEndian.Uint32(s.things[at:]))
	}
	return into
}

// mostLetters of a title and its tags are kept.
const mostLetters = 60

// lettersOf a text: all runs of three letters of its words, each word with a space before and behind, as short numbers.
func lettersOf(text string) (out []uint16) {
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		runes := []rune(" " + word + " ")
		for i := 0; i+3 <= len(runes) && len(out) < mostLetters; i++ {
			h := fnv.New32a()
			h.Write([]byte(string(runes[i : i+3])))
			out = append(out, uint16(h.Sum32()^h.Sum32()>>16))
		}
	}
	slices.Sort(out)
	return slices.Clip(slices.Compact(out))
}

// alike is how far an offer's text answers a need's.
type alike struct {
	words.Likeness
	read    bool    // a model has read both texts; what follows is 0 without
	letters float64 // root of the cosine of their letters, [0,1]
	near    float64 // cosine of their vectors, [-1,1]
	named   bool    // the need names things
	known   float64 // share of them that the offer makes available by any name, [0,1]
	heard   bool    // the offer is a sort of what is needed, or both sound like the same thing
}

// Near enough for two texts that name the same thing otherwise: 99 of 100 pairs of names of different things lie below.
const nearEnough = .3

// meant reports whether both mean the same thing, whatever their words.
func (a *alike) meant() bool { return a.heard && a.near >= nearEnough }

// same reports whether both are about the same thing.
func (a *alike) same() bool { return a.Same() || a.meant() }

// senseAlike adds to the words what a model read, where it read both.
func senseAlike(like words.Likeness, need, offer *sense) alike {
	a := alike{Likeness: like}
	if !readAlike(need, offer) {
		return a
	}
	a.read, a.letters, a.near = true, lettersAlike(need.letters, offer.letters), nearness(need, offer)
	var n, o [64]uint32
	a.named, a.known, a.heard = thingsAlike(need.numbers(n[:0]), offer.numbers(o[:0]))
	return a
}

// readAlike reports whether one model has read both. Which nouns were taken for things may differ: what is read of each is by
// the same numbers.
func readAlike(a, b *sense) bool {
	return a.known() && b.known() && (a.model == b.model || meaning.SameNumbers(a.model, b.model))
}

func lettersAlike(a, b []byte) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := binary.LittleEndian.Uint16(a[i:]), binary.LittleEndian.Uint16(b[j:])
		switch {
		case x == y:
			n, i, j = n+1, i+2, j+2
		case x < y:
			i += 2
		default:
			j += 2
		}
	}
	return math.Sqrt(float64(n) / math.Sqrt(float64(len(a)/2*len(b)/2)))
}

// mentioned is what a phrase of the offer's description counts beside what it is, as among words.
const mentioned = .7

// nearness of what the need is to what the offer is or mentions, or of both texts as a whole: the best of these.
func nearness(need, offer *sense) float64 {
	best := cosine(need.sketch(0), offer.sketch(0))
	head, most := need.sketch(1), len(offer.sketches)/sketchBytes
	best = max(best, cosine(head, offer.sketch(1)))
	for k := 2; k < most; k++ {
		best = max(best, mentioned*cosine(head, offer.sketch(k)))
	}
	return best
}

// sketch by its place; that of all the text where it has no other.
func (s *sense) sketch(k int) []byte {
	if (k+1)*sketchBytes > len(s.sketches) {
		k = 0
	}
	return s.sketches[k*sketchBytes : (k+1)*sketchBytes]
}

// sortSteps is how many steps wider than itself a thing is still found as a sort of what is needed.
const sortSteps = 2

// thingsAlike says which share of the things a need names the offer makes available by any name: wholly for the same,
// less by each step for a sort of it, half of that for the wider thing (docs/matching.md).
func thingsAlike(need, offer []uint32) (named bool, share float64, heard bool) {
	nouns := 0
	for len(need) > 0 {
		noun := nextNoun(need)
		need = need[len(noun):]
		if noun[0]&meaning.Sounds != 0 {
			heard = heard || slices.Contains(offer, noun[0])
			continue
		}
		nouns++
		got, sort := answered(noun, offer)
		share += got
		heard = heard || sort
	}
	return nouns > 0, share / float64(max(1, nouns)), heard
}

// nextNoun is the first noun of a list with all its senses, or the thing it sounds like.
func nextNoun(list []uint32) []uint32 {
	n := 1
	for n < len(list) && list[n]&(meaning.First|meaning.Sounds) == 0 {
		n++
	}
	return list[:n]
}

// answered is how far what is offered is the noun that is needed, and whether it is a near sort of it.
func answered(noun, offer []uint32) (best float64, sort bool) {
	for _, n := range noun {
		wanted, up := meaning.SenseOf(n)
		for _, o := range offer {
			if o&meaning.Sounds != 0 {
				continue
			}
			given, above := meaning.SenseOf(o)
			switch {
			case given != wanted:
			case up == 0:
				best = max(best, concepts.Nearness(above))
				sort = sort || above <= sortSteps
			case above == 0:
				best = max(best, concepts.Nearness(up)/2)
			}
		}
	}
	return best, sort
}

// meantKey sets the keys of meanings apart from those of words, of which there are fewer.
const meantKey = 1 << 30

// keys under which the other side finds a text by its meaning: a need under the things themselves, an offer also under
// what they are sorts of.
func (s *sense) keys(side market.Side, into []uint32) []uint32 {
	for _, n := range s.numbers(nil) {
		if n&meaning.Sounds != 0 {
			into = append(into, meantKey|1<<29|n&0xffff)
			continue
		}
		if id, steps := meaning.SenseOf(n); steps == 0 || side == market.Offer && steps <= sortSteps {
			into = append(into, meantKey|id)
		}
	}
	return into
}
