package market

import (
	"math"
	"regexp"
	"strings"
	"time"
)

// SavedSearch is a search that a person keeps, to be told of what is new in it. It sees what its person may see when a
// listing is looked at, not what they could see when they saved it.
type SavedSearch struct {
	ID        ID
	PersonID  ID
	Name      string   // the person's own; "": what it asks for, in words
	Question  Question `gorm:"serializer:json"`
	Pace      Pace
	PausedAt  *time.Time // no alerts since then
	AlertDue  *time.Time // at once: when what waits is to be told; nil: nothing waits
	CreatedAt time.Time
}

// Question is what a saved search asks: a search without its moment. Values within a field are alternatives, but for tags
// and Requires; fields add up. Its place is a public one: nobody's home.
type Question struct {
	Words     string             `json:"words,omitempty"`
	Sides     []Side             `json:"sides"` // one: offers or needs
	Kinds     []string           `json:"kinds,omitempty"`
	Tags      []string           `json:"tags,omitempty"`
	Boroughs  []string           `json:"boroughs,omitempty"`
	Networks  []ID               `json:"networks,omitempty"` // that it is shown in
	Requires  []Feature          `json:"requires,omitempty"`
	Terms     []TermsKind        `json:"terms,omitempty"`
	Place     string             `json:"place,omitempty"` // what Near is called: "SE10", "Greenwich"
	Near      *Point             `json:"near,omitempty"`
	RadiusKM  float64            `json:"radiusKm,omitempty"`
	FreeFrom  Date               `json:"freeFrom,omitempty"`
	FreeUntil Date               `json:"freeUntil,omitempty"`
	Days      Weekdays           `json:"days,omitempty"`  // free on one of them
	Start     Minute             `json:"start,omitempty"` // and from then
	End       Minute             `json:"end,omitempty"`   // until then; 0: at some time of that day
	AtLeast   map[string]float64 `json:"atLeast,omitempty"`
	Said      string             `json:"said,omitempty"` // the search page's parameters, for the way back
}

// Over reports whether all the days that a question asks about have gone by.
func (q Question) Over(today Date) bool { return q.FreeUntil != "" && q.FreeUntil < today }

// Pace is when a person is told of what is new in a saved search.
type Pace string

const (
	AtOnce   Pace = "at_once"
	InDigest Pace = "digest"
)

// Paces in the order in which a form shows them.
var Paces = []Pace{AtOnce, InDigest}

// Limits of saved searches and their alerts.
const (
	// MaxSavedSearches of one person: more are not read, and each costs every new listing a little.
	MaxSavedSearches = 20
	// MaxSavedWords is the longest text of a saved search, in characters. The words that count fit into it ten times over.
	MaxSavedWords = 300
	// SavesPerHour of one person, through whichever door: each asks what the search finds already.
	SavesPerHour = 60
	// AlertsADay is how many mails about saved searches a person gets in 24 hours. What comes after waits for the next of
	// them, or for the digest.
	AlertsADay = 3
	// AlertGather is how long what is new in one search is gathered after a mail about it.
	AlertGather = time.Hour
	// AlertLasts is how long an alert waits to be told; then it is news no more.
	AlertLasts = 14 * 24 * time.Hour
	// AlertsShown is how many listings one mail shows of a search; it says how many more there are.
	AlertsShown = 10
)

// Alert is one listing that is new to one saved search. There is one of the two, ever.
type Alert struct {
	SearchID  ID
	ListingID ID
	FoundAt   time.Time
	ToldAt    *time.Time // or when it was there already, as the search was saved
	LetterID  ID         // that told it
}

// StopSearch is the purpose of a link that ends the alerts of one search of one person.
const StopSearch = "stop search"

// Validate checks a search that is to be kept: its name, pace, words and direction. Whether the rest can be asked the search
// itself says.
func (s SavedSearch) Validate() error {
	e := &Invalid{}
	checkText(e, "name", s.Name, 0, 80)
	checkText(e, "q", s.Question.Words, 0, MaxSavedWords)
	if len(s.Question.Sides) != 1 || !contains([]Side{Offer, Need}, s.Question.Sides[0]) {
		e.Add("side", "choice")
	}
	if !contains(Paces, s.Pace) {
		e.Add("pace", "choice")
	}
	return e.OrNil()
}

// Named is a search with its name changed.
func (s SavedSearch) Named(name string) SavedSearch {
	s.Name = Tidy(name)
	return s
}

// wholePostcode is a postcode in full, its first half apart.
var wholePostcode = regexp.MustCompile(`(?i)\b([a-z]{1,2}[0-9][0-9a-z]?)\s*[0-9][a-z]{2}\b`)

// WithoutPostcode is a text in which each postcode is cut to its first half: an area, not a street.
func WithoutPostcode(s string) string {
	return wholePostcode.ReplaceAllStringFunc(s, func(found string) string {
		return strings.ToUpper(wholePostcode.FindStringSubmatch(found)[1])
	})
}

// coarse is the grid, in degrees, to which a point is moved before it is kept as the place of a search: some 1.1 km from south
// to north.
const coarse = 0.01

// Coarse is a point as a saved search may keep it.
func (p Point) Coarse() Point {
	snap := func(degrees float64) float64 { return round5(math.Round(degrees/coarse) * coarse) }
	return Point{Lat: snap(p.Lat), Lng: snap(p.Lng)}
}
