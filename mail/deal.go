package mail

import "wherewithal/market"

// Deal is what the mails about an exchange speak of, as one of its sides reads it.
type Deal struct {
	Group        string // the side that reads
	OtherGroup   string
	ContactName  string // the other side's person
	ReplyAddress string // the masked address that reaches them; may be empty
	OfferTitle   string
	NeedTitle    string
	When         string // "Thursdays 18:00 to 20:00, 12 times from 4 February to 22 April"
	Holds        string // what was agreed and holds while When, a change of it, is to be confirmed; empty: no change is
	Amount       string // "30 chairs"; empty where there is one of it
	Place        string // where; empty for the side that knows
	Link         string
}

func (d Deal) data() map[string]any {
	return map[string]any{"Group": d.Group, "Other": d.OtherGroup, "Contact": d.ContactName, "Offer": d.OfferTitle,
		"Need": d.NeedTitle, "When": d.When, "Holds": d.Holds}
}

func (d Deal) new(w words, kind string) letter {
	data := d.data()
	l := letter{Lang: w.lang, Subject: w.say(kind+".subject", data), Heading: w.say(kind+".heading", data),
		Why: w.say("deal.why", data), Home: w.home()}
	l.Cards = []card{w.need(d.NeedTitle, ""), w.offer(d.OfferTitle, "")}
	l.Action = w.action("deal.action", d.Link)
	return l
}

