package market

import (
	"math"
	"strings"
	"time"
)

// Method is one named way to say what an exchange was worth: a rate with its source, year and range. docs/value.md gives
// the table in words; a test compares the two. Rows are added, never changed, so that what was said once can be said again.
type Method struct {
	Code   string // "room_small_2024"
	Unit   string // "hour", "day", "kg"
	Since  Date   // exchanges that ended before are valued by the row before
	Year   int    // of the prices; 0 where there are none
	Low    int    // pence a unit; all 0 where no money is said
	Mid    int
	High   int
	Source string
	Called []string // equipment by the day: what an offer of it says that it is, and nothing else
}

// Methods of working out a value, the newest of a kind last.
var Methods = []Method{
	{Code: "room_small_2024", Unit: "hour", Since: "2000-01-01", Year: 2024, Low: 1250, Mid: 1940, High: 2900,
		Source: "St Andrew’s Church Centre, Ealing, hire rates at March 2024: charity rates of its counselling and meeting rooms, community rate of its training room"},
	{Code: "room_hall_2024", Unit: "hour", Since: "2000-01-01", Year: 2024, Low: 2500, Mid: 3300, High: 4430,
		Source: "St Andrew’s Church Centre, Ealing, hire rates at March 2024: charity and community rates of its halls; lowest: Primrose Hill Community Association, lower hall on weekdays, 2021"},
	{Code: "hours_2024", Unit: "hour", Since: "2000-01-01", Year: 2024, Low: 1144, Mid: 1872, High: 2400,
		Source: "ONS, Annual Survey of Hours and Earnings, April 2024: median hourly pay of full-time employees, UK, as Statista quotes it; lowest: the National Living Wage of April 2024; highest: full-time employees in London, rounded"},
	{Code: "kilograms", Unit: "kg", Since: "2000-01-01", Source: "the weight that the giver states; no money is put on it"},
	{Code: "equipment_gazebo_2018", Unit: "day", Since: equipmentPriced, Year: 2018, Low: 1800, Mid: 1800, High: 1800, Called: []string{"gazebo", "gazebos", "pop-up gazebo", "pop-up gazebos", "pop up gazebo"},
		Source: "one place: Library of Things, Crystal Palace, at its opening in 2018, as the i reported it"},
	{Code: "equipment_minibus_2018", Unit: "day", Since: equipmentPriced, Year: 2018, Low: 4000, Mid: 5000, High: 6000, Called: []string{"minibus", "minibuses", "mini bus"},
		Source: "without driver, and where miles or fuel are charged without them: Slough Borough Council 2018, £40; Highworth Scouts 2018/19, £50; Fenny Compton Scout Group March 2017, £50 to Scouts and £60 to other groups"},
	{Code: "equipment_table_2019", Unit: "day", Since: equipmentPriced, Year: 2019, Low: 100, Mid: 125, High: 300, Called: []string{"table", "tables", "folding table", "folding tables", "trestle table", "trestle tables"},
		Source: "Hardington village hall, January 2019, for two days: £2.50 each, ten for £20; highest: Cheriton village hall, April 2011, £3 for a day"},
	{Code: "equipment_chair_2019", Unit: "day", Since: equipmentPriced, Year: 2019, Low: 13, Mid: 13, High: 100, Called: []string{"chair", "chairs", "folding chair", "folding chairs", "stacking chair", "stacking chairs"},
		Source: "Hardington village hall, January 2019, for two days: ten for £2.50; highest: Cheriton village hall, April 2011, £1 for a day"},
	{Code: "equipment_sound_2020", Unit: "day", Since: equipmentPriced, Year: 2020, Low: 1000, Mid: 1000, High: 1000, Called: []string{"pa system", "pa systems", "sound system", "sound systems"},
		Source: "one place: Library of Things, Dalston, sound system and microphone, as Hackney Council announced it in 2020"},
	{Code: "equipment_drill_2022", Unit: "day", Since: equipmentPriced, Year: 2022, Low: 700, Mid: 800, High: 800, Called: []string{"drill", "drills", "power drill", "power drills"},
		Source: "Library of Things, Hackney Wick, August 2022, as the Hackney Citizen reported it; lowest: Dalston, as Hackney Council announced it in 2020"},
	{Code: "equipment_steam_cleaner_2022", Unit: "day", Since: equipmentPriced, Year: 2022, Low: 800, Mid: 950, High: 950, Called: []string{"steam cleaner", "steam cleaners"},
		Source: "Library of Things, Kentish Town, September 2022, as the Ham & High reported it; lowest: Dalston, as Hackney Council announced it in 2020"},
	{Code: "equipment_carpet_cleaner_2024", Unit: "day", Since: equipmentPriced, Year: 2024, Low: 2000, Mid: 2500, High: 2500, Called: []string{"carpet cleaner", "carpet cleaners"},
		Source: "Library of Things, Canada Water, November 2024, as SE1 News reported it; lowest: Crystal Palace, at its opening in 2018, as Time Out reported it"},
	{Code: "equipment_sewing_machine_2024", Unit: "day", Since: equipmentPriced, Year: 2024, Low: 550, Mid: 550, High: 700, Called: []string{"sewing machine", "sewing machines"},
		Source: "Library of Things, Canada Water, November 2024, as SE1 News reported it; highest: Dalston, as Hackney Council announced it in 2020"},
	{Code: "equipment_projector_2024", Unit: "day", Since: equipmentPriced, Year: 2024, Low: 500, Mid: 2500, High: 3000, Called: []string{"projector", "projectors", "projector and screen"},
		Source: "for a session, beside a room: WASA hall, April 2024, £25, with its screen £30; lowest: Frodsham Community Centre, September 2015"},
}

