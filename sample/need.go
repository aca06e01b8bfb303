package sample

import (
	"math"

	"wherewithal/market"
)

// pair is a need that was made to fit an offer.
type pair struct{ offer, need *post }

// need gives the words to a group. Most are made to fit an offer of the same theme that is near; the rest are what
// nobody has yet, or has at another time, further off, or in too small a number.
func (m *maker) need(d drawn) {
	if m.chance(fitPercent) {
		for _, o := range shuffled(m, m.posts) {
			if m.couldFit(o, d) && m.fitted(o, d) {
				return
			}
		}
	}
	m.loose(d)
}

func (m *maker) couldFit(o *post, d drawn) bool {
	enough := o.listing.Quantity > 1 || !d.words.asksFor("{n}") || d.theme.kind != market.Equipment
	return o.listing.Side == market.Offer && o.theme.what == d.theme.what && o.wanted < 3 && enough &&
		o.listing.Circle != market.MyNetworks
}

// fitted makes a need of the offer's counterpart; false when no group can have it.
func (m *maker) fitted(o *post, d drawn) bool {
	c := m.likeliest(d.theme, func(c *crew) bool { return m.canTake(c, o) })
	if c == nil {
		return false
	}
	p := m.begin(market.Need, d, c)
	if p.listing.Circle == market.MyNetworks || c.place.Borough != o.crew.place.Borough && p.listing.Circle == market.InBorough {
		p.listing.Circle = market.InCity
	}
	m.amount(p, o)
	m.wantedTimes(p, o.times)
	m.like(p, o)
	m.finish(p, m.wish(p)...)
	o.wanted++
	m.pairs = append(m.pairs, pair{o, p})
	return true
}

// The blur can bring two places 1.6 km apart further than they are.
const blurKM = 1.6

func (m *maker) canTake(c *crew, o *post) bool {
	l, km := o.listing, c.place.Exact.KM(o.crew.place.Exact)
	near := km <= 3.2
	switch l.Where {
	case market.Online:
		near = true
	case market.Delivered:
		near = km+blurKM <= l.ReachKM
	}
	visible := l.Circle != market.InBorough || c.place.Borough == o.crew.place.Borough
	needsRoom := l.Kind != market.Room || len(c.hosts) == 0
	return c != o.crew && near && visible && needsRoom && meets(c, l.Asks) && !overlap(c.uses, l.NotAllowed)
}

func meets(c *crew, a market.Asks) bool {
	return (!a.Constituted || c.form != market.Informal) && (!a.Insurance || c.evidence[market.Insurance]) &&
		(!a.Safeguarding || c.evidence[market.Safeguarding]) && c.checked.Meets(a.Checked)
}

func overlap[T comparable](a, b []T) bool {
	for _, x := range a {
		if contains(b, x) {
			return true
		}
	}
	return false
}

// amount is how many people, things or hours: no more than the offer has.
func (m *maker) amount(p, o *post) {
	l, have := &p.listing, o.number
	low := max(2, have/3)
	if p.theme.kind == market.Equipment {
		low = max(min(2, have), have/3)
	}
	p.number = m.between(min(low, have), have)
	m.facts(p)
	if l.Kind == market.Equipment && p.number > 1 {
		l.Quantity, l.Unit = p.number, p.theme.unit
		l.Splittable = m.chance(40)
		if l.Splittable {
			l.SmallestPart = max(1, p.number/3)
		}
	}
}

// facts are the least that would do.
func (m *maker) facts(p *post) {
	l := &p.listing
	switch {
	case l.Kind == market.Room && p.theme.high > 0:
		l.Facts = market.Facts{"seated": float64(p.number)}
		for _, flag := range p.theme.flags {
			if m.chance(50) {
				l.Facts[flag] = true
			}
		}
	case l.Kind == market.Room:
		l.Facts = market.Facts{"area": float64(m.between(2, 4))}
	case l.Kind == market.Skill:
		l.Facts = market.Facts{"what": p.theme.what, "hours": float64(p.number)}
	default:
		l.Facts = market.Facts{"what": p.theme.what}
	}
}

// wantedTimes are within the free ones.
func (m *maker) wantedTimes(p *post, free times) {
	switch {
	case p.theme.kind == market.Room && p.theme.high == 0:
		if p.words.asksFor("{when}") {
			p.times = m.regular(free)
		}
	case p.words.asksFor("{when}"):
		p.times = m.regular(free)
	case free.phrase != "":
		p.times = m.single(free)
	case p.theme.kind == market.Equipment && p.theme.terms[0] != market.Gift:
		p.times = m.single(weekendDay)
	default:
		p.listing.When.NeededBy = m.day.AddDays(m.between(25, 80))
		return
	}
	p.listing.When = p.times.when
}

var weekendDay = times{when: market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.Weekend, Start: 10 * 60, End: 18 * 60}}}, phrase: "a weekend day"}

// like sets the way, the terms and what it requires as the offer can meet them.
func (m *maker) like(p, o *post) {
	l, of := &p.listing, o.listing
	l.Where, l.Terms = of.Where, m.accepts(of.Terms)
	if l.Where == market.AtPlace || l.Where == market.Collected {
		l.ReachKM = max(3, math.Ceil(p.crew.place.Exact.KM(o.crew.place.Exact)+blurKM))
	}
	for _, f := range of.Has {
		if m.chance(45) && len(l.Requires) < 2 && f != market.Parking {
			l.Requires = append(l.Requires, f)
		}
	}
	if l.Kind == market.Room {
		l.Involves = p.involves(of.NotAllowed)
	}
	l.Widens, l.Urgent = m.chance(30), m.chance(6)
}

// involves are the uses the group and its plan bring, but for any that would not be allowed.
func (p *post) involves(not []market.Use) (out []market.Use) {
	for _, u := range append(append([]market.Use(nil), p.crew.uses...), p.theme.uses...) {
		if !contains(not, u) && !contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// accepts are terms under which the offer's are welcome.
func (m *maker) accepts(t market.Terms) market.Terms {
	switch t.Kind {
	case market.AtCost:
		t.Pence += 100 * m.between(0, 4)
		t.For = ""
	case market.Loan:
		t.LoanDays = m.between(1, t.LoanDays)
	}
	return t
}

// loose is a need without an offer in mind.
func (m *maker) loose(d drawn) {
	c := m.likeliest(d.theme, func(c *crew) bool { return d.theme.kind != market.Room || len(c.hosts) == 0 })
	p := m.begin(market.Need, d, c)
	l := &p.listing
	p.number = rounded(m.between(d.theme.low, max(d.theme.low, d.theme.high)))
	m.facts(p)
	if l.Kind == market.Equipment && p.number > 1 {
		l.Quantity, l.Unit = p.number, d.theme.unit
	}
	free := times{}
	if l.Kind == market.Room {
		free = m.hours(d.theme)
		l.Involves = p.involves(nil)
	}
	m.wantedTimes(p, free)
	l.Where, l.Terms = pick(m, d.theme.where), m.accepts(m.terms(d.theme))
	if l.Where == market.AtPlace || l.Where == market.Collected {
		l.ReachKM = float64(m.between(3, 6))
	}
	l.Widens, l.Urgent = m.chance(40), m.chance(10)
	m.finish(p, m.wish(p)...)
}
