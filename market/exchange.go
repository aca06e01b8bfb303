package market

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Stage of an exchange: how far two connected groups have come in agreeing, and what became of it. Silence is not a no.
type Stage string

const (
	Arranging Stage = "arranging"  // connected, nobody has said how much and when
	Suggested Stage = "suggested"  // one side has, the other is to confirm
	Agreed    Stage = "agreed"     // both have
	WasItDone Stage = "asked"      // it is over, both are asked whether it happened
	Happened  Stage = "happened"   // both said yes
	OneYes    Stage = "one_yes"    // one said yes, the other nothing; or one person said so for both
	NotDone   Stage = "not_done"   // both said no, or one no and one nothing
	Disputed  Stage = "disputed"   // one yes, one no
	Silent    Stage = "silent"     // nobody answered
	CalledOff Stage = "called_off" // stopped before it began
	Released  Stage = "released"   // not agreed in time
)

// stageMoves is the second drawing in docs/introductions.md as a table.
var stageMoves = map[Stage][]Stage{
	Arranging: {Suggested, CalledOff, Released},
	Suggested: {Agreed, CalledOff, Released},
	Agreed:    {Suggested, WasItDone, CalledOff}, // back to suggested: a changed proposal voids the confirmation
	WasItDone: {Happened, OneYes, NotDone, Disputed, Silent},
}

// CanBecome reports whether the move is one an exchange can make.
func (s Stage) CanBecome(next Stage) bool { return contains(stageMoves[s], next) }

// Before are the stages in which an exchange may be that is now written down as s: s itself, and those that can become it.
func (s Stage) Before() []Stage { return before(stageMoves, s) }

func before[S ~string](moves map[S][]S, to S) []S {
	from := []S{to}
	for s, nexts := range moves {
		if contains(nexts, to) {
			from = append(from, s)
		}
	}
	slices.Sort(from)
	return from
}

// Exchange is what two connected groups agreed: how much, when, and what became of it.
type Exchange struct {
	ID             ID
	IntroductionID ID
	Stage          Stage
	Amount         int    // suggested or agreed
	Slots          []Slot `gorm:"serializer:json"`
	ProposedBy     ID     // the person who said so last
	ProposedSide   Side
	SuggestedAt    *time.Time
	AgreedAt       *time.Time
	Sequence       int        // how often what was agreed has changed; with Moves it is SEQUENCE of RFC 5545
	Moves          int        // how often that took place somewhere else by a change of what was posted
	Published      int        // the most uses that any calendar was told of
	OpenSince      *time.Time // since when nothing is agreed; none for exchanges from before it was kept
	WarnedAt       *time.Time // both were told that what is not agreed is given back
	RemindAt       *time.Time // the next reminder is due; none: no more
	AskAt          *time.Time // both are asked whether it happened
	AskedAt        *time.Time
	ClosedAt       *time.Time
	EndedEarlyAt   *time.Time // one side ended the series before its last time
	OfferSays      Answer
	NeedSays       Answer
	OfferWord      string // a kind word of the side that gave, for the other
	NeedWord       string
	OfferWorked    string // what worked, for those who do the like
	NeedWorked     string
	Snapshot       Snapshot `gorm:"serializer:json"`
	CreatedAt      time.Time
}

// Snapshot keeps the facts as they were, so that later edits do not rewrite history.
type Snapshot struct {
	OfferTitle string    `json:"offerTitle"`
	NeedTitle  string    `json:"needTitle"`
	Kind       string    `json:"kind"`
	Terms      TermsKind `json:"terms,omitempty"` // of the offer; none in those from before it was kept
	Facts      Facts     `json:"facts"`
	Networks   []ID      `json:"networks"`
	Boroughs   []string  `json:"boroughs"`
	Weights    string    `json:"weights"` // version of the matching method
}

// Bounds of what can be agreed.
const (
	MostUses        = 60             // of one agreement: a year of weeks and some
	AgreeAhead      = 366            // days: further than the calendar looks nothing is promised
	LongestLoan     = 366            // days of one use
	MostSuggestions = 30             // of one exchange: each is a mail to somebody
	MostMoves       = 3              // of one exchange that a person hears of in a day: the next mail waits, and tells the last
	WarnBefore      = 72 * time.Hour // of the end of AgreeWithin
	OutcomeWithin   = 14 * 24 * time.Hour
)

// Round names what the two have come to: each change makes it another.
func (ex Exchange) Round() string { return string(ex.ID) + ":" + strconv.Itoa(ex.Sequence) }

