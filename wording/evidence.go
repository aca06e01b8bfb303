package wording

import (
	"time"

	"wherewithal/market"
)

// Evidence says what a group states, or has shown to a connector, as one sentence without its full stop. It is for the page to
// add that readers check for themselves.
func Evidence(lang string, ev market.Evidence) string {
	key := "worded.evidence_stated"
	switch {
	case ev.Shown() && ev.ShownName != "":
		key = "worded.evidence_shown"
	case ev.Shown(): // by a group that hides its name
		key = "worded.evidence_seen"
	}
	if ev.Expires != "" {
		key += "_expires"
	}
	return Text(lang, key, map[string]any{"What": Text(lang, "evidence."+string(ev.Kind), nil), "Dated": longDate(lang, ev.Dated),
		"Expires": longDate(lang, ev.Expires), "Network": ev.ShownName, "On": longDate(lang, ev.ShownOn)})
}

// longDate says a day with its year; none is said as nothing.
func longDate(lang string, d market.Date) string {
	if d == "" {
		return ""
	}
	return LongDate(lang, d.Time(time.UTC))
}
