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
