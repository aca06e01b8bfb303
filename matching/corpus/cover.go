package corpus

import (
	"slices"

	"wherewithal/matching/concepts"
	"wherewithal/matching/words"
)

// Cover says which of the things a need names its corpus's texts make available, by whatever name. It never changes once
// made; safe for concurrent use.
type Cover struct {
	corpus *Corpus
	net    *concepts.Net
	nouns  []noun    // of all texts, each once
	in     [][]int32 // numbers of nouns by text
}

type noun struct {
	stem    string
	concept concepts.Concept
}

// NewCover of texts.
func NewCover(texts []string, net *concepts.Net) *Cover {
	c := &Cover{corpus: New(texts), net: net, in: make([][]int32, len(texts))}
	numbers := map[string]int32{}
	for i, text := range texts {
		for _, word := range words.Plain(text) {
			n, known := numbers[word]
			if !known {
				n = -1
				if net.Thing(word) {
					n = int32(len(c.nouns))
					c.nouns = append(c.nouns, c.noun(word))
				}
				numbers[word] = n
			}
			if n >= 0 && !slices.Contains(c.in[i], n) {
				c.in[i] = append(c.in[i], n)
			}
		}
	}
	return c
}

func (c *Cover) noun(word string) noun {
	stem := ""
	if stems := words.Stems(word); len(stems) > 0 {
		stem = stems[0]
	}
	return noun{stem, c.net.Concept(word)}
}

// Of a need: the share of the things it names, by rarity, that each text answers, [0,1].
func (c *Cover) Of(need string) []float64 {
	shares := make([]float64, len(c.in))
	total := 0.0
	var seen []string
	for _, word := range words.Plain(need) {
		wanted := c.noun(word)
		if !c.net.Thing(word) || slices.Contains(seen, wanted.stem) {
			continue
		}
		seen = append(seen, wanted.stem)
		rare := c.corpus.rareness(wanted.stem)
		total += rare
		near := c.nearness(wanted)
		for i, nouns := range c.in {
			best := 0.0
			for _, n := range nouns {
				best = max(best, near[n])
			}
			shares[i] += rare * best
		}
	}
	for i := range shares {
		shares[i] /= max(1e-9, total)
	}
	return shares
}

// nearness of every noun to one that is wanted.
func (c *Cover) nearness(wanted noun) []float64 {
	near := make([]float64, len(c.nouns))
	for i := range c.nouns {
		if near[i] = 1; c.nouns[i].stem != wanted.stem {
			near[i] = concepts.Answers(wanted.concept, c.nouns[i].concept)
		}
	}
	return near
}
