package reading_test

import (
	"testing"

	"wherewithal/market"
	"wherewithal/reading"
)

// Times as neighbours write them, on Monday 23 November 2026.
func TestReadsTimesAsNeighboursSayThem(t *testing.T) {
	for text, want := range map[string]string{
		// counted from today
		"Hall tonight, our boiler is broken":           "room 2026-11-23 18:00-22:00",
		"Hall tonight at half past seven":              "room 2026-11-23 19:30-22:00",
		"Room this afternoon for 2 hours":              "room 2026-11-23 12:00-17:00 120min",
		"A van tomorrow morning":                       "equipment 1 2026-11-24 09:00-12:00",
		"20 chairs by tomorrow, urgent":                "equipment 20 chairs by 2026-11-24 urgent",
		"Room the day after tomorrow, 2pm to 4pm":      "room 2026-11-25 14:00-16:00",
		"A gazebo for this weekend":                    "equipment 1 2026-11-28 09:00-22:00 2026-11-29 09:00-22:00 180min",
		"A gazebo next weekend":                        "equipment 1 2026-12-05 09:00-22:00 2026-12-06 09:00-22:00 180min",
		"Two gazebos by the weekend":                   "equipment 2 gazebos by 2026-11-28",
		"Hall at the weekend":                          "room sa,su 09:00-22:00 weekly 120min",
		"Hall next Tuesday evening":                    "room 2026-12-01 18:00-22:00",
		"Hall this Friday, 6 to 9 pm":                  "room 2026-11-27 18:00-21:00",
		"Room for 12, Tuesdays, starting next Tuesday": "room 12 people tu 09:00-22:00 weekly 120min from 2026-12-01",
		"Someone to fix our tap by Friday":             "skill by 2026-11-27",
		"Desk space from next week":                    "room from 2026-11-30",
		"A projector in the next month":                "equipment 1 by 2026-12-23",
		"A projector for next month":                   "equipment 1 from 2026-12-01 until 2026-12-31",
		"Office until the end of the month":            "room until 2026-11-30",
		"Chairs by the end of May":                     "equipment by 2027-05-31",
		"Room today":                                   "room 2026-11-23 09:00-22:00 120min",
		// by the month
		"Room for 20, first Monday of the month, 7pm to 9pm":         "room 20 people 1st mo 19:00-21:00 monthly",
		"Hall on the last Friday of every month, evenings":           "room last fr 18:00-22:00 monthly",
		"Hall, 1st and 3rd Thursdays of each month, 6 to 8 pm":       "room 1st th 18:00-20:00 3rd th 18:00-20:00 monthly",
		"Hall for 60 on the second Saturday in June":                 "room 60 people 2027-06-12 09:00-22:00 120min",
		"Room for 30 in May":                                         "room 30 people from 2027-05-01 until 2027-05-31",
		"Hall on Thursday evenings in May and June":                  "room th 18:00-22:00 from 2027-05-01 until 2027-06-30",
		"Any Saturday in July 2027, marquee":                         "equipment sa 09:00-22:00 180min from 2027-07-01 until 2027-07-31",
		"Room in November":                                           "room from 2026-11-23 until 2026-11-30",
		"Choir room on Tuesdays, not in August":                      "room tu 09:00-22:00 weekly 120min",
		"Display boards from 3 to 17 May":                            "equipment from 2027-05-03 until 2027-05-17",
		"Display boards 3rd-17th of May 2028":                        "equipment from 2028-05-03 until 2028-05-17",
		"Room for 25 between 3 and 17 May":                           "room 25 people from 2027-05-03 until 2027-05-17",
		"Room between 28 December and 3 January":                     "room from 2026-12-28 until 2027-01-03",
		"Room for 20 to 26 November":                                 "room from 2026-11-20 until 2026-11-26",
		"Hall on 3, 10 and 17 May, evenings":                         "room 2027-05-03 18:00-22:00 2027-05-10 18:00-22:00 2027-05-17 18:00-22:00 ×3",
		"Gazebo on 12 and 13 June":                                   "equipment 2027-06-12 09:00-22:00 2027-06-13 09:00-22:00 ×2 180min",
		"Hall on Saturday 12 June, 2 to 5 pm":                        "room 2027-06-12 14:00-17:00",
		"Hall, Wednesday the 9th of December":                        "room 2026-12-09 09:00-22:00 120min",
		"Room for 3, 10 and 17 May":                                  "room 2027-05-03 09:00-22:00 2027-05-10 09:00-22:00 2027-05-17 09:00-22:00 ×3 120min",
		"Room every other Thursday evening from 7 January, 6 times":  "room 2027-01-07 18:00-22:00 2027-01-21 18:00-22:00 2027-02-04 18:00-22:00 2027-02-18 18:00-22:00 2027-03-04 18:00-22:00 2027-03-18 18:00-22:00 ×6",
		"Room fortnightly, Mondays, from 4 January until 31 January": "room 2027-01-04 09:00-22:00 2027-01-18 09:00-22:00 ×2 120min",
		"Room every other week on Tuesdays, 6 to 8 pm":               "room tu 18:00-20:00",
		"Room on alternate Fridays":                                  "room fr 09:00-22:00 120min",
		"Every Tuesday, a room for 9":                                "room 9 people tu 09:00-22:00 weekly 120min",
		"Room, every second Wednesday of the month":                  "room 2nd we 09:00-22:00 monthly 120min",
		// parts of the day, and the clock
		"Kitchen space, mornings":                          "room mo,tu,we,th,fr,sa,su 09:00-12:00 weekly +kitchen",
		"Somewhere quiet in the evenings":                  "room mo,tu,we,th,fr,sa,su 18:00-22:00 weekly",
		"Hall for coffee mornings":                         "room",
		"Somewhere to hold quiz nights":                    "room",
		"Tuesday mornings, a room for 6":                   "room 6 people tu 09:00-12:00",
		"Room, Thursdays, half past six to nine":           "room th 18:30-21:00 weekly",
		"Room, Thursdays, quarter past 7 to quarter to 9":  "room th 19:15-20:45 weekly",
		"Room on Wednesdays at six o'clock for two hours":  "room we 18:00-20:00 weekly 120min",
		"Room on Wednesdays at half six":                   "room we 18:30-22:00 weekly",
		"Hall, Sundays 10.30 to noon":                      "room su 10:30-12:00 weekly",
		"Hall, Fridays, 8 in the evening to midnight":      "room fr 20:00-24:00 weekly",
		"Hall, Fridays 7pm to midnight":                    "room fr 19:00-24:00 weekly",
		"Breakfast club, Mondays 7.30 to 8.45, room for 9": "room 9 people mo 07:30-08:45 weekly",
		"Hall, Tuesdays 7.30 to 9.30":                      "room tu 19:30-21:30 weekly",
		"Hall, Tuesdays 9.30 to 11.30":                     "room tu 09:30-11:30 weekly",
		"Hall, Tuesdays 10.00 to 2.00":                     "room tu 10:00-14:00 weekly",
		"Studio, Saturdays 10 am to 2":                     "room sa 10:00-14:00 weekly",
		"Room on Thursdays at 7pm":                         "room th 19:00-22:00 weekly",
		// words that are no times
		"May we borrow a ladder?":                          "equipment 1 loan",
		"Someone who saw the march in June's paper":        "skill",
		"Half a dozen chairs":                              "equipment 6 chairs",
		"A tutor for half term":                            "skill",
		"Somewhere on the second floor":                    "room",
		"Help to mend the sun shade by the mon repos sign": "skill",
		"Room for a party of 6 to 10":                      "room",
		"The next weekly meeting needs a hall":             "room weekly",
	} {
		if got := brief(reading.Read(text, market.Need, today)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

// On a Saturday and a Sunday the weekend has begun.
func TestThisWeekendIsNotOver(t *testing.T) {
	for day, want := range map[market.Date]string{
		"2026-11-27": "room 2026-11-28 09:00-22:00 2026-11-29 09:00-22:00 120min",
		"2026-11-28": "room 2026-11-28 09:00-22:00 2026-11-29 09:00-22:00 120min",
		"2026-11-29": "room 2026-11-29 09:00-22:00 120min",
	} {
		if got := brief(reading.Read("Hall this weekend", market.Need, day)); got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
	if got := brief(reading.Read("Hall next Tuesday", market.Need, "2026-11-27")); got != "room 2026-12-01 09:00-22:00 120min" {
		t.Errorf("next Tuesday on a Friday: %s", got)
	}
}

func TestAnOfferSaysWhenItIsThere(t *testing.T) {
	for text, want := range map[string]string{
		"Our hall is free on the first Monday of the month, 6 to 10 pm": "room 1st mo 18:00-22:00",
		"Two gazebos to lend in July and August":                        "equipment 2 gazebos from 2027-07-01 until 2027-08-31 loan",
		"Spare desk every other Tuesday, room for 2":                    "room 2 people tu 09:00-22:00",
		"Hall free tomorrow evening":                                    "room 2026-11-24 18:00-22:00",
		"Minibus with driver, mornings, not in August":                  "equipment mo,tu,we,th,fr,sa,su 09:00-12:00",
	} {
		if got := brief(reading.Read(text, market.Offer, today)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}