// equipmentPriced is from when on pounds are put on lent equipment; exchanges that ended before keep kilograms alone.
const equipmentPriced Date = "2026-12-01"

// Confidence in a value is whose word it rests on.
type Confidence string

const (
	ByBoth Confidence = "both" // both sides say it happened
	ByOne  Confidence = "one"  // one side does
)

// Worth is what an exchange was worth by a method. It is never shown without its method and confidence.
type Worth struct {
	Method     Method
	Units      float64 // hours, kilograms, or days of all things together
	Low        int     // pence
	Mid        int
	High       int
	Confidence Confidence
}

// hallSeats is from how many seats on a room is valued as a hall.
const hallSeats = 30

// A hire by the day says what up to a week is worth, and a week counts as four days: at Kentish Town (docs/value.md) it costs so.
const (
	hiredAtMost = 7 // days
	weekCounts  = 4
)

// WorthOf an exchange by each method that has something to say of it, from the facts as they were when the two were connected.
// Nothing is said of one that did not happen, is disputed, or of which nobody has spoken; nor of things whose weight is not
// stated and which are of no kind that has a price.
func WorthOf(ex Exchange) (worths []Worth) {
	confidence := map[Stage]Confidence{Happened: ByBoth, OneYes: ByOne}[ex.Stage]
	if confidence == "" {
		return nil
	}
	say := func(m Method, units float64) {
		if units <= 0 || m.Code == "" {
			return
		}
		pence := func(rate int) int { return int(float64(rate)*units + .5) }
		worths = append(worths, Worth{Method: m, Units: units, Low: pence(m.Low), Mid: pence(m.Mid), High: pence(m.High), Confidence: confidence})
	}
	switch ex.Snapshot.Kind {
	case Room:
		say(latest(roomSize(ex.Snapshot.Facts), ex.Ends()), ex.hours())
	case Skill:
		say(latest("hours", ex.Ends()), ex.hours())
	case Equipment:
		say(latest(hired(ex.Snapshot), ex.Ends()), ex.days())
		say(latest("kilograms", ex.Ends()), ex.Snapshot.Facts.Number("weight_kg")*float64(ex.Amount))
	}
	return worths
}

func roomSize(f Facts) string {
	if f.Number("seated") >= hallSeats {
		return "room_hall"
	}
	return "room_small"
}

// hired is the family of methods for what was lent, "" where it is none of those kinds. Its giver must have stated that it is
// that and no more: "drill bits" are no drill, and titles and tags say what goes with a thing as well.
func hired(s Snapshot) string {
	if s.Terms != Loan && s.Terms != Shared {
		return ""
	}
	what := strings.ToLower(strings.Join(strings.Fields(s.Facts.Text("what")), " "))
	for _, m := range Methods {
		if contains(m.Called, what) {
			return m.Code[:strings.LastIndexByte(m.Code, '_')]
		}
	}
	return ""
}

func (ex Exchange) hours() (hours float64) {
	for _, s := range ex.Slots {
		hours += s.Until.Sub(s.From).Hours()
	}
	return hours
}

// days that all things together were lent, each use by itself; 0 when one was longer than hire by the day speaks of. An hour over is
// not counted: nine to nine is 25 hours where the clocks go back.
func (ex Exchange) days() (days float64) {
	for _, s := range ex.Slots {
		n := max(1, math.Ceil((s.Until.Sub(s.From).Hours()-1)/24))
		if n > hiredAtMost {
			return 0
		}
		days += min(n, weekCounts)
	}
	return days * float64(ex.Amount)
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
