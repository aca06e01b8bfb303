// Package ical writes calendar files (RFC 5545) of what two groups agreed.
//
// It promises that a time stays what the wall shows when clocks change, in every calendar program: London's rules go with
// the file, times of other zones are written in UTC. A use keeps its UID for ever and counts its SEQUENCE up, so that a
// changed file moves the entry and a cancelled one strikes it out. What people typed cannot start a line of its own.
package ical

import (
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"wherewithal/market"
	"wherewithal/wording"
)

// Event is one use, or one that is no more.
type Event struct {
	UID       string // the same for ever
	Sequence  int    // grows with every change
	From      time.Time
	Until     time.Time
	Stamp     time.Time // of the last change
	Summary   string
	SummaryIn string // BCP 47, the language of Summary; empty: nobody said it
	Text      string // may be empty; may have lines
	TextIn    string // that of Text
	Place     string // may be empty
	URL       string // of its page; may be empty
	Cancelled bool
	Free      bool // nobody is busy by it
}

// Type is what a file is served and attached as.
const Type = "text/calendar; charset=utf-8; method=PUBLISH"

// File of events that take place in a zone. Name is shown by programs that subscribe to it; empty for one that is read
// once. It is meant to be published (METHOD:PUBLISH): nobody is asked to answer.
func File(name string, loc *time.Location, events []Event) []byte {
	cal := ics.NewCalendarFor("Wherewithal")
	cal.SetProductId("-//Wherewithal//Exchanges//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetCalscale("GREGORIAN")
	if name != "" {
		cal.SetXWRCalName(line(name))
		cal.SetRefreshInterval("PT4H") // which the library writes with its type; agreements change in days, not minutes
		cal.SetXPublishedTTL("PT4H")
	}
	if named(loc) {
		cal.AddVTimezone(london())
	}
	for _, e := range events {
		cal.AddVEvent(e.component(loc))
	}
	return []byte(cal.Serialize(ics.WithNewLine("\r\n")))
}

func (e Event) component(loc *time.Location) *ics.VEvent {
	v := ics.NewEvent(e.UID)
	v.SetDtStampTime(e.Stamp)
	v.SetModifiedAt(e.Stamp)
	v.SetSequence(e.Sequence)
	at(v, ics.ComponentPropertyDtStart, e.From, loc)
	at(v, ics.ComponentPropertyDtEnd, e.Until, loc)
	v.SetSummary(line(e.Summary), inLanguage(e.SummaryIn)...)
	if e.Text != "" {
		v.SetDescription(lines(e.Text), inLanguage(e.TextIn)...)
	}
	if e.Place != "" {
		v.SetLocation(line(e.Place))
	}
	if e.URL != "" {
		v.SetURL(e.URL)
	}
	v.SetStatus(ics.ObjectStatusConfirmed)
	if e.Free {
		v.SetTimeTransparency(ics.TransparencyTransparent)
	}
	if e.Cancelled {
		v.SetStatus(ics.ObjectStatusCancelled)
	}
	return v
}

// inLanguage says which language a text is in (RFC 5545, 3.2.10). A tag that is none could be more than a tag.
func inLanguage(tag string) []ics.PropertyParameter {
	if !wording.IsLanguage(tag) {
		return nil
	}
	return []ics.PropertyParameter{&ics.KeyValues{Key: string(ics.ParameterLanguage), Value: []string{tag}}}
}

// at writes a time as the wall shows it where London's rules hold, and in UTC elsewhere. Of the hour that comes twice
// when clocks go back, RFC 5545 takes the wall to mean the first; the second is written in UTC.
func at(v *ics.VEvent, p ics.ComponentProperty, t time.Time, loc *time.Location) {
	wall := t.In(loc)
	again := wall.Add(-time.Hour).Format("15:04") == wall.Format("15:04")
	if !named(loc) || again {
		v.SetProperty(p, t.UTC().Format("20060102T150405Z"))
		return
	}
	v.SetProperty(p, wall.Format("20060102T150405"), ics.WithTZID(loc.String()))
}

func named(loc *time.Location) bool { return loc.String() == market.DefaultZone }

// london is the rule of the clocks in the United Kingdom since 1996: The Summer Time Order 2002, SI 2002 No. 262.
func london() *ics.VTimezone {
	zone := ics.NewTimezone(market.DefaultZone)
	summer := &ics.Daylight{}
	rule(&summer.ComponentBase, "19960331T010000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "+0000", "+0100", "BST")
	winter := ics.NewStandard()
	rule(&winter.ComponentBase, "19961027T020000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "+0100", "+0000", "GMT")
	zone.Components = append(zone.Components, summer, winter)
	return zone
}

func rule(c *ics.ComponentBase, since, every, from, to, name string) {
	c.AddProperty(ics.ComponentPropertyDtStart, since)
	c.AddProperty(ics.ComponentPropertyRrule, every)
	c.AddProperty("TZOFFSETFROM", from)
	c.AddProperty("TZOFFSETTO", to)
	c.AddProperty("TZNAME", name)
}

// line makes one plain line of what a person typed.
func line(s string) string { return strings.Join(strings.Fields(lines(s)), " ") }

// lines drops what has no place in text: control characters but line ends, and bytes that are not UTF-8.
func lines(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar) {
			return -1
		}
		return r
	}, s)
}
