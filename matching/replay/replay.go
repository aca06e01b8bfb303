// Package replay runs the days behind us again with other weights or rules, to see who would gain and who would lose
// before anybody switches.
//
// It promises that two runs over the same days differ in nothing but their weights and rules, and that the same days
// always give the same outcome. It is pure, and takes listings as they read now: what they said before an edit is not kept.
// What nobody knows it assumes alike for both: everyone says yes to the first proposal, but for pairs that are known to
// have said no. Needs are ranked one by one: it knows nothing of sharing out. docs/matching.md says more.
package replay

import (
	"cmp"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
)

// Days are what happened, as far as it does not depend on weights: listings that were open, and who refused whom.
type Days struct {
	From, Until time.Time
	Listings    []Open
	Refused     map[Pair]bool
}

// Open is a listing and when it was open; Until is zero when it still is.
type Open struct {
	Entry market.Entry
	From  time.Time
	Until time.Time
}

// Pair of an offer and a need.
type Pair struct{ Offer, Need market.ID }

// Rules that a replay can turn.
type Rules struct {
	Requests int // open requests an offer may hold; 0: three
	Holds    int // days for which an introduction counts as a request; 0: six, two clocks of 72 hours
}

func (r Rules) filled() Rules {
	if r.Requests == 0 {
		r.Requests = 3
	}
	if r.Holds == 0 {
		r.Holds = 6
	}
	return r
}

// Meeting is an introduction as a replay made it.
type Meeting struct {
	Pair
	Giver, Taker market.ID // groups
	At           time.Time
	Waited       int // whole days since the need was posted
	Fit          float64
}

// Outcome of one run.
type Outcome struct {
	Meetings []Meeting         // in order of time
	Waits    map[market.ID]int // by need: days until its introduction, or, when there was none, until it closed or the days end
	Gini     float64           // of introductions over the needs of a group, over groups that need
	Longest  int               // wait of all, days
	Fit      float64           // mean; 0 when there is no meeting
}

// lately is for how long a group that was helped yields, as the store counts it.
const lately = 30 * 24 * time.Hour

// Run the days with an engine's options, day by day: first what was posted and closed, then every need that has nothing yet,
// the longest open first.
func Run(d Days, opts matching.Options, rules Rules) Outcome {
	r := &run{days: d, rules: rules.filled(), index: matching.New(opts), open: map[market.ID]*Open{}, met: map[market.ID]bool{},
		helped: map[market.ID][]time.Time{}, asked: map[market.ID][]time.Time{}, out: Outcome{Waits: map[market.ID]int{}}}
	r.coming = slices.Clone(d.Listings)
	slices.SortFunc(r.coming, func(a, b Open) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Entry.Listing.ID, b.Entry.Listing.ID))
	})
	for day := d.From; !day.After(d.Until); day = day.AddDate(0, 0, 1) {
		r.day(day)
	}
	r.finish()
	return r.out
}

// run is a replay on its way.
type run struct {
	days   Days
	rules  Rules
	index  *matching.Index
	coming []Open // not posted yet
	open   map[market.ID]*Open
	needs  []market.ID // open ones without an introduction, the longest open first
	met    map[market.ID]bool
	helped map[market.ID][]time.Time // when a group was given something
	asked  map[market.ID][]time.Time // by offer
	out    Outcome
}

// day ends at the moment given: what was posted before it takes part.
func (r *run) day(now time.Time) {
	for len(r.coming) > 0 && !r.coming[0].From.After(now) {
		r.post(&r.coming[0])
		r.coming = r.coming[1:]
	}
	for id, o := range r.open {
		if !o.Until.IsZero() && !o.Until.After(now) {
			r.close(id)
		}
	}
	r.refresh(now)
	for _, id := range slices.Clone(r.needs) {
		r.look(id, now)
	}
}

func (r *run) post(o *Open) {
	own := *o // its entry changes here only
	l := &own.Entry.Listing
	l.Life, l.PausedUntil, l.ExpiresAt, l.ClosedAt = market.Open, nil, nil, nil
	opened := own.From
	l.OpenedAt = &opened
	own.Entry.Group.Helped, own.Entry.Asked, own.Entry.Group.Active = 0, 0, !own.Entry.Group.Hidden
	r.open[l.ID] = &own
	if l.Side == market.Need {
		r.needs = append(r.needs, l.ID)
		return
	}
	r.index.Put(own.Entry)
}

