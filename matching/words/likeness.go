package words

import "slices"

// How much a token counts.
const (
	strong  = 1.0
	weak    = 0.2
	broader = 0.5 // the other side has a thing of the same wider sort
	inText  = 0.7 // the other side only mentions it
)

// Floor is the least shared weight at which two texts speak of the same thing: a strong word in common, or a thing
// of the same wider sort. Weak words reach it only when three of them agree.
const Floor = 0.5

// Titles is the least shared weight of two texts whose titles name the same thing.
const Titles = strong

// Likeness is how far an offer's words answer a need's.
type Likeness struct {
	Shared   float64  // weight of what both are about
	Coverage float64  // share of what the need is about that the offer answers, [0,1]
	Aside    float64  // share of what the need says besides, [0,1]
	Words    []string // what both speak of, strong words only, as people read it
}

// Same reports whether both speak of the same thing.
func (l Likeness) Same() bool { return l.Shared >= Floor }

// Compare what a need is about with what an offer is about.
func Compare(need, offer Text) Likeness {
	var l Likeness
	total := 0.0
	for _, t := range need.About {
		got := t.in(offer)
		total += t.weight()
		l.Shared += got
		if got >= Floor && !t.Weak {
			l.Words = append(l.Words, t.said(offer))
		}
	}
	if total > 0 {
		l.Coverage = min(1, l.Shared/total)
	}
	l.mentioned(need, offer)
	l.Aside = aside(need, offer)
	return l
}

// mentioned counts what the offer is about where the need does so only in its description, when the need's title
// names no thing of its own.
func (l *Likeness) mentioned(need, offer Text) {
	if slices.ContainsFunc(need.About, func(t Token) bool { return !t.Weak }) {
		return
	}
	for _, t := range offer.About {
		if !t.Weak && holds(need.keys, t.Key) {
			l.Shared += inText
			l.Coverage = max(l.Coverage, inText)
			l.Words = append(l.Words, t.Word)
		}
	}
}

func (t Token) weight() float64 {
	if t.Weak {
		return weak
	}
	return strong
}

// in is how much of the token the offer answers.
func (t Token) in(offer Text) float64 {
	switch {
	case holds(offer.head, t.Key):
		return t.weight()
	case t.Weak:
		return 0
	case holds(offer.keys, t.Key):
		return inText
	case t.Broader != "" && holds(offer.head, t.Broader):
		return broader
	}
	return 0
}

// said is the name both sides can be said to speak of.
func (t Token) said(offer Text) string {
	if holds(offer.keys, t.Key) {
		return t.Word
	}
	return t.Broader[1:]
}

func aside(need, offer Text) float64 {
	if len(need.Said) == 0 {
		return 0
	}
	n := 0
	for _, t := range need.Said {
		if holds(offer.keys, t.Key) {
			n++
		}
	}
	return float64(n) / float64(len(need.Said))
}

func holds(sorted []string, key string) bool {
	_, ok := slices.BinarySearch(sorted, key)
	return ok
}

// Both are the strong words two texts share anywhere, in the need's order: used where words are no rule.
func Both(need, offer Text) []string {
	var out []string
	for _, t := range append(slices.Clip(need.About), need.Said...) {
		if !t.Weak && holds(offer.keys, t.Key) && !slices.Contains(out, t.Word) {
			out = append(out, t.Word)
		}
	}
	return out
}

// StrongKeys of what a text is about: an index finds by them what could be the same thing.
func (t Text) StrongKeys() []string {
	var keys []string
	for _, tok := range t.About {
		if !tok.Weak {
			keys = append(keys, tok.Key)
		}
		if tok.Broader != "" {
			keys = append(keys, tok.Broader)
		}
	}
	return keys
}
