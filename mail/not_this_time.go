package mail

import (
	"slices"

	"wherewithal/market"
)

// NotThisTime tells the group that asked that this one will not be, and shows the next best when there is one.
// It never says whether the other side refused or stayed silent, and why only where the thing itself is no more to be had or wanted.
type NotThisTime struct {
	Offer      bool            // the side that reads this mail offers something, and need not help after all
	Group      string          // the side that reads this mail
	Title      string          // what it asked for
	OtherGroup string          // whom it had asked, or that group's alias; may be empty
	Why        market.EndCause // how it ended, where that may be told
	Next       *Helper
	Link       string // the listing's own page
}

func (NotThisTime) Name() string { return string(market.NotThisTime) }

func (m NotThisTime) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.OtherGroup}
	l := w.new("not_this_time", data)
	if m.Offer {
		return m.toGiver(w, l, data)
	}
	opening := "not_this_time.opening"
	if m.OtherGroup == "" {
		opening = "not_this_time.opening_unnamed"
	}
	if m.tells() {
		opening = "not_this_time.need_" + string(m.Why)
	}
	l.Opening = []string{w.say(opening, data)}
	l.Cards = []card{w.need(m.Title, m.Group)}
	l.Action = w.action("not_this_time.action", m.Link)
	if m.Next == nil {
		l.Closing = []string{w.say("not_this_time.later", nil)}
	} else {
		l.Opening = append(l.Opening, w.say("not_this_time.next", map[string]any{"Name": m.Next.Name}))
		l.Cards = append(l.Cards, w.helper(*m.Next))
		l.Closing = []string{w.say("not_this_time.ask", nil)}
		if m.Next.Willing {
			l.Closing = []string{w.say("not_this_time.ask_willing", nil)}
		}
	}
	return l
}

// tells reports whether the mail says how it ended: what went to others, is found, closed or was changed is nobody's refusal.
func (m NotThisTime) tells() bool {
	return m.OtherGroup != "" && slices.Contains([]market.EndCause{market.EndGone, market.EndFilled, market.EndClosed, market.EndGroupClosed, market.EndChanged}, m.Why)
}

// toGiver tells the group that was asked, or had said yes, that nothing is wanted of it any more.
func (m NotThisTime) toGiver(w words, l letter, data map[string]any) letter {
	l.Why = w.say("not_this_time.offer_why", data)
	opening := "not_this_time.offer_opening"
	if m.tells() {
		opening = "not_this_time.offer_" + string(m.Why)
	}
	l.Opening = []string{w.say(opening, data)}
	l.Cards = []card{w.offer(m.Title, m.Group)}
	l.Action = w.action("not_this_time.offer_action", m.Link)
	l.Closing = []string{w.say("not_this_time.offer_later", nil)}
	return l
}
