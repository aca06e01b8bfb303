package market

import (
	"strings"
	"time"
	"unicode/utf8"
)

// LetterKind is a kind of mail.
type LetterKind string

const (
	SignInLetter     LetterKind = "sign_in"
	PossibleMatch    LetterKind = "possible_match"
	SomeoneWouldLike LetterKind = "someone_would_like"
	ConnectedLetter  LetterKind = "connected"
	NotThisTime      LetterKind = "not_this_time"
	RingLetter       LetterKind = "ring"          // would you give and be given in a ring?
	RingReminder     LetterKind = "ring_reminder" // the same, once more
	RingEnded        LetterKind = "ring_ended"
	ReportReceived   LetterKind = "report_received"
	MessageLetter    LetterKind = "message" // what the other side wrote
	TimesSuggested   LetterKind = "times_suggested"
	AgreedLetter     LetterKind = "agreed"
	CalledOffLetter  LetterKind = "called_off"
	DayBefore        LetterKind = "day_before"
	AgreeSoon        LetterKind = "agree_soon"
	NotAgreed        LetterKind = "not_agreed"
	DidItHappen      LetterKind = "did_it_happen"
	AnswerHere       LetterKind = "answer_here" // a reply decided nothing: where to answer
	AnswerLate       LetterKind = "answer_late" // a plain yes or no by mail changed nothing any more: where it stands
	ExpiringLetter   LetterKind = "expiring"
	ExpiredLetter    LetterKind = "expired"
	StaysAgreed      LetterKind = "stays_agreed" // a change has lapsed, or was dropped; or it takes place somewhere else
	EndedEarly       LetterKind = "ended_early"  // a series ends before its last time
	DigestLetter     LetterKind = "digest"
	ByHandLetter     LetterKind = "by_hand"  // to a connector, one a day: what groups that are not online are asked
	Reminder         LetterKind = "reminder" // of a question that waits for two days

	SavedSearchLetter LetterKind = "saved_search" // what is new in one of the reader's saved searches
)

// What a ByHandLetter lists: an introduction from the side that waits, and once more after two days. A digest lists a proposal
// under its own kind, and what is asked of a side that gives as a DigestRequest. None is a kind of letter.
const (
	DigestRequest    LetterKind = "digest_request"
	ByHandNeed       LetterKind = "by_hand_need"
	ByHandOffer      LetterKind = "by_hand_offer"
	ByHandNeedAgain  LetterKind = "by_hand_need_again"
	ByHandOfferAgain LetterKind = "by_hand_offer_again"
)

// ByHandShown is how many asks one ByHandLetter shows: as many as somebody rings in a day, and well below what mail programs cut.
const ByHandShown = 20

// Listed is one introduction in a ByHandLetter or a digest.
type Listed struct {
	IntroductionID ID
	Kind           LetterKind // one of those that such a letter lists
}

// Side that is asked.
func (l Listed) Side() Side {
	if l.Kind == ByHandOffer || l.Kind == ByHandOfferAgain || l.Kind == DigestRequest {
		return Offer
	}
	return Need
}

// Again reports whether the connector was asked this before.
func (l Listed) Again() bool { return l.Kind == ByHandNeedAgain || l.Kind == ByHandOfferAgain }

// Pressing reports whether somebody waits for the mail at a page, so that it goes before others.
func (k LetterKind) Pressing() bool {
	return k == SignInLetter || k == AddressConfirm || k == EraseConfirm
}

// LetterState of a mail on its way.
type LetterState string

const (
	Waiting LetterState = "waiting"
	Sent    LetterState = "sent"   // handed over to the next mail server
	Failed  LetterState = "failed" // refused for good, or not handed over by its Until
)

// Letter is one mail to one person: recorded once per (introduction, recipient, kind) before it is sent, and sent with
// the same MessageID however often sending is tried.
type Letter struct {
	ID        ID
	Kind      LetterKind
	PersonID  ID     // none for a mail to an address that is nobody's yet
	Address   string // only where there is no person yet
	GroupID   ID
	AboutID   ID // the need, introduction, sign-in or report it speaks of
	MessageID string
	State     LetterState
	Tries     int
	Unsure    int    // of these, after which the mail server may have had it
	Fault     string // class of the last fault, no personal text
	Answer    string // class of the mail server's last word: "250", "4.2.2", "550"; empty: it said nothing
	Free      bool   // the answer to its reader's own posting: the governor does not count it
	CreatedAt time.Time
	AgainAt   *time.Time // since when an operator has it tried again after it had failed
	SentAt    *time.Time
	EndedAt   *time.Time
}

// Job sends the letter.
func (l Letter) Job() Job {
	j := Job{Kind: LetterJob, Subject: l.ID}
	if l.Kind.Pressing() {
		j.Other = l.ID
	}
	return j
}

// Until when it is tried: for 72 hours from when it was written, or sent again.
func (l Letter) Until() time.Time {
	if l.AgainAt != nil {
		return l.AgainAt.Add(LetterLasts)
	}
	return l.CreatedAt.Add(LetterLasts)
}

// UnsureGaps are how long a letter is left alone at least each time that the mail server may have taken it, and nobody knows: its
// reader may have it already, and the next try may bring it once more. After one time more than these it is not tried again: of lines that
// break in a third of all tries five copies left one mail in twenty thousand unread (docs/reliability.md).
var UnsureGaps = []time.Duration{0, 15 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 20 * time.Hour}

// Mendable are the faults of letters that failed for no reason of their own or their reader's: the mail server was away or refused
// them, nobody tried them any more, or they could not be written. Such a one can be sent again for AgainLasts.
var Mendable = []string{"refused", "away", "given_up", "fault"}

// Passing are those of them that pass by themselves: what is refused would be refused again.
var Passing = []string{"away", "given_up"}

// UnsureFault is that of a letter that the mail server may have taken: the line was cut before it said so. Its reader counts as told.
// It is sent again by itself alone, and not with all that failed: they may have it already.
const UnsureFault = "unsure"

// NotArrived are the faults of letters that their reader has not.
var NotArrived = []string{"no_mailbox", "bounced", "refused", "reserved", "away", "given_up", "fault"}

// Overtaken are the faults of letters that nobody read, since there was no reason any more to send them.
var Overtaken = []string{"moot", "gone"}

// AgainLasts is how long after it failed a letter can be sent again: after an outage over days, and no later than its matter is news.
const AgainLasts = 7 * 24 * time.Hour

// LoggedLetter is a letter as the operator's log shows it: nothing of what it says, and not to whom in full.
type LoggedLetter struct {
	Letter
	To    string // "a…@example.org"
	Again bool   // it can be sent again
}

// MaskedAddress is an address as a log may show it: enough to see which server it is, and to find it again when asked.
func MaskedAddress(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "…@" + domain
}

// LetterStates in the order of the way.
var LetterStates = []LetterState{Waiting, Sent, Failed}

// OnceName names a letter that its reader gets once: one of a kind about a round of an exchange.
func OnceName(kind LetterKind, round string) string { return string(kind) + ":" + round }

// Dropped ends the round of a StaysAgreed letter about a change that one side took off the table.
const Dropped = ":dropped"

// LetterLasts is how long sending is tried, at first and when it is sent again.
const LetterLasts = 72 * time.Hour