// MovedRound names where it takes place by now: each move makes it another, and no change of what the two have come to does.
func (ex Exchange) MovedRound() string {
	return string(ex.ID) + ":" + strconv.Itoa(ex.Moves) + Elsewhere
}

// IsMoved reports whether a round is a MovedRound.
func IsMoved(round string) bool { return strings.HasSuffix(round, Elsewhere) }

// Elsewhere ends a MovedRound.
const Elsewhere = ":moved"

// Moved is the exchange of which what was agreed takes place somewhere else: calendars have it as changed. What the two have come to
// is the same, and the mails about that stay good.
func (ex Exchange) Moved() Exchange {
	ex.Moves++
	return ex
}

// Ahead reports whether something is agreed and not over. in is the exchange's introduction.
func (ex Exchange) Ahead(in Introduction, now time.Time) bool {
	uses := ex.Agreement(in)
	return len(uses) > 0 && uses[len(uses)-1].Until.After(now)
}

// Agreement is what holds now: what was agreed, also while a change of it is to be confirmed; none before anything was.
// in is the exchange's introduction, which keeps what was agreed.
func (ex Exchange) Agreement(in Introduction) []Slot {
	switch {
	case ex.Changing():
		return in.Slots
	case ex.Stage == Agreed:
		return ex.Slots
	}
	return nil
}

// Changing reports whether a change of what was agreed is to be confirmed. Until it is, what was agreed holds.
func (ex Exchange) Changing() bool { return ex.Stage == Suggested && ex.Published > 0 }

// Held is the exchange as calendars have it: while a change is to be confirmed, what was agreed before. Its Sequence is less than
// that of the change, so that a calendar takes the change for the later. in is the exchange's introduction.
func (ex Exchange) Held(in Introduction) Exchange {
	if ex.Changing() {
		ex.Stage, ex.Amount, ex.Slots = Agreed, in.Amount, in.Slots
		ex.Sequence--
	}
	return ex
}

// Begins is the start of the first use; the zero time when no times are set.
func (ex Exchange) Begins() time.Time {
	if len(ex.Slots) == 0 {
		return time.Time{}
	}
	return ex.Slots[0].From
}

// Ends is the end of the last use.
func (ex Exchange) Ends() time.Time {
	if len(ex.Slots) == 0 {
		return time.Time{}
	}
	return ex.Slots[len(ex.Slots)-1].Until
}

// ChangedAt is when the two last agreed or called it off.
func (ex Exchange) ChangedAt() time.Time {
	for _, at := range []*time.Time{ex.ClosedAt, ex.EndedEarlyAt, ex.AgreedAt, ex.SuggestedAt} {
		if at != nil {
			return *at
		}
	}
	return ex.CreatedAt
}

// Begun reports whether the first agreed use has started, after which nothing is called off any more.
func (ex Exchange) Begun(now time.Time) bool {
	return ex.Stage != Arranging && ex.Stage != Suggested && !now.Before(ex.Begins())
}

// Suggest puts an amount and times on the table for a side; the other is to confirm. What was agreed before holds until then,
// and for good when the change lapses or is dropped: see Hold. ErrRepeated: that side said exactly so already.
// ErrWrongState: it has begun, or ended. ErrTooMany: it was changed too often.
func (ex Exchange) Suggest(s Side, by ID, amount int, slots []Slot, now time.Time) (Exchange, error) {
	switch {
	case ex.Stage != Arranging && ex.Stage != Suggested && ex.Stage != Agreed || ex.Begun(now):
		return ex, ErrWrongState
	case ex.Stage != Arranging && ex.says(amount, slots) && (ex.Stage == Agreed || s == ex.ProposedSide):
		return ex, ErrRepeated
	case ex.Sequence >= MostSuggestions:
		return ex, ErrTooMany
	}
	if err := validUses(slots, now); err != nil {
		return ex, err
	}
	if ex.Stage == Agreed {
		ex.OpenSince, ex.WarnedAt = &now, nil
	}
	ex.Stage, ex.Amount, ex.Slots, ex.ProposedBy, ex.ProposedSide = Suggested, amount, slots, by, s
	ex.SuggestedAt, ex.AgreedAt, ex.AskAt = &now, nil, nil // the reminder stays: what was agreed holds until the other confirms
	ex.Sequence++
	return ex, nil
}

func (ex Exchange) says(amount int, slots []Slot) bool {
	return ex.Amount == amount && slices.EqualFunc(ex.Slots, slots, func(a, b Slot) bool {
		return a.From.Equal(b.From) && a.Until.Equal(b.Until)
	})
}

