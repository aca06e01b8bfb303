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

// sizeFit is the share of what the need still wants that it would get.
func (p *pair) sizeFit() float64 {
	return min(1, float64(p.amount)/float64(max(1, p.need.Wanted())))
}

// wordsFit: how like the texts are. A room's words are a bonus on a middling start.
func (p *pair) wordsFit() float64 {
	return p.opts.wordsFit(p.likeness(), p.offer.Listing.Kind)
}

func (o *Options) wordsFit(like alike, kind string) float64 {
	fit := o.Weights.Texts.blend(like)
	if kind == market.Room {
		return .5 + .5*fit
	}
	return fit
}

// blend of what is known of two texts, [0,1]. The words alone, mostly what the thing is and a little what else is said,
// are all there is where no model read both; and where the need names no thing, what is available counts for nothing.
func (t Texts) blend(like alike) float64 {
	said := .85*like.Coverage + .15*like.Aside
	if !like.read {
		return said
	}
	if !like.named {
		t.Known = 0
	}
	sum := t.Words + t.Letters + t.Meaning + t.Known
	if sum <= 0 {
		return said
	}
	return (t.Words*said + t.Letters*like.letters + t.Meaning*nearFit(like.near) + t.Known*like.known) / sum
}

// Cosines between which texts are more or less near. Among the names of the field nine in ten pairs of different things
// lie below the one, and nine in ten pairs of names for the same thing below the other.
const (
	nearLeast = .1
	nearMost  = .65
)

func nearFit(cosine float64) float64 {
	return max(0, min(1, (cosine-nearLeast)/(nearMost-nearLeast)))
}

// likeness of the texts, worked out once.
func (p *pair) likeness() alike {
	if !p.liked {
		p.like, p.liked = senseAlike(p.compared(), &p.need.sense, &p.offer.sense), true
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
