package reading_test

import (
	"testing"

	"wherewithal/market"
	"wherewithal/reading"
)

// What can mean several things is read as what it certainly is, or not at all: it stays a word.
func TestReadsRightlyOrNothing(t *testing.T) {
	for text, want := range map[string]string{
		// ages, sizes and years are no people
		"First aid trainer for 15 people":                  "skill",
		"Holiday club for 7 to 11 year olds":               "",
		"Mentoring for 16-25 year olds":                    "",
		"Mentoring for 16-25s":                             "",
		"Club for 10, 11 and 12 year olds":                 "",
		"Lunch club for 60+":                               "",
		"Lunch club for 60 plus":                           "",
		"Tea dance for 60 and over":                        "",
		"Hall for a club for 8 or over":                    "room",
		"U12s football in a hall, and over 50s":            "room",
		"Year 6 leavers in a hall for 60 children":         "room 60 people",
		"6-a-side pitch":                                   "",
		"Hall for 5-a-side football":                       "room",
		"Studio of 60 sqm":                                 "room",
		"Hall of 80 m2":                                    "room",
		"Workshop space of 40 square metres":               "room",
		"Volunteers for 2026 festival":                     "skill",
		"Hall for 2027":                                    "room",
		"Hall for 1,000":                                   "room",
		"Storage space for 2 cars":                         "room",
		"Room for 12 weeks":                                "room",
		"Room for 10 am":                                   "room",
		"Room for 2 or 3 hours":                            "room",
		"Room for 6, 8 or 10 weeks":                        "room",
		"Room for 8 and their dogs":                        "room 8 people",
		"Hall for 40, 2 hours on Tuesday":                  "room 40 people tu 09:00-22:00 120min",
		"Minibus for a day trip on 12 June":                "equipment 2027-06-12 09:00-22:00",
		"Room for 1:1 support":                             "room",
		"Hall, 24/7 access":                                "room",
		"Room for a party of 6 to 10":                      "room",
		"Ring 020 7946 0123 about the hall":                "room",
		"Our hall is at 12 Tansy Yard":                     "room",
		"Hall for 30-40 people":                            "room 40 people",
		"Hall for 100+ people":                             "room 100 people",
		"Hall for 8 or more":                               "room 8 people",
		"Hall for 20 choir members":                        "room 20 people",
		"A choir of 40 needs a hall":                       "room 40 people",
		"Room for 12 of us":                                "room 12 people",
		"Hall for up to 60 young people, Tuesday 6 to 8pm": "room 60 people tu 18:00-20:00",
		"Hall for 40 for a wedding on 12 June":             "room 40 people 2027-06-12 09:00-22:00 120min",
		"Hall for 40 SE10":                                 "room 40 people @SE10",
		"Hall for 40 Thursday evenings":                    "room 40 people th 18:00-22:00",
		"Room for 30 scouts":                               "room 30 people",
		"Room for 20 ppl":                                  "room 20 people",
		"Hall for 25 Somali women":                         "room 25 people",
		// two days, days that are denied, a clock behind a month
		"Hall this Saturday and Sunday":               "room 2026-11-28 09:00-22:00 2026-11-29 09:00-22:00 120min",
		"Hall any evening except Monday to Wednesday": "room th,fr,sa,su 18:00-22:00 weekly",
		"Hall on Tuesdays from September 6-8pm":       "room tu 18:00-20:00 weekly from 2027-09-01",
		// places
		"N95 masks":                   "",
		"W3C volunteers":              "skill",
		"E27 bulbs":                   "",
		"E27 bulbs near SE10":         "@SE10",
		"Hall near the W7 bus stop":   "room",
		"Hall on the route of bus E3": "room",
		"Hall in SE10 7pm Thursday":   "room th 19:00-22:00 @SE10",
		"Hall near EN6 5AA":           "room @EN6 5AA",
		// words that are months too
		"Drummers to march with us":           "",
		"Somebody to march 4 miles":           "skill",
		"Someone to write letters to June":    "skill",
		"Drummers to march with us on 4 May":  "2027-05-04 09:00-22:00 120min",
		"Drummers from February to May":       "from 2027-02-01 until 2027-05-31",
		"Hall from 3 February to June":        "room from 2027-02-03 until 2027-06-01",
		"Hall on May 12":                      "room 2027-05-12 09:00-22:00 120min",
		"Hall from June 20th 2027":            "room from 2027-06-20",
		"Hall on 4 May 7.30pm":                "room 2027-05-04 19:30-22:00",
		"Hall, closed from 1 August":          "room",
		"Hall on Fridays, not on 25 December": "room fr 09:00-22:00 weekly 120min",
		// days
		"Hall, Fridays 7 till late":                    "room fr 19:00-22:00 weekly",
		"Hall, Fridays half seven till late":           "room fr 19:30-22:00 weekly",
		"Hall, Saturday 10 till late":                  "room sa 09:00-22:00 120min",
		"Hall, 1st Thursday, 7pm":                      "room 1st th 19:00-22:00 monthly",
		"Hall, every first and third Monday, 6 to 8pm": "room 1st mo 18:00-20:00 3rd mo 18:00-20:00 monthly",
		"Hall on the last Thursday":                    "room",
		"Room every second Thursday evening":           "room th 18:00-22:00",
		"Any day except Tuesdays, a room for 6":        "room 6 people mo,we,th,fr,sa,su 09:00-22:00 weekly 120min",
		"Hall on 12 June (Saturday)":                   "room 2027-06-12 09:00-22:00 120min",
		"Hall on Saturday 12 and Sunday 13 June":       "room 2027-06-12 09:00-22:00 2027-06-13 09:00-22:00 ×2 120min",
		"Hall on 4 May or 11 May":                      "room 2027-05-04 09:00-22:00 2027-05-11 09:00-22:00 120min",
		"Hall on 4 May and 11 May, 6 to 8 pm":          "room 2027-05-04 18:00-20:00 2027-05-11 18:00-20:00 ×2",
		"Room for 12, 3 May":                           "room 12 people 2027-05-03 09:00-22:00 120min",
		// how long, and how often
		"A 2 hour slot in a hall on Tuesday":               "room tu 09:00-22:00 120min",
		"A half hour slot in a hall on Tuesday":            "room tu 09:00-22:00 30min",
		"A room for 90 minutes on Tuesday":                 "room tu 09:00-22:00 90min",
		"A hall for two and a half hours on Tuesday":       "room tu 09:00-22:00 150min",
		"A hall for 3 hours on Tuesday, up to £10 an hour": "room tu 09:00-22:00 180min at_cost 1000p/hour",
		"A hall on Tuesday, 10 minutes from the station":   "room tu 09:00-22:00 120min",
		"Hall on 12 June, all day":                         "room 2027-06-12 09:00-22:00",
		"Hall on Thursdays for 6 months":                   "room th 09:00-22:00 weekly 120min",
		"Cot for babies 6 months old":                      "",
		"A room every 6 weeks":                             "room",
		"A gazebo for 2 weeks":                             "equipment 1",
		"Hall for a choir 3 times a week":                  "room",
		// things
		"A4 printer":                      "equipment",
		"A 3D printer to borrow":          "equipment loan",
		"A 16 seater minibus on 12 June":  "equipment 2027-06-12 09:00-22:00 180min",
		"Two 6 foot tables":               "equipment",
		"10 litre urn":                    "equipment",
		"24/7 laptops":                    "equipment",
		"Half a dozen chairs":             "equipment 6 chairs",
		"Two dozen chairs":                "equipment 24 chairs",
		"Chairs at £2 a chair":            "equipment at_cost",
		"Catering, £5 a head":             "at_cost",
		"Treasurer, £50,000 a year of it": "skill",
		"Rehearsal room, £5-£10 an hour":  "room at_cost 1000p/hour",
	} {
		if got := brief(reading.Read(text, market.Need, today)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}
