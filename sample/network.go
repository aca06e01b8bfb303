package sample

import (
	"math"
	"slices"
	"strings"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
)

// networks are three levels that nest (neighbourhood, borough, city region) and two interests that lie across them.
func (m *maker) networks() {
	city := m.network("Sample London Web", "All the sample boroughs together.", market.CityRegion)
	m.bound(city, market.Point{Lat: 51.495, Lng: -.03}, 14)
	for _, q := range quarters {
		borough := m.network("Sample Web of "+q.borough, "Groups in "+q.borough+" that share what they have.", market.Borough)
		m.nest(borough, city)
		near := []market.ID{m.neighbourhood(), m.neighbourhood()}
		b, _ := geocode.BoroughNamed(q.borough)
		m.bound(borough, b.Point, 2.4)
		m.bound(near[0], market.Point{Lat: b.Point.Lat + .005, Lng: b.Point.Lng - .011}, .7)
		m.bound(near[1], market.Point{Lat: b.Point.Lat - .005, Lng: b.Point.Lng + .008}, .6)
		m.nest(near[0], borough)
		m.nest(near[1], borough)
		m.joinByPlace(q.borough, borough, near)
	}
	growers := m.network("Quillmarrow Seed Ring", "Growers who swap seeds, tools and advice.", market.Interest)
	faiths := m.network("Lanternmoss Table of Faiths", "Houses of prayer of several faiths that share rooms.", market.Interest)
	m.nest(growers, city)
	m.peer(growers, faiths)
	m.joinByInterest(growers, faiths)
}

var neighbourhoods = []string{"Pennywort", "Saffronfold", "Wrenfallow", "Dapplewharf", "Clovermoot", "Gorsewick", "Brindlefold", "Larchmoot",
	"Medlarfold", "Sloeworth", "Dunnockfield", "Siskinmoot"}

func (m *maker) neighbourhood() market.ID {
	name := neighbourhoods[m.count(market.Neighbourhood)] + " Neighbours (sample)"
	return m.network(name, "A few streets that look out for each other.", market.Neighbourhood)
}

func (m *maker) count(level market.Level) int {
	n := 0
	for _, x := range m.w.Networks {
		if x.Level == level {
			n++
		}
	}
	return n
}

// network adds one, with a connector of its own.
func (m *maker) network(name, about string, level market.Level) market.ID {
	since := m.ago(m.between(750, 900))
	n := market.Network{ID: m.id(), Slug: slug(name), Name: name, About: about, Level: level, Sample: true, CreatedAt: since}
	m.w.Networks = append(m.w.Networks, n)
	p := m.person(n.Slug+".example", since)
	m.w.Connectors = append(m.w.Connectors, market.Connector{NetworkID: n.ID, PersonID: p.ID, Since: since})
	return n.ID
}

// bound gives a network an outline so many kilometres around a point, as uneven as those of real places and as little real as
// the network.
func (m *maker) bound(network market.ID, middle market.Point, km float64) {
	const corners, kmNorth, kmEast = 36, 111.2, 69.2 // a degree of latitude, and of longitude in London
	i := slices.IndexFunc(m.w.Networks, func(n market.Network) bool { return n.ID == network })
	for c := range corners {
		turn := 2 * math.Pi * float64(c) / corners
		far := km * (1 + .16*math.Sin(2*turn+float64(i)) + .1*math.Sin(5*turn+2*float64(i)) + .05*math.Sin(11*turn))
		m.w.Networks[i].Boundary = append(m.w.Networks[i].Boundary, market.Point{
			Lat: degrees(middle.Lat + far*math.Sin(turn)/kmNorth), Lng: degrees(middle.Lng + far*math.Cos(turn)/kmEast)})
	}
}

// degrees to some ten metres: an outline says no more.
func degrees(d float64) float64 { return math.Round(d*1e4) / 1e4 }

func slug(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "-", "(", "", ")", "").Replace(name))
}

func (m *maker) nest(child, parent market.ID) {
	m.w.NetworkParents = append(m.w.NetworkParents, market.NetworkParent{ChildID: child, ParentID: parent, AgreedAt: ptr(m.ago(m.between(710, 740)))})
}

// peer puts two networks side by side; a pair is kept once, the smaller id first.
func (m *maker) peer(a, b market.ID) {
	a, b = min(a, b), max(a, b)
	m.w.NetworkPeers = append(m.w.NetworkPeers, market.NetworkPeer{NetworkID: a, PeerID: b, AgreedAt: ptr(m.ago(600))})
}

// joinByPlace puts most groups of a borough into one of its neighbourhoods and some into the borough's own web.
func (m *maker) joinByPlace(borough string, web market.ID, near []market.ID) {
	for i, c := range m.crews {
		if c.place.Borough != borough {
			continue
		}
		if m.chance(75) {
			m.join(c, near[i%len(near)])
		}
		if m.chance(50) {
			m.join(c, web)
		}
	}
}

func (m *maker) joinByInterest(growers, faiths market.ID) {
	for _, c := range m.crews {
		switch {
		case contains(c.likes, "growing") || contains(c.likes, "gardening"):
			m.join(c, growers)
		case contains(c.uses, market.Religious):
			m.join(c, faiths)
		}
	}
}

// join is asked for or invited, and agreed a few days later.
func (m *maker) join(c *crew, network market.ID) {
	first := c.group.CreatedAt.AddDate(0, 0, m.between(1, 60))
	member := market.NetworkMember{NetworkID: network, GroupID: c.group.ID, AgreedAt: ptr(first.AddDate(0, 0, m.between(1, 9)))}
	if m.chance(70) {
		member.AskedAt = &first
	} else {
		member.InvitedAt = &first
	}
	c.joined = append(c.joined, network)
	m.w.NetworkMembers = append(m.w.NetworkMembers, member)
}

func ptr(t time.Time) *time.Time { return &t }

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
