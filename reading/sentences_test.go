package reading_test

import (
	"fmt"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/reading"
)

// brief writes what was read on one line, so that a table of sentences can be read like one.
func brief(s reading.Sentence) string {
	var b strings.Builder
	add := func(said bool, format string, args ...any) {
		if said {
			fmt.Fprintf(&b, " "+format, args...)
		}
	}
	w := s.When
	add(s.Kind != "", "%s", s.Kind)
	add(s.People > 0, "%d people", s.People)
	add(s.Quantity > 0, "%s", strings.TrimSpace(fmt.Sprint(s.Quantity, " ", s.Unit)))
	for _, win := range w.Windows {
		add(true, "%s %s-%s", dayNames(win), win.Start.Clock(), win.End.Clock())
	}
	add(w.Every != "", "%s", w.Every)
	add(w.Times > 0, "×%d", w.Times)
	add(w.Duration > 0, "%dmin", w.Duration)
	add(w.From != "", "from %s", w.From)
	add(w.Until != "", "until %s", w.Until)
	add(w.NeededBy != "", "by %s", w.NeededBy)
	add(w.TermTimeOnly, "term")
	add(w.NotBankHolidays, "not-holidays")
	add(s.Place != "", "@%s", s.Place)
	add(s.ReachKM > 0, "%vkm", s.ReachKM)
	for _, f := range s.Features {
		add(true, "%s", f)
	}
	for _, f := range s.Flags {
		add(true, "+%s", f)
	}
	add(s.Terms.Kind != "", "%s", s.Terms.Kind)
	add(s.Terms.Pence > 0, "%dp/%s", s.Terms.Pence, s.Terms.Per)
	add(s.Online, "online")
	add(s.Urgent, "urgent")
	return strings.TrimSpace(b.String())
}

