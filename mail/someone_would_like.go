package mail

import "wherewithal/market"

// SomeoneWouldLike asks the group that offers something: another group has said that it wants it.
type SomeoneWouldLike struct {
	Group      string // the group that offers
	OfferTitle string
	AskerGroup string // the group that needs, or its alias
	NeedTitle  string
	Reasons    []string
	Link       string // where the buttons for yes and no stand
	Reply      bool   // a plain yes or no by reply counts
}

func (SomeoneWouldLike) Name() string { return string(market.SomeoneWouldLike) }

func (m SomeoneWouldLike) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Offer": m.OfferTitle, "Asker": m.AskerGroup, "Need": m.NeedTitle}
	l := w.new("someone_would_like", data)
	l.Opening = []string{w.say("someone_would_like.opening", data)}
	l.Cards = []card{
		w.offer(m.OfferTitle, m.Group),
		w.because(w.need(m.NeedTitle, m.AskerGroup), m.Reasons),
	}
	l.Action = w.action("someone_would_like.action", m.Link)
	l.Closing = []string{w.say("someone_would_like.next", data), w.say("someone_would_like.no", data)}
	if m.Reply {
		l.Closing = append(l.Closing, w.say("reply_counts", nil))
	}
	return l
}
