package market

import "time"

// Rhythm is how often a person gets a digest. The zero value is weekly.
type Rhythm string

const (
	WeeklyDigest Rhythm = "weekly"
	DailyDigest  Rhythm = "daily"
)

// Rhythms in the order in which a form shows them.
var Rhythms = []Rhythm{WeeklyDigest, DailyDigest}

// digestHour is the local hour of a digest: on the table before the day begins.
const digestHour = 8

// DigestRhythm is a person's choice.
func (p Person) DigestRhythm() Rhythm {
	if p.Digest == DailyDigest {
		return DailyDigest
	}
	return WeeklyDigest
}

// DigestDays is how many days a person's digest looks back on.
func (p Person) DigestDays() int {
	if p.DigestRhythm() == DailyDigest {
		return 1
	}
	return 7
}

// Location is the time zone a person lives by; London's when it is not known.
func (p Person) Location() *time.Location { return When{Zone: p.Zone}.Location() }

// NextDigest is when a person's next digest is due after a time: at eight in the morning by their own clock, of each day or
// of Monday.
func (p Person) NextDigest(after time.Time) time.Time {
	loc := p.Location()
	for day := DateOf(after.In(loc)); ; day = day.AddDays(1) {
		at := day.At(digestHour*60, loc).UTC()
		if at.After(after) && (p.DigestRhythm() == DailyDigest || day.Weekday() == time.Monday) {
			return at
		}
	}
}

// DigestWaits reports whether a person's digest is due, and was not written yet: a morning has many.
func (p Person) DigestWaits(now time.Time) bool { return p.DigestDue != nil && !p.DigestDue.After(now) }

// DigestDueIn is when a person's digest is due once they live by the clock of another zone: on the same day, at eight there, so that none comes twice on
// one. One that waits to be written is due as it was; nil: not worked out yet.
func (p Person) DigestDueIn(zone string, now time.Time) *time.Time {
	if p.DigestDue == nil || p.DigestWaits(now) {
		return p.DigestDue
	}
	at := DateOf(p.DigestDue.In(p.Location())).At(digestHour*60, Person{Zone: zone}.Location()).UTC()
	return &at
}

// DigestShown is how many things a digest shows of each of its parts; it says how many more there are. A mail above some
// 100 kB is cut by large readers, and nobody reads forty cards. Of new matches it shows the best.
const DigestShown = 4

// DigestSearches is how many saved searches a digest tells of; what is new in others waits for the next.
const DigestSearches = 3

// Digest is what there is to say to a person about the groups they answer for.
type Digest struct {
	Questions []Introduction // they wait for a yes or a no of theirs
	Rings     []Ring         // they wait for a yes or a no of a group of theirs
	ToConfirm []Introduction // the other side has suggested how much and when
	ToTell    []Introduction // did it happen?
	Matches   []Match        // known since a time, and put to nobody yet
	Ending    []Listing      // open listings that end within a fortnight
	New       bool           // something of it was not there before
}

// MailWishes are which mails a person wants, and how many.
type MailWishes struct {
	Kinds  []LetterKind
	Digest Rhythm
	Lowered
}

// Validate checks wishes in a house with caps of its own.
func (w MailWishes) Validate(house Caps) error {
	e := &Invalid{}
	if !contains(Rhythms, w.Digest) {
		e.Add("digest", "choice")
	}
	w.below(e, house)
	return e.OrNil()
}
