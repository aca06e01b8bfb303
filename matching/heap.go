package matching

// push a candidate; which of equals comes first depends on their ids alone, so that a search always goes the same way.
func (s *search) push(c candidate) {
	h := append(s.heap, c)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].before(&h[up]) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	s.heap = h
}

func (c *candidate) before(other *candidate) bool {
	switch {
	case c.bound != other.bound:
		return c.bound > other.bound
	case c.tie != other.tie: // at hand, while the keys lie wherever their cards do
		return c.tie < other.tie
	}
	return c.key.before(&other.key)
}

func (s *search) pop() candidate {
	h := s.heap
	top := h[0]
	h[0] = h[len(h)-1]
	h = h[:len(h)-1]
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].before(&h[down]) {
			down++
		}
		if !h[down].before(&h[i]) {
			break
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
	s.heap = h
	return top
}
