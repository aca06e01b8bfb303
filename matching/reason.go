package matching

import (
	"regexp"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/matching/words"
)

// reasons for a match, in the order in which a person asks: where, when, how much, what it has, on what terms, and
// what both speak of. Each is made of the numbers its rule or part of the fit was made of.
func (p *pair) reasons() []market.Reason {
	var out []market.Reason
	out = append(out, p.placeReason())
	out = append(out, p.timeReasons()...)
	out = append(out, p.sizeReasons()...)
	out = append(out, p.featureReasons()...)
	out = append(out, p.evidenceReasons()...)
	out = append(out, p.termsReason())
	return append(out, p.wordReasons()...)
}

func (p *pair) placeReason() market.Reason {
	km := market.AboutKM(p.travel.km)
	switch {
	case p.travel.online:
		return market.Reason{Code: market.ReasonOnline}
	case p.travel.delivered:
		return market.Reason{Code: market.ReasonDelivers, KM: km}
	case p.offer.Borough != "" && p.offer.Borough == p.need.Borough:
		return market.Reason{Code: market.ReasonSameBorough, Borough: p.offer.Borough, KM: km}
	}
	return market.Reason{Code: market.ReasonDistance, KM: km}
}

// mostDates named one by one in a reason.
const mostDates = 3

func (p *pair) timeReasons() []market.Reason {
	m := p.meeting
	if m.AnyTime {
		return []market.Reason{{Code: market.ReasonAnyTime}}
	}
	out := []market.Reason{{Code: market.ReasonTimes, Fits: m.Fits, Of: m.Of, Day: m.Day, Start: m.Start, End: m.End}}
	if len(m.Missed) == 0 {
		return out
	}
	not := market.Reason{Code: market.ReasonNotOn, Against: true}
	if len(m.Missed) > mostDates {
		not.Of = len(m.Missed)
	}
	for _, x := range m.Missed[:min(mostDates, len(m.Missed))] {
		not.Dates = append(not.Dates, x.Date)
	}
	return append(out, not)
}

func (p *pair) sizeReasons() []market.Reason {
	var out []market.Reason
	have, want := p.offer.Listing.Facts, p.need.Listing.Facts
	for _, f := range p.opts.facts(p.need.Listing.Kind) {
		switch {
		case f.AtLeast && want.Number(f.Key) > 0 && have.Number(f.Key) > 0:
			out = append(out, market.Reason{Code: market.ReasonFact, Key: f.Key, Have: have.Number(f.Key), Want: want.Number(f.Key), Unit: f.Unit})
		case f.Needed && want.Flag(f.Key):
			out = append(out, market.Reason{Code: market.ReasonFlag, Key: f.Key})
		}
	}
	if p.need.Listing.Quantity > 1 || p.amount > 1 {
		out = append(out, p.quantityReason())
	}
	return out
}

func (p *pair) quantityReason() market.Reason {
	wanted, key := p.need.Wanted(), ""
	if p.need.Taken > 0 {
		key = market.StillWanted
	}
	return market.Reason{Code: market.ReasonQuantity, Key: key, Have: float64(p.amount), Want: float64(wanted),
		Unit: p.offer.Listing.Unit, Against: p.amount < wanted}
}

func (p *pair) featureReasons() []market.Reason {
	var out []market.Reason
	for _, f := range p.need.Listing.Requires {
		out = append(out, market.Reason{Code: market.ReasonFeature, Key: string(f)})
	}
	for _, u := range p.need.Listing.Involves {
		if slices.Contains(p.offer.Listing.Welcomes, u) {
			out = append(out, market.Reason{Code: market.ReasonWelcome, Key: string(u)})
		}
	}
	return out
}

func (p *pair) evidenceReasons() []market.Reason {
	var out []market.Reason
	if p.offer.Listing.Asks.Insurance {
		out = append(out, p.evidenceReason(market.Insurance))
	}
	if p.offer.Listing.Asks.Safeguarding {
		out = append(out, p.evidenceReason(market.Safeguarding))
	}
	return out
}

// evidenceReason says that the taker's evidence was shown when one that was holds on every day used: of several that follow
// each other, one that is only stated makes all of it stated.
func (p *pair) evidenceReason(kind market.EvidenceKind) market.Reason {
	r, days := market.Reason{Code: market.ReasonEvidence, Key: string(kind)}, p.daysUsed()
	for _, ev := range p.need.Group.Evidence {
		if ev.Shown() && ev.ShownOn > r.ShownOn && shows([]market.Evidence{ev}, kind, days) {
			r.ShownTo, r.ShownOn = ev.ShownName, ev.ShownOn
		}
	}
	return r
}

func (p *pair) termsReason() market.Reason {
	t := p.offer.Listing.Terms
	r := market.Reason{Code: market.ReasonTerms, Key: string(t.Kind)}
	if t.Kind == market.AtCost {
		r.Pence, r.Per = t.Pence, t.Per
	}
	return r
}

// outcode is a word that says where something is, which the distance says better.
var outcode = regexp.MustCompile(`^[a-z]{1,2}[0-9][0-9a-z]?$`)

// places are the names of where either side is, word by word: the distance says that better.
func (p *pair) places(word string) bool {
	names := strings.ToLower(strings.Join([]string{p.need.Borough, p.need.Region, p.offer.Borough, p.offer.Region}, " "))
	return slices.Contains(strings.Fields(names), word)
}

// mostWords named in a reason.
const mostWords = 4

func (p *pair) wordReasons() []market.Reason {
	var out []market.Reason
	said := words.Compare(p.need.words(), p.offer.words()).Words
	if p.offer.Listing.Kind == market.Room {
		said = slices.DeleteFunc(words.Both(p.need.words(), p.offer.words()), func(w string) bool { return w == "venue" }) // every room is one
	}
	said = slices.DeleteFunc(said, outcode.MatchString)
	if other := slices.DeleteFunc(slices.Clone(said), p.places); len(other) > 0 || p.offer.Listing.Kind == market.Room { // a tower may be all that is lent in Tower Hamlets
		said = other
	}
	if len(said) > 0 {
		out = append(out, market.Reason{Code: market.ReasonWords, Words: said[:min(mostWords, len(said))]})
	} else if p.closeInMeaning() {
		out = append(out, market.Reason{Code: market.ReasonMeaning})
	}
	if tags := p.sharedTags(); len(tags) > 0 {
		out = append(out, market.Reason{Code: market.ReasonTags, Words: tags})
	}
	alias := p.offer.Group.Alias || p.need.Group.Alias // which network an alias is in would say where it is
	if !alias && slices.ContainsFunc(p.offer.Group.Joined, func(id market.ID) bool { return slices.Contains(p.need.Group.Joined, id) }) {
		out = append(out, market.Reason{Code: market.ReasonNetwork})
	}
	return out
}

// closeInMeaning is said where no words in common say it already. Of rooms, whose words are no rule, nearness is enough.
func (p *pair) closeInMeaning() bool {
	like := p.likeness()
	return !like.Same() && (like.meant() || p.offer.Listing.Kind == market.Room && like.near >= nearEnough)
}

func (p *pair) sharedTags() []string {
	var out []string
	for _, t := range p.need.Listing.Tags {
		if slices.Contains(p.offer.Listing.Tags, t) && len(out) < mostWords {
			out = append(out, t)
		}
	}
	return out
}
