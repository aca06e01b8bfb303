package market

import "time"

// Message is what somebody of a connected introduction wrote to the other side: the writer's own words, never the mail
// they came in.
type Message struct {
	ID             ID
	IntroductionID ID
	Side           Side // which side wrote
	PersonID       ID
	GroupID        ID // the writer's
	Text           string
	Way            Way
	AnswersID      ID       // the message it answers, when its mail named one
	MailID         string   // Message-ID of the mail it came as, to know it again; shown to nobody but its writer
	LeftOut        []string `gorm:"serializer:json"` // names of files that are not passed on
	CreatedAt      time.Time
	PurgedAt       *time.Time // the text was dropped
}

// Way is how a message was written.
type Way string

const (
	OnPage Way = "page"
	ByMail Way = "mail"
)

// MessageFile is a file that came with a message.
type MessageFile struct {
	ID        ID
	MessageID ID
	Position  int
	Name      string // safe to save under
	Type      string // found by looking at the content
	Size      int    // bytes
	Content   []byte
}

// MaxMessage is how many characters a message may have: six pages, more than people write each other.
const MaxMessage = 10_000

// TalkLasts is how long two groups can write to each other after their exchange; after connecting when they recorded
// none.
const TalkLasts = 90 * 24 * time.Hour

// Validate checks what was written.
func (m Message) Validate() error {
	e := &Invalid{}
	checkText(e, "text", m.Text, 1, MaxMessage)
	return e.OrNil()
}

// TalkUntil is when the conversation of a connected introduction closes: it counts from what holds, also while a change of that
// is to be confirmed. The zero Exchange stands for none.
func TalkUntil(in Introduction, ex Exchange) time.Time {
	if in.ConnectedAt == nil {
		return time.Time{}
	}
	from := *in.ConnectedAt
	if ex.AgreedAt != nil {
		from = later(from, *ex.AgreedAt)
	}
	if ex.AgreedAt != nil || ex.Changing() {
		for _, s := range ex.Held(in).Slots {
			from = later(from, s.Until)
		}
	}
	return from.Add(TalkLasts)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// TalkState says whether two groups can write to each other.
type TalkState string

const (
	TalkOpen    TalkState = "open"
	TalkOver    TalkState = "over"    // 90 days after the exchange
	TalkStopped TalkState = "stopped" // one side stopped the introduction, keeps the other apart, or closed
)

// TalkOf an introduction that was connected. silenced: one of the groups keeps the other apart, or has closed where nothing had begun. What was not agreed in time is given
// back, and the talk goes on: two who arranged it in their own words do not lose each other.
func TalkOf(in Introduction, ex Exchange, silenced bool, now time.Time) TalkState {
	switch {
	case in.State != Connected && ex.Stage != Released || silenced:
		return TalkStopped
	case now.Before(TalkUntil(in, ex)):
		return TalkOpen
	}
	return TalkOver
}

// MaskOf is the local part of the masked address that reaches a side.
func (in Introduction) MaskOf(s Side) string {
	if s == Offer {
		return in.OfferMask
	}
	return in.NeedMask
}

// GroupOf is the group of a side.
func (in Introduction) GroupOf(s Side) ID {
	if s == Offer {
		return in.OfferGroupID
	}
	return in.NeedGroupID
}

// ContactOf is the person who said yes for a side.
func (in Introduction) ContactOf(s Side) ID {
	if s == Offer {
		return in.OfferBy
	}
	return in.NeedBy
}

// Past reports whether two groups have nothing to do with each other any more, and no mind can change.
func (in Introduction) Past(d Dealings, now time.Time) bool {
	switch {
	case in.State == Connected:
		return d.Apart
	case in.EndedAt == nil || TalkOf(in, d.Exchange, d.Apart || d.Closed, now) == TalkOpen:
		return false
	}
	return in.State == Undone || now.Sub(*in.EndedAt) > ChangeMind
}

// TitleKept is what a listing of a past introduction was called, as it was kept when the two connected; else what it is called now.
// Empty: it was changed since the end, and who is kept apart does not learn how.
func (ex Exchange) TitleKept(in Introduction, l Listing, apart bool) string {
	kept := ex.Snapshot.OfferTitle
	if l.Side == Need {
		kept = ex.Snapshot.NeedTitle
	}
	switch {
	case kept != "":
		return kept
	case apart && (in.EndedAt == nil || l.UpdatedAt.After(*in.EndedAt)):
		return ""
	}
	return l.Title
}
