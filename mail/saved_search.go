package mail

import "wherewithal/market"

// SavedSearch tells a person what is new in one of their saved searches.
type SavedSearch struct {
	Search string // what it is called
	Asks   string // what it asks for, in words; empty when that is what it is called
	Fresh  []DigestLine
	More   int    // how many more there are than Fresh shows
	Link   string // to all that it finds
}

func (SavedSearch) Name() string { return string(market.SavedSearchLetter) }

func (m SavedSearch) letter(w words) letter {
	data := map[string]any{"Name": m.Search, "Asks": m.Asks, "Title": m.Fresh[0].Title, "Count": len(m.Fresh) + m.More}
	l := letter{Lang: w.lang, Home: w.home(), Subject: w.say("saved_search.subject", data), Heading: w.say("saved_search.heading_one", data),
		Opening: []string{w.say("saved_search.opening", data)}, Why: w.say("saved_search.why", data), Action: w.action("saved_search.action", m.Link),
		StopSays: w.say("saved_search.stop", nil)}
	if len(m.Fresh)+m.More > 1 {
		l.Subject, l.Heading = w.say("saved_search.subject_several", data), w.say("saved_search.heading_several", data)
	}
	if m.Asks != "" {
		l.Opening = append(l.Opening, w.say("saved_search.asks", data))
	}
	for _, line := range m.Fresh {
		l.Cards = append(l.Cards, w.line(line, "saved_search.listing_action"))
	}
	if m.More > 0 {
		l.Closing = append(l.Closing, w.say("saved_search.more", map[string]any{"Count": m.More}))
	}
	l.Closing = append(l.Closing, w.say("saved_search.next", data))
	return l
}
