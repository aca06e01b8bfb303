package mail

import "wherewithal/market"

// PossibleMatch tells the group that needs something who could help. Of them only those know who said yes first.
type PossibleMatch struct {
	Group     string // the group that needs
	NeedTitle string
	NeedLink  string   // the need's own page, with all that could help
	Helpers   []Helper // best first; a mail holds up to three
	Reply     bool     // a plain yes or no by reply counts
}

// Helper is an offer that fits, with the reasons a person reads.
type Helper struct {
	Name    string // the group's name, or its alias
	Title   string
	Reasons []string
	Link    string // where the button to ask stands
	Willing bool   // its group acted first: it knows, and has said yes
}

func (PossibleMatch) Name() string { return string(market.PossibleMatch) }

func (m PossibleMatch) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Need": m.NeedTitle, "Count": len(m.Helpers)}
	l := w.new("possible_match", data)
	l.Opening = []string{w.say("possible_match.opening", data)}
	l.Cards = []card{w.need(m.NeedTitle, m.Group)}
	for _, h := range m.Helpers {
		l.Cards = append(l.Cards, w.helper(h))
	}
	l.Closing = []string{w.say(m.next(), data), w.say("possible_match.none", nil)}
	if m.Reply {
		l.Closing = append(l.Closing, w.say("reply_counts", nil))
	}
	l.Action = &link{Label: w.say("possible_match.all", data), To: m.NeedLink}
	return l
}

// next is what a press leads to: where a group has said yes, that is not to ask it.
func (m PossibleMatch) next() string {
	willing := 0
	for _, h := range m.Helpers {
		if h.Willing {
			willing++
		}
	}
	switch willing {
	case 0:
		return "possible_match.next"
	case len(m.Helpers):
		return "possible_match.next_willing"
	}
	return "possible_match.next_some_willing"
}

func (w words) helper(h Helper) card {
	c := w.because(w.offer(h.Title, h.Name), h.Reasons)
	c.Action = w.action("helper_action", h.Link)
	if h.Willing {
		c.Note, c.Action = w.say("willing", nil), w.action("willing_action", h.Link)
	}
	return c
}
