package market

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Level of a network.
type Level string

const (
	Neighbourhood Level = "neighbourhood"
	Borough       Level = "borough"
	CityRegion    Level = "city_region"
	National      Level = "national"
	Interest      Level = "interest"
)

// Network is groups joined by place or interest. Networks nest: several parents, no cycles.
type Network struct {
	ID        ID
	Slug      string
	Name      string
	About     string
	Level     Level
	Boundary  []Point `gorm:"serializer:json"` // a polygon, or none
	Holds     bool    // a new group's first listings wait for a connector's look
	Sample    bool
	Sandbox   bool       // what test keys of partners see, and nobody else but operators
	HeldAt    *time.Time // its name is confusingly like another's and waits for an operator
	RemovedAt *time.Time // by moderation
	CreatedAt time.Time

	Lowered // what people of its groups get at most, and of requests those groups
}

// Key names what its connectors can say of the network on one form.
func (n Network) Key() string {
	return keyOf(n.Name, n.About, n.Level, append([]Point{}, n.Boundary...), n.Holds, n.Lowered)
}

// Unshown reports whether it was hidden, or its name waits for a look.
func (n Network) Unshown() bool { return n.RemovedAt != nil || n.HeldAt != nil }

// ShownTo reports whether a viewer may read of it: of one that is Unshown, who looks after it and operators.
func (n Network) ShownTo(v Viewer) bool {
	return !n.Unshown() || v.Looks(n.ID) || v.Operator || v.System
}

// NetworkParent says that Child lies below Parent. Both sides agreed when AgreedAt is set.
type NetworkParent struct {
	ChildID   ID
	ParentID  ID
	AskedAt   *time.Time // by the child
	InvitedAt *time.Time // by the parent
	AgreedAt  *time.Time
}

// NetworkPeer joins two networks side by side.
type NetworkPeer struct {
	NetworkID ID // the smaller id of the two
	PeerID    ID
	AskedAt   *time.Time
	AskedBy   ID // which of them asked
	AgreedAt  *time.Time
}

// News is what those who look after a network are told of what a group or another network did.
type News string

const (
	NewsYes   News = "yes"   // to what their network asked
	NewsNo    News = "no"    // to that
	NewsEnded News = "ended" // that the two belong together
)

// NewsName names the letter in which a network is told: one of each a day, whoever it is from.
func NewsName(kind LetterKind, what News, to, from ID, now time.Time) string {
	return strings.Join([]string{string(kind), string(what), string(to), string(from), now.Format(time.DateOnly)}, ":")
}

// ReadNewsName is what NewsName says, and which network it is told to; neither of another name.
func ReadNewsName(name string) (what News, to ID) {
	parts := strings.Split(name, ":")
	if len(parts) == 5 && (parts[0] == string(InvitationAnswered) || parts[0] == string(TieAnswered)) {
		what, to = News(parts[1]), ID(parts[2])
	}
	return what, to
}

// NetworkMember is a group in a network. It asked, or was invited; it counts once both sides agreed.
type NetworkMember struct {
	NetworkID ID
	GroupID   ID
	AskedAt   *time.Time // by the group
	InvitedAt *time.Time // by the network
	AgreedAt  *time.Time
	ClearedAt *time.Time // what the group posts no longer waits for a connector's look
}

// NetworkRefusal is a network's no to a group that had asked to join, or belonged to it.
type NetworkRefusal struct {
	ID        ID
	NetworkID ID
	GroupID   ID
	Words     string // of the connector's to the group; may be empty
	RefusedBy ID
	CreatedAt time.Time
}

// Validate checks what a connector can enter with a no.
func (r NetworkRefusal) Validate() error {
	e := &Invalid{}
	checkText(e, "words", r.Words, 0, 1000)
	return e.OrNil()
}

// NetworkWord is what a network calls a kind or a tag.
type NetworkWord struct {
	NetworkID ID
	What      string // "kind" or "tag"
	Code      string
	Word      string
}

// NetworkWords are all of one network.
type NetworkWords []NetworkWord

