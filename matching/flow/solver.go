package flow

import "math"

// A Solver holds a network and its flow, so that a network that changed a little is solved again at little cost. Not
// safe for concurrent use.
type Solver struct {
	arcs    []Arc
	edges   []edge  // of each node together: along its arcs, then back along those that lead to it
	first   []int32 // node → its first edge; one more at the end
	middle  []int32 // node → its first edge back
	there   []int32 // arc → the edge along it
	used    []int32 // node → one of its edges back with room, none: -1. Most have none, so these are kept in a list
	nodes   []node
	sources []int32 // nodes that are supplied
	search  search
}

// node is what a search reads of a node, together in memory.
type node struct {
	price  int64
	excess int64 // what arrives or is supplied and does not leave
	dist   int64 // in the search of that round
	round  int32
	by     int32 // the edge by which the search came
}

// edge is one way of an arc in what is left of the network.
type edge struct {
	to, back   int32 // back: the edge of the same arc the other way
	room       int64
	cost       int64
	next, prev int32 // in the list of used edges back
}

// New reads a network. Errors: ErrMalformed, ErrTooLarge.
func New(n Network) (*Solver, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	nodes := len(n.Supply)
	s := &Solver{arcs: append([]Arc(nil), n.Arcs...), edges: make([]edge, 2*len(n.Arcs)), first: make([]int32, nodes+1),
		middle: make([]int32, nodes), there: make([]int32, len(n.Arcs)), used: make([]int32, nodes),
		nodes: make([]node, nodes)}
	for v, supply := range n.Supply {
		s.used[v], s.nodes[v].excess = -1, supply
		if supply > 0 {
			s.sources = append(s.sources, int32(v))
		}
	}
	s.lay()
	return s, nil
}

// lay puts the edges of each node side by side.
func (s *Solver) lay() {
	for _, a := range s.arcs {
		s.first[a.From]++
		s.first[a.To]++
		s.middle[a.From]++
	}
	sum := int32(0)
	for v, n := range s.first {
		s.first[v] = sum
		if v < len(s.middle) {
			s.middle[v] += sum
		}
		sum += n
	}
	along, back := append([]int32(nil), s.first...), append([]int32(nil), s.middle...)
	for i, a := range s.arcs {
		e, b := along[a.From], back[a.To]
		along[a.From]++
		back[a.To]++
		s.there[i] = e
		s.edges[e] = edge{to: a.To, back: b, room: a.Cap - a.Least, cost: a.Cost}
		s.edges[b] = edge{to: a.From, back: e, cost: -a.Cost}
		s.nodes[a.From].excess -= a.Least
		s.nodes[a.To].excess += a.Least
	}
}

// give an edge back of a node so much room.
func (s *Solver) give(v, back int32, room int64) {
	e := &s.edges[back]
	switch {
	case e.room == 0 && room > 0:
		e.next, e.prev = s.used[v], -1
		if e.next >= 0 {
			s.edges[e.next].prev = back
		}
		s.used[v] = back
	case e.room > 0 && room == 0:
		if e.next >= 0 {
			s.edges[e.next].prev = e.prev
		}
		if e.prev >= 0 {
			s.edges[e.prev].next = e.next
		} else {
			s.used[v] = e.next
		}
	}
	e.room = room
}

// Bound changes what an arc may carry. Errors: ErrMalformed, ErrTooLarge; nothing has changed then.
func (s *Solver) Bound(arc int, least, most int64) error {
	if least < 0 || most < least {
		return ErrMalformed
	}
	if most > largest {
		return ErrTooLarge
	}
	a, e := &s.arcs[arc], s.there[arc]
	carried := s.Flow(arc)
	kept := min(most, max(least, carried))
	a.Least, a.Cap = least, most
	s.edges[e].room = most - kept
	s.give(a.To, s.edges[e].back, kept-least)
	s.nodes[a.From].excess -= kept - carried
	s.nodes[a.To].excess += kept - carried
	return nil
}

// Charge changes what a unit on an arc costs. Errors: ErrTooLarge; nothing has changed then.
func (s *Solver) Charge(arc int, cost int64) error {
	if cost > largest || cost < -largest {
		return ErrTooLarge
	}
	e := s.there[arc]
	s.arcs[arc].Cost, s.edges[e].cost, s.edges[s.edges[e].back].cost = cost, cost, -cost
	return nil
}

// Flow is what an arc carries now.
func (s *Solver) Flow(arc int) int64 {
	return s.arcs[arc].Least + s.edges[s.edges[s.there[arc]].back].room
}

// Solve finds a cheapest flow of the network as it is now. Errors: ErrInfeasible, after which bounds may be changed and
// Solve called again; ErrTooLarge when the changes made it so.
func (s *Solver) Solve() (Result, error) {
	if err := s.again(); err != nil {
		return Result{}, err
	}
	if !s.exactly() {
		return Result{}, ErrInfeasible
	}
	r := Result{Flow: make([]int64, len(s.arcs)), Price: make([]int64, len(s.nodes))}
	for v := range s.nodes {
		r.Price[v] = s.nodes[v].price
	}
	for i := range s.arcs {
		r.Flow[i] = s.Flow(i)
		r.Cost += r.Flow[i] * s.arcs[i].Cost
	}
	return r, nil
}

// again checks the sums of a network with changed bounds and costs. What each node is supplied is its excess and what
// it sends.
func (s *Solver) again() error {
	n := Network{Supply: make([]int64, len(s.nodes)), Arcs: s.arcs}
	for v := range s.nodes {
		n.Supply[v] = s.nodes[v].excess
	}
	for i, a := range s.arcs {
		f := s.Flow(i)
		n.Supply[a.From] += f
		n.Supply[a.To] -= f
	}
	return n.check()
}

// send moves units along edge i of a node.
func (s *Solver) send(from, i int32, units int64) {
	e := &s.edges[i]
	b := &s.edges[e.back]
	if i >= s.middle[from] {
		b.room += units
		s.give(from, i, e.room-units)
	} else {
		e.room -= units
		s.give(e.to, e.back, b.room+units)
	}
	s.nodes[from].excess -= units
	s.nodes[e.to].excess += units
}

// settle fills every edge that would pay at the prices there are. What is then left over at some nodes and missing at
// others is brought home by whoever calls. So that little is, the nodes that are supplied, and have many edges out of
// which few are in use, first take the price at which none of those would pay.
func (s *Solver) settle() {
	for _, v := range s.sources {
		if best := s.best(v); best != math.MinInt64 {
			s.nodes[v].price = best
		}
	}
	for v := range s.nodes {
		for i := s.first[v]; i < s.first[v+1]; i++ {
			if e := &s.edges[i]; e.room > 0 && e.cost+s.nodes[v].price-s.nodes[e.to].price < 0 {
				s.send(int32(v), i, e.room)
			}
		}
	}
}

// best is the highest price of a node at which no edge out of it would pay; math.MinInt64 when there is none with room.
func (s *Solver) best(v int32) int64 {
	best := int64(math.MinInt64)
	for i := s.first[v]; i < s.first[v+1]; i++ {
		if e := &s.edges[i]; e.room > 0 {
			best = max(best, s.nodes[e.to].price-e.cost)
		}
	}
	return best
}
