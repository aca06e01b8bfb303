package sample

import (
	"strings"

	"wherewithal/market"
)

const storyHalls = 6

// story makes the halls that a first visit finds: around SE10, free on Thursday evenings, step-free, asking for no
// papers, shown to anyone.
func (m *maker) story() {
	hall := themes()[0]
	next := 0
	for i, c := range m.crews {
		if !inReachOfStory(i/10, i%10) {
			continue
		}
		t := weekly(m.someDays(1)|market.DayBit(4), evening)
		p := m.begin(market.Offer, drawn{hall, hall.offers[next]}, c)
		p.story, p.times = true, t
		m.room(p)
		p.listing.Circle, p.listing.Asks, p.listing.NotAllowed = market.Anyone, market.Asks{}, nil
		if next%2 == 0 && p.listing.Terms.Kind == market.AtCost { // half cost nothing: a new group may have no money
			p.listing.Terms = market.Terms{Kind: market.Shared}
		}
		p.listing.When.TurnRound, p.listing.When.LeadTime = 30, 48
		p.listing.OpenedAt = ptr(m.ago(m.between(1, 20)))
		p.listing.ExpiresAt = ptr(p.listing.OpenedAt.Add(market.OpenFor))
		m.finish(p, m.about(p)...)
		next++
	}
}

// offer gives the words to the group they suit best. A room is only offered by those with premises.
func (m *maker) offer(d drawn) {
	hosting := func(c *crew) bool { return d.theme.kind != market.Room || contains(c.hosts, d.theme.tags[0]) }
	c := m.likeliest(d.theme, hosting)
	if c == nil {
		c = m.likeliest(d.theme, func(c *crew) bool { return len(c.hosts) > 0 })
	}
	p := m.begin(market.Offer, d, c)
	switch d.theme.kind {
	case market.Room:
		p.times = m.hours(d.theme)
		m.room(p)
		m.asks(p)
	case market.Skill:
		m.skill(p)
	default:
		m.thing(p)
		m.asks(p)
	}
	m.finish(p, m.about(p)...)
}

func (m *maker) room(p *post) {
	l, t := &p.listing, p.theme
	l.Where, l.Terms, l.When = market.AtPlace, m.terms(t), p.times.when
	l.When.TurnRound = pick(m, []int{0, 15, 30})
	l.When.LeadTime = pick(m, []int{0, 24, 48, 72})
	l.Facts = market.Facts{"layout": t.what}
	if t.high > 0 {
		p.number = rounded(m.between(t.low, t.high))
		l.Facts["seated"] = float64(p.number)
		l.Facts["area"] = float64(p.number*3/2 + 8)
	} else {
		l.Facts["area"] = float64(m.between(4, 9))
	}
	for _, flag := range t.flags {
		l.Facts[flag] = true
	}
	if m.chance(35) {
		l.Facts["hire_rules"] = pick(m, rules)
	}
	l.Has = m.features(p)
	m.uses(p)
}

// rounded to five above twenty, as people count chairs.
func rounded(n int) int {
	if n > 20 {
		return n / 5 * 5
	}
	return n
}

var rules = []string{
	"Leave it as you found it and take your rubbish with you.", "One named person holds the key.", "Bins are sorted; the chart is by the door.",
	"Please write in the book when you leave.", "Children stay with their grown-ups.", "Lock up, switch off, wave to the neighbours.",
	"No candles, no smoking, no glitter.", "Tell us the same day if anything breaks.",
}

func (m *maker) features(p *post) (has []market.Feature) {
	text := p.words.title + p.words.body
	stairs := strings.Contains(text, "upstairs") || strings.Contains(text, "above our")
	hall := p.theme.tags[0] == "hall"
	if !stairs && (hall || m.chance(65)) {
		has = append(has, market.StepFree)
		if m.chance(65) {
			has = append(has, market.AccessibleToilet)
		}
	}
	indoors := !contains(p.theme.flags, "outdoor") && p.theme.high > 0
	for _, f := range []market.Feature{market.HearingLoop, market.Parking, market.BabyChanging} {
		if m.chance(22) && (indoors || f == market.Parking) {
			has = append(has, f)
		}
	}
	return has
}