// Key names what they say, in whatever order.
func (ws NetworkWords) Key() string {
	ws = slices.Clone(ws)
	slices.SortFunc(ws, func(a, b NetworkWord) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Code, b.Code)) })
	said := [][]string{}
	for _, w := range ws {
		said = append(said, []string{w.What, w.Code, w.Word})
	}
	return keyOf(said)
}

// Connector is a person who looks after a network.
type Connector struct {
	NetworkID ID
	PersonID  ID
	Since     time.Time
	Until     *time.Time
	Words     string // an operator's, of why they were removed; empty: they were not, or it is too long ago
	EndedBy   ID     // that operator; none: they stepped down, or it was done at the machine
}

// Removed is the end of it, with the why; wrong words are Invalid.
func (c Connector) Removed(by ID, words string, at time.Time) (Connector, error) {
	e := &Invalid{}
	c.Words, c.EndedBy, c.Until = Tidy(words), by, &at
	checkText(e, "words", c.Words, 3, 1000)
	return c, e.OrNil()
}

// Levels in the order in which a form shows them, from the smallest.
var Levels = []Level{Neighbourhood, Borough, CityRegion, National, Interest}

// The limits of a network.
const (
	MaxBoundary     = 500 // corners
	MaxNetworkWords = 60
	MaxConnectors   = 20
)

// Validate checks what a person can enter about a network, in a house with caps of its own.
func (n Network) Validate(house Caps) error {
	e := &Invalid{}
	checkText(e, "name", n.Name, 2, 80)
	checkNoContact(e, "name", n.Name)
	checkText(e, "about", n.About, 0, 2000)
	checkNoContact(e, "about", n.About)
	if !contains(Levels, n.Level) {
		e.Add("level", "choice")
	}
	n.below(e, house)
	return e.OrNil()
}

// ValidateWords checks what a network calls things.
func ValidateWords(words []NetworkWord) error {
	e := &Invalid{}
	if len(words) > MaxNetworkWords {
		e.Add("tags", "network_words_many", "Max", MaxNetworkWords)
	}
	for _, w := range words {
		field := "tags"
		if w.What == "kind" {
			field = "kind_" + w.Code
		}
		checkText(e, field, w.Code, 1, 40)
		checkText(e, field, w.Word, 1, 40)
		checkNoContact(e, field, w.Word)
	}
	return e.OrNil()
}

// Nesting is which networks lie below which: agreed, by the parent's id.
type Nesting map[ID][]ID

// Below are a network and all that lies below it.
func (n Nesting) Below(id ID) map[ID]bool {
	seen, todo := map[ID]bool{id: true}, []ID{id}
	for len(todo) > 0 {
		next := n[todo[0]]
		todo = todo[1:]
		for _, child := range next {
			if !seen[child] {
				seen[child], todo = true, append(todo, child)
			}
		}
	}
	return seen
}

// With is the nesting with one more edge, or without it.
func (n Nesting) With(child, parent ID, there bool) Nesting {
	out := Nesting{}
	for p, children := range n {
		for _, c := range children {
			if p != parent || c != child {
				out[p] = append(out[p], c)
			}
		}
	}
	if there {
		out[parent] = append(out[parent], child)
	}
	return out
}

// Reach is what an edge between two networks makes seen: for each network at or above the parent, those whose groups can
// see what groups of it keep to their networks because of the edge and for no other reason.
func (n Nesting) Reach(child, parent ID) map[ID][]ID {
	with, without := n.With(child, parent, true), n.With(child, parent, false)
	gained := map[ID][]ID{}
	for above := range with.all() {
		was, is := without.Below(above), with.Below(above)
		for id := range is {
			if !was[id] {
				gained[above] = append(gained[above], id)
			}
		}
	}
	return gained
}

func (n Nesting) all() map[ID]bool {
	ids := map[ID]bool{}
	for p, children := range n {
		ids[p] = true
		for _, c := range children {
			ids[c] = true
		}
	}
	return ids
}

// Slug is a network's name in addresses.
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	return strings.Trim(s[:min(len(s), 60)], "-")
}
