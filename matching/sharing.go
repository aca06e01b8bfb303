package matching

// slotSet is a set of a shelf's slots.
type slotSet []uint64

// add a slot; it reports whether it is new.
func (s slotSet) add(slot uint32) bool {
	if s.has(slot) {
		return false
	}
	s[slot/64] |= 1 << (slot % 64)
	return true
}

func (s slotSet) has(slot uint32) bool { return s[slot/64]&(1<<(slot%64)) != 0 }

// under some keys are these slots, each once.
func (s *shelf) under(keys []uint32, do func(slot uint32)) slotSet {
	taken := make(slotSet, len(s.slots)/64+1)
	for _, key := range keys {
		list := s.posts[key]
		if list == nil {
			continue
		}
		list.each(func(slot uint32) {
			if taken.add(slot) && do != nil {
				do(slot)
			}
		})
	}
	return taken
}

// sharing are the listings of a shelf under one of some keys, for a search that walks it.
type sharing struct {
	keys  []uint32
	slots slotSet
	of    uint32 // slots that there were
	laid  int    // how often the shelf had been laid out anew
}

func newSharing(s *shelf, keys []uint32) *sharing {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return &sharing{keys, s.under(keys, nil), uint32(len(s.slots)), s.laid}
}

// has reports whether a slot is among them, under the shelf's lock. What came since they were looked up may be.
func (h *sharing) has(s *shelf, slot uint32) bool {
	if h == nil {
		return true
	}
	if h.laid != s.laid {
		h.slots, h.of, h.laid = s.under(h.keys, nil), uint32(len(s.slots)), s.laid
	}
	return slot >= h.of || h.slots.has(slot)
}
