package mail

import "wherewithal/market"

// AnswerHere goes back to somebody who replied to a letter in words that are no clear yes or no, or whose mail could not
// be told from a forged one: nothing was decided, and this is where to.
type AnswerHere struct {
	Offer  bool // the side that reads this mail is asked for what it offers
	Group  string
	Title  string   // of its own listing
	Others []Helper // whom it was asked about, without reasons: one at least
}

func (AnswerHere) Name() string { return string(market.AnswerHere) }

func (m AnswerHere) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Others[0].Name, "Count": len(m.Others)}
	l := w.new("answer_here", data)
	l.Opening = []string{w.say("answer_here.opening", data)}
	for _, o := range m.Others {
		c := w.offer(o.Title, o.Name)
		if m.Offer {
			c = w.need(o.Title, o.Name)
		}
		if len(m.Others) > 1 {
			c.Action = w.action("answer_here.action", o.Link)
		}
		l.Cards = append(l.Cards, c)
	}
	if len(m.Others) == 1 {
		l.Action = w.action("answer_here.action", m.Others[0].Link)
	}
	l.Closing = []string{w.say("answer_here.next", data)}
	return l
}
