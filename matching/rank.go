package matching

import (
	"cmp"
	"slices"
	"time"

	"wherewithal/market"
)

// Ranking is who could help a need, or whom an offer could help, best first.
type Ranking struct {
	Matches    []Found
	NearMisses []market.NearMiss
	Considered int // listings the subject's group may see that were looked at closely
}

// Found is a match and its other side.
type Found struct {
	Other  market.Entry // without who posted it, its place's id, and when it was written and changed
	Match  market.Match // without id
	Amount int          // how much of the offer the need would take
	Held   market.Slot  // when, until the two have agreed on a time; zero where times are stated, or it is given for good
	Rank   float64      // what the order follows: the fit, lowered for groups helped or asked often lately
}

// Rank finds the best matches and near misses of a subject: a need or an offer, in the index or not. One without an
// id is a preview and is looked at as if it were open. At most limit of each come back, all when limit is 0 or less;
// near misses cost more and are always at most mostNearMisses.
func (x *Index) Rank(subject market.Entry, now time.Time, limit int) Ranking {
	r := preview(subject)
	s := search{index: x, subject: r, now: now, almanac: x.book.Almanac(now), limit: limit, seen: map[key]bool{}}
	s.asks, s.at = x.card(r, true)
	s.leastFound.n, s.leastNear.n = limit, mostTries
	if r.shut(now) == "" && r.Group.Active {
		s.run()
	}
	return s.ranking()
}

// inOrder sorts by rank, then by id, so that the same question always has the same answer.
func inOrder(list []scored) {
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.other.id(), b.other.id()))
	})
}

func (s *search) ranking() Ranking {
	inOrder(s.found)
	inOrder(s.nearly)
	out := Ranking{Considered: s.considered}
	for _, f := range s.found[:atMost(s.limit, len(s.found))] {
		f.other.Meaning = f.other.sense.meaning()
		out.Matches = append(out.Matches, Found{Other: f.other.Entry, Match: f.match(), Amount: f.amount, Held: f.meeting.Held, Rank: f.by})
	}
	out.NearMisses = s.nearMisses(s.limit)
	return out
}

func atMost(limit, n int) int {
	if limit <= 0 {
		return n
	}
	return min(limit, n)
}
