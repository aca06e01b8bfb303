package matching

import (
	"wherewithal/market"
	"wherewithal/matching/words"
)

// fit of a pair that passes every rule, [0,1]: the weighted mean of its parts. Each part only grows as the pair gets
// better in it.
func (p *pair) fit() float64 {
	w := p.opts.parts(p.offer.Listing.Kind)
	sum := w.Place + w.Time + w.Size + w.Words + w.Terms
	if sum <= 0 {
		return 0
	}
	return (w.Place*p.placeFit() + w.Time*p.timeFit() + w.Size*p.sizeFit() + w.Words*p.wordsFit() + w.Terms*p.termsFit()) / sum
}

// halfWay is the distance in km at which the place counts half: about an hour on foot, or twenty minutes by bus.
const halfWay = 5

// online counts as much as a place about 1 km away.
const onlineFit = 0.83

func (p *pair) placeFit() float64 {
	if p.travel.online {
		return onlineFit
	}
	return 1 / (1 + p.travel.km/halfWay)
}

// unspokenTime counts less than a time that was found to meet, more than a series met by the half.
const unspokenTime = 0.8

func (p *pair) timeFit() float64 {
	if p.meeting.AnyTime {
		return unspokenTime
	}
	return p.meeting.Share()
}

// sizeFit is the share of what the need wants that it would get.
func (p *pair) sizeFit() float64 {
	return min(1, float64(p.amount)/float64(max(1, p.need.Listing.Quantity)))
}

// wordsFit: mostly what the thing is, a little what else is said. A room's words are a bonus on a middling start.
func (p *pair) wordsFit() float64 {
	return wordsFit(p.likeness(), p.offer.Listing.Kind)
}

func wordsFit(like words.Likeness, kind string) float64 {
	fit := .85*like.Coverage + .15*like.Aside
	if kind == market.Room {
		return .5 + .5*fit
	}
	return fit
}

// likeness of the words, worked out once.
func (p *pair) likeness() words.Likeness {
	if !p.liked {
		p.like, p.liked = p.compared(), true
	}
	return p.like
}

// compared by numbers when both come from one index, else as texts: the same but for the words to be said.
func (p *pair) compared() words.Likeness {
	if p.offer.numbered && p.need.numbered {
		return words.CompareGists(p.need.gist, p.offer.gist)
	}
	return words.Compare(p.need.words(), p.offer.words())
}

var termsFits = map[market.TermsKind]float64{market.Gift: 1, market.Loan: .9, market.Shared: .9, market.Swap: .7, market.AtCost: .6}

func (p *pair) termsFit() float64 { return termsFits[p.offer.Listing.Terms.Kind] }
