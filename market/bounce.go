package market

import "time"

// Bounce is what a mail server told of a letter, once for each letter and fate.
type Bounce struct {
	LetterID  ID
	PersonID  ID
	Fate      Fate
	Status    string // RFC 3463, such as "5.1.1"; may be empty
	CreatedAt time.Time
}

// Fate of a letter after it was handed over.
type Fate string

const (
	SoftBounce Fate = "soft"       // may mend by itself: a full mail box
	HardBounce Fate = "hard"       // will not: no such mail box
	Complaint  Fate = "complained" // its reader pressed "this is spam"
)

// So many soft bounces within so long count as a hard one: a mail box that is always full is nobody's.
const (
	SoftBounces       = 5
	SoftBouncesWithin = 14 * 24 * time.Hour
)

// OptionalKinds are the mails a person can have stopped. The others answer what the person did a moment ago, tell of a yes
// that both sides gave and what becomes of it, or warn of something that is about to be taken back.
var OptionalKinds = []LetterKind{PossibleMatch, DigestLetter, SomeoneWouldLike, Reminder, NotThisTime, RingLetter, RingReminder, RingEnded, MessageLetter, DayBefore, DidItHappen,
	ExpiringLetter, ExpiredLetter, ByHandLetter, SavedSearchLetter, ReportsWaiting}

// Optional reports whether mails of the kind can be stopped.
func (k LetterKind) Optional() bool { return contains(OptionalKinds, k) }