// Confirm agrees to what the other side suggested; loc is where it takes place. ErrRepeated: it is agreed already.
// ErrWrongState: there is nothing of the other side's to confirm.
func (ex Exchange) Confirm(s Side, now time.Time, loc *time.Location) (Exchange, error) {
	switch {
	case ex.Stage == Agreed:
		return ex, ErrRepeated
	case ex.Stage != Suggested || ex.ProposedSide == s:
		return ex, ErrWrongState
	case !now.Before(ex.Begins()):
		return ex, Refuse("when", "slot_past")
	}
	return ex.agree(now, loc), nil
}

func (ex Exchange) agree(now time.Time, loc *time.Location) Exchange {
	ask := hourOn(DateOf(ex.Ends().In(loc)).AddDays(1), loc)
	ex.Stage, ex.AgreedAt, ex.AskAt, ex.OpenSince, ex.WarnedAt = Agreed, &now, &ask, nil, nil
	ex.Published = max(ex.Published, len(ex.Slots))
	ex.RemindAt = nextReminder(ex.Slots, now, loc)
	return ex
}

// Lapsed reports whether a change of what was agreed can no longer be confirmed: the first use that was agreed, as its
// introduction keeps it, has begun, or both were warned and the time for agreeing is over.
func (ex Exchange) Lapsed(in Introduction, now time.Time) bool {
	if !ex.Changing() {
		return false
	}
	at := ex.ReleaseAt()
	return len(in.Slots) > 0 && !now.Before(in.Slots[0].From) || !at.IsZero() && !now.Before(at)
}

// Hold takes a change that lapsed off the table: what the introduction keeps is agreed as before. loc is where it takes place.
func (ex Exchange) Hold(in Introduction, now time.Time, loc *time.Location) Exchange {
	ex.Amount, ex.Slots = in.Amount, in.Slots
	ex.Sequence++
	return ex.agree(now, loc)
}

// Drop is Hold before the time: one side, either of them, would rather keep what was agreed. ErrWrongState: no change is to be
// confirmed.
func (ex Exchange) Drop(in Introduction, now time.Time, loc *time.Location) (Exchange, error) {
	if !ex.Changing() {
		return ex, ErrWrongState
	}
	return ex.Hold(in, now, loc), nil
}

// Remaining is how many agreed uses are still to begin.
func (ex Exchange) Remaining(now time.Time) int {
	n := 0
	for _, s := range ex.Slots {
		if s.From.After(now) {
			n++
		}
	}
	return n
}

// EndEarly ends a series that has begun: uses that have begun stay, those to come are no more. loc is where it takes place.
// ErrWrongState: it has not begun, has ended, or nothing of it is left.
func (ex Exchange) EndEarly(now time.Time, loc *time.Location) (Exchange, error) {
	left := ex.Remaining(now)
	if ex.Stage != Agreed || !ex.Begun(now) || left == 0 {
		return ex, ErrWrongState
	}
	ex.Slots = ex.Slots[:len(ex.Slots)-left]
	ask := hourOn(DateOf(ex.Ends().In(loc)).AddDays(1), loc)
	ex.AskAt, ex.RemindAt, ex.EndedEarlyAt = &ask, nil, &now
	ex.Sequence++
	return ex, nil
}

// CallOff ends it before it begins: what was agreed, where a change of that is to be confirmed. in is the exchange's
// introduction. ErrWrongState: it has begun, or ended.
func (ex Exchange) CallOff(in Introduction, now time.Time) (Exchange, error) {
	if !ex.Stage.CanBecome(CalledOff) || ex.Begun(now) {
		return ex, ErrWrongState
	}
	if ex.Changing() {
		ex.Amount, ex.Slots = in.Amount, in.Slots
	}
	ex.Stage, ex.ClosedAt, ex.RemindAt, ex.AskAt = CalledOff, &now, nil, nil
	ex.Sequence++
	return ex, nil
}

// Release gives back what was not agreed in time, after both were told. False: it is not due, or only a change of what was
// agreed is still open, which lapses instead.
func (ex Exchange) Release(now time.Time) (Exchange, bool) {
	if at := ex.ReleaseAt(); at.IsZero() || now.Before(at) || ex.Changing() {
		return ex, false
	}
	ex.Stage, ex.ClosedAt, ex.RemindAt = Released, &now, nil
	ex.Sequence++
	return ex, true
}

// Ask whether it happened, once the last use is over. False: it is not due.
func (ex Exchange) Ask(now time.Time) (Exchange, bool) {
	if ex.Stage != Agreed || ex.AskAt == nil || now.Before(*ex.AskAt) {
		return ex, false
	}
	ex.Stage, ex.AskedAt, ex.RemindAt = WasItDone, &now, nil
	return ex, true
}

