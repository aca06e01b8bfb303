package mail

import "wherewithal/market"

// AnswerLate goes back to somebody who answered a letter with a plain yes or no that could change nothing any more: what it asked has
// gone, ended, or was answered before.
type AnswerLate struct {
	Offer bool // the side that reads this mail is asked for what it offers
	Group string
	Title string // of its own listing
	Other Helper // whom it was asked about, without reasons
	Says  string // where it stands, as its page says
}

func (AnswerLate) Name() string { return string(market.AnswerLate) }

func (m AnswerLate) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Other.Name}
	l := w.new("answer_late", data)
	l.Opening = []string{w.say("answer_late.opening", data), m.Says}
	if m.Offer {
		l.Cards = []card{w.need(m.Other.Title, m.Other.Name)}
	} else {
		l.Cards = []card{w.offer(m.Other.Title, m.Other.Name)}
	}
	l.Action = w.action("answer_late.action", m.Other.Link)
	return l
}
