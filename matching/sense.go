package matching

import (
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

// sense is what is known of a text beyond its words. It never changes once made.
type sense struct {
	market.Meaning
	letters []uint16 // of three letters each, sorted, each once
}

// senseOf an entry; nil when no model has read it.
func senseOf(e *market.Entry) *sense {
	if !e.Meaning.Known() {
		return nil
	}
	return &sense{e.Meaning, lettersOf(words.Head(e.Listing.Title) + " " + strings.Join(e.Listing.Tags, " "))}
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
	if need == nil || offer == nil || need.Model != offer.Model {
		return a
	}
	a.read, a.letters, a.near = true, lettersAlike(need.letters, offer.letters), nearness(need, offer)
	a.named, a.known, a.heard = thingsAlike(need.Things, offer.Things)
	return a
}

func lettersAlike(a, b []uint16) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n, i, j = n+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return math.Sqrt(float64(n) / math.Sqrt(float64(len(a)*len(b))))
}

// mentioned is what a phrase of the offer's description counts beside what it is, as among words.
const mentioned = .7

// nearness of what the need is to what the offer is or mentions, or of both texts as a whole: the best of these.
func nearness(need, offer *sense) float64 {
	best := cosine(need.vector(0), offer.vector(0))
	head, most := need.vector(1), len(offer.Vectors)/market.VectorBytes
	best = max(best, cosine(head, offer.vector(1)))
	for k := 2; k < most; k++ {
		best = max(best, mentioned*cosine(head, offer.vector(k)))
	}
	return best
}

// vector by its place; that of all the text where it has no other.
func (s *sense) vector(k int) []byte {
	if (k+1)*market.VectorBytes > len(s.Vectors) {
		k = 0
	}
	return s.Vectors[k*market.VectorBytes : (k+1)*market.VectorBytes : (k+1)*market.VectorBytes]
}

// cosine of two vectors of signed bytes, of which 127 is 1.
func cosine(a, b []byte) float64 {
	a, b = a[:market.VectorBytes], b[:market.VectorBytes]
	var w, x, y, z int32 // four sums, so that none waits for another
	for i := 0; i < market.VectorBytes; i += 4 {
		w += int32(int8(a[i])) * int32(int8(b[i]))
		x += int32(int8(a[i+1])) * int32(int8(b[i+1]))
		y += int32(int8(a[i+2])) * int32(int8(b[i+2]))
		z += int32(int8(a[i+3])) * int32(int8(b[i+3]))
	}
	return max(-1, min(1, float64(w+x+y+z)/(127*127)))
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
	if s == nil {
		return into
	}
	for _, n := range s.Things {
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
