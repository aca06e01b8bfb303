package ical

import (
	"fmt"

	"wherewithal/market"
)

// About is what stands in the calendar beside the times of an exchange.
type About struct {
	Summary   string
	SummaryIn string // BCP 47, the language of Summary; empty: nobody said it
	Text      string
	Place     string
	URL       string
	Domain    string // right side of the UIDs
}

// Uses are the events of an exchange that was agreed, or that was and is called off: one a use, and a cancelled one for
// each that an earlier agreement had and this one has not.
func Uses(ex market.Exchange, a About) []Event {
	var events []Event
	for i := range max(ex.Published, len(ex.Slots)) {
		s := ex.Slots[min(i, len(ex.Slots)-1)]
		events = append(events, Event{UID: fmt.Sprintf("%s-%d@%s", ex.ID, i+1, a.Domain), Sequence: ex.Sequence + ex.Moves, From: s.From, Until: s.Until,
			Stamp: ex.ChangedAt(), Summary: a.Summary, SummaryIn: a.SummaryIn, Text: a.Text, Place: a.Place, URL: a.URL,
			Cancelled: i >= len(ex.Slots) || ex.Stage == market.CalledOff || ex.Stage == market.Released})
	}
	return events
}
