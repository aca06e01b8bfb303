package listing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
)

func heard(text string, off ...string) *listing.Heard {
	h := listing.Hear(search.Query{Text: text}, "2027-01-11", off)
	if h.Place() != "" {
		h.Query.Near = &market.Point{Lat: 51.48, Lng: 0}
	}
	h.Within()
	h.When()
	h.People()
	h.Features()
	h.Query.Near = nil
	return h
}

func TestASentenceBecomesFilters(t *testing.T) {
	thursdays := market.Window{Repeat: market.Weekly, Days: 8, Start: 18 * 60, End: 22 * 60}
	h := heard("hall for 40 near SE10 thursday evenings step free")
	want := search.Query{Text: "hall", AtLeast: map[string]float64{"seated": 40}, Requires: []market.Feature{market.StepFree},
		Weekly: &search.Weekly{Days: 8, Start: 19 * 60, End: 20 * 60}}
	if diff := cmp.Diff(want, h.Query); diff != "" {
		t.Errorf("the question (-want +got):\n%s", diff)
	}
	facts := []listing.Fact{{Name: "place", Place: "SE10"}, {Name: "when", Window: &thursdays}, {Name: "people", People: 40}, {Name: "step_free"}}
	if diff := cmp.Diff(facts, h.Facts); diff != "" {
		t.Errorf("the facts (-want +got):\n%s", diff)
	}
}

// Each fact alone can be taken off, and the others stay.
func TestEachFactIsTakenOffAlone(t *testing.T) {
	const text = "room for 25 within 3 km of SE10 on thursday evenings, step-free"
	all := heard(text)
	if len(all.Facts) != 5 || all.Query.RadiusKM != 3 {
		t.Fatalf("%+v", all.Facts)
	}
	for _, f := range all.Facts {
		rest := heard(text, f.Name)
		for _, other := range rest.Facts {
			if other.Name == f.Name {
				t.Errorf("%s is still there", f.Name)
			}
		}
		if n := len(rest.Facts); n != 4 && f.Name != "place" || f.Name == "place" && n != 3 { // a distance is from a place
			t.Errorf("without %s: %+v", f.Name, rest.Facts)
		}
	}
}

// What was read is asked for by a filter, and no word of it has to stand in a listing as well.
func TestWhatWasReadIsNoWordAnyMore(t *testing.T) {
	for text, want := range map[string]string{
		"hall for 40 people":                                         "hall",
		"hall for 40 children":                                       "hall children",
		"hall within 3 km of SE10":                                   "hall",
		"hall within 2 miles of Deptford":                            "hall",
		"Hall near se10 9nf":                                         "hall",
		"hall close to SE10":                                         "hall",
		"thursdays 6 to 8 pm hall":                                   "hall",
		"hall, Thursdays between 6pm and 8pm":                        "hall,",
		"hall every thursday at half past six":                       "hall",
		"hall weekly on tuesday evenings for 2 hours":                "hall on",
		"minibus tomorrow":                                           "minibus",
		"minibus this weekend":                                       "minibus",
		"hall from 1 February until 30 April":                        "hall",
		"hall Thursdays 18:00-20:00 between 1 February and 30 April": "hall",
		"hall in May":                                                "hall",
		"hall with step-free access and a hearing loop":              "hall with and a",
		"wheelchair accessible hall with parking spaces":             "hall with",
		"on Thursdays":                                               "",
		"we need somewhere for 40 people in SE10 on Thursdays":       "",
		"hall with parking":                                          "hall with",
		"with parking":                                               "with parking",
		"parking space":                                              "parking space",
		"quiet room":                                                 "quiet room",
		"step free":                                                  "",
		"wheelchair to borrow":                                       "wheelchair to borrow",
		"midday meals helper on Tuesdays":                            "midday meals helper on",
		"club for ten to twelve year olds on Thursdays":              "club for ten to twelve year olds on",
		"hall on Thursday evenings":                                  "hall on",
		"hall every evening":                                         "hall",
		"evening dress for Saturday":                                 "evening dress for",
		"night shelter volunteers on Tuesdays":                       "night shelter volunteers on",
		"help with the weekly shop on Tuesdays":                      "help with the weekly shop on",
		"room weekly on Tuesdays":                                    "room on",
		"hall on Thursdays only":                                     "hall on",
		"yoga on Tuesdays for 6 weeks":                               "yoga on for",
		"van from SE14 to E8":                                        "van to e8",
		"hall for 60 people, lessons for 4 adults":                   "hall , lessons for 4 adults",
		"club for 3 year olds":                                       "club for 3 year olds",
		"evening dress":                                              "evening dress",
		"a may pole":                                                 "a may pole",
		"sun hats":                                                   "sun hats",
		"first aid trainer for 15 people":                            "first aid trainer for 15 people",
		"holiday club for 7 to 11 year olds":                         "holiday club for 7 to 11 year olds",
		"mentoring for 16-25 year olds":                              "mentoring for 16-25 year olds",
		"lunch club for 60+":                                         "lunch club for 60+",
		"studio of 60 sqm":                                           "studio of 60 sqm",
		"volunteers for 2026 festival":                               "volunteers for 2026 festival",
		"drummers to march with us":                                  "drummers to march with us",
		"N95 masks":                                                  "N95 masks",
		"W3C volunteers":                                             "W3C volunteers",
		"E27 bulbs":                                                  "E27 bulbs",
		"E27 bulbs near SE10":                                        "e27 bulbs",
		"hall near the W7 bus stop":                                  "hall near the W7 bus stop",
		"hall in SE10 7pm thursday":                                  "hall",
		"hall fridays 7 till late":                                   "hall",
		"hall any day except tuesdays":                               "hall",
		"hall for 30-40 people":                                      "hall",
		"hall for 20 choir members":                                  "hall choir",
		"hall for 3 sessions for 12 people":                          "hall for 3 sessions",
		"hall from february to may":                                  "hall",
		"ȺȺȺȺȺȺȺȺ hall for 40 near SE10":                             "ⱥⱥⱥⱥⱥⱥⱥⱥ hall",
	} {
		if got := heard(text).Query.Text; got != want {
			t.Errorf("%q leaves %q, want %q", text, got, want)
		}
	}
}

