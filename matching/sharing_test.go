package matching

import (
	"slices"
	"testing"

	"wherewithal/market"
)

// TestSharingOutlastsChanges: what shares a word is among them after removals, a new layout and additions, and what came since
// may be; nothing else is.
func TestSharingOutlastsChanges(t *testing.T) {
	x := New(Options{})
	x.mostVoid = 5
	var list []market.Entry
	put := func(title string) market.ID {
		e := plainEntry(market.Offer, string(market.NewID()))
		e.Listing.Kind, e.Listing.Title = market.Equipment, title
		x.Put(e)
		list = append(list, e)
		return e.Listing.ID
	}
	var gazebos, urns, gone []market.ID
	for range 20 {
		gone = append(gone, put("Trestle table"))
		gazebos, urns = append(gazebos, put("Gazebo")), append(urns, put("Tea urn"))
	}
	need := plainEntry(market.Need, string(market.NewID()))
	need.Listing.Kind, need.Listing.Title = market.Equipment, "Gazebo"
	r := read(need)
	x.card(r, true)
	s := x.shelves[shelfKey{market.Offer, market.Equipment}]
	h := newSharing(s, keysOf(r))
	have := func(when string, want, not []market.ID) {
		t.Helper()
		has := func(id market.ID) bool { return h.has(s, x.byID[keyOf(id)].slot) }
		if !slices.ContainsFunc(want, has) || slices.ContainsFunc(want, func(id market.ID) bool { return !has(id) }) {
			t.Errorf("%s: not all that share a word are among them", when)
		}
		if slices.ContainsFunc(not, has) {
			t.Errorf("%s: some that share none are among them", when)
		}
	}
	have("at first", gazebos, slices.Concat(urns, gone))
	late := put("Gazebo")
	have("with one more", append(gazebos, late), urns)
	laid := s.laid
	for _, id := range gone {
		x.Delete(id)
	}
	if s.laid == laid {
		t.Fatal("the shelf was not laid out anew")
	}
	have("laid out anew", append(gazebos, late), urns)
	have("and one more", append(gazebos, late, put("Gazebo")), urns)
}