// facts that are to be kept; those that are empty are left out.
func (d Deal) facts(w words) (facts []fact) {
	for _, f := range []fact{{Label: w.say("deal.when", nil), Value: d.When}, {Label: w.say("deal.amount", nil), Value: d.Amount},
		{Label: w.say("deal.place", nil), Value: d.Place}, {Label: w.say("deal.contact", nil), Value: d.ContactName},
		{Label: w.say("deal.address", nil), Value: d.ReplyAddress, Mail: true}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// TimesSuggested tells one side how much and when the other suggests.
type TimesSuggested struct{ Deal }

func (TimesSuggested) Name() string { return string(market.TimesSuggested) }

func (m TimesSuggested) letter(w words) letter {
	l := m.new(w, m.Name())
	opening, next := "times_suggested.opening", "times_suggested.next"
	if m.Holds != "" {
		opening, next = "times_suggested.again", "times_suggested.next_again"
	}
	l.Opening = []string{w.say(opening, m.data())}
	l.Facts = m.facts(w)
	l.Action = w.action("times_suggested.action", m.Link)
	l.Closing = []string{w.say(next, nil)}
	return l
}

// Agreed goes to both, with the calendar file.
type Agreed struct{ Deal }

func (Agreed) Name() string { return string(market.AgreedLetter) }

func (m Agreed) letter(w words) letter {
	l := m.new(w, m.Name())
	l.Opening = []string{w.say("agreed.opening", m.data())}
	l.Facts = m.facts(w)
	l.Closing = []string{w.say("agreed.calendar", nil), w.say("agreed.next", nil), w.say("agreed.check", nil)}
	return l
}

// CalledOff goes to both when what was agreed does not take place, with a file that strikes it out.
type CalledOff struct{ Deal }

func (CalledOff) Name() string { return string(market.CalledOffLetter) }

func (m CalledOff) letter(w words) letter {
	l := m.new(w, m.Name())
	l.Opening = []string{w.say("called_off.opening", m.data())}
	l.Closing = []string{w.say("called_off.calendar", nil), w.say("called_off.next", nil)}
	return l
}

// DayBefore reminds both of the use of tomorrow.
type DayBefore struct {
	Deal
	Changing bool // a change is suggested that nobody has confirmed
}

func (DayBefore) Name() string { return string(market.DayBefore) }

func (m DayBefore) letter(w words) letter {
	l := m.new(w, m.Name())
	l.Opening = []string{w.say("day_before.opening", m.data())}
	if m.Changing {
		l.Opening = append(l.Opening, w.say("day_before.changing", m.data()))
	}
	l.Facts = m.facts(w)
	l.Closing = []string{w.say("day_before.next", m.data())}
	return l
}

// StaysAgreed tells that a change is off the table: both, where nobody confirmed it in time. Or that what was agreed stays, somewhere
// else, with the calendar file.
type StaysAgreed struct {
	Deal
	Moved   bool // it takes place somewhere else
	Begun   bool // what was agreed has begun, which ended the change
	Dropped bool // the other side would rather keep what was agreed
}

func (StaysAgreed) Name() string { return string(market.StaysAgreed) }

func (m StaysAgreed) letter(w words) letter {
	if m.Moved {
		return m.moved(w)
	}
	l := m.new(w, m.Name())
	opening, next := "stays_agreed.opening_lapsed", "stays_agreed.next_open"
	switch {
	case m.Dropped:
		opening = "stays_agreed.opening_dropped"
	case m.Begun:
		opening = "stays_agreed.opening"
	}
	if m.Begun {
		next = "stays_agreed.next"
	}
	l.Opening = []string{w.say(opening, m.data())}
	l.Facts = m.facts(w)
	l.Closing = []string{w.say(next, m.data())}
	return l
}

func (m StaysAgreed) moved(w words) letter {
	l := m.new(w, "moved")
	l.Opening = []string{w.say("moved.opening", m.data())}
	l.Facts = m.facts(w)
	l.Closing = []string{w.say("moved.calendar", nil), w.say("moved.next", m.data())}
	return l
}

// EndedEarly tells both that a series ends before its last time, with a file that strikes out what was to come.
type EndedEarly struct {
	Deal
	Last string // the day of the last time, in words
}

func (EndedEarly) Name() string { return string(market.EndedEarly) }

func (m EndedEarly) letter(w words) letter {
	l := m.new(w, m.Name())
	data := m.data()
	data["Last"] = m.Last
	l.Opening = []string{w.say("ended_early.opening", data)}
	l.Closing = []string{w.say("ended_early.calendar", nil), w.say("ended_early.next", data)}
	return l
}

// AgreeSoon tells both that what was kept for them is given back when they do not agree; where Holds says what they did agree, that
// a change of it lapses.
type AgreeSoon struct {
	Deal
	Until string // the day, in words
	Talk  string // the day to which the two can write to each other
}

func (AgreeSoon) Name() string { return string(market.AgreeSoon) }

func (m AgreeSoon) letter(w words) letter {
	about := m.Name()
	if m.Holds != "" {
		about = "change_open"
	}
	l := m.new(w, about)
	data := m.data()
	data["Until"], data["Talk"] = m.Until, m.Talk
	l.Opening = []string{w.say(about+".opening", data)}
	if m.Holds == "" {
		l.Opening = append(l.Opening, w.say("agree_soon.arranged", data))
	}
	l.Action = w.action(about+".action", m.Link)
	l.Closing = []string{w.say(about+".next", data)}
	return l
}

// NotAgreed tells both that it was given back, and that their conversation goes on.
type NotAgreed struct {
	Deal
	Talk string // the day to which the two can write to each other
}

func (NotAgreed) Name() string { return string(market.NotAgreed) }

func (m NotAgreed) letter(w words) letter {
	l := m.new(w, m.Name())
	data := m.data()
	data["Talk"] = m.Talk
	l.Opening = []string{w.say("not_agreed.opening", data), w.say("not_agreed.arranged", data)}
	l.Closing = []string{w.say("not_agreed.next", nil)}
	return l
}

// DidItHappen asks each side, the day after the last use.
type DidItHappen struct{ Deal }

func (DidItHappen) Name() string { return string(market.DidItHappen) }

func (m DidItHappen) letter(w words) letter {
	l := m.new(w, m.Name())
	l.Opening = []string{w.say("did_it_happen.opening", m.data())}
	l.Action = w.action("did_it_happen.action", m.Link)
	l.Closing = []string{w.say("did_it_happen.next", m.data())}
	return l
}
