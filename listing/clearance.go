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
	Left        []Leftover   // what nobody known needs, or could make use of in so small a part
	Lines       int
	Least       int // no plan that gives away as much has fewer collections; 0: that is not known
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

// The most needs looked at for a line, and forks of a choice of collectors.
const (
	mostWants  = 50
	clearSteps = 500
)

// Clear plans the clearance of a group's things to give away. For those who post for the group.
func (p *Pool) Clear(ctx context.Context, v market.Viewer, group market.ID, now time.Time) (_ Clearance, err error) {
	defer market.Wrap(&err, "Clear(%s)", group)
	if err := v.MustPost(group); err != nil {
		return Clearance{}, err
	}
	if err := p.Ready(); err != nil {
		return Clearance{}, err // it would take a search for every line
	}
	lines, err := p.gifts(ctx, v, group, now)
	if err != nil {
		return Clearance{}, err
	}
	found := make([][]matching.Found, len(lines))
	for i, line := range lines {
		ranking, err := p.Rank(ctx, line, now, mostWants)
		if err != nil {
			return Clearance{}, err
		}
		found[i] = ranking.Matches
	}
	q := newClearing(lines, now)
	if err := p.askable(ctx, q, found, now); err != nil {
		return Clearance{}, err
	}
	for i := range lines {
		q.wanted(i, found[i])
	}
	return q.plan(ctx)
}

// askable leaves out whoever would be proposed nothing: pairs that were introduced and are over, and needs that answer nobody.
func (p *Pool) askable(ctx context.Context, q *clearing, found [][]matching.Found, now time.Time) error {
	var offers, needs []market.ID
	for i, list := range found {
		offers = append(offers, q.lines[i].Listing.ID)
		for _, f := range list {
			needs = append(needs, f.Other.Listing.ID)
		}
	}
	past, err := p.store.IntroductionsForAll(ctx, offers)
	if err != nil {
		return err
	}
	never, err := p.store.NotToAsk(ctx, needs, now)
	if err != nil {
		return err
	}
	over := map[[2]market.ID]bool{}
	for _, in := range past {
		pair := [2]market.ID{in.OfferID, in.NeedID}
		over[pair] = over[pair] || in.Over()
		q.asked[pair] = q.asked[pair] || in.State.Open()
	}
	for i, list := range found {
		found[i] = slices.DeleteFunc(list, func(f matching.Found) bool {
			pair := [2]market.ID{offers[i], f.Other.Listing.ID}
			return over[pair] || never[f.Other.Listing.ID] && !q.asked[pair]
		})
	}
	return nil
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
	lines      []market.Entry
	amounts    []int64
	collectors []clearance.Collector
	needs      [][]market.Entry // of each collector, which is a group
	km         []float64        // likewise
	known      []bool           // likewise: was asked of something already
	at         map[market.ID]int
	asked      map[[2]market.ID]bool // offer and need that are introduced, and not over
}

func newClearing(lines []market.Entry, now time.Time) *clearing {
	q := &clearing{lines: lines, at: map[market.ID]int{}, asked: map[[2]market.ID]bool{}}
	for _, e := range lines {
		left := calendar.Stock{Quantity: e.Listing.Quantity, Lent: e.Lent}.LeftForGood(now)
		q.amounts = append(q.amounts, int64(max(0, left)))
	}
	return q
}

// wanted are the needs for a line. No part is smaller than is of use to the need, nor than the giver gives. Of equal plans the one with
// whom was asked already is preferred.
func (q *clearing) wanted(line int, found []matching.Found) {
	offer := q.lines[line]
	for _, f := range found {
		least := f.Other.LeastWanted()
		if offer.Listing.Splittable {
			least = max(least, offer.Listing.SmallestPart)
		} else {
			least = max(least, offer.Listing.Quantity)
		}
		i, n := q.place(f.Other)
		w := clearance.Want{Line: line, Amount: int64(f.Amount), Least: int64(least), Fit: f.Match.Fit}
		q.km[i] = max(q.km[i], offer.Point.KM(f.Other.Point))
		if q.asked[[2]market.ID{offer.Listing.ID, f.Other.Listing.ID}] {
			w.Fit, q.known[i] = 1, true
		}
		n.Wants = append(n.Wants, w)
	}
}

// place of a need among those of its group, which is collector i.
func (q *clearing) place(need market.Entry) (i int, n *clearance.Need) {
	i, there := q.at[need.Listing.GroupID]
	if !there {
		i = len(q.collectors)
		q.at[need.Listing.GroupID] = i
		q.collectors, q.needs = append(q.collectors, clearance.Collector{}), append(q.needs, nil)
		q.km, q.known = append(q.km, 0), append(q.known, false)
	}
	c := &q.collectors[i]
	at := slices.IndexFunc(q.needs[i], func(e market.Entry) bool { return e.Listing.ID == need.Listing.ID })
	if at < 0 {
		at = len(c.Needs)
		c.Needs = append(c.Needs, clearance.Need{Most: int64(max(1, need.Wanted()))})
		q.needs[i] = append(q.needs[i], need)
	}
	return i, &c.Needs[at]
}

// planFor is how long a page waits for a plan with fewer collections; the best found by then, or the first after it, is shown with
// its bound.
const planFor = 2 * time.Second

func (q *clearing) plan(ctx context.Context) (Clearance, error) {
	for i := range q.collectors {
		if !q.known[i] {
			q.collectors[i].KM = q.km[i]
		}
	}
	until := time.Now().Add(planFor)
	enough := func() bool { return ctx.Err() != nil || time.Now().After(until) }
	plan, err := clearance.Clear(q.amounts, q.collectors, clearance.Options{Steps: clearSteps, Stop: enough})
	if err != nil {
		return Clearance{}, err
	}
	return q.told(plan), nil
}

func (q *clearing) told(plan clearance.Plan) Clearance {
	out := Clearance{Lines: len(q.lines), Least: plan.Least}
	for _, m := range plan.Manifests {
		c := Collection{KM: market.AboutKM(q.km[m.Collector])}
		for _, t := range m.Takes {
			offer, need := q.lines[t.Line].Listing, q.needs[m.Collector][t.Need]
			c.Group, c.Name, c.Borough = need.Listing.GroupID, need.Group.Name, need.Borough
			c.Takes = append(c.Takes, Take{Offer: offer, Need: need.Listing, Amount: int(t.Amount)})
		}
		out.Collections = append(out.Collections, c)
	}
	slices.SortStableFunc(out.Collections, func(a, b Collection) int { return cmp.Compare(a.KM, b.KM) })
	for i, n := range plan.Left {
		if n > 0 {
			out.Left = append(out.Left, Leftover{q.lines[i].Listing, int(n)})
		}
	}
	return out
}
