package mail

import "wherewithal/market"

// Connected goes to each side once both have said yes: now each learns whom to talk to.
type Connected struct {
	Group        string // the side that reads this mail
	OtherGroup   string
	ContactName  string // the other side's person
	ReplyAddress string // the masked address that reaches them; empty: they write on the page
	OfferTitle   string
	NeedTitle    string
	Reasons      []string
	When         string // "Thursdays 18:00 to 20:00, from 4 February"; may be empty
	Link         string
}

func (Connected) Name() string { return string(market.ConnectedLetter) }

func (m Connected) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Other": m.OtherGroup, "Contact": m.ContactName,
		"Offer": m.OfferTitle, "Need": m.NeedTitle}
	l := w.new("connected", data)
	l.Opening = []string{w.say("connected.opening", data)}
	l.Facts = m.facts(w)
	l.Cards = []card{w.need(m.NeedTitle, ""), w.because(w.offer(m.OfferTitle, ""), m.Reasons)}
	l.Action = w.action("connected.action", m.Link)
	next := "connected.next_page"
	if m.ReplyAddress != "" {
		next = "connected.next_mail"
	}
	l.Closing = []string{w.say(next, data), w.say("connected.check", nil)}
	return l
}

func (m Connected) facts(w words) []fact {
	facts := []fact{{Label: w.say("connected.contact", nil), Value: m.ContactName}}
	if m.ReplyAddress != "" {
		facts = append(facts, fact{Label: w.say("connected.address", nil), Value: m.ReplyAddress, Mail: true})
	}
	if m.When != "" {
		facts = append(facts, fact{Label: w.say("connected.when", nil), Value: m.When})
	}
	return facts
}
