package mail

import "wherewithal/market"

// ByHand asks a connector to ring groups that are not online: somebody could help them, or would like what they offer.
type ByHand struct {
	Asks []ByHandLine // one or more, at most market.ByHandShown
	More int          // how many more wait than Asks shows
	Link string       // to all that wait
}

// ByHandLine is what one group is asked.
type ByHandLine struct {
	Offer   bool   // the group offers something that is wanted; else it needs something that is there
	Again   bool   // the connector was asked this before
	Group   string // the one to ask
	Title   string // of its listing
	Other   string // the other group, or its alias
	Theirs  string // title of the other's listing
	Reasons []string
	Link    string // to the page where the answer is recorded
}

func (ByHand) Name() string { return string(market.ByHandLetter) }

func (m ByHand) letter(w words) letter {
	if len(m.Asks)+m.More == 1 {
		return m.Asks[0].letter(w)
	}
	data := map[string]any{"Count": len(m.Asks) + m.More}
	l := letter{Lang: w.lang, Subject: w.say("by_hand.subject_list", data), Heading: w.say("by_hand.heading_list", nil), Why: w.say("by_hand.why", nil),
		Home: w.home(), Opening: []string{w.say("by_hand.opening_list", nil)}}
	for _, line := range m.Asks {
		c := line.card(w)
		c.Head, c.Action = w.say("by_hand.ask_"+line.form(), line.data()), w.action("by_hand.action", line.Link)
		l.Cards = append(l.Cards, c)
	}
	if m.More > 0 {
		l.Cards[len(l.Cards)-1].More = w.more("by_hand.more", m.More, m.Link)
	}
	l.Action = w.action("by_hand.all", m.Link)
	l.Closing = []string{w.say("by_hand.next_list", nil), w.say("by_hand.later", nil)}
	return l
}

func (m ByHandLine) letter(w words) letter {
	data := m.data()
	l := w.new("by_hand", data)
	l.Opening = []string{w.say("by_hand.opening_"+m.form(), data)}
	l.Cards = []card{m.card(w)}
	l.Action = w.action("by_hand.action", m.Link)
	l.Closing = []string{w.say("by_hand.next", data), w.say("by_hand.later", nil)}
	return l
}

func (m ByHandLine) data() map[string]any {
	return map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Other, "Theirs": m.Theirs}
}

func (m ByHandLine) form() string {
	if m.Offer {
		return "offer"
	}
	return "need"
}

// card is the other's listing.
func (m ByHandLine) card(w words) card {
	c := w.offer(m.Theirs, m.Other)
	if m.Offer {
		c = w.need(m.Theirs, m.Other)
	}
	if m.Again {
		c.Note = w.say("by_hand.again", nil)
	}
	return w.because(c, m.Reasons)
}
