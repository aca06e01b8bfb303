package mail

import "wherewithal/market"

// AnswerHere goes back to somebody who replied to a letter in words that are no clear yes or no, or whose mail could not
// be told from a forged one: nothing was decided, and this is where to.
type AnswerHere struct {
	Offer bool // the side that reads this mail is asked for what it offers
	Group string
	Title string // of its own listing
	Other string // the other group, or its alias
	Link  string
}

func (AnswerHere) Name() string { return string(market.AnswerHere) }

func (m AnswerHere) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Other}
	l := w.new("answer_here", data)
	l.Opening = []string{w.say("answer_here.opening", data)}
	l.Cards = []card{w.need(m.Title, m.Group)}
	if m.Offer {
		l.Cards = []card{w.offer(m.Title, m.Group)}
	}
	l.Action = w.action("answer_here.action", m.Link)
	l.Closing = []string{w.say("answer_here.next", data)}
	return l
}
