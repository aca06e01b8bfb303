package corpus

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Grams compares texts by pieces of three to five letters: near enough in spite of a slip, an ending or a compound.
// It never changes once made; safe for concurrent use.
type Grams struct {
	numbers map[string]int32
	posts   [][]weighted // by gram
	rare    []float64    // idf by gram
	texts   int
}

type weighted struct {
	text   int32
	weight float32 // of the gram in the text, whose weights together are 1 long
}

const (
	shortGram = 3
	longGram  = 5
)

// NewGrams of texts; a text's number is its place in the list.
func NewGrams(texts []string) *Grams {
	g := &Grams{numbers: map[string]int32{}, texts: len(texts)}
	counts := make([][]counted, len(texts))
	for i, text := range texts {
		counts[i] = g.count(text, true)
	}
	in := make([]int, len(g.numbers))
	for _, list := range counts {
		for _, c := range list {
			in[c.gram]++
		}
	}
	g.rare, g.posts = make([]float64, len(in)), make([][]weighted, len(in))
	for n, texts := range in {
		g.rare[n] = math.Log(float64(1+g.texts)/float64(1+texts)) + 1
		g.posts[n] = make([]weighted, 0, texts)
	}
	for i, list := range counts {
		size := g.size(list)
		for _, c := range list {
			g.posts[c.gram] = append(g.posts[c.gram], weighted{int32(i), float32(g.weight(c) / size)})
		}
	}
	return g
}

// Cosine of every text with a query by their grams' weights, [0,1]. A query's gram that no text has only makes the
// query longer.
func (g *Grams) Cosine(query string) []float64 {
	scores := make([]float64, g.texts)
	counts := g.count(query, false)
	size := g.size(counts)
	for _, c := range counts {
		if c.gram < 0 {
			continue
		}
		w := g.weight(c) / size
		for _, p := range g.posts[c.gram] {
			scores[p.text] += w * float64(p.weight)
		}
	}
	return scores
}

// counted is a gram and how often a text has it.
type counted struct {
	gram  int32
	times int
}

// weight of a gram in a text (tf-idf, the count on a logarithmic scale); unknown grams, by negative numbers, are as rare
// as can be.
func (g *Grams) weight(c counted) float64 {
	rare := math.Log(float64(1+g.texts)) + 1
	if c.gram >= 0 {
		rare = g.rare[c.gram]
	}
	return (1 + math.Log(float64(c.times))) * rare
}

// size is the length of a text's weights.
func (g *Grams) size(list []counted) float64 {
	sum := 0.0
	for _, c := range list {
		w := g.weight(c)
		sum += w * w
	}
	return max(1e-9, math.Sqrt(sum))
}

// count the grams of a text's words, each word with a space before and behind. Unknown ones get negative numbers of
// their own unless they are to be learnt.
func (g *Grams) count(text string, learn bool) []counted {
	counts := map[int32]int{}
	unknown := map[string]int32{}
	for _, word := range lettersOf(text) {
		runes := []rune(" " + word + " ")
		for size := shortGram; size <= longGram; size++ {
			for i := 0; i+size <= len(runes); i++ {
				gram := string(runes[i : i+size])
				n, known := g.numbers[gram]
				switch {
				case !known && learn:
					n = int32(len(g.numbers))
					g.numbers[gram] = n
				case !known:
					if n = unknown[gram]; n == 0 {
						n = -1 - int32(len(unknown))
						unknown[gram] = n
					}
				}
				counts[n]++
			}
		}
	}
	list := make([]counted, 0, len(counts))
	for n, times := range counts {
		list = append(list, counted{n, times})
	}
	// In one order, so that sums come out the same to the last digit.
	slices.SortFunc(list, func(a, b counted) int { return int(a.gram - b.gram) })
	return list
}

// lettersOf a text: its words in lower case.
func lettersOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