func (r *run) close(id market.ID) {
	o := r.open[id]
	if o.Entry.Listing.Side == market.Need && !r.met[id] {
		r.out.Waits[id] = wait(o.From, o.Until)
	}
	delete(r.open, id)
	r.needs = slices.DeleteFunc(r.needs, func(n market.ID) bool { return n == id })
	r.index.Delete(id)
}

// refresh forgets requests and help that are too long ago.
func (r *run) refresh(now time.Time) {
	older := func(list []time.Time, than time.Duration) []time.Time {
		return slices.DeleteFunc(list, func(t time.Time) bool { return now.Sub(t) >= than })
	}
	for id, o := range r.open {
		if o.Entry.Listing.Side != market.Offer {
			continue
		}
		group := o.Entry.Listing.GroupID
		r.helped[group] = older(r.helped[group], lately)
		r.asked[id] = older(r.asked[id], time.Duration(r.rules.Holds)*24*time.Hour)
		r.put(o)
	}
}

// put an offer with what is known of it now, when that changed.
func (r *run) put(o *Open) {
	helped, asked := len(r.helped[o.Entry.Listing.GroupID]), len(r.asked[o.Entry.Listing.ID])
	if o.Entry.Group.Helped == helped && o.Entry.Asked == asked {
		return
	}
	o.Entry.Group.Helped, o.Entry.Asked = helped, asked
	o.Entry.Listing.Version++
	r.index.Put(o.Entry)
}

// looks is how many offers are considered for a need: those above it may be refused or have their hands full.
const looks = 20

func (r *run) look(id market.ID, now time.Time) {
	need := r.open[id]
	for _, f := range r.index.Rank(need.Entry, now, looks).Matches {
		offer := r.open[f.Other.Listing.ID]
		pair := Pair{offer.Entry.Listing.ID, id}
		if r.days.Refused[pair] || len(r.asked[pair.Offer]) >= r.rules.Requests {
			continue
		}
		r.meet(pair, offer, need, f, now)
		return
	}
}

// meet introduces the two: the offer's capacity is taken, the need has what it wants, and its group was helped once more, by
// which what that group offers yields.
func (r *run) meet(pair Pair, offer, need *Open, f matching.Found, now time.Time) {
	waited := wait(need.From, now)
	r.out.Meetings = append(r.out.Meetings, Meeting{Pair: pair, Giver: offer.Entry.Listing.GroupID, Taker: need.Entry.Listing.GroupID,
		At: now, Waited: waited, Fit: f.Match.Fit})
	r.met[pair.Need], r.out.Waits[pair.Need] = true, waited
	r.needs = slices.DeleteFunc(r.needs, func(n market.ID) bool { return n == pair.Need })
	r.asked[pair.Offer] = append(r.asked[pair.Offer], now)
	offer.Entry.Lent = append(slices.Clone(offer.Entry.Lent), taken(f, offer.Entry.Listing, now)...)
	r.put(offer) // of which one more is asked
	taker := need.Entry.Listing.GroupID
	r.helped[taker] = append(r.helped[taker], now)
	for _, o := range r.open {
		if o.Entry.Listing.Side == market.Offer && o.Entry.Listing.GroupID == taker {
			r.put(o)
		}
	}
}

// taken is the capacity of an introduction: its slots; for good, when a thing is given; nothing where neither says times.
func taken(f matching.Found, offer market.Listing, now time.Time) (list []market.Allocation) {
	for _, s := range f.Match.Slots {
		until := s.Until
		list = append(list, market.Allocation{Amount: f.Amount, From: s.From, Until: &until})
	}
	if len(list) == 0 && offer.Terms.Kind == market.Gift && offer.Kind == market.Equipment {
		list = append(list, market.Allocation{Amount: f.Amount, From: now})
	}
	return list
}

func wait(from, until time.Time) int { return max(0, int(until.Sub(from).Hours()/24)) }

// finish works out the figures of the whole.
func (r *run) finish() {
	for _, id := range r.needs {
		r.out.Waits[id] = wait(r.open[id].From, r.days.Until)
	}
	wanted, got := map[market.ID]float64{}, map[market.ID]float64{}
	for _, o := range r.days.Listings {
		if _, took := r.out.Waits[o.Entry.Listing.ID]; took {
			wanted[o.Entry.Listing.GroupID]++
		}
	}
	for _, m := range r.out.Meetings {
		got[m.Taker]++
		r.out.Fit += m.Fit / float64(len(r.out.Meetings))
	}
	var shares []float64
	for group, n := range wanted {
		shares = append(shares, got[group]/n)
	}
	r.out.Gini = Gini(shares)
	for _, days := range r.out.Waits {
		r.out.Longest = max(r.out.Longest, days)
	}
}
