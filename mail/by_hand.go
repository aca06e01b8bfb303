package mail

import "wherewithal/market"

// ByHand asks a connector to ring a group that is not online: somebody could help it, or would like what it offers.
type ByHand struct {
	Offer   bool   // the group offers something that is wanted; else it needs something that is there
	Group   string // the one to ask
	Title   string // of its listing
	Other   string // the other group, or its alias
	Theirs  string // title of the other's listing
	Reasons []string
	Link    string // to the page where the answer is recorded
}

func (ByHand) Name() string { return string(market.ByHandLetter) }

func (m ByHand) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Other, "Theirs": m.Theirs}
	l := w.new("by_hand", data)
	form, theirs := "need", w.offer(m.Theirs, m.Other)
	if m.Offer {
		form, theirs = "offer", w.need(m.Theirs, m.Other)
	}
	l.Opening = []string{w.say("by_hand.opening_"+form, data)}
	l.Cards = []card{w.because(theirs, m.Reasons)}
	l.Action = w.action("by_hand.action", m.Link)
	l.Closing = []string{w.say("by_hand.next", data), w.say("by_hand.later", nil)}
	return l
}