// sensibleHour is the local hour at which people are reminded and asked: awake, and with the day before them.
const sensibleHour = 10

func hourOn(d Date, loc *time.Location) time.Time { return d.At(sensibleHour*60, loc).UTC() }

// remindAgain is the gap between two uses after which a reminder is worth a mail: a weekly use is remembered.
const remindAgain = 8 * 24 * time.Hour

// nextReminder is the sensible hour of the day before the next use that deserves one; none when there is no such.
func nextReminder(slots []Slot, after time.Time, loc *time.Location) *time.Time {
	for i, s := range slots {
		at := hourOn(DateOf(s.From.In(loc)).AddDays(-1), loc)
		if at.After(after) && (i == 0 || s.From.Sub(slots[i-1].From) >= remindAgain) {
			return &at
		}
	}
	return nil
}

// Tomorrow reports whether it begins on the day after now, by the calendar of the place where it is.
func (s Slot) Tomorrow(now time.Time, loc *time.Location) bool {
	return DateOf(s.From.In(loc)) == DateOf(now.In(loc)).AddDays(1)
}

// Reminded is the exchange after its reminder went, or came too late; and the use it is about, which may have begun.
// in is the exchange's introduction.
func (ex Exchange) Reminded(in Introduction, loc *time.Location) (Exchange, Slot) {
	due, agreed := *ex.RemindAt, ex.Agreement(in)
	ex.RemindAt = nextReminder(agreed, due, loc)
	for _, s := range agreed {
		if s.From.After(due) {
			return ex, s
		}
	}
	return ex, Slot{}
}

// validUses checks times that two groups may agree on: in order, apart, to come, and within a year.
func validUses(slots []Slot, now time.Time) error {
	if len(slots) == 0 {
		return Refuse("when", "slot_missing")
	}
	if len(slots) > MostUses {
		return Refuse("times", "number_range", "Min", 1, "Max", MostUses)
	}
	for i, s := range slots {
		switch {
		case !s.From.Before(s.Until):
			return Refuse("end", "window_order")
		case !s.From.After(now):
			return Refuse("when", "slot_past")
		case s.Until.Sub(s.From) > LongestLoan*24*time.Hour, s.From.After(now.AddDate(0, 0, AgreeAhead)):
			return Refuse("when", "slot_far")
		case i > 0 && s.From.Before(slots[i-1].Until):
			return Refuse("times", "slot_overlap")
		}
	}
	return nil
}

// Plan is times as a person writes them: a first use, and how it comes round.
type Plan struct {
	On     Date
	Start  Minute
	BackOn Date // the last day of a use; none: the same day
	End    Minute
	Repeat Repeat // once, daily, weekly or monthly
	Times  int    // how often in all; at least 1
}

// Uses are the instants of a plan on the wall clock of a place. Daylight saving never moves 7 p.m. A month without the
// day is left out.
func (p Plan) Uses(loc *time.Location) ([]Slot, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	back := p.BackOn
	if back == "" {
		back = p.On
	}
	nights := p.On.Days(back)
	var slots []Slot
	for i := 0; len(slots) < p.Times; i++ {
		day := p.day(i)
		if day == "" {
			continue
		}
		slots = append(slots, Slot{From: day.At(p.Start, loc).UTC(), Until: day.AddDays(nights).At(p.End, loc).UTC()})
	}
	return slots, nil
}

func (p Plan) validate() error {
	e := &Invalid{}
	if !p.On.Valid() {
		e.Add("on", "date")
	}
	if p.BackOn != "" && !p.BackOn.Valid() {
		e.Add("back_on", "date")
	} else if p.BackOn != "" && p.BackOn < p.On {
		e.Add("back_on", "until_before_from")
	}
	if p.Start < 0 || p.End > 1440 || p.End <= p.Start && (p.BackOn == "" || p.BackOn == p.On) {
		e.Add("end", "window_order")
	}
	if !contains([]Repeat{Once, Daily, Weekly, Monthly}, p.Repeat) {
		e.Add("repeat", "choice")
	}
	inRange(e, "times", p.Times, 1, MostUses)
	return e.OrNil()
}

// day of the i-th repeat, "" in a month that has no such day.
func (p Plan) day(i int) Date {
	switch p.Repeat {
	case Daily:
		return p.On.AddDays(i)
	case Weekly:
		return p.On.AddDays(7 * i)
	case Monthly:
		t := p.On.Time(time.UTC)
		next := time.Date(t.Year(), t.Month()+time.Month(i), t.Day(), 0, 0, 0, 0, time.UTC)
		if next.Day() != t.Day() {
			return ""
		}
		return DateOf(next)
	}
	return p.On
}

