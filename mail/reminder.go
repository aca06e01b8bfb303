package mail

import "wherewithal/market"

// Reminder asks once more, two days after the first time.
type Reminder struct {
	Offer   bool // the side that reads is asked for what it offers
	Group   string
	Title   string // of its own listing
	Other   string // the other group, or its alias
	Theirs  string // title of the other's listing
	Reasons []string
	Until   string // when the question ends, in words
	Reply   bool   // a plain yes or no by reply counts
	Link    string
}

func (Reminder) Name() string { return string(market.Reminder) }

func (m Reminder) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Other, "Theirs": m.Theirs, "Until": m.Until}
	l := w.new("reminder", data)
	form, theirs := "need", w.offer(m.Theirs, m.Other)
	if m.Offer {
		form, theirs = "offer", w.need(m.Theirs, m.Other)
	}
	l.Opening = []string{w.say("reminder.opening_"+form, data)}
	l.Cards = []card{w.because(theirs, m.Reasons)}
	l.Action = w.action("reminder.action", m.Link)
	l.Closing = []string{w.say("reminder.next_"+form, data)}
	if m.Reply {
		l.Closing = append(l.Closing, w.say("reply_counts", nil))
	}
	return l
}
