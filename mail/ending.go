package mail

import "wherewithal/market"

// Ending is what the mails about the end of a listing speak of.
type Ending struct {
	Group string
	Title string
	Offer bool   // something is offered; else needed
	Until string // the day, in words
	Link  string // to the page that renews it
}

func (e Ending) letter(w words, kind string) letter {
	data := map[string]any{"Group": e.Group, "Title": e.Title, "Until": e.Until}
	l := w.new(kind, data)
	l.Opening = []string{w.say(kind+".opening", data)}
	l.Cards = []card{w.need(e.Title, e.Group)}
	if e.Offer {
		l.Cards = []card{w.offer(e.Title, e.Group)}
	}
	l.Action = w.action(kind+".action", e.Link)
	l.Closing = []string{w.say(kind+".next", data)}
	return l
}

// Expiring tells a group 14 and 3 days before that a listing of theirs is about to end.
type Expiring struct{ Ending }

func (Expiring) Name() string { return string(market.ExpiringLetter) }

func (m Expiring) letter(w words) letter { return m.Ending.letter(w, m.Name()) }

// Expired tells them that it has ended.
type Expired struct{ Ending }

func (Expired) Name() string { return string(market.ExpiredLetter) }

func (m Expired) letter(w words) letter { return m.Ending.letter(w, m.Name()) }
