package flow

import "math"

// Successive shortest paths with prices (Edmonds and Karp 1972; Tomizawa 1971): with no edge that saves, what a node has left over goes
// the cheapest way to the next node where something is missing, and the prices of all nodes nearer than that rise by the
// difference, which keeps every edge from saving. When nothing is left over the flow is cheapest.

// search is Dijkstra's search from one node. What earlier searches left at a node is told by its round.
type search struct {
	round int32
	done  []int32 // nodes whose dist is final, in order
	heap  []stop
	goal  int64 // the least dist seen of a node where something is missing
}

type stop struct {
	dist int64
	node int32
}

// exactly brings all home that is left over, and reports whether it could.
func (s *Solver) exactly() bool {
	s.settle()
	for v := range s.nodes {
		for s.nodes[v].excess > 0 {
			to := s.nearest(int32(v))
			if to < 0 {
				return false
			}
			s.along(int32(v), to)
		}
	}
	return true
}

// nearest finds the node with something missing that is cheapest to reach, and mends the prices; -1 when there is none.
func (s *Solver) nearest(from int32) int32 {
	q := &s.search
	if q.round == math.MaxInt32 {
		s.forget()
	}
	q.round++
	q.done, q.heap, q.goal = q.done[:0], q.heap[:0], math.MaxInt64
	s.reach(from, 0, -1)
	for len(q.heap) > 0 {
		top := q.pop()
		if top.dist > s.nodes[top.node].dist {
			continue // reached another way since
		}
		if s.nodes[top.node].excess < 0 {
			s.mend(top.dist)
			return top.node
		}
		q.done = append(q.done, top.node)
		s.spread(top.node, top.dist)
	}
	return -1
}

// forget the rounds, so that they can be counted from 0 again.
func (s *Solver) forget() {
	for v := range s.nodes {
		s.nodes[v].round = 0
	}
	s.search.round = 0
}

// spread goes on from a node along every edge with room.
func (s *Solver) spread(v int32, dist int64) {
	for i := s.first[v]; i < s.middle[v]; i++ {
		if s.edges[i].room > 0 {
			s.look(i, dist+s.nodes[v].price)
		}
	}
	for i := s.used[v]; i >= 0; i = s.edges[i].next {
		s.look(i, dist+s.nodes[v].price)
	}
}

// look at the node behind an edge: is it nearer this way, and nearer than any goal seen?
func (s *Solver) look(i int32, from int64) {
	e := &s.edges[i]
	n := &s.nodes[e.to]
	d := from + e.cost - n.price
	if d >= s.search.goal || n.round == s.search.round && d >= n.dist {
		return
	}
	s.reach(e.to, d, i)
	if n.excess < 0 {
		s.search.goal = d
	}
}

// mend lowers the price of every node done by how much nearer it is than the goal.
func (s *Solver) mend(goal int64) {
	for _, v := range s.search.done {
		s.nodes[v].price += s.nodes[v].dist - goal
	}
}

// along sends what can go on the way found.
func (s *Solver) along(from, to int32) {
	units := min(s.nodes[from].excess, -s.nodes[to].excess)
	for v := to; v != from; {
		e := &s.edges[s.nodes[v].by]
		units = min(units, e.room)
		v = s.edges[e.back].to
	}
	for v := to; v != from; {
		i := s.nodes[v].by
		v = s.edges[s.edges[i].back].to
		s.send(v, i, units)
	}
}

func (s *Solver) reach(v int32, dist int64, by int32) {
	n, q := &s.nodes[v], &s.search
	n.round, n.dist, n.by = q.round, dist, by
	q.heap = append(q.heap, stop{dist, v})
	i := len(q.heap) - 1
	for up := (i - 1) / 2; i > 0 && dist < q.heap[up].dist; up = (i - 1) / 2 {
		q.heap[i] = q.heap[up]
		i = up
	}
	q.heap[i] = stop{dist, v}
}

func (q *search) pop() stop {
	top, last := q.heap[0], q.heap[len(q.heap)-1]
	q.heap = q.heap[:len(q.heap)-1]
	n := len(q.heap)
	if n == 0 {
		return top
	}
	i := 0
	for down := 1; down < n; down = 2*i + 1 {
		if down+1 < n && q.heap[down+1].dist < q.heap[down].dist {
			down++
		}
		if last.dist <= q.heap[down].dist {
			break
		}
		q.heap[i] = q.heap[down]
		i = down
	}
	q.heap[i] = last
	return top
}
