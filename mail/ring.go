package mail

import "wherewithal/market"

// Ring asks one group of a ring whether it would give and be given. All are asked at once, and none of them is told what
// another answers.
type Ring struct {
	Group     string // the group that reads
	Groups    int    // how many are in the ring
	Gets      Helper // what it would get, and from whom; its Link is not used
	NeedTitle string // for what
	Gives     string // title of what it would give
	To        string // to whom, by the name that may be told
	ToTitle   string // for what
	ToReasons []string
	Reply     bool // a plain yes or no by reply counts
	Link      string
}

func (Ring) Name() string { return string(market.RingLetter) }

func (m Ring) data() map[string]any {
	return map[string]any{"Group": m.Group, "Count": m.Groups, "From": m.Gets.Name, "Gets": m.Gets.Title, "Need": m.NeedTitle,
		"Gives": m.Gives, "To": m.To, "Theirs": m.ToTitle}
}

// new is what all letters about a ring have in common: both gifts, and the way to its page.
func (m Ring) new(w words, kind string) letter {
	l := w.new(kind, m.data())
	l.Opening = []string{w.say(kind+".opening", m.data())}
	return l
}

func (m Ring) cards(w words, l letter) letter {
	get, give := w.offer(m.Gets.Title, m.Gets.Name), w.need(m.ToTitle, m.To)
	get.Side, give.Side = w.say("ring.side_get", nil), w.say("ring.side_give", nil)
	l.Cards = []card{w.because(get, m.Gets.Reasons), w.because(give, m.ToReasons)}
	l.Action = w.action("ring.action", m.Link)
	return l
}

// closing ends a letter that asks: with what becomes of an answer, and how a no is said.
func (m Ring) closing(w words, next string) []string {
	lines := []string{next, w.say("ring.no", nil)}
	if m.Reply {
		lines = append(lines, w.say("reply_counts", nil))
	}
	return lines
}

func (m Ring) letter(w words) letter {
	l := m.cards(w, m.new(w, m.Name()))
	l.Closing = m.closing(w, w.say("ring.all", m.data()))
	return l
}

// RingReminder asks once more, after two days.
type RingReminder struct{ Ring }

func (RingReminder) Name() string { return string(market.RingReminder) }

func (m RingReminder) letter(w words) letter {
	l := m.cards(w, m.new(w, m.Name()))
	l.Closing = m.closing(w, w.say("ring_reminder.next", nil))
	return l
}

// AnswerRingHere is AnswerHere for a reply to a letter about a ring.
type AnswerRingHere struct{ Ring }

func (AnswerRingHere) Name() string { return string(market.AnswerHere) }

func (m AnswerRingHere) letter(w words) letter {
	l := m.cards(w, m.new(w, "answer_ring_here"))
	l.Closing = []string{w.say("answer_here.next", map[string]any{"Count": 1})}
	return l
}

// RingEnded tells a group that said yes, or was still to answer, that the ring is not to be. It never says who or why.
type RingEnded struct{ Ring }

func (RingEnded) Name() string { return string(market.RingEnded) }

func (m RingEnded) letter(w words) letter {
	l := m.new(w, m.Name())
	l.Cards = []card{w.need(m.NeedTitle, m.Group)}
	l.Action = w.action("not_this_time.action", m.Link)
	l.Closing = []string{w.say("ring_ended.next", nil)}
	return l
}
