package ical

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"wherewithal/market"
)

func zone(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(market.DefaultZone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// weekly is a Thursday at seven, over the change of the clocks on 28 March 2027.
func weekly(loc *time.Location, n int) (events []Event) {
	slots, _ := market.Plan{On: "2027-03-18", Start: 19 * 60, End: 21 * 60, Repeat: market.Weekly, Times: n}.Uses(loc)
	for i, s := range slots {
		events = append(events, Event{UID: "x-" + string(rune('a'+i)) + "@hub.example", From: s.From, Until: s.Until,
			Stamp: s.From, Summary: "Neuadd", SummaryIn: "cy", Text: "Ask", TextIn: "en-GB"})
	}
	return events
}

func TestSevenStaysSevenWhenClocksChange(t *testing.T) {
	loc := zone(t)
	file := File("", loc, weekly(loc, 3))
	for _, want := range []string{"DTSTART;TZID=Europe/London:20270318T190000\r\n", "DTSTART;TZID=Europe/London:20270401T190000\r\n",
		"SUMMARY;LANGUAGE=cy:Neuadd\r\n", "DESCRIPTION;LANGUAGE=en-GB:Ask\r\n", "METHOD:PUBLISH\r\n", "BEGIN:VTIMEZONE\r\n", "BEGIN:DAYLIGHT\r\n", "TZOFFSETTO:+0100\r\n", "STATUS:CONFIRMED\r\n", "END:VCALENDAR\r\n"} {
		if !strings.Contains(string(file), want) {
			t.Errorf("lacks %q:\n%s", want, file)
		}
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range cal.Events() {
		start, err := e.GetStartAt()
		if err != nil || !start.Equal(weekly(loc, 3)[i].From) {
			t.Errorf("use %d starts %v (%v)", i, start.UTC(), err)
		}
	}
}

func TestTheHourThatComesTwiceIsSaidInUTC(t *testing.T) {
	loc := zone(t)
	second := time.Date(2027, 10, 31, 1, 30, 0, 0, time.UTC) // 01:30 GMT; 01:30 BST was an hour before
	file := string(File("", loc, []Event{{UID: "x@hub.example", From: second.Add(-time.Hour), Until: second, Stamp: second}}))
	for _, want := range []string{"DTSTART;TZID=Europe/London:20271031T013000\r\n", "DTEND:20271031T013000Z\r\n"} {
		if !strings.Contains(file, want) {
			t.Errorf("lacks %q:\n%s", want, file)
		}
	}
}

func TestOtherZonesAreWrittenInUTC(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	file := string(File("", paris, []Event{{UID: "x@hub.example", From: time.Date(2027, 6, 1, 17, 0, 0, 0, time.UTC)}}))
	if !strings.Contains(file, "DTSTART:20270601T170000Z\r\n") || strings.Contains(file, "VTIMEZONE") {
		t.Errorf("%s", file)
	}
}

func TestWhatPeopleTypeStaysInItsField(t *testing.T) {
	hostile := "Hall\r\nEND:VEVENT\r\nATTACH:http://evil.test; a, b\\\u202e\x00" + strings.Repeat("é", 100)
	file := string(File(hostile, zone(t), []Event{{UID: "x@hub.example", Summary: hostile, SummaryIn: "en\r\nX", Text: hostile, TextIn: "en;X=a:b", Place: hostile, Cancelled: true}}))
	if n := strings.Count(file, "\r\nEND:VEVENT\r\n"); n != 1 {
		t.Errorf("%d events end:\n%s", n, file)
	}
	if strings.Contains(file, "\r\nATTACH") || strings.Contains(file, "LANGUAGE") || strings.ContainsAny(file, "\x00\u202e") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") {
		t.Errorf("a title got out:\n%s", file)
	}
	for _, l := range strings.Split(file, "\r\n") {
		if len(l) > 75 {
			t.Errorf("a line of %d octets: %s", len(l), l)
		}
	}
	if !strings.Contains(file, "STATUS:CANCELLED\r\n") {
		t.Error("not cancelled")
	}
	if _, err := ics.ParseCalendar(strings.NewReader(file)); err != nil {
		t.Error(err)
	}
}

func TestASubscriptionSaysOnceWhenToComeBack(t *testing.T) {
	file := string(File("Halls", zone(t), nil))
	if !strings.Contains(file, "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n") {
		t.Error(file)
	}
}
