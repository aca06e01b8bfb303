package pages

import (
	"regexp"
	"strings"
	"testing"
)

var feedAddress = regexp.MustCompile(`value="http[^"]*(/calendar/[^"]+\.ics)"`)

func TestACalendarIsSubscribedToByASecretAddressAndTakenBack(t *testing.T) {
	s, path := connected(t)
	s.browser().get("/account/calendar").want(200, "Please sign in first")
	made := s.taker.get("/account/calendar").want(200, "Make a calendar address").fill("/account/calendar").want(200, "Your calendar has an address")
	first := feedAddress.FindStringSubmatch(made.text)[1]
	s.browser().get(first).want(200, "BEGIN:VCALENDAR", "METHOD:PUBLISH").without("BEGIN:VEVENT")
	s.taker.get(path).fill(path + "/suggest").want(200)
	s.browser().get(first).want(200).without("BEGIN:VEVENT") // not agreed yet
	s.giver.get(path).fill(path + "/confirm").want(200)
	fed := s.browser().get(first).want(200, "DTSTART;TZID=Europe/London:20270204T180000", "SUMMARY;LANGUAGE=en-GB:Church hall for 80", "Maze Hill Rooms")
	fed.without("host@hall.example", "guest@choir.example", "Joan", "Ama")
	if n := strings.Count(fed.text, "BEGIN:VEVENT"); n != 12 {
		t.Errorf("%d entries, want 12", n)
	}
	change := s.taker.get(path).fill(path+"/suggest", "when", "own", "on", "2027-03-25", "start", "19:00", "end", "21:00").want(200)
	change.want(200, "what you had agreed holds", "Agreed until then", "Suggested", "Thursday 25 March", "Keep what was agreed", "Put it into your calendar")
	for _, at := range []string{first, path + "/calendar.ics"} { // what was agreed holds, in calendars as well
		held := s.taker.get(at).want(200, "DTSTART;TZID=Europe/London:20270204T180000").without("T190000", "STATUS:CANCELLED")
		if n := strings.Count(held.text, "BEGIN:VEVENT"); n != 12 {
			t.Errorf("%s: %d entries while a change is suggested, want 12", at, n)
		}
	}
	s.giver.get(path).want(200, "suggests a change", "Yes, that suits us").fill(path+"/keep").want(200, "It stays as it was agreed", "You and Creekside Choir have agreed").
		without("Keep what was agreed")
	s.browser().get(first).want(200, "DTSTART;TZID=Europe/London:20270204T180000")
	var stored string
	s.must(s.store.Pool().QueryRow(t.Context(), `select string_agg(f::text, ' ') from calendar_feeds f`).Scan(&stored))
	if secret := strings.TrimSuffix(strings.TrimPrefix(first, "/calendar/"), ".ics"); strings.Contains(stored, secret) || strings.Contains(s.log.String(), secret) {
		t.Error("the secret of the address is kept or logged")
	}
	anew := s.taker.get("/account/calendar").want(200).fill("/account/calendar").want(200)
	second := feedAddress.FindStringSubmatch(anew.text)[1]
	if first == second {
		t.Error("made anew, the address is the same")
	}
	s.browser().get(first).want(404)
	s.browser().get(second).want(200)
	s.taker.get("/account/calendar").fill("/account/calendar/end").want(200, "Nobody can read your calendar any more")
	s.browser().get(second).want(404)
	s.browser().get("/calendar/nonsense.ics").want(404)
}
