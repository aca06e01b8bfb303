package sample

import (
	"encoding/hex"
	"strings"
	"time"

	"wherewithal/market"
)

// plan is what became of the pairs that were introduced, in turn.
var plan = []struct {
	state market.State
	times int
}{
	{market.Connected, 18}, {market.Asked, 6}, {market.Proposed, 7}, {market.Declined, 7}, {market.Lapsed, 4}, {market.Undone, 2},
}

// introductions puts some of the pairs to their groups. Each offer is taken once, so that nothing is lent twice;
// the halls of the story stay free.
func (m *maker) introductions() {
	taken := map[market.ID]bool{}
	pairs := shuffled(m, m.pairs)
	for _, step := range plan {
		for n := 0; n < step.times && len(pairs) > 0; pairs = pairs[1:] {
			p := pairs[0]
			if p.offer.story || taken[p.offer.listing.ID] {
				continue
			}
			if step.state == market.Connected && !m.canHaveHappened(p) {
				continue
			}
			taken[p.offer.listing.ID] = true
			m.introduce(p, step.state, n)
			n++
		}
	}
}

// canHaveHappened is false when the offer is for a day still to come only: then nothing can have come of it.
func (m *maker) canHaveHappened(p pair) bool {
	w := p.offer.listing.When.Windows
	return len(w) == 0 || w[0].Repeat != market.Once
}

// introduce writes the match and the introduction as they would stand today.
func (m *maker) introduce(p pair, state market.State, n int) {
	days := m.began(p, state, n)
	proposed := m.ago(days)
	match := m.match(p, proposed.Add(-2*time.Second))
	in := market.Introduction{ID: m.id(), Version: 1, MatchID: match.ID, OfferID: match.OfferID, NeedID: match.NeedID,
		OfferGroupID: p.offer.listing.GroupID, NeedGroupID: p.need.listing.GroupID, State: market.Proposed,
		Amount: p.need.listing.Quantity, Reasons: match.Reasons, Slots: match.Slots, Fit: match.Fit,
		ProposedAt: proposed, NeedToldAt: ptr(proposed.Add(40 * time.Second))}
	m.event(proposed, "", "introduction.proposed", "introduction", in.ID)
	m.answers(&in, p, state)
	m.w.Introductions = append(m.w.Introductions, in)
	if in.State == market.Connected {
		m.agree(in, p, n)
	}
}

// began is how many days ago the introduction was proposed, and puts both listings before that. An introduction that
// still waits for an answer began yesterday or the day before, inside its 72 hours.
func (m *maker) began(p pair, state market.State, n int) int {
	days := m.between(6, 20)
	switch {
	case state.Open():
		days = 1
	case state == market.Connected:
		days = 100 + n*4
		if n >= 13 { // the last few are agreed and still to come
			days = m.between(5, 9)
		}
	}
	if state == market.Connected && n < 13 {
		p.need.move(-(days/7 + 1))
	}
	p.need.openedBefore(m, days)
	p.offer.openedBefore(m, days)
	return days
}

// move shifts a listing's times by whole weeks, and what its words say of a single day.
func (p *post) move(weeks int) {
	l := &p.listing
	l.When = moved(l.When, weeks)
	if w := l.When.Windows; len(w) > 0 && w[0].Repeat == market.Once {
		said := p.times.phrase
		p.times = onDay(w[0].On, w[0].Start, w[0].End)
		l.Title = strings.ReplaceAll(l.Title, said, p.times.phrase)
		l.Description = strings.ReplaceAll(l.Description, said, p.times.phrase)
	}
}

// openedBefore puts the opening of a listing before a day, a second on from which matches are looked for.
func (p *post) openedBefore(m *maker, days int) {
	l := &p.listing
	latest := m.day.AddDays(-days).Time(m.zone)
	if l.OpenedAt.Before(latest) {
		return
	}
	opened := m.ago(days + m.between(1, 3))
	l.CreatedAt, l.UpdatedAt = opened.Add(-10*time.Minute), opened
	l.OpenedAt, l.ExpiresAt = ptr(opened), ptr(opened.Add(market.OpenFor))
	for l.ExpiresAt.Before(m.midnight()) { // renewed by its group
		l.ExpiresAt = ptr(l.ExpiresAt.Add(market.OpenFor))
	}
}

