package matching

import "sync"

// names gives each word, kind, place and the like a number, so that listings can be kept small and compared fast. It
// only grows, and by what is new: a pool that is built afresh starts afresh. Safe for concurrent use; the zero value
// is ready.
type names struct {
	mu   sync.RWMutex
	ids  map[string]uint32
	said []string // each by its number less one
}

// noName is the number of a name that is not known: nothing in the index has it.
const noName = 1<<31 - 1

// known is the number of a name, noName when it has none yet; 0 is the empty name.
func (n *names) known(name string) uint32 {
	if name == "" {
		return 0
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	if id, ok := n.ids[name]; ok {
		return id
	}
	return noName
}

// number of a name, a new one when it had none.
func (n *names) number(name string) uint32 {
	if id := n.known(name); id != noName {
		return id
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[name]; ok {
		return id
	}
	if n.ids == nil {
		n.ids = map[string]uint32{}
	}
	n.said = append(n.said, name)
	id := uint32(len(n.said))
	n.ids[name] = id
	return id
}

// name of a number that was given out.
func (n *names) name(id uint32) string {
	if id == 0 {
		return ""
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.said[id-1]
}
