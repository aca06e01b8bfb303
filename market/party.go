package market

// PartyKind says which of the two a party is.
type PartyKind string

const (
	AGroup   PartyKind = "group"
	ANetwork PartyKind = "network"
)

// Party is a group or a network as others may read of it: what a search finds beside listings. Of a group that hides its
// name it has the alias, and no place.
type Party struct {
	ID       ID
	Kind     PartyKind
	Page     string // the last part of its address
	Name     string
	Does     string   // in its own words
	Level    Level    // of a network
	Boroughs []string `gorm:"serializer:json"` // where a group has places, in order
	Networks []ID     `gorm:"serializer:json"` // those that a group belongs to, in order; a network belongs to itself
	Sandbox  bool     // seen by test keys, and by nobody else
	Sample   bool     // invented, and labelled so
}
