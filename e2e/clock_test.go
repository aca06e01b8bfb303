package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
)

// A proposal that nobody answers stands for 72 hours from its mail, and then the next best is asked.
func TestSilenceLapsesAfter72HoursAndTheNextBestIsAsked(t *testing.T) {
	t.Parallel()
	began := time.Date(2027, 1, 14, 18, 0, 0, 0, time.UTC) // a Thursday
	w, b := townWith(t, mailtest.Options{}, began), newBrowser(t)
	w.withAHall(b)
	ama := beginsTheStory(b, w, way{})
	w.box().opens(ama, amas, "could help with", "/i/")
	first, _ := ama.page()
	if n := w.query(`with counted as (update letters set free = false where free returning id) select count(*)::text from counted`); n != "1" { // as if it were not the answer to her posting, but her mail of the day
		t.Fatalf("%s mails count for no cap, want the answer to her posting", n)
	}
	w.neighbour(b, "kit", "Quay House").offers("Room for 60, step-free, Thursdays 6 to 10 pm, at SE10")
	w.settled()
	if n := w.query(proposals); n != "1" {
		t.Fatalf("%s proposals: a second mail on the day of the first", n)
	}
	const states = `select string_agg(state, ' ' order by proposed_at) from introductions`
	told := w.query(`select extract(epoch from need_told_at)::bigint::text from introductions`)
	at := func(after time.Duration) {
		t.Helper()
		seconds, err := time.ParseDuration(told + "s")
		if err != nil {
			t.Fatal(err)
		}
		w.isNow(time.Unix(0, 0).Add(seconds + after).UTC())
	}
	for _, after := range []time.Duration{48 * time.Hour, 72*time.Hour - 5*time.Minute} {
		at(after)
		w.turned()
		if got := w.query(states); got != "proposed" {
			t.Fatalf("after %v: %s", after, got)
		}
		ama.do(order{Do: "go", URL: first})
		ama.sees("Yes, introduce us")
	}
	at(72*time.Hour + time.Second)
	w.until("lapsed", states)
	at(72*time.Hour + 11*time.Minute) // minds may change for ten minutes
	w.until("lapsed proposed", states)
	w.box().opens(ama, amas, "could help with", "/i/")
	if _, text := ama.page(); !strings.Contains(text, "Quay House") {
		t.Errorf("the next best is not Quay House:\n%s", text)
	}
	ama.do(order{Do: "go", URL: first})
	if _, text := ama.page(); strings.Contains(text, "Yes, introduce us") || !strings.Contains(text, "Nobody answered in time") {
		t.Errorf("the first one can still be answered:\n%s", text)
	}
}

const proposals = `select count(*)::text from introductions`

// turned has another worker lead the schedule, and waits until it has done all the works once: by the clock as it is.
func (w *town) turned() {
	w.t.Helper()
	w.worker.stop(w.t)
	w.hire()
	const turn = `schedule_turns_total{outcome="done",work="introductions"}`
	end := time.Now().Add(patience)
	for tick := time.NewTicker(100 * time.Millisecond); !strings.Contains(body(w.t, w.worker.base+"/metrics"), turn); <-tick.C {
		if time.Now().After(end) {
			w.t.Fatal("the schedule does not turn")
		}
	}
}

// body of a GET.
func body(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A weekly evening stays at 7 p.m. on the wall when the clocks change, in words before and after; its instants move.
func TestSevenInTheEveningStaysSevenWhenTheClocksChange(t *testing.T) {
	for name, c := range map[string]struct {
		before, after   time.Time
		from, from2     string
		evenings, later string // instants in UTC
	}{
		"in spring": {
			before: time.Date(2027, 3, 10, 12, 0, 0, 0, time.UTC), after: time.Date(2027, 3, 29, 12, 0, 0, 0, time.UTC),
			from: "18 March", evenings: "03-18 19:00 03-25 19:00 04-01 18:00 04-08 18:00",
			from2: "15 April", later: "04-15 18:00 04-22 18:00",
		},
		"in autumn": {
			before: time.Date(2027, 10, 13, 12, 0, 0, 0, time.UTC), after: time.Date(2027, 11, 1, 12, 0, 0, 0, time.UTC),
			from: "21 October", evenings: "10-21 18:00 10-28 18:00 11-04 19:00 11-11 19:00",
			from2: "18 November", later: "11-18 19:00 11-25 19:00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, b := townWith(t, mailtest.Options{}, c.before), newBrowser(t)
			jo := w.neighbour(b, "jo", "Maze Hill Rooms")
			jo.offers("Hall for 40, step-free, Thursdays 7 to 9 pm, at SE10")
			hall, _ := jo.page()
			ama := w.neighbour(b, "ama", "Tuesday Lark Choir")
			ama.asks("Room for 25, weekly, Thursdays 7 to 9 pm, step-free, within 3 km of SE10, from " + c.from + " for 4 weeks")
			need, _ := ama.page()
			saysYes(ama)
			introduction, _ := ama.page()
			endsTheStory(ama, way{})
			w.until(c.evenings, taken)
			sayings := func() {
				t.Helper()
				for _, page := range []string{hall, need, introduction} {
					ama.do(order{Do: "go", URL: page})
					if _, text := ama.page(); !strings.Contains(text, "Thursdays 19:00 to 21:00") || strings.Contains(text, "18:00") || strings.Contains(text, "20:00") {
						t.Errorf("%s does not say 7 p.m.:\n%s", page, text)
					}
				}
			}
			sayings()
			w.isNow(c.after)
			ama.signsIn(amas, "") // two weeks without a visit end a sign-in
			sayings()
			w.until(c.evenings, taken)

			bea := w.neighbour(b, "bea", "Creek Road Band")
			bea.asks("Room for 25, weekly, Thursdays 7 to 9 pm, step-free, within 3 km of SE10, from " + c.from2 + " for 2 weeks")
			said := w.box().opens(bea, addressOf("bea"), "could help with", "/i/")
			if !strings.Contains(said, "Thursdays 19:00 to 21:00") {
				t.Errorf("after the change the mail says:\n%s", said)
			}
			bea.presses("Yes, introduce us")
			w.box().opens(jo, jos, "Creek Road Band would like your", "/i/")
			jo.presses("Yes, introduce us")
			jo.sees("You are connected")
			w.until(c.evenings+" "+c.later, taken)
		})
	}
}

// taken are the beginnings of all that is taken, in UTC.
const taken = `
	select coalesce(string_agg(to_char(starts_at at time zone 'UTC', 'MM-DD HH24:MI'), ' ' order by starts_at), '')
	from allocations where released_at is null`
