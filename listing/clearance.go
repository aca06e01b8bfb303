package listing

import (
	"cmp"
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/calendar"
	"wherewithal/matching/clearance"
)

// Clearance is how a group's open gifts could go in as few collections as can be, as far as needs are known that fit. It
// is worked out from what is open now and kept nowhere.
type Clearance struct {
	Collections []Collection // the nearest first
	Left        []Leftover   // what nobody known needs
	Lines       int
	Least       int // no plan that gives away as much has fewer collections
}

// Collection is one group that comes once. All it says may be shown to the giver before anybody has said yes.
type Collection struct {
	Group   market.ID
	Name    string // public
	Borough string
	KM      int // whole km between public points, at least 1
	Takes   []Take
}

// Take is some of a line for a need.
type Take struct {
	Offer  market.Listing
	Need   market.Listing
	Amount int
}

// Leftover is what remains of a line.
type Leftover struct {
	Offer  market.Listing
	Amount int
}

// The most needs looked at for a line, forks of the plan, and rounds in which takes too small to be of use are ruled out.
const (
	mostWants  = 50
	clearSteps = 500
	mostRounds = 20
)

// Clear plans the clearance of a group's things to give away. For those who post for the group.
func (p *Pool) Clear(ctx context.Context, v market.Viewer, group market.ID, now time.Time) (_ Clearance, err error) {
	defer market.Wrap(&err, "Clear(%s)", group)
	if err := v.MustPost(group); err != nil {
		return Clearance{}, err
	}
	if !p.Ready() {
		return Clearance{}, market.ErrUnavailable
	}
	lines, err := p.gifts(ctx, v, group, now)
	if err != nil {
		return Clearance{}, err
	}
	q := newClearing(lines, now)
	for i, line := range lines {
		q.wanted(i, p.Rank(line, now, mostWants).Matches)
	}
	return q.plan(ctx)
}

// gifts are the open things that the group gives for good, oldest first.
func (p *Pool) gifts(ctx context.Context, v market.Viewer, group market.ID, now time.Time) ([]market.Entry, error) {
	all, err := p.store.ListingsOf(ctx, group)
	if err != nil {
		return nil, err
	}
	var ids []market.ID
	for _, l := range all {
		if l.Side == market.Offer && l.Kind == market.Equipment && l.Life == market.Open && l.Terms.Kind == market.Gift && l.Where != market.Online {
			ids = append(ids, l.ID)
		}
	}
	entries, err := p.store.EntriesFor(ctx, v, ids, now)
	slices.SortFunc(entries, func(a, b market.Entry) int { return cmp.Compare(a.Listing.ID, b.Listing.ID) })
	return entries, err
}

// clearing is a question to the planner, and what its numbers stand for.
type clearing struct {
	lines   []market.Entry
	amounts []int64
	pairs   []wish
}

// wish is a need for some of a line.
type wish struct {
	line   int
	need   market.Entry
	amount int
	least  int // what is of use at all
	fit    float64
	out    bool // too little was left of it to be of use
}

func newClearing(lines []market.Entry, now time.Time) *clearing {
	q := &clearing{lines: lines}
	for _, e := range lines {
		left := calendar.Stock{Quantity: e.Listing.Quantity, Lent: e.Lent}.LeftForGood(now)
		q.amounts = append(q.amounts, int64(max(0, left)))
	}
	return q
}

func (q *clearing) wanted(line int, found []matching.Found) {
	for _, f := range found {
		offer, least := q.lines[line].Listing, f.Other.LeastWanted()
		if offer.Splittable {
			least = max(least, offer.SmallestPart)
		} else {
			least = max(least, offer.Quantity)
		}
		q.pairs = append(q.pairs, wish{line: line, need: f.Other, amount: f.Amount, least: least, fit: f.Match.Fit})
	}
}

// planFor is how long a page waits for a plan with fewer collections; the best found by then is shown with its bound.
const planFor = 2 * time.Second

