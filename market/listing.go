package market

import (
	"strings"
	"time"
)

// Side of the market a listing stands on.
type Side string

const (
	Offer Side = "offer"
	Need  Side = "need"
)

// Other is the opposite side.
func (s Side) Other() Side {
	if s == Offer {
		return Need
	}
	return Offer
}

// Where says how giver and taker come together.
type Where string

const (
	AtPlace   Where = "at_place"  // offer: come here. Need: we come to you, within ReachKM
	Delivered Where = "delivered" // offer: we bring it, within ReachKM. Need: bring it to us
	Collected Where = "collected" // offer: collect it here. Need: we collect, within ReachKM
	Online    Where = "online"
)

// Wheres in the order in which a form shows them.
var Wheres = []Where{AtPlace, Delivered, Collected, Online}

// TermsKind is what is asked in return.
type TermsKind string

const (
	Gift   TermsKind = "gift"
	Loan   TermsKind = "loan"
	Shared TermsKind = "shared"
	AtCost TermsKind = "at_cost"
	Swap   TermsKind = "swap"
)

// TermsKinds in the order in which a form shows them.
var TermsKinds = []TermsKind{Gift, Loan, Shared, AtCost, Swap}

// Terms are what the giver asks, or the most a taker can accept.
type Terms struct {
	Kind     TermsKind `json:"kind"`
	LoanDays int       `json:"loanDays,omitempty"` // loan: how long at most
	Pence    int       `json:"pence,omitempty"`    // at cost: the amount; need: the most it can pay
	Per      string    `json:"per,omitempty"`      // at cost: "hour", "day", "use"
	For      string    `json:"for,omitempty"`      // at cost: what the money is for; swap: what is wanted
}

// Feature is something a place has that a need can require.
type Feature string

// The features, in the order in which a form shows them.
const (
	StepFree         Feature = "step_free"
	AccessibleToilet Feature = "accessible_toilet"
	HearingLoop      Feature = "hearing_loop"
	QuietRoom        Feature = "quiet_room"
	Parking          Feature = "parking"
	BabyChanging     Feature = "baby_changing"
)

var Features = []Feature{StepFree, AccessibleToilet, HearingLoop, QuietRoom, Parking, BabyChanging}

// Use is what a thing may be, or will be, used for.
type Use string

const (
	Alcohol   Use = "alcohol"
	Amplified Use = "amplified_music"
	Religious Use = "religious"
	Political Use = "political"
	Trade     Use = "commercial"
	Children  Use = "children"
	Animals   Use = "animals"
)

var Uses = []Use{Alcohol, Amplified, Religious, Political, Trade, Children, Animals}

// Asks are what a giver requires of the group that takes.
type Asks struct {
	Constituted  bool       `json:"constituted,omitempty"`
	Insurance    bool       `json:"insurance,omitempty"`
	Safeguarding bool       `json:"safeguarding,omitempty"`
	Over18       bool       `json:"over18,omitempty"`
	Checked      CheckLevel `json:"checked,omitempty"`
	Activity     string     `json:"activity,omitempty"` // the activity that makes it lawful to ask for checks
}

// Circle is how far a listing is shown.
type Circle string

const (
	MyNetworks Circle = "networks"
	InBorough  Circle = "borough"
	InCity     Circle = "city"
	Anyone     Circle = "anyone"
)

// Circles from the smallest to the widest.
var Circles = []Circle{MyNetworks, InBorough, InCity, Anyone}

// Wider is the next circle; Anyone has none wider.
func (c Circle) Wider() Circle {
	for i, x := range Circles[:len(Circles)-1] {
		if x == c {
			return Circles[i+1]
		}
	}
	return Anyone
}

// Narrower is the smaller of two circles.
func (c Circle) Narrower(other Circle) Circle {
	for _, x := range Circles {
		if x == c || x == other {
			return x
		}
	}
	return c
}

// Life of a listing: draft → open ⇄ paused → fulfilled | withdrawn | expired | removed.
type Life string

const (
	Draft     Life = "draft"
	Open      Life = "open"
	Paused    Life = "paused"
	Fulfilled Life = "fulfilled"
	Withdrawn Life = "withdrawn"
	Expired   Life = "expired"
	Removed   Life = "removed" // by moderation
)

