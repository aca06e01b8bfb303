package matching

import (
	"cmp"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Ranking is who could help a need, or whom an offer could help, best first.
type Ranking struct {
	Matches    []Found
	NearMisses []market.NearMiss
	Considered int // listings the subject's group may see that were looked at
}

// Found is a match and its other side.
type Found struct {
	Other  market.Entry
	Match  market.Match // without id
	Amount int          // how much of the offer the need would take
	Rank   float64      // what the order follows: the fit, lowered for groups helped or asked often lately
}

// Rank finds the best matches and near misses of a subject: a need or an offer, in the index or not. One without an
// id is a preview and is looked at as if it were open. At most limit of each come back, all when limit is 0 or less;
// near misses cost more and are always at most mostNearMisses.
func (x *Index) Rank(subject market.Entry, now time.Time, limit int) Ranking {
	s := preview(subject)
	r := ranker{subject: s, opts: &x.opts, now: now, almanac: calendar.NewAlmanac(now, x.opts.TermDates)}
	for _, other := range x.candidates(s) {
		r.look(other)
	}
	return r.ranking(limit)
}

type ranker struct {
	subject    *reading
	opts       *Options
	now        time.Time
	almanac    *calendar.Almanac
	considered int
	found      []scored
	nearly     []scored
}

// scored is a pair with what it is sorted by.
type scored struct {
	*pair
	other  *reading
	failed Failure // of a near miss
	by     float64
}

func (r *ranker) look(other *reading) {
	p := r.pair(other)
	if len(p.check(silent, 0)) > 0 {
		return
	}
	r.considered++
	failed := p.check(stated, 1)
	switch {
	case len(failed) == 0:
		r.found = append(r.found, r.score(p, other, Failure{}))
	case len(failed) == 1 && p.nearMiss(failed[0]):
		r.nearly = append(r.nearly, r.score(p, other, failed[0]))
	}
}

func (r *ranker) pair(other *reading) *pair {
	p := &pair{offer: other, need: r.subject, opts: r.opts, almanac: r.almanac, now: r.now}
	if r.subject.Listing.Side == market.Offer {
		p.offer, p.need = r.subject, other
	}
	return p
}

func (r *ranker) score(p *pair, other *reading, failed Failure) scored {
	return scored{p, other, failed, r.opts.standing(p.fit(), other)}
}

// inOrder sorts by rank, then by id, so that the same question always has the same answer.
func inOrder(list []scored) {
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.other.id(), b.other.id()))
	})
}

func (r *ranker) ranking(limit int) Ranking {
	inOrder(r.found)
	inOrder(r.nearly)
	out := Ranking{Considered: r.considered}
	for _, s := range r.found[:atMost(limit, len(r.found))] {
		out.Matches = append(out.Matches, Found{Other: s.other.Entry, Match: s.match(), Amount: s.amount, Rank: s.by})
	}
	out.NearMisses = r.nearMisses(limit)
	return out
}

func atMost(limit, n int) int {
	if limit <= 0 {
		return n
	}
	return min(limit, n)
}