// plan asks the planner, and again without what would come too small to be of use.
func (q *clearing) plan(ctx context.Context) (Clearance, error) {
	q.share()
	until := time.Now().Add(planFor)
	enough := func() bool { return ctx.Err() != nil || time.Now().After(until) }
	for round := 0; ; round++ {
		collectors, wishes := q.collectors()
		plan, err := clearance.Clear(q.amounts, collectors, clearance.Options{Steps: clearSteps, Stop: enough})
		if err != nil {
			return Clearance{}, err
		}
		if small := q.tooSmall(plan, wishes); small == 0 || round == mostRounds {
			return q.told(plan, collectors, wishes), nil
		}
	}
}

// share lets no need take more than it wants of several lines: the best fitting first.
func (q *clearing) share() {
	slices.SortStableFunc(q.pairs, func(a, b wish) int { return cmp.Compare(b.fit, a.fit) })
	still := map[market.ID]int{}
	for i := range q.pairs {
		w := &q.pairs[i]
		id := w.need.Listing.ID
		if _, known := still[id]; !known {
			still[id] = max(1, w.need.Wanted(), w.amount)
		}
		w.amount = min(w.amount, still[id])
		if w.out = w.amount < min(w.least, w.need.Wanted()); !w.out {
			still[id] -= w.amount
		}
	}
}

// collectors are the groups that would come, and for each of their wants the wish behind it.
func (q *clearing) collectors() (list []clearance.Collector, wishes [][]int) {
	at := map[market.ID]int{}
	for i, w := range q.pairs {
		if w.out {
			continue
		}
		n, known := at[w.need.Listing.GroupID]
		if !known {
			n = len(list)
			at[w.need.Listing.GroupID] = n
			list, wishes = append(list, clearance.Collector{}), append(wishes, nil)
		}
		list[n].KM = max(list[n].KM, q.lines[w.line].Point.KM(w.need.Point))
		list[n].Wants = append(list[n].Wants, clearance.Want{Line: w.line, Amount: int64(w.amount)})
		wishes[n] = append(wishes[n], i)
	}
	return list, wishes
}

// tooSmall rules out what would come in a part of no use; how many.
func (q *clearing) tooSmall(plan clearance.Plan, wishes [][]int) (n int) {
	q.each(plan, wishes, func(_ int, w *wish, amount int) {
		if amount < min(w.least, w.amount) {
			w.out = true
			n++
		}
	})
	return n
}

// each take of a plan with its wish. A collector whose needs want the same line gets one sum, dealt out in the order of
// its wishes.
func (q *clearing) each(plan clearance.Plan, wishes [][]int, do func(manifest int, w *wish, amount int)) {
	for m, manifest := range plan.Manifests {
		left := map[int]int{}
		for _, t := range manifest.Takes {
			left[t.Line] += int(t.Amount)
		}
		for _, i := range wishes[manifest.Collector] {
			w := &q.pairs[i]
			if amount := min(w.amount, left[w.line]); amount > 0 {
				left[w.line] -= amount
				do(m, w, amount)
			}
		}
	}
}

func (q *clearing) told(plan clearance.Plan, collectors []clearance.Collector, wishes [][]int) Clearance {
	out := Clearance{Lines: len(q.lines), Least: plan.Least, Collections: make([]Collection, len(plan.Manifests))}
	left := slices.Clone(q.amounts)
	q.each(plan, wishes, func(m int, w *wish, amount int) {
		if amount < min(w.least, w.amount) {
			return
		}
		c := &out.Collections[m]
		c.Group, c.Name, c.Borough = w.need.Listing.GroupID, w.need.Group.Name, w.need.Borough
		c.KM = market.AboutKM(collectors[plan.Manifests[m].Collector].KM)
		c.Takes = append(c.Takes, Take{Offer: q.lines[w.line].Listing, Need: w.need.Listing, Amount: amount})
		left[w.line] -= int64(amount)
	})
	out.Collections = slices.DeleteFunc(out.Collections, func(c Collection) bool { return len(c.Takes) == 0 })
	for _, c := range out.Collections {
		slices.SortStableFunc(c.Takes, func(a, b Take) int { return cmp.Compare(a.Offer.ID, b.Offer.ID) })
	}
	slices.SortStableFunc(out.Collections, func(a, b Collection) int { return cmp.Compare(a.KM, b.KM) })
	out.Least = min(out.Least, len(out.Collections))
	for i, n := range left {
		if n > 0 {
			out.Left = append(out.Left, Leftover{q.lines[i].Listing, int(n)})
		}
	}
	return out
}
