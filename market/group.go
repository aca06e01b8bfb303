package market

import (
	"net/url"
	"strings"
	"time"
)

// LegalForm of a group.
type LegalForm string

const (
	Informal    LegalForm = "informal"
	Constituted LegalForm = "constituted"
	CIC         LegalForm = "cic"
	Charity     LegalForm = "charity"
)

// LegalForms in the order in which a form shows them.
var LegalForms = []LegalForm{Informal, Constituted, CIC, Charity}

// Group is a community organisation that posts.
type Group struct {
	ID          ID
	Name        string
	Alias       string // shown in place of Name everywhere until connected, when NameHidden
	NameHidden  bool   // "name only after both say yes"
	Does        string // what it does, in its own words
	LegalForm   LegalForm
	Size        int // people in it, roughly; 0: not said
	Link        string
	Languages   []string `gorm:"serializer:json"`
	PausedUntil *time.Time
	HeldAt      *time.Time // its name is confusingly like another's and waits for an operator
	RemovedAt   *time.Time // by moderation
	ClosedAt    *time.Time
	Sample      bool // invented, and labelled so
	CreatedAt   time.Time
}

// PublicName is the name that may be shown to those it is not connected with.
func (g Group) PublicName() string {
	if g.NameHidden {
		return g.Alias
	}
	return g.Name
}

// NameFor is the name that a viewer may read: its own members know their group's, and so does an operator.
func (g Group) NameFor(v Viewer) string {
	if v.In(g.ID) || v.Operator {
		return g.Name
	}
	return g.PublicName()
}

// TellsNetwork reports whether a viewer may be told that the group is in a network. Which network an alias is in would say where
// it is: that is for those who know the name, and for who looks after the network.
func (g Group) TellsNetwork(v Viewer, network ID) bool {
	return v.toldOf(g.NameHidden, g.ID, []ID{network})
}

// EvidenceFor is a piece of the group's evidence as a viewer may read it.
func (g Group) EvidenceFor(v Viewer, ev Evidence) Evidence {
	if !g.TellsNetwork(v, ev.ShownIn) {
		return ev.Unplaced()
	}
	return ev
}

// Key names what the group says of itself.
func (g Group) Key() string {
	return keyOf(g.Name, g.Alias, g.NameHidden, g.Does, g.LegalForm, g.Size, g.Link, append([]string{}, g.Languages...))
}

// Active reports whether the group can be introduced to anybody at that time.
func (g Group) Active(now time.Time) bool {
	paused := g.PausedUntil != nil && now.Before(*g.PausedUntil)
	return !paused && g.HeldAt == nil && g.RemovedAt == nil && g.ClosedAt == nil
}

// Validate checks everything a person can enter about a group.
func (g Group) Validate() error {
	e := &Invalid{}
	checkText(e, "name", g.Name, 2, 80)
	checkNoContact(e, "name", g.Name)
	checkText(e, "does", g.Does, 0, 1000)
	checkNoContact(e, "does", g.Does)
	inRange(e, "size", g.Size, 0, 1_000_000)
	if !contains(LegalForms, g.LegalForm) {
		e.Add("legal_form", "choice")
	}
	if g.Link != "" && !goodLink(g.Link) {
		e.Add("link", "link")
	}
	g.validateAlias(e)
	return e.OrNil()
}

func (g Group) validateAlias(e *Invalid) {
	if !g.NameHidden {
		return
	}
	checkText(e, "alias", g.Alias, 2, 80)
	checkNoContact(e, "alias", g.Alias)
	if g.Alias != "" && strings.Contains(LikenessKey(g.Alias), LikenessKey(g.Name)) {
		e.Add("alias", "alias_tells")
	}
}

func goodLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 300 && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") && u.User == nil
}

// Role of a person in a group.
type Role string

const (
	Owner  Role = "owner"  // may do everything, also for other members
	Poster Role = "poster" // may post and answer
	Reader Role = "reader" // may look
)

// CanPost reports whether the role may post listings and answer introductions.
func (r Role) CanPost() bool { return r == Owner || r == Poster }

