package words

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Gist is a Text whose keys are numbers of an index's vocabulary: a tenth of its size, and quick to compare. It says
// which words agree, not how they are said to people.
type Gist struct {
	head  []uint32 // keys of About, then their wider sorts (0: none)
	said  []uint32 // keys of Said, turned, in order
	wider []uint32 // sorts of Said, and of About that stand apart
}

// weakBit marks the number of a weak key.
const weakBit = 1 << 31

// apartBit marks a wider sort whose things cannot stand in for each other.
const apartBit = 1 << 30

// Unknown is the number of a key that the vocabulary lacks: nothing in the index has it.
const Unknown = apartBit - 1

// Gist of a text; number gives each key its own number, above 0 and below Unknown.
func (t Text) Gist(number func(key string) uint32) Gist {
	g := Gist{head: make([]uint32, 0, 2*len(t.About)), said: make([]uint32, 0, len(t.Said))}
	for _, tok := range t.About {
		g.head = append(g.head, tok.number(number))
	}
	for _, tok := range t.About {
		wider := uint32(0)
		if tok.Broader != "" {
			wider = number(tok.Broader)
		}
		if tok.Apart {
			g.wider = append(g.wider, wider)
			wider |= apartBit
		}
		g.head = append(g.head, wider)
	}
	for _, tok := range t.Said {
		g.said = append(g.said, turned(tok.number(number)))
		if tok.Broader != "" {
			g.wider = append(g.wider, number(tok.Broader))
		}
	}
	slices.Sort(g.said)
	return g
}

// turned has its marks last, so that numbers lie close and are short when written; back undoes it.
func turned(id uint32) uint32 { return bits.RotateLeft32(id, 2) }
func back(id uint32) uint32   { return bits.RotateLeft32(id, -2) }

// Append writes a gist down in some hundred bytes.
func (g Gist) Append(to []byte) []byte {
	for _, list := range [][]uint32{g.head, g.wider} {
		to = binary.AppendUvarint(to, uint64(len(list)))
		for _, id := range list {
			to = binary.AppendUvarint(to, uint64(turned(id)))
		}
	}
	last := uint32(0)
	for _, id := range g.said {
		to, last = binary.AppendUvarint(to, uint64(id-last)), id
	}
	return to
}

// GistOf what Append wrote. It lies in the given numbers, which grow when they are too few.
func GistOf(written []byte, in *[]uint32) Gist {
	next := func() uint32 {
		n, size := binary.Uvarint(written)
		written = written[size:]
		return uint32(n)
	}
	list := (*in)[:0]
	var ends [2]int
	for i := range ends {
		for range next() {
			list = append(list, back(next()))
		}
		ends[i] = len(list)
	}
	for last := uint32(0); len(written) > 0; {
		last += next()
		list = append(list, last)
	}
	*in = list
	return Gist{head: list[:ends[0]], wider: list[ends[0]:ends[1]], said: list[ends[1]:]}
}

func (t Token) number(number func(string) uint32) uint32 {
	n := number(t.Key)
	if t.Weak {
		n |= weakBit
	}
	return n
}

// about are the keys of About, sorts the wider sort of each.
func (g Gist) about() []uint32 { return g.head[:len(g.head)/2] }
func (g Gist) sorts() []uint32 { return g.head[len(g.head)/2:] }

// has reports whether a key is anywhere in the text.
func (g Gist) has(id uint32) bool {
	_, said := slices.BinarySearch(g.said, turned(id))
	return said || among(g.head, id) || among(g.wider, id)
}

// Keys of the whole text, weak ones too; some may be 0 or come twice.
func (g Gist) Keys(into []uint32) []uint32 {
	for _, id := range slices.Concat(g.head, g.wider) {
		into = append(into, id&^(weakBit|apartBit))
	}
	for _, id := range g.said {
		into = append(into, back(id)&^(weakBit|apartBit))
	}
	return into
}

// SoughtKeys are the keys of which a text that speaks of the same thing has at least one: of a need in an offer's
// text, and so those by which an index finds a need from an offer.
func (g Gist) SoughtKeys(into []uint32) []uint32 {
	strongs, weaks := g.count()
	if strongs == 0 {
		return g.Keys(into) // the description may name the thing
	}
	for _, id := range g.head {
		if id&weakBit == 0 || weaks >= weaksThatDo {
			into = append(into, id&^(weakBit|apartBit))
		}
	}
	return into
}

// weaksThatDo is how many weak words in common reach the Floor.
const weaksThatDo = 3

func (g Gist) count() (strongs, weaks int) {
	for _, id := range g.about() {
		if id&weakBit == 0 {
			strongs++
		} else {
			weaks++
		}
	}
	return strongs, weaks
}

// CompareGists is Compare without the words to be said.
func CompareGists(need, offer Gist) Likeness {
	var l Likeness
	total := 0.0
	sorts := need.sorts()
	for i, id := range need.about() {
		total += weightOf(id)
		l.Shared += answered(id, sorts[i]&^apartBit, offer)
	}
	if total > 0 {
		l.Coverage = min(1, l.Shared/total)
	}
	if strongs, _ := need.count(); strongs == 0 {
		for _, id := range offer.about() {
			if id&weakBit == 0 && need.has(id) {
				l.Shared += inText
				l.Coverage = max(l.Coverage, inText)
			}
		}
	}
	if len(need.said) > 0 {
		l.Aside = float64(need.asidesIn(offer)) / float64(len(need.said))
	}
	return l
}

// asidesIn is how much of what a need says besides the offer says too.
func (g Gist) asidesIn(offer Gist) (n int) {
	said := offer.said
	for _, id := range g.said {
		for len(said) > 0 && said[0] < id {
			said = said[1:]
		}
		if len(said) > 0 && said[0] == id || among(offer.head, back(id)) || among(offer.wider, back(id)) {
			n++
		}
	}
	return n
}

func weightOf(id uint32) float64 {
	if id&weakBit != 0 {
		return weak
	}
	return strong
}

// answered is how much of a need's key the offer answers.
func answered(id, wider uint32, offer Gist) float64 {
	switch {
	case among(offer.head, id):
		return weightOf(id)
	case id&weakBit != 0:
		return 0
	case offer.has(id):
		return inText
	case wider != 0 && among(offer.head, wider):
		return broader
	}
	return 0
}

func among(list []uint32, id uint32) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}