// lifeMoves says which life can follow which. A closed listing can be reopened, but not one that was removed.
var lifeMoves = map[Life][]Life{
	Draft:     {Open, Withdrawn, Removed},
	Open:      {Paused, Fulfilled, Withdrawn, Expired, Removed},
	Paused:    {Open, Fulfilled, Withdrawn, Expired, Removed},
	Fulfilled: {Open, Removed},
	Withdrawn: {Open, Removed},
	Expired:   {Open, Removed},
}

// CanBecome reports whether the move is one a listing can make.
func (l Life) CanBecome(next Life) bool { return contains(lifeMoves[l], next) }

// Closed reports whether a listing was open and has ended, by itself or by its group.
func (l Life) Closed() bool { return l == Fulfilled || l == Withdrawn || l == Expired }

// OpenFor is how long a listing stays open unless it is renewed.
const OpenFor = 90 * 24 * time.Hour

// TellExpiring is how long before its end a listing's group is told: first, and last.
var TellExpiring = []time.Duration{14 * 24 * time.Hour, 3 * 24 * time.Hour}

// Listing is an Offer or a Need.
type Listing struct {
	ID           ID
	Version      int64 // grows by one with every change
	GroupID      ID
	PostedBy     ID
	Side         Side
	Kind         string
	Title        string
	Description  string
	Language     string   // BCP 47, of the text
	Tags         []string `gorm:"serializer:json"`
	Facts        Facts    `gorm:"serializer:json"`
	Quantity     int      // how many; at least 1
	Unit         string   // "chairs"; none for things that are one
	Splittable   bool     // a part of the quantity is useful
	SmallestPart int      // the least useful part, when splittable
	When         When     `gorm:"serializer:json;column:times"`
	Where        Where    `gorm:"column:way"`
	ReachKM      float64  // how far the side that travels goes; 0: not said, 5 km is assumed
	PlaceID      ID
	Terms        Terms     `gorm:"serializer:json"`
	Has          []Feature `gorm:"serializer:json"` // offer: what the place has
	Requires     []Feature `gorm:"serializer:json"` // need: what it cannot do without
	Asks         Asks      `gorm:"serializer:json"` // offer: what the taker must be able to show
	Welcomes     []Use     `gorm:"serializer:json"` // offer: uses that are welcome
	NotAllowed   []Use     `gorm:"serializer:json"` // offer: uses that are not
	Involves     []Use     `gorm:"serializer:json"` // need: what it will involve
	Circle       Circle
	Widens       bool // the poster agreed that the circle widens by itself
	WidenedAt    *time.Time
	Urgent       bool
	Life         Life
	PausedUntil  *time.Time
	OpenedAt     *time.Time
	ExpiresAt    *time.Time
	ClosedAt     *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// AssumedReachKM stands in for a reach that was not said.
const AssumedReachKM = 5

// Reach is how far the side that travels goes, in km.
func (l Listing) Reach() float64 {
	if l.ReachKM > 0 {
		return l.ReachKM
	}
	return AssumedReachKM
}

// The longest description in characters, and the bounds of a listing's tags.
const (
	MaxDescription = 4000

	MaxTags = 12
	MaxTag  = 40
)

// Validate checks everything a person can enter; k is the listing's kind, and isLanguage knows the tags of BCP 47. A listing
// need not say its language.
func (l Listing) Validate(k Kind, isLanguage func(tag string) bool) error {
	e := &Invalid{}
	l.validateText(e)
	if l.Language != "" && !isLanguage(l.Language) {
		e.Add("language", "language_tag")
	}
	l.validateAmounts(e)
	l.validateChoices(e)
	l.Facts.validate(e, k)
	l.When.validate(e, l.Side)
	l.Terms.validate(e)
	return e.OrNil()
}

func (l Listing) validateText(e *Invalid) {
	checkText(e, "title", l.Title, 3, 120)
	checkNoContact(e, "title", l.Title)
	checkText(e, "description", l.Description, 0, MaxDescription)
	checkNoContact(e, "description", l.Description)
	checkText(e, "unit", l.Unit, 0, 30)
	checkNoContact(e, "unit", l.Unit)
	checkText(e, "activity", l.Asks.Activity, 0, 200)
	if len(l.Tags) > MaxTags {
		e.Add("tags", "tags_many", "Max", MaxTags)
		return
	}
	for _, t := range l.Tags {
		checkText(e, "tags", t, 1, MaxTag)
		checkNoContact(e, "tags", t)
	}
}

// Wanted is how much of a need is still wanted when its connected introductions bring so much: pieces of equipment add up, a
// room or a skill is had from one.
func (l Listing) Wanted(taken int) int {
	if l.Kind != Equipment && taken > 0 {
		return 0
	}
	return max(0, max(1, l.Quantity)-taken)
}

// ForGood reports whether what an offer lends out never comes back: a thing that is given.
func (l Listing) ForGood() bool { return l.Terms.Kind == Gift && Keepable(l.Kind) }

// Keepable kinds can be given away for good.
func Keepable(kind string) bool { return kind != Room && kind != Skill }

// Untimed is how long some of an offer is taken while its two sides have agreed no time: as long as a loan lasts, and at least until
// they should have agreed on one. 0: for good.
func (l Listing) Untimed() time.Duration {
	if l.ForGood() {
		return 0
	}
	return max(AgreeWithin, time.Duration(l.Terms.LoanDays)*24*time.Hour)
}

// Starts is the first moment from now on at which a use of an offer may begin: its first day, and the notice it asks for.
func (l Listing) Starts(now time.Time) time.Time {
	from := now.Add(time.Duration(l.When.LeadTime) * time.Hour)
	if l.When.From == "" {
		return from
	}
	if first := l.When.From.Time(l.When.Location()); first.After(from) {
		return first
	}
	return from
}

func (l Listing) validateAmounts(e *Invalid) {
	inRange(e, "quantity", l.Quantity, 1, 100_000)
	if l.ReachKM < 0 || l.ReachKM > 500 || l.ReachKM != l.ReachKM {
		e.Add("reach", "number_range", "Min", 0, "Max", 500)
	}
	if l.Splittable && (l.SmallestPart < 1 || l.SmallestPart > l.Quantity) {
		e.Add("smallest_part", "smallest_part", "Max", l.Quantity)
	}
}

func (l Listing) validateChoices(e *Invalid) {
	if l.Side != Offer && l.Side != Need {
		e.Add("side", "choice")
	}
	if !contains(Wheres, l.Where) {
		e.Add("where", "choice")
	}
	if l.PlaceID == "" && l.Where != Online {
		e.Add("place", "place_missing")
	}
	if !contains(Circles, l.Circle) {
		e.Add("circle", "choice")
	}
	if !subset(l.Has, Features) || !subset(l.Requires, Features) {
		e.Add("features", "choice")
	}
	if !subset(l.Welcomes, Uses) || !subset(l.NotAllowed, Uses) || !subset(l.Involves, Uses) {
		e.Add("uses", "choice")
	}
	if rank(l.Asks.Checked) == 0 && l.Asks.Checked != NoCheck {
		e.Add("checked", "choice")
	}
	if l.Asks.Checked != NoCheck && strings.TrimSpace(l.Asks.Activity) == "" {
		e.Add("activity", "activity_missing")
	}
}

func (t Terms) validate(e *Invalid) {
	if !contains(TermsKinds, t.Kind) {
		e.Add("terms", "choice")
	}
	inRange(e, "loan_days", t.LoanDays, 0, 3650)
	inRange(e, "pounds", t.Pence, 0, 10_000_000)
	checkText(e, "terms_for", t.For, 0, 200)
	checkNoContact(e, "terms_for", t.For)
	if t.Per != "" && !contains([]string{"hour", "day", "use"}, t.Per) {
		e.Add("per", "choice")
	}
}

func subset[T comparable](some, all []T) bool {
	for _, x := range some {
		if !contains(all, x) {
			return false
		}
	}
	return true
}

// Allocation is capacity given away in time: Amount of an offer, From until Until; none means for ever (a gift).
// One row an occurrence.
type Allocation struct {
	ID             ID
	OfferID        ID
	NeedID         ID
	IntroductionID ID
	Amount         int
	From           time.Time  `gorm:"column:starts_at"`
	Until          *time.Time `gorm:"column:ends_at"`
	CreatedAt      time.Time
	ReleasedAt     *time.Time
}
