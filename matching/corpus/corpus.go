// Package corpus scores any text against a body of texts: how rare each word is there, and which of its texts share the
// rare ones with a query.
//
// A Corpus never changes once made, so a score depends on nothing but the query and the corpus. It is safe for
// concurrent use. It knows nothing of listings; matching/words reads those.
package corpus

import (
	"math"
	"slices"

	"wherewithal/matching/words"
)

// Saturation and length of BM25 as usual (Robertson and Zaragoza 2009): the second mention of a word adds less than
// the first, and a long text's mentions count less.
const (
	saturation = 1.2
	lengthBias = 0.75
)

// Corpus is texts as bags of stems.
type Corpus struct {
	terms   map[string]int32 // numbers of stems
	posts   [][]post         // by term, in the order of the texts
	lengths []float32
	rarity  []float64 // of a text's words together, each counted once
	mean    float32   // of lengths
}

type post struct {
	text  int32
	times float32
}

// New corpus of texts; a text's number is its place in the list.
func New(texts []string) *Corpus {
	c := &Corpus{terms: map[string]int32{}, lengths: make([]float32, len(texts))}
	total := 0
	for i, text := range texts {
		stems := words.Stems(text)
		c.lengths[i] = float32(len(stems))
		total += len(stems)
		for _, stem := range stems {
			c.add(stem, int32(i))
		}
	}
	c.mean = max(1, float32(total)) / float32(max(1, len(texts)))
	c.rarity = make([]float64, len(texts))
	for _, posts := range c.posts {
		for _, p := range posts {
			c.rarity[p.text] += c.idf(len(posts))
		}
	}
	return c
}

func (c *Corpus) add(stem string, text int32) {
	term, known := c.terms[stem]
	if !known {
		term = int32(len(c.posts))
		c.terms[stem] = term
		c.posts = append(c.posts, nil)
	}
	list := c.posts[term]
	if n := len(list); n > 0 && list[n-1].text == text {
		list[n-1].times++
		return
	}
	c.posts[term] = append(list, post{text, 1})
}

// Len is how many texts it holds.
func (c *Corpus) Len() int { return len(c.lengths) }

// idf of a term that stands in so many texts: above 0, the higher the rarer.
func (c *Corpus) idf(texts int) float64 {
	return math.Log(1 + (float64(c.Len())-float64(texts)+.5)/(float64(texts)+.5))
}

// BM25 of every text for a query, 0 where they share no stem. A word repeated in the query counts once.
func (c *Corpus) BM25(query string) []float64 {
	scores := make([]float64, c.Len())
	for _, t := range c.asked(query) {
		for _, p := range c.postsOf(t) {
			norm := saturation * (1 - lengthBias + lengthBias*float64(c.lengths[p.text]/c.mean))
			times := float64(p.times)
			scores[p.text] += c.idf(t.texts) * times * (saturation + 1) / (times + norm)
		}
	}
	return scores
}

// Self is what BM25 could reach for a query at most: every word met, over and over.
func (c *Corpus) Self(query string) float64 {
	sum := 0.0
	for _, t := range c.asked(query) {
		sum += c.idf(t.texts)
	}
	return (saturation + 1) * sum
}

// asked is a term of a query, -1 for one that no text has, and how many texts have it.
type asked struct {
	term  int32
	texts int
}

func (c *Corpus) postsOf(t asked) []post {
	if t.term < 0 {
		return nil
	}
	return c.posts[t.term]
}

// asked are the terms of a query, each once.
func (c *Corpus) asked(query string) []asked {
	stems := words.Stems(query)
	slices.Sort(stems)
	var out []asked
	for _, stem := range slices.Compact(stems) {
		out = append(out, c.term(stem))
	}
	return out
}

func (c *Corpus) term(stem string) asked {
	if term, known := c.terms[stem]; known {
		return asked{term, len(c.posts[term])}
	}
	return asked{-1, 0}
}

// rareness of a stem, known or not.
func (c *Corpus) rareness(stem string) float64 { return c.idf(c.term(stem).texts) }

// Answered is the share of every text, by the rarity of its words, that a query says too, [0,1].
func (c *Corpus) Answered(query string) []float64 {
	shares := make([]float64, c.Len())
	for _, t := range c.asked(query) {
		for _, p := range c.postsOf(t) {
			shares[p.text] += c.idf(t.texts) / c.rarity[p.text]
		}
	}
	return shares
}
