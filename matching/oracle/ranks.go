package oracle

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
)

// Town is made-up listings, half of them offers, in an index.
type Town struct {
	now   time.Time
	list  []market.Entry
	index *matching.Index
}

var titles = map[string][]string{
	market.Room:      {"Church hall with kitchen", "Meeting room", "Dance studio", "School hall", "Quiet room"},
	market.Skill:     {"Bookkeeping for groups", "Website help", "First aid training", "Gardening", "Bid writing"},
	market.Equipment: {"Gazebo", "PA system", "Trestle tables", "Minibus", "Tea urn", "Sewing machine"},
}

// SomeTown has n listings within some miles.
func SomeTown(r *rand.Rand, n int) *Town {
	t := &Town{now: time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC), index: matching.New(matching.Options{})}
	for i := range n {
		e := t.someone(r, i)
		t.list = append(t.list, e)
		t.index.Put(e)
	}
	return t
}

func (t *Town) someone(r *rand.Rand, i int) market.Entry {
	kind := []string{market.Room, market.Skill, market.Equipment}[r.IntN(3)]
	side := []market.Side{market.Offer, market.Need}[i%2]
	opened := t.now.AddDate(0, 0, -r.IntN(80))
	l := market.Listing{ID: market.ID(fmt.Sprintf("listing-%06d", i)), Version: 1, GroupID: market.ID(fmt.Sprintf("group-%04d", r.IntN(1+i)/3)), Side: side,
		Kind: kind, Title: titles[kind][r.IntN(len(titles[kind]))], Quantity: 1, Where: market.Wheres[r.IntN(3)], Life: market.Open, OpenedAt: &opened,
		Circle: []market.Circle{market.InBorough, market.InCity, market.Anyone}[r.IntN(3)], ReachKM: []float64{0, 2, 3, 5, 10}[r.IntN(5)],
		Terms: market.Terms{Kind: market.TermsKinds[r.IntN(4)]}, Facts: market.Facts{}, When: sometime(r, side)}
	if kind == market.Room {
		l.Facts["seated"] = float64(10 * (1 + r.IntN(12)))
	}
	if r.IntN(3) == 0 {
		l.Requires, l.Has = []market.Feature{market.StepFree}, []market.Feature{market.StepFree}
	}
	return market.Entry{Listing: l, Region: "London", Borough: []string{"Greenwich", "Lewisham", "Southwark"}[r.IntN(3)], Asked: r.IntN(4),
		Point: market.Point{Lat: 51.5 + .04*r.NormFloat64(), Lng: -.1 + .07*r.NormFloat64()},
		Group: market.Standing{ID: l.GroupID, Active: true, LegalForm: market.Constituted, Helped: r.IntN(6), Kept: r.IntN(5), Broken: r.IntN(3)}}
}

func sometime(r *rand.Rand, side market.Side) market.When {
	start := market.Minute(60 * (8 + r.IntN(10)))
	w := market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.Weekdays(1 + r.IntN(127)), Start: start, End: start + 60*market.Minute(2+r.IntN(4))}}}
	switch {
	case r.IntN(4) == 0:
		w.Windows = nil
	case side == market.Need:
		w.Every, w.Times, w.Duration, w.From = market.Weekly, 1+r.IntN(12), 120, "2027-02-01"
	case r.IntN(2) == 0:
		w.TermTimeOnly, w.NotBankHolidays = true, true
	}
	return w
}

// Recall of the ten best for the i-th listing: the share of those that comparing it with every other finds which the index finds as
// well. The error names the first that is missing, or stands elsewhere; found is how many there are to find.
func (t *Town) Recall(i int) (share float64, found int, err error) {
	subject := t.list[i]
	want, got := t.best(subject, 10), []market.ID{}
	for _, f := range t.index.Rank(subject, t.now, 10).Matches {
		got = append(got, f.Other.Listing.ID)
	}
	if !slices.Equal(want, got) {
		err = fmt.Errorf("for %s the index finds %v, comparing with every other %v", subject.Listing.ID, got, want)
	}
	hits := 0
	for _, id := range want {
		if slices.Contains(got, id) {
			hits++
		}
	}
	if len(want) == 0 {
		return 1, 0, err
	}
	return float64(hits) / float64(len(want)), len(want), err
}

// best counterparts of a subject, each pair asked of every rule by itself.
func (t *Town) best(subject market.Entry, most int) (ids []market.ID) {
	standing := map[market.ID]float64{}
	for _, other := range t.list {
		offer, need := subject, other
		if other.Listing.Side == market.Offer {
			offer, need = other, subject
		}
		if other.Listing.Side == subject.Listing.Side {
			continue
		}
		if v := t.index.Explain(offer, need, t.now); v.Fits {
			standing[other.Listing.ID] = v.Match.Fit * t.lift(other)
			ids = append(ids, other.Listing.ID)
		}
	}
	slices.SortFunc(ids, func(a, b market.ID) int { return cmp.Or(cmp.Compare(standing[b], standing[a]), cmp.Compare(a, b)) })
	return ids[:min(most, len(ids))]
}

// lift is what the order follows besides the fit, as docs/matching.md has it.
func (t *Town) lift(e market.Entry) float64 {
	w := matching.Plain()
	helped, asked, kept, broken := float64(e.Group.Helped), float64(e.Asked), float64(e.Group.Kept), float64(e.Group.Broken)
	days := t.now.Sub(*e.Listing.OpenedAt).Hours() / 24
	spread := 1 - w.Spread*(.5*helped/(helped+5)+.5*asked/(asked+2))
	trust := 1 - w.Trust*(1-(8+kept)/(10+kept+broken))
	if e.Listing.Side == market.Offer {
		return spread * trust * (1 - w.Stale*days/(days+45))
	}
	return spread * trust * (1 - w.Waiting*30/(days+30))
}
