package sample

import (
	"math/rand/v2"
	"time"

	"wherewithal/market"
)

// World is everything that was invented, in the order in which it can be inserted. Places have no Public point:
// the blur is keyed with a secret that this package does not know. Events have no ID: the database numbers them.
type World struct {
	Persons         []market.Person
	Groups          []market.Group
	Memberships     []market.Membership
	Evidence        []market.Evidence
	CheckStatements []market.CheckStatement
	Networks        []market.Network
	NetworkParents  []market.NetworkParent
	NetworkPeers    []market.NetworkPeer
	NetworkMembers  []market.NetworkMember
	Connectors      []market.Connector
	Places          []market.Place
	Listings        []market.Listing
	Matches         []market.Match
	Introductions   []market.Introduction
	Allocations     []market.Allocation
	Exchanges       []market.Exchange
	Events          []market.Event
}

// London invents 60 groups in six boroughs, their networks and 300 listings. Everything happened before the
// beginning of today in London, or is planned for after it. The same seed and day give the same World.
func London(seed uint64, today time.Time) World {
	m := newMaker(seed, today)
	m.groups()
	m.networks()
	m.listings()
	m.introductions()
	m.lives()
	m.publications()
	return m.w
}

// maker holds what is needed while inventing.
type maker struct {
	*rand.Rand
	day  market.Date // today in London
	zone *time.Location
	w    World

	crews []*crew
	posts []*post
	pairs []pair
	names map[string]bool // of persons, so that none comes twice
}

func newMaker(seed uint64, today time.Time) *maker {
	zone := market.When{}.Location()
	return &maker{
		// The second word only has to differ from those of other uses of the same seed.
		Rand:  rand.New(rand.NewPCG(seed, 0x57686572657769)),
		day:   market.DateOf(today.In(zone)),
		zone:  zone,
		names: map[string]bool{},
	}
}

// id is the next ID: a version 8 UUID (RFC 9562, made by a method of one's own), so that nobody takes it for random
// or for one with a time in it.
func (m *maker) id() market.ID {
	var b [16]byte
	for i := range b {
		b[i] = byte(m.Uint64())
	}
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return market.IDFrom(b)
}

// ago is an instant that many days before today, at some minute of the waking day.
func (m *maker) ago(days int) time.Time {
	return m.day.AddDays(-days).At(market.Minute(8*60+m.IntN(13*60)), m.zone).UTC()
}

// between is a number from low to high, both possible.
func (m *maker) between(low, high int) int { return low + m.IntN(high-low+1) }

// chance is true that many times in a hundred.
func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

// shuffled is a copy in another order.
func shuffled[T any](m *maker, from []T) []T {
	out := append([]T(nil), from...)
	m.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
