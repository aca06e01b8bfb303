package market

import "time"

// Bounce is what a mail server told of a letter, once for each letter and fate.
type Bounce struct {
	LetterID  ID
	PersonID  ID // none of a mail to an address that is nobody's
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

// Unwanted is why an address is not written to, of which its keyed hash is kept.
type Unwanted string

const (
	WasErased   Unwanted = "erased"     // of a person who was erased, and wanted no mails or got none
	CameBack    Unwanted = "bounced"    // there is no such mail box
	WasSpam     Unwanted = "complained" // its reader pressed "this is spam"
	WantsNoMore Unwanted = "stopped"    // its reader said so
)

// OptionalKinds are the mails a person can have stopped. The others answer what the person did a moment ago, tell of a yes
// that both sides gave and what becomes of it, or of what was decided about something of theirs.
var OptionalKinds = []LetterKind{PossibleMatch, DigestLetter, SomeoneWouldLike, Reminder, NotThisTime, RingLetter, RingReminder, RingEnded, MessageLetter, DayBefore, DidItHappen,
	ExpiringLetter, ExpiredLetter, ByHandLetter, SavedSearchLetter, ReportsWaiting, FirstListing, JoinRequest, PartnerAsks, NetworkInvitation,
	EvidenceEnding, FeedQuiet, FeedStopped, InvitationLetter, MandateLetter}

// Optional reports whether mails of the kind can be stopped.
func (k LetterKind) Optional() bool { return contains(OptionalKinds, k) }