func dayNames(w market.Window) string {
	if w.Repeat == market.Once {
		return string(w.On)
	}
	nth := ""
	if w.Repeat == market.Monthly {
		nth = map[int]string{1: "1st ", 2: "2nd ", 3: "3rd ", 4: "4th ", -1: "last "}[w.Nth]
	}
	var names []string
	for i, name := range strings.Fields("mo tu we th fr sa su") {
		if w.Days&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return nth + strings.Join(names, ",")
}

func TestReadsWhatNeighboursWrite(t *testing.T) {
	for text, want := range map[string]string{
		"Hall for 40 on Tuesdays, 7.30 to 9.30 pm":                         "room 40 people tu 19:30-21:30 weekly",
		"A quiet room for 8 people, Monday mornings":                       "room 8 people mo 09:00-12:00 quiet_room",
		"Somewhere to rehearse, seats 30, any evening":                     "room 30 people mo,tu,we,th,fr,sa,su 18:00-22:00 weekly",
		"Studio, weekends, 10am-4pm":                                       "room sa,su 10:00-16:00 weekly",
		"Room, Monday to Friday, 9am to 12pm, step free":                   "room mo,tu,we,th,fr 09:00-12:00 step_free",
		"Venue with parking and an accessible toilet":                      "room accessible_toilet parking",
		"Wheelchair friendly hall with a hearing loop":                     "room step_free hearing_loop",
		"Office space, weekdays, in N16":                                   "room mo,tu,we,th,fr 09:00-22:00 weekly 120min @N16",
		"Hall in deptford on Tuesdays":                                     "room tu 09:00-22:00 weekly 120min @Deptford",
		"Hall within 3 km of Greenwich":                                    "room @Greenwich 3km",
		"Room near Tower Hamlets":                                          "room @Tower Hamlets",
		"A room to look at bank papers":                                    "room",
		"Church hall near SW9 8PQ":                                         "room @SW9 8PQ",
		"Hall within 2.5 km of e17":                                        "room @E17 2.5km",
		"Space for 12, Wednesday and Friday afternoons":                    "room 12 people we,fr 12:00-17:00",
		"Room for up to 15 people for 6 weeks, Thursdays":                  "room 15 people th 09:00-22:00 weekly ×6 120min",
		"Hall, Saturday 18:00-23:00":                                       "room sa 18:00-23:00",
		"Hall for a party, 11 to 1pm on Sunday":                            "room su 11:00-13:00",
		"Room monthly, Mondays":                                            "room mo 09:00-22:00 monthly 120min",
		"Room every week on a Tuesday evening for 2 hours":                 "room tu 18:00-22:00 weekly 120min",
		"Hall for 25 from 3 March until 28 April":                          "room 25 people from 2027-03-03 until 2027-04-28",
		"Hall on 24 December, evening":                                     "room 2026-12-24 18:00-22:00",
		"Hall on 1st May 2027, 2pm to 5pm":                                 "room 2027-05-01 14:00-17:00",
		"We may need a hall":                                               "room",
		"Hall with kitchen and garden, baby changing":                      "room baby_changing +kitchen +outdoor",
		"Room, no parking":                                                 "room",
		"30 chairs to borrow":                                              "equipment 30 chairs loan",
		"Two gazebos by 5 June":                                            "equipment 2 gazebos by 2027-06-05",
		"A projector for one evening":                                      "equipment 1",
		"Six folding tables, urgent":                                       "equipment 6 tables urgent",
		"A minibus for a day by the sea":                                   "equipment 1",
		"12 laptops to keep":                                               "equipment 12 laptops gift",
		"Sewing machines, up to £5 a day":                                  "equipment at_cost 500p/day",
		"A van, we can swap it for gardening":                              "equipment 1 swap",
		"Someone who can read a lease with us":                             "skill",
		"Volunteers to drive on Saturday mornings":                         "skill sa 09:00-12:00",
		"Turkish interpreter, by phone is fine":                            "skill online",
		"A bookkeeper as soon as possible":                                 "skill urgent",
		"Help with a web site, on Zoom, weekday evenings":                  "skill mo,tu,we,th,fr 18:00-22:00 weekly online",
		"Translator for £20.50 an hour":                                    "skill at_cost 2050p/hour",
		"Training for trustees, 3 sessions, Tuesdays 6pm to 8pm":           "skill tu 18:00-20:00 weekly ×3",
		"First aider for our fete on 12 June":                              "skill 2027-06-12 09:00-22:00 120min",
		"Tutor, term time only, Wed 4-6pm, not bank holidays":              "skill we 16:00-18:00 term not-holidays",
		"PA system, 99 km away":                                            "equipment",
		"Hall from 31 February":                                            "room",
		"Room within 1 mile of BR1":                                        "room @BR1 1.6km",
		"£":                                                                "",
		"Something for everybody":                                          "",
		"Room for 25 people at 7":                                          "room 25 people",
		"Hall, Fri-Sun evenings":                                           "room fr,sa,su 18:00-22:00",
		"Advice on charity law, donation possible, once a month, Tuesdays": "skill tu 09:00-22:00 monthly 120min gift",
	} {
		if got := brief(reading.Read(text, market.Need, today)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestReadsClockTimesHoweverTheyAreSaid(t *testing.T) {
	for text, want := range map[string]string{
		"Hall, Thursday half seven to nine":               "room th 19:30-21:00",
		"Hall, Thursday half seven till half nine":        "room th 19:30-21:30",
		"Half seven to nine on Thursday, a hall":          "room th 19:30-21:00",
		"Hall, Thursday half ten to twelve":               "room th 10:30-12:00",
		"Hall, Thursday morning, half ten to twelve":      "room th 10:30-12:00",
		"Hall, Thursday five past seven to nine":          "room th 19:05-21:00",
		"Hall, Thursday seven till nine":                  "room th 19:00-21:00",
		"Hall, Thursday nine till noon":                   "room th 09:00-12:00",
		"Hall, Thursday seven pm to nine pm":              "room th 19:00-21:00",
		"Hall, Thursdays 7.30pm":                          "room th 19:30-22:00 weekly",
		"Hall, 7:30 pm Thursday":                          "room th 19:30-22:00",
		"Hall, Thursday 7.30 p.m.":                        "room th 19:30-22:00",
		"Hall, Thursday 19:30":                            "room th 19:30-22:00",
		"Hall, Thursday 7pm for two hours":                "room th 19:00-21:00 120min",
		"Hall, Thursday after 7pm":                        "room th 19:00-22:00",
		"Hall, Thursday at five to seven":                 "room th 18:55-22:00",
		"Hall, Thursday from ten to nine till noon":       "room th 08:50-12:00",
		"Hall, Thursdays, five to seven till nine":        "room th 18:55-21:00 weekly",
		"Hall, Thursdays from five to seven":              "room th 09:00-22:00 weekly 120min", // from five, or from 18:55
		"Room for five to seven people, Thursdays":        "room th 09:00-22:00 weekly 120min",
		"Five to seven chairs":                            "equipment", // neither is said
		"Ten to twelve folding chairs":                    "equipment",
		"Hall, Thursday until 9pm":                        "room th 09:00-22:00 120min",
		"Hall, Saturdays, no music after 10pm":            "room sa 09:00-22:00 weekly 120min",
		"Hall, Saturdays, not after 9pm":                  "room sa 09:00-22:00 weekly 120min",
		"Hall, Saturdays, quiet after 9pm":                "room sa 09:00-22:00 weekly 120min",
		"Hall, Saturdays after about 7pm":                 "room sa 19:00-22:00 weekly",
		"No music. Hall, Saturdays after 7pm":             "room sa 19:00-22:00 weekly",
		"Hall, Saturdays, ends at 9pm":                    "room sa 09:00-22:00 weekly 120min",
		"Hall, Thursdays until about 9pm":                 "room th 09:00-22:00 weekly 120min",
		"Hall, Thursdays, no later than 9pm":              "room th 09:00-22:00 weekly 120min",
		"Hall, Thursdays from about 7pm":                  "room th 19:00-22:00 weekly",
		"Hall, Thursday, by 5pm":                          "room th 09:00-22:00 120min",
		"Hall, Thursday seven to nine":                    "room th 09:00-22:00 120min", // it could be how many
		"Hall, Thursday, one until three months from now": "room th 09:00-22:00 120min",
		"A scale model, 1:50":                             "",
	} {
		if got := brief(reading.Read(text, market.Need, today)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestLeavesNoClockTimesAmongTheWords(t *testing.T) {
	for text, want := range map[string]string{
		"hall thursday half seven to nine": "hall",
		"hall thursday 7.30pm":             "hall",
		"hall thursday 7.30 p.m.":          "hall",
		"7pm thursday hall":                "hall",
		"hall thursday nine till noon":     "hall",
		"hall thursday until 9pm":          "hall until 9pm",
		"midday meals helper on tuesdays":  "midday meals helper on",
	} {
		s := reading.Read(text, market.Need, today)
		if got := strings.Join(strings.Fields(s.WithoutTimes(text)), " "); got != want {
			t.Errorf("%q leaves %q, want %q", text, got, want)
		}
	}
}
