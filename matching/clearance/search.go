package clearance

import "slices"

// search settles pairs until no part is too small to be of use: branch and bound (Land and Doig 1960). Of a pair that would get
// too little the question is asked twice, with all that is of use of it and without it; first that of which more may go.
type search struct {
	*question
	opts   Options
	best   found
	seen   []bound // of the branches that were not gone on with
	trials int
	steps  int
}

// found is a plan: what each pair gets.
type found struct {
	amounts []int64
	given   int64
	cost    float64
	come    int
}

// bound of a branch: no plan in it gives more, and none that gives as much has fewer collections.
type bound struct {
	given int64
	least int
}

// mostTrials is how many branches are looked at; the first plan is found whatever it takes.
const mostTrials = 200

func (s *search) run() error {
	root, err := s.branch(make([]state, len(s.pairs)))
	if err != nil {
		return err
	}
	return s.look(root, bound{}, false)
}

func (s *search) tired() bool {
	return s.trials >= mostTrials || s.opts.Stop != nil && s.opts.Stop()
}

// look at a branch: in haste who comes is chosen greedily, which is enough to see what would be too small.
func (s *search) look(b *branch, above bound, haste bool) error {
	here := bound{given: b.given}
	if above.given == b.given {
		here.least = above.least
	}
	if s.closed(here) {
		return nil
	}
	s.trials++
	amounts, come, err := s.choose(b, &here, haste)
	if err != nil {
		return err
	}
	splits := b.splits(amounts)
	if len(splits) == 0 && haste && come > here.least && !s.tired() { // it may be the plan: worth more patience
		if amounts, _, err = s.choose(b, &here, false); err != nil {
			return err
		}
		splits = b.splits(amounts)
	}
	switch {
	case len(splits) == 0:
		s.consider(b.with(amounts))
		s.seen = append(s.seen, here)
		return nil
	case s.tired(): // and there is no plan yet
		s.seen = append(s.seen, here)
		return s.hurry(b, splits, amounts)
	}
	return s.fork(b, splits[0], here)
}

// closed reports whether a branch can bring nothing better, or there is no patience left for it.
func (s *search) closed(b bound) bool {
	if s.best.amounts == nil {
		return false
	}
	if b.given < s.best.given {
		return true
	}
	if b.given == s.best.given && b.least >= s.best.come || s.tired() {
		s.seen = append(s.seen, b)
		return true
	}
	return false
}

// choose who comes in a branch, and deal out to them.
func (s *search) choose(b *branch, here *bound, haste bool) (amounts []int64, come int, err error) {
	o := s.opts
	if haste {
		o.Stop = func() bool { return true }
	}
	who, least, steps, err := b.choose(o)
	if err != nil {
		return nil, 0, err
	}
	s.steps += steps
	here.least = max(here.least, least)
	for _, comes := range who {
		if comes {
			come++
		}
	}
	amounts, _, err = b.deal(b.rest, who)
	return amounts, come, err
}

func (s *search) fork(b *branch, split int, here bound) error {
	var both []*branch
	for _, as := range []state{in, out} {
		settled := slices.Clone(b.state)
		settled[split] = as
		child, err := s.branch(settled)
		if err != nil {
			return err
		}
		if child != nil {
			both = append(both, child)
		}
	}
	slices.SortStableFunc(both, func(a, b *branch) int { return int(b.given - a.given) })
	for _, child := range both {
		if err := s.look(child, here, true); err != nil {
			return err
		}
	}
	return nil
}

// hurry to a plan: all that would be too small is settled at once, for what gets half of what it should as far as there is enough.
func (s *search) hurry(b *branch, splits []int, amounts []int64) error {
	settled, rest, room := slices.Clone(b.state), slices.Clone(b.rest), slices.Clone(b.room)
	for _, i := range splits {
		p := s.pairs[i]
		if settled[i] = out; !p.alone && 2*amounts[i] >= p.least && p.least <= min(rest[p.line], room[p.need], s.most[p.need]) {
			settled[i] = in
			rest[p.line] -= p.least
			room[p.need] -= p.least
		}
	}
	child, err := s.branch(settled)
	if err == nil && child == nil { // what is held goes beside something alone
		for _, i := range splits {
			settled[i] = out
		}
		child, err = s.branch(settled)
	}
	if err != nil {
		return err
	}
	return s.look(child, bound{}, true)
}

// consider a plan, after whatever still fits a need was given to it as well: a branch may have ruled it out.
func (s *search) consider(amounts []int64) {
	f := found{amounts: amounts}
	s.fill(amounts)
	comes := make([]bool, len(s.cost))
	for i, x := range amounts {
		f.given += x
		comes[s.pairs[i].collector] = comes[s.pairs[i].collector] || x > 0
	}
	for i, is := range comes {
		if is {
			f.cost += s.cost[i]
			f.come++
		}
	}
	if s.best.amounts == nil || f.given > s.best.given || f.given == s.best.given && f.cost < s.best.cost {
		s.best = f
	}
}

// fill up the pairs of lines that have a rest with needs that have room.
func (s *search) fill(amounts []int64) {
	rest, room := slices.Clone(s.lines), slices.Clone(s.most)
	for i, x := range amounts {
		p := s.pairs[i]
		rest[p.line] -= x
		room[p.need] -= x // below 0 for a need that took something alone
	}
	for i, p := range s.pairs {
		x := min(p.amount-amounts[i], rest[p.line], room[p.need])
		if p.alone {
			if x = 0; room[p.need] == s.most[p.need] && rest[p.line] >= p.amount {
				x = p.amount
			}
		}
		if x > 0 && amounts[i]+x >= p.least {
			amounts[i] += x
			rest[p.line] -= x
			room[p.need] -= x
		}
	}
}

// bounds of all plans: the most that can go, and the fewest collections by which as much goes as in the best that was found; 0
// where more might go.
func (s *search) bounds() (most int64, least int) {
	most, least = s.best.given, s.best.come
	for _, b := range s.seen {
		most = max(most, b.given)
		if b.given == s.best.given {
			least = min(least, b.least)
		}
	}
	if most > s.best.given {
		least = 0
	}
	return most, least
}
