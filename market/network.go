package market

import "time"

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
	Sample    bool
	CreatedAt time.Time

	MailsAWeek *int // of proposals, to people of its groups; nil: as many as the house allows
}

// NetworkParent says that Child lies below Parent. Both sides agreed when AgreedAt is set.
type NetworkParent struct {
	ChildID  ID
	ParentID ID
	AgreedAt *time.Time
}

// NetworkPeer joins two networks side by side.
type NetworkPeer struct {
	NetworkID ID
	PeerID    ID
	AgreedAt  *time.Time
}

// NetworkMember is a group in a network. It asked, or was invited; it counts once both sides agreed.
type NetworkMember struct {
	NetworkID ID
	GroupID   ID
	AskedAt   *time.Time // by the group
	InvitedAt *time.Time // by the network
	AgreedAt  *time.Time
}

// Connector is a person who looks after a network.
type Connector struct {
	NetworkID ID
	PersonID  ID
	Since     time.Time
	Until     *time.Time
}

// Validate checks what a person can enter about a network.
func (n Network) Validate() error {
	e := &Invalid{}
	checkText(e, "name", n.Name, 2, 80)
	checkText(e, "about", n.About, 0, 2000)
	switch n.Level {
	case Neighbourhood, Borough, CityRegion, National, Interest:
	default:
		e.Add("level", "choice")
	}
	return e.OrNil()
}
