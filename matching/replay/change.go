package replay

import (
	"cmp"
	"slices"

	"wherewithal/market"
)

// Change is what a group would have otherwise: introductions in which it gives and gets, and days its needs wait together.
type Change struct {
	Group       market.ID
	Gives, Gave int // with the other weights; as it is
	Gets, Got   int
	Waits       int
	Waited      int
}

// Gain is above 0 for a group that gains: introductions for its needs first, days of waiting after.
func (c Change) Gain() int {
	if c.Gets != c.Got {
		return c.Gets - c.Got
	}
	return cmp.Compare(c.Waited, c.Waits)
}

// Compare two runs over the same days: every group for which something differs, those that gain most first, then those
// that lose, then those whose giving alone differs.
func Compare(d Days, was, would Outcome) []Change {
	groups := map[market.ID]*Change{}
	of := func(id market.ID) *Change {
		if groups[id] == nil {
			groups[id] = &Change{Group: id}
		}
		return groups[id]
	}
	for _, m := range was.Meetings {
		of(m.Giver).Gave++
		of(m.Taker).Got++
	}
	for _, m := range would.Meetings {
		of(m.Giver).Gives++
		of(m.Taker).Gets++
	}
	for _, o := range d.Listings {
		if id := o.Entry.Listing.ID; o.Entry.Listing.Side == market.Need {
			of(o.Entry.Listing.GroupID).Waited += was.Waits[id]
			of(o.Entry.Listing.GroupID).Waits += would.Waits[id]
		}
	}
	var out []Change
	for _, c := range groups {
		if c.Gives != c.Gave || c.Gets != c.Got || c.Waits != c.Waited {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Gain(), a.Gain()), cmp.Compare(a.Waits-a.Waited, b.Waits-b.Waited), cmp.Compare(a.Group, b.Group))
	})
	return out
}
