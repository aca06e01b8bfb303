package mail

import (
	"time"

	"wherewithal/market"
	"wherewithal/wording"
)

// ReportReceived acknowledges a report. It names nothing of what was reported, and cannot be unsubscribed from: it is
// sent once, on request.
type ReportReceived struct {
	Number  string    // to quote when writing about it
	Subject string    // "listing" or "group"
	At      time.Time // in the time zone to show
	Link    string    // to the site
}

func (ReportReceived) Name() string { return string(market.ReportReceived) }

func (m ReportReceived) letter(w words) letter {
	l := w.new("report_received", nil)
	l.Opening = []string{w.say("report_received.opening_"+m.Subject, map[string]any{"When": wording.DateTime(w.lang, m.At)})}
	l.Facts = []fact{{Label: w.say("report_received.number", nil), Value: m.Number}}
	l.Action = w.action("report_received.action", m.Link)
	l.Closing = []string{w.say("report_received.next", nil), w.say("report_received.danger", nil), w.say("report_received.not_you", nil)}
	return l
}