// Membership ties a person to a group.
type Membership struct {
	ID       ID
	GroupID  ID
	PersonID ID
	Role     Role
	Since    time.Time
	Until    *time.Time
}

// EvidenceKind is what a group can show.
type EvidenceKind string

const (
	Insurance    EvidenceKind = "insurance"    // public liability
	Safeguarding EvidenceKind = "safeguarding" // a written policy
)

// Evidence is what a group states, or showed to a connector. It is never changed: another date or a renewal is another,
// which nobody has seen yet. Nothing about any person's criminal-record check is kept but Checks below.
type Evidence struct {
	ID        ID
	GroupID   ID
	Kind      EvidenceKind
	Dated     Date
	Expires   Date   // none: does not expire
	ShownIn   ID     // the network whose connector has seen it; none: stated by the group
	ShownTo   ID     // that connector, until they erase their account
	ShownOn   Date   // when they saw it
	ShownName string `gorm:"->"` // of the network, as it is read
	CreatedAt time.Time
}

// Shown reports whether a connector has seen it.
func (ev Evidence) Shown() bool { return ev.ShownIn != "" }

// Unplaced says that evidence was shown, and not to which network.
func (ev Evidence) Unplaced() Evidence {
	ev.ShownName = ""
	return ev
}

// ValidateShown checks the day on which a connector saw it, as said on a day.
func (ev Evidence) ValidateShown(on, today Date) error {
	e := &Invalid{}
	switch {
	case !on.Valid():
		e.Add("on", "date")
	case on > today:
		e.Add("on", "date_to_come")
	case on < ev.Dated:
		e.Add("on", "date_before_it")
	}
	if !ev.ValidOn(today) {
		e.Add("evidence", "evidence_over")
	}
	return e.OrNil()
}

// EvidenceKinds in the order in which a form shows them.
var EvidenceKinds = []EvidenceKind{Insurance, Safeguarding}

// TellEvidence are the days before its end at which a group is told of it, the earliest first.
var TellEvidence = []int{30, 7}

// Validate checks what a form said of it on a day.
func (ev Evidence) Validate(today Date) error {
	e := &Invalid{}
	if !contains(EvidenceKinds, ev.Kind) {
		e.Add("kind", "choice")
	}
	switch {
	case !ev.Dated.Valid():
		e.Add("dated", "date")
	case ev.Dated > today:
		e.Add("dated", "date_to_come")
	}
	switch {
	case ev.Expires == "":
	case !ev.Expires.Valid():
		e.Add("expires", "date")
	case ev.Expires < today:
		e.Add("expires", "date_over")
	}
	return e.OrNil()
}

// ValidOn reports whether the evidence holds on a day.
func (ev Evidence) ValidOn(d Date) bool {
	return ev.Dated <= d && (ev.Expires == "" || d <= ev.Expires)
}

// MaxEvidence is how much a group may state: every kind a few times over.
const MaxEvidence = 20

// CheckLevel is the level at which a group states that it has people checked.
type CheckLevel string

const (
	NoCheck       CheckLevel = ""
	BasicCheck    CheckLevel = "basic"
	StandardCheck CheckLevel = "standard"
	EnhancedCheck CheckLevel = "enhanced"
)

// CheckLevels in the order in which a form shows them.
var CheckLevels = []CheckLevel{NoCheck, BasicCheck, StandardCheck, EnhancedCheck}

// Meets reports whether the level is at least the other.
func (l CheckLevel) Meets(want CheckLevel) bool { return rank(l) >= rank(want) }

func rank(l CheckLevel) int {
	return map[CheckLevel]int{BasicCheck: 1, StandardCheck: 2, EnhancedCheck: 3}[l]
}

// CheckStatement is all that is kept of criminal-record checks: that the group says so, and when it last did.
type CheckStatement struct {
	GroupID  ID
	Level    CheckLevel
	StatedOn Date
}

// Validate checks the level.
func (st CheckStatement) Validate() error {
	if !contains(CheckLevels, st.Level) {
		return Refuse("level", "choice")
	}
	return nil
}