// uses that are welcome or not; what the theme is made for is never refused.
func (m *maker) uses(p *post) {
	l := &p.listing
	for _, u := range []market.Use{market.Alcohol, market.Amplified, market.Political, market.Trade} {
		if !contains(p.theme.uses, u) && m.chance(25) {
			l.NotAllowed = append(l.NotAllowed, u)
		}
	}
	l.Welcomes = append(l.Welcomes, p.theme.uses...)
	if !contains(l.Welcomes, market.Children) && m.chance(35) {
		l.Welcomes = append(l.Welcomes, market.Children)
	}
}

// asks are what a few givers want to see first.
func (m *maker) asks(p *post) {
	l := &p.listing
	switch n := m.IntN(100); {
	case n < 12:
		l.Asks.Insurance = true
	case n < 18:
		l.Asks.Constituted = true
	case n < 24 && contains(p.theme.uses, market.Children):
		l.Asks.Safeguarding = true
	case n < 30 && contains(p.theme.tags, "play"):
		l.Asks.Checked, l.Asks.Activity = market.BasicCheck, "looking after children whose parents are not in the room"
	case n < 33 && l.Kind == market.Equipment:
		l.Asks.Over18 = true
	}
}

func (m *maker) skill(p *post) {
	l, t := &p.listing, p.theme
	p.number = m.between(t.low, t.high)
	l.Facts = market.Facts{"what": t.what, "hours": float64(p.number), "level": pick(m, []string{"keen", "experienced", "experienced", "professional"})}
	l.Where, l.Terms = pick(m, t.where), m.terms(t)
	if l.Where == market.Delivered {
		l.ReachKM = float64(m.between(6, 12))
	}
	if m.chance(50) {
		p.times = pick(m, []times{weekly(m.someDays(2), evening), weekly(market.DayBit(6), morning), weekly(m.someDays(2), afternoon)})
		l.When = p.times.when
	}
}

func (m *maker) thing(p *post) {
	l, t := &p.listing, p.theme
	p.number = 1
	if p.words.asksFor("{n}") {
		p.number = m.between(t.low, t.high)
	}
	if p.number > 1 {
		l.Quantity, l.Unit, l.Splittable, l.SmallestPart = p.number, t.unit, true, max(1, p.number/10)
	}
	l.Facts = market.Facts{"what": t.what, "condition": pick(m, []string{"good", "good", "worn", "new"})}
	if t.kilos > 0 {
		l.Facts["weight_kg"] = float64(t.kilos)
	}
	l.Where, l.Terms = m.carried(p), m.terms(t)
	if l.Where == market.Delivered {
		l.ReachKM = float64(m.between(5, 10))
	}
	if l.Terms.Kind == market.Loan && m.chance(25) {
		l.Facts["deposit_pounds"] = float64(10 * m.between(1, 5))
	}
	if l.Terms.Kind != market.Gift && m.chance(30) {
		p.times = times{market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.Weekend, Start: 9 * 60, End: 19 * 60}}}, "Saturdays and Sundays"}
		l.When = p.times.when
	}
}

// carried is how a thing changes hands; words that ask people to come mean that it is collected.
func (m *maker) carried(p *post) market.Where {
	for _, hint := range []string{"Come with", "Bring strong", "hatchback", "in a car", "lives in"} {
		if p.words.asksFor(hint) {
			return market.Collected
		}
	}
	return pick(m, p.theme.where)
}

func (m *maker) terms(t theme) market.Terms {
	terms := market.Terms{Kind: pick(m, t.terms)}
	switch {
	case terms.Kind == market.Loan:
		terms.LoanDays = pick(m, []int{3, 7, 7, 14, 28})
	case terms.Kind == market.Swap:
		terms.For = pick(m, swaps)
	case terms.Kind == market.AtCost && t.kind == market.Room:
		terms.Pence, terms.Per, terms.For = 100*m.between(4, 16), "hour", pick(m, []string{"heating and the caretaker", "light, heat and soap", "the cleaner's hour"})
	case terms.Kind == market.AtCost && t.kind == market.Skill:
		terms.Pence, terms.Per, terms.For = 100*m.between(5, 15), "use", pick(m, []string{"travel", "materials", "fares and photocopies"})
	case terms.Kind == market.AtCost:
		terms.Pence, terms.Per, terms.For = 500*m.between(1, 8), "day", pick(m, []string{"wear and tear", "insurance", "servicing"})
	}
	return terms
}

var swaps = []string{"a morning's help with painting", "use of a van now and then", "a few lunches for our volunteers", "help with our newsletter",
	"a song at our open day", "some seedlings in spring"}