// Only rooms have seats: of anything else nothing would be found that says how many it seats.
func TestOnlyRoomsAreAskedForSeats(t *testing.T) {
	for text, want := range map[string]float64{
		"hall for 40": 40, "hall for 30-40 people": 40, "first aid trainer for 15 people": 0, "lunch club for 60": 0, "transport for 12 people": 0,
		"gazebo for 40 people": 0, "hall for 7 to 11 year olds": 0,
	} {
		if got := heard(text).Query.AtLeast["seated"]; got != want {
			t.Errorf("%q asks for %v seats, want %v", text, got, want)
		}
	}
	h := listing.Hear(search.Query{Text: "party for 60 people", Kinds: []string{market.Room}}, "2027-01-11", nil)
	if h.People(); h.Query.AtLeast["seated"] != 60 || h.Query.Text != "party" {
		t.Errorf("of rooms alone: %+v", h.Query)
	}
}

func TestATimeIsLookedForAsItWasSaid(t *testing.T) {
	hours := func(days market.Weekdays, from, until market.Minute) *search.Weekly {
		return &search.Weekly{Days: days, Start: from * 60, End: until * 60}
	}
	for text, want := range map[string]search.Query{
		"hall on 4 May":                    {FreeFrom: "2027-05-04", FreeUntil: "2027-05-04"},
		"hall on 4 May, 6 to 8 pm":         {FreeFrom: "2027-05-04", FreeUntil: "2027-05-04", Weekly: hours(2, 18, 20)},
		"hall tomorrow evening":            {FreeFrom: "2027-01-12", FreeUntil: "2027-01-12", Weekly: hours(2, 19, 20)},
		"hall 9 to 20 January":             {FreeFrom: "2027-01-11", FreeUntil: "2027-01-20"},
		"hall on 4 May, 9 am to 10 pm":     {FreeFrom: "2027-05-04", FreeUntil: "2027-05-04", Weekly: hours(2, 9, 22)},
		"hall on thursdays 6 to 10 pm":     {Weekly: hours(8, 18, 22)},
		"hall on thursday evenings":        {Weekly: hours(8, 19, 20)},
		"hall on a thursday":               {Weekly: search.SomeTimeOn(8)},
		"hall on tuesdays or thursdays":    {Weekly: search.SomeTimeOn(2 | 8)},
		"hall this weekend":                {FreeFrom: "2027-01-16", FreeUntil: "2027-01-17"},
		"hall this weekend, 10 am to 2 pm": {FreeFrom: "2027-01-16", FreeUntil: "2027-01-17", Weekly: hours(32|64, 10, 14)},
		"hall next week":                   {FreeFrom: "2027-01-18", FreeUntil: "2027-01-24"},
		"hall on May 12":                   {FreeFrom: "2027-05-12", FreeUntil: "2027-05-12"},
		"hall fridays 7 till late":         {Weekly: hours(16, 19, 22)},
		"hall on the 1st Thursday":         {},
		"drummers to march with us":        {},
		"hall, not on 25 December":         {},
		"hall in March":                    {FreeFrom: "2027-03-01", FreeUntil: "2027-03-31"},
		"hall from 1 February":             {FreeFrom: "2027-02-01"},
		"gazebo by 12 June":                {FreeFrom: "2027-01-11", FreeUntil: "2027-06-12"},
		"Thursdays 18:00 to 20:00 between 1 February and 30 April": {FreeFrom: "2027-02-01", FreeUntil: "2027-04-30", Weekly: hours(8, 18, 20)},
		"hall, Thursdays between 6pm and 8pm":                      {Weekly: hours(8, 18, 20)},
		"hall on the first Monday of the month":                    {}, // no search can ask for that
		"hall on 4 and 20 May":                                     {},
		"a hall":                                                   {},
	} {
		q := heard(text).Query
		got := search.Query{FreeFrom: q.FreeFrom, FreeUntil: q.FreeUntil, Weekly: q.Weekly}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
