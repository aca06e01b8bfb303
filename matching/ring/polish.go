package ring

import (
	"cmp"
	"slices"
)

// polishing betters a choice: a ring is forced in, those it drives out go, and the groups set free look for rings among
// themselves and whoever else is free. What is worth less than before is taken back.
type polishing struct {
	*packing
	by    []int32 // group → the ring it is in, from 1
	value float64
	log   []int32 // rings put in (from 1) and taken out (negative) since the last that was kept
	freed []int32 // groups
}

const (
	// passes over the rings at most.
	passes = 6
	// promising are how many rings a group are tried, those worth most beyond the prices; the others hardly ever help.
	promising = 2
)

// polish a choice until nothing in it can be bettered so, or time is up.
func (p *packing) polish(choice []int32) ([]int32, float64) {
	p.index()
	s := polishing{packing: p, by: make([]int32, p.groups)}
	for _, i := range choice {
		s.in(i)
	}
	order := make([]int32, len(p.rings))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(p.net(b), p.net(a)) })
	order = order[:min(len(order), promising*p.groups)]
	for range passes {
		before := s.value
		for k, i := range order {
			if k%1000 == 0 && p.stop != nil && p.stop() {
				return s.choice(), s.value
			}
			s.force(i)
		}
		if s.value <= before+near {
			break
		}
	}
	return s.choice(), s.value
}

// index says in which rings each group is; worked out once, and those worth most first.
func (p *packing) index() {
	if p.of != nil {
		return
	}
	p.of = make([][]int32, p.groups)
	for i := range p.rings {
		for _, v := range p.rings[i].groups {
			p.of[v] = append(p.of[v], int32(i))
		}
	}
	for _, list := range p.of {
		slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(p.rings[b].worth, p.rings[a].worth) })
	}
}

func (s *polishing) force(i int32) {
	r := &s.rings[i]
	if s.by[r.groups[0]] == i+1 {
		return
	}
	before := s.value
	s.log, s.freed = s.log[:0], s.freed[:0]
	for _, v := range r.groups {
		if at := s.by[v]; at > 0 {
			s.out(at - 1)
		}
	}
	s.in(i)
	for _, v := range s.freed {
		s.fill(v)
	}
	if s.value > before+near {
		return
	}
	for k := len(s.log) - 1; k >= 0; k-- {
		if at := s.log[k]; at > 0 {
			s.set(at-1, 0, -1)
		} else {
			s.set(-at-1, -at, 1)
		}
	}
	s.value = before
}

// fill finds the ring worth most of a free group with free groups.
func (s *polishing) fill(v int32) {
	if s.by[v] > 0 {
		return
	}
	for _, i := range s.of[v] {
		if s.allFree(i) {
			s.in(i)
			return
		}
	}
}

func (s *polishing) allFree(i int32) bool {
	for _, v := range s.rings[i].groups {
		if s.by[v] > 0 {
			return false
		}
	}
	return true
}

func (s *polishing) in(i int32) {
	s.set(i, i+1, 1)
	s.log = append(s.log, i+1)
}

func (s *polishing) out(i int32) {
	s.set(i, 0, -1)
	s.log = append(s.log, -i-1)
	s.freed = append(s.freed, s.rings[i].groups...)
}

func (s *polishing) set(i, at int32, sign float64) {
	for _, v := range s.rings[i].groups {
		s.by[v] = at
	}
	s.value += sign * s.rings[i].worth
}

func (s *polishing) choice() (list []int32) {
	for i := range s.rings {
		if s.by[s.rings[i].groups[0]] == int32(i)+1 {
			list = append(list, int32(i))
		}
	}
	return list
}