func (m *maker) match(p pair, found time.Time) market.Match {
	o, n := p.offer.listing, p.need.listing
	match := market.Match{ID: m.id(), OfferID: o.ID, NeedID: n.ID, Fit: float64(m.between(62, 94)) / 100, Reasons: reasons(p),
		Weights: "sample", Slots: slots(n.When), OfferVersion: 1, NeedVersion: 1, FoundAt: found}
	m.w.Matches = append(m.w.Matches, match)
	return match
}

// reasons are a few true ones: where, when, how many, how it is reached.
func reasons(p pair) (out []market.Reason) {
	o, n := p.offer, p.need
	km := market.AboutKM(o.crew.place.Exact.KM(n.crew.place.Exact))
	switch {
	case o.listing.Where == market.Online:
		out = append(out, market.Reason{Code: market.ReasonOnline})
	case o.crew.place.Borough == n.crew.place.Borough:
		out = append(out, market.Reason{Code: market.ReasonSameBorough, Borough: o.crew.place.Borough, KM: km})
	default:
		out = append(out, market.Reason{Code: market.ReasonDistance, KM: km})
	}
	if s := slots(n.listing.When); len(s) > 0 {
		w := n.listing.When.Windows[0]
		local := s[0].From.In(n.listing.When.Location())
		out = append(out, market.Reason{Code: market.ReasonTimes, Fits: len(s), Of: len(s), Day: (int(local.Weekday())+6)%7 + 1, Start: w.Start, End: w.End})
	}
	if seats := n.listing.Facts.Number("seated"); seats > 0 {
		out = append(out, market.Reason{Code: market.ReasonFact, Key: "seated", Have: o.listing.Facts.Number("seated"), Want: seats})
	}
	if n.listing.Quantity > 1 {
		out = append(out, market.Reason{Code: market.ReasonQuantity, Have: float64(o.listing.Quantity), Want: float64(n.listing.Quantity), Unit: n.listing.Unit})
	}
	for _, f := range n.listing.Requires {
		out = append(out, market.Reason{Code: market.ReasonFeature, Key: string(f)})
	}
	return out
}

// answers moves the introduction on to the state by the same rules that people's answers go by.
func (m *maker) answers(in *market.Introduction, p pair, state market.State) {
	asked := in.ProposedAt.Add(time.Duration(m.between(20, 170)) * time.Minute)
	switch state {
	case market.Asked:
		m.reply(in, market.Need, market.Yes, p.need, asked)
	case market.Connected:
		m.reply(in, market.Need, market.Yes, p.need, asked)
		m.reply(in, market.Offer, market.Yes, p.offer, asked.Add(time.Duration(m.between(2, 40))*time.Hour))
		in.OfferMask, in.NeedMask = m.mask(), m.mask()
	case market.Declined:
		m.decline(in, p, asked)
	case market.Lapsed, market.Undone:
		m.end(in, state, in.NeedToldAt.Add(market.AnswerWithin))
	}
}

func (m *maker) reply(in *market.Introduction, s market.Side, a market.Answer, p *post, at time.Time) {
	after, err := in.Reply(s, a, p.listing.PostedBy, at)
	if err != nil {
		panic("sample: an answer that the rules refuse: " + err.Error()) // the tests would have met it
	}
	*in = after
	in.Version++
	if in.State == market.Asked {
		in.OfferToldAt = ptr(at.Add(30 * time.Second))
	}
	m.event(at, p.listing.PostedBy, "introduction."+string(in.State), "introduction", in.ID)
}

// decline is by the offer side more often, after it was asked.
func (m *maker) decline(in *market.Introduction, p pair, at time.Time) {
	if m.chance(60) {
		m.reply(in, market.Need, market.Yes, p.need, at)
		m.reply(in, market.Offer, market.No, p.offer, at.Add(9*time.Hour))
	} else {
		m.reply(in, market.Need, market.No, p.need, at)
	}
	in.DeclineReason, in.SettledAt = pick(m, market.DeclineReasons), in.EndedAt
}

func (m *maker) end(in *market.Introduction, state market.State, at time.Time) {
	in.State, in.EndedAt, in.SettledAt = state, &at, &at
	if state == market.Undone {
		in.End = market.End{Cause: market.EndClosed, Side: market.Need}
	}
	in.Version++
	m.event(at, "", "introduction."+string(state), "introduction", in.ID)
}

// mask is the local part of an address that hides another: 80 bits, so that none can be guessed in a real one's place.
func (m *maker) mask() string {
	var b [10]byte
	for i := range b {
		b[i] = byte(m.Uint64())
	}
	return "x" + hex.EncodeToString(b[:])
}
