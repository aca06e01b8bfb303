package matching

import (
	"sync"

	"wherewithal/market"
)

// ids gives groups and networks numbers, as names does for words, in less than half the room. Safe for concurrent use; the
// zero value is ready.
type ids struct {
	mu      sync.RWMutex
	numbers map[key]uint32
	given   []key                // each by its number less one
	odd     map[uint32]market.ID // those whose key is a digest
}

// known is the number of an id, noName when it has none yet; 0 is no id.
func (n *ids) known(id market.ID) uint32 {
	if id == "" {
		return 0
	}
	k := keyOf(id)
	n.mu.RLock()
	defer n.mu.RUnlock()
	if number, ok := n.numbers[k]; ok {
		return number
	}
	return noName
}

// number of an id, a new one when it had none.
func (n *ids) number(id market.ID) uint32 {
	if number := n.known(id); number != noName {
		return number
	}
	k := keyOf(id)
	n.mu.Lock()
	defer n.mu.Unlock()
	if number, ok := n.numbers[k]; ok {
		return number
	}
	if n.numbers == nil {
		n.numbers, n.odd = map[key]uint32{}, map[uint32]market.ID{}
	}
	n.given = append(n.given, k)
	number := uint32(len(n.given))
	n.numbers[k] = number
	if market.IDFrom(k) != id {
		n.odd[number] = id
	}
	return number
}

// id of a number that was given out.
func (n *ids) id(number uint32) market.ID {
	if number == 0 {
		return ""
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	if id, ok := n.odd[number]; ok {
		return id
	}
	return market.IDFrom(n.given[number-1])
}
