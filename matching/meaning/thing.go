package meaning

import (
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/matching/concepts"
	"wherewithal/matching/words"
)

// The numbers of Meaning.Things. A noun is its senses one after another: the number of the sense, how many steps it lies
// above what the noun itself means, and a mark on the first. What a text sounds like is the number of a thing of the field.
const (
	First  uint32 = 1 << 31 // begins a noun
	Sounds uint32 = 1 << 30 // a thing of the field, not a sense
	stepAt        = 24      // bit at which the steps begin
	senses uint32 = 1<<stepAt - 1
)

// SenseOf a number that is no Sounds: the sense, and its steps.
func SenseOf(n uint32) (id uint32, steps int) { return n & senses, int(n >> stepAt & 0x3f) }

// How much of a text is kept: nouns of what it is about, and senses up to so many steps wider, of which the widest say
// little.
const (
	mostNouns = 5
	mostSteps = 4
)

// nouns that say what a listing is about and can be given, done or be.
func (r *Reader) nouns(l market.Listing) (out []uint32) {
	var seen []string
	text := words.Read(l.Title, l.Facts.Text("what"), l.Tags, "")
	for i := 0; i < len(text.About) && len(seen) < mostNouns; i++ {
		if text.About[i].Weak {
			continue
		}
		noun := strings.ReplaceAll(text.About[i].Word, " ", "_")
		if i+1 < len(text.About) && r.net.Thing(noun+"_"+text.About[i+1].Word) {
			i++
			noun += "_" + text.About[i].Word
		}
		if last := noun[strings.LastIndexByte(noun, '_')+1:]; !r.net.Noun(noun) {
			noun = last // what is said of it aside, a village hall is a hall
		}
		if r.net.Thing(noun) && !slices.Contains(seen, noun) {
			seen = append(seen, noun)
			out = append(out, numbers(r.net.Senses(noun, mostSteps))...)
		}
	}
	return out
}

func numbers(list []concepts.Sense) (out []uint32) {
	for i, s := range list {
		n := uint32(s.ID) | uint32(s.Steps)<<stepAt
		if i == 0 {
			n |= First
		}
		out = append(out, n)
	}
	return out
}
