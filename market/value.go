package market

import (
	"strings"
	"time"
)

// Method is one named way to say what an exchange was worth: a rate with its source, year and range. docs/value.md gives
// the table in words; a test compares the two. Rows are added, never changed, so that what was said once can be said again.
type Method struct {
	Code   string // "room_small_2024"
	Unit   string // "hour", "kg"
	Since  Date   // exchanges that ended before are valued by the row before
	Year   int    // of the prices; 0 where there are none
	Low    int    // pence a unit; all 0 where no money is said
	Mid    int
	High   int
	Source string
}

// Methods of working out a value, the newest of a kind last.
var Methods = []Method{
	{"room_small_2024", "hour", "2000-01-01", 2024, 1250, 1940, 2900, "St Andrew’s Church Centre, Ealing, hire rates at March 2024: charity rates of its counselling and meeting rooms, community rate of its training room"},
	{"room_hall_2024", "hour", "2000-01-01", 2024, 2500, 3300, 4430, "St Andrew’s Church Centre, Ealing, hire rates at March 2024: charity and community rates of its halls; lowest: Primrose Hill Community Association, lower hall on weekdays, 2021"},
	{"hours_2024", "hour", "2000-01-01", 2024, 1144, 1872, 2400, "ONS, Annual Survey of Hours and Earnings, April 2024: median hourly pay of full-time employees, UK, as Statista quotes it; lowest: the National Living Wage of April 2024; highest: full-time employees in London, rounded"},
	{"kilograms", "kg", "2000-01-01", 0, 0, 0, 0, "the weight that the giver states; no money is put on it"},
}

// Confidence in a value is whose word it rests on.
type Confidence string

const (
	ByBoth Confidence = "both" // both sides say it happened
	ByOne  Confidence = "one"  // one side does
)

// Worth is what an exchange was worth by a method. It is never shown without its method and confidence.
type Worth struct {
	Method     Method
	Units      float64 // hours or kilograms
	Low        int     // pence
	Mid        int
	High       int
	Confidence Confidence
}

// hallSeats is from how many seats on a room is valued as a hall.
const hallSeats = 30

// WorthOf an exchange, from the facts as they were when the two were connected. Nothing is said of one that did not
// happen, is disputed, or of which nobody has spoken; nor of things whose weight is not stated.
func WorthOf(ex Exchange) (Worth, bool) {
	confidence := map[Stage]Confidence{Happened: ByBoth, OneYes: ByOne}[ex.Stage]
	if confidence == "" {
		return Worth{}, false
	}
	m, units := methodOf(ex)
	if units <= 0 {
		return Worth{}, false
	}
	pence := func(rate int) int { return int(float64(rate)*units + .5) }
	return Worth{Method: m, Units: units, Low: pence(m.Low), Mid: pence(m.Mid), High: pence(m.High), Confidence: confidence}, true
}

func methodOf(ex Exchange) (Method, float64) {
	hours := 0.0
	for _, s := range ex.Slots {
		hours += s.Until.Sub(s.From).Hours()
	}
	family := ""
	switch ex.Snapshot.Kind {
	case Room:
		family = "room_small"
		if ex.Snapshot.Facts.Number("seated") >= hallSeats {
			family = "room_hall"
		}
	case Skill:
		family = "hours"
	case Equipment:
		return latest("kilograms", ex.Ends()), ex.Snapshot.Facts.Number("weight_kg") * float64(ex.Amount)
	}
	return latest(family, ex.Ends()), hours
}

// latest method of a family that held when an exchange ended.
func latest(family string, ended time.Time) (m Method) {
	for _, x := range Methods {
		if family != "" && strings.HasPrefix(x.Code, family) && x.Since <= DateOf(ended.UTC()) {
			m = x
		}
	}
	return m
}