// WarnAt is when both are told that what is not agreed will be given back, or that a change will lapse; the zero time when no clock runs.
func (ex Exchange) WarnAt() time.Time {
	if ex.OpenSince == nil || !ex.Stage.CanBecome(Released) {
		return time.Time{}
	}
	return ex.OpenSince.Add(AgreeWithin - WarnBefore)
}

// ReleaseAt is when it is given back, or the change lapses, never sooner than a day after both were told.
func (ex Exchange) ReleaseAt() time.Time {
	at := ex.WarnAt()
	if at.IsZero() || ex.WarnedAt == nil {
		return time.Time{}
	}
	return later(ex.OpenSince.Add(AgreeWithin), ex.WarnedAt.Add(24*time.Hour))
}

// MaxWord is how many characters a kind word, or what worked, may have.
const MaxWord = 500

// Told is what one side says of an exchange that is over.
type Told struct {
	Answer Answer
	Word   string // a kind word for the other side
	Worked string // what worked, for those who do the like
}

// Key names what was said, short: a form that was filled in over other words is known by it.
func (t Told) Key() string {
	sum := sha256.Sum256([]byte(string(t.Answer) + "\x00" + t.Word + "\x00" + t.Worked))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Validate checks it; both texts may be read by others, so they hold nobody's contact.
func (t Told) Validate() error {
	e := &Invalid{}
	if t.Answer != Yes && t.Answer != No {
		e.Add("answer", "choice")
	}
	for field, text := range map[string]string{"word": t.Word, "worked": t.Worked} {
		checkText(e, field, text, 0, MaxWord)
		checkNoContact(e, field, text)
	}
	slices.SortFunc(e.Faults, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
	return e.OrNil()
}

// WaitsFor reports whether a side is to confirm what the other suggests, or to say whether it happened.
func (ex Exchange) WaitsFor(s Side) bool {
	return ex.Stage == Suggested && ex.ProposedSide == s.Other() || ex.Stage == WasItDone && ex.ToldBy(s).Answer == NoAnswer
}

// ToldBy is what a side has said so far.
func (ex Exchange) ToldBy(s Side) Told {
	if s == Need {
		return Told{ex.NeedSays, ex.NeedWord, ex.NeedWorked}
	}
	return Told{ex.OfferSays, ex.OfferWord, ex.OfferWorked}
}

// Tell takes what a side says of an exchange that is over. With the second answer it is closed; until then one may say
// something else. ErrRepeated: that side said exactly so. ErrWrongState: it is not asked yet. ErrGone: it is closed.
func (ex Exchange) Tell(s Side, t Told, now time.Time) (Exchange, error) {
	switch {
	case ex.ToldBy(s) == t:
		return ex, ErrRepeated
	case ex.Stage != WasItDone && ex.ClosedAt != nil:
		return ex, ErrGone
	case ex.Stage != WasItDone:
		return ex, ErrWrongState
	}
	if s == Need {
		ex.NeedSays, ex.NeedWord, ex.NeedWorked = t.Answer, t.Word, t.Worked
	} else {
		ex.OfferSays, ex.OfferWord, ex.OfferWorked = t.Answer, t.Word, t.Worked
	}
	if ex.OfferSays != NoAnswer && ex.NeedSays != NoAnswer {
		ex = ex.close(now)
	}
	return ex, nil
}

// Count closes it with the answers that are there, once the time for answering is over. False: it is not, or none was asked.
func (ex Exchange) Count(now time.Time) (Exchange, bool) {
	if ex.Stage != WasItDone || ex.AskedAt == nil || now.Sub(*ex.AskedAt) < OutcomeWithin {
		return ex, false
	}
	return ex.close(now), true
}

func (ex Exchange) close(now time.Time) Exchange {
	ex.Stage, ex.ClosedAt = OutcomeOf(ex.OfferSays, ex.NeedSays), &now
	return ex
}

// OneVoice is the exchange where the same person spoke for both sides: two yeses are the word of one.
func (ex Exchange) OneVoice() Exchange {
	if ex.Stage == Happened {
		ex.Stage = OneYes
	}
	return ex
}

// OutcomeOf combines two answers once the time for answering is over.
func OutcomeOf(offer, need Answer) Stage {
	switch {
	case offer == NoAnswer && need == NoAnswer:
		return Silent
	case offer == need && offer == Yes:
		return Happened
	case (offer == Yes && need == No) || (offer == No && need == Yes):
		return Disputed
	case offer == Yes || need == Yes:
		return OneYes
	}
	return NotDone
}
