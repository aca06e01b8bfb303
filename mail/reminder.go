package mail

import "wherewithal/market"

// Reminder asks once more, two days after the first time.
type Reminder struct {
	Offer   bool // the side that reads is asked for what it offers
	Group   string
	Title   string   // of its own listing
	Others  []Helper // the other groups, or their aliases, with what they posted: one at least
	Until   string   // when the first of the questions ends, in words
	Reply   bool     // a plain yes or no by reply counts
	OwnLink string   // the page of its own listing, where nothing more is proposed unless it answers; else empty
}

func (Reminder) Name() string { return string(market.Reminder) }

func (m Reminder) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Title": m.Title, "Other": m.Others[0].Name, "Count": len(m.Others), "Until": m.Until}
	l := w.new("reminder", data)
	form := "need"
	if m.Offer {
		form = "offer"
	}
	l.Opening = []string{w.say("reminder.opening_"+form, data)}
	for _, o := range m.Others {
		c := w.offer(o.Title, o.Name)
		if m.Offer {
			c = w.need(o.Title, o.Name)
		}
		c = w.because(c, o.Reasons)
		if len(m.Others) > 1 {
			c.Action = w.action("reminder.action", o.Link)
		}
		l.Cards = append(l.Cards, c)
	}
	if len(m.Others) == 1 {
		l.Action = w.action("reminder.action", m.Others[0].Link)
	}
	if m.OwnLink != "" {
		own := w.need(m.Title, m.Group)
		own.Action = w.action("reminder.own", m.OwnLink)
		l.Cards, form = append(l.Cards, own), "last"
	}
	l.Closing = []string{w.say("reminder.next_"+form, data)}
	if m.Reply {
		l.Closing = append(l.Closing, w.say("reply_counts", nil))
	}
	return l
}
