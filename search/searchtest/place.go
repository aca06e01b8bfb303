package searchtest

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/search"
)

// east is a point that many km east of greenwich; a degree of longitude is some 69.24 km there.
func east(km float64) market.Point {
	return market.Point{Lat: greenwich.Lat, Lng: greenwich.Lng + km/69.2399}
}

func radiusInWholeKilometres(b *bench) {
	here, two, three := b.put(at(east(0.1))), b.put(at(east(2.3))), b.put(at(east(2.9)))
	north := b.put(at(market.Point{Lat: 51.48 + 9.2/111.195, Lng: 0}))
	online := b.put(at(east(5)), func(e *market.Entry) { e.Listing.Where = market.Online })

	b.finds("within 1 km", search.Query{Near: &greenwich, RadiusKM: 1}, here, online)
	b.finds("within half a km is within 1", search.Query{Near: &greenwich, RadiusKM: 0.5}, here, online)
	b.finds("within 2 km", search.Query{Near: &greenwich, RadiusKM: 2}, here, two, online)
	b.finds("within 3 km", search.Query{Near: &greenwich, RadiusKM: 3}, here, two, three, online)
	b.finds("within 9 km", search.Query{Near: &greenwich, RadiusKM: 9}, here, two, three, online, north)

	got := map[market.ID]int{}
	for _, h := range b.ask(search.Query{Near: &greenwich}).Hits {
		got[h.ID] = h.KM
	}
	if diff := cmp.Diff(map[market.ID]int{here: 1, two: 2, three: 3, north: 9, online: 0}, got); diff != "" {
		b.Errorf("distances (-want +got):\n%s", diff)
	}
	for _, h := range b.ask(search.Query{}).Hits {
		if h.KM != 0 {
			b.Errorf("a distance of %d km from nowhere", h.KM)
		}
	}
}

// Within a kilometre the order must not follow the distance: the newest first, from wherever one asks.
func orderTellsNoMoreThanKM(b *bench) {
	var want []market.ID
	for _, km := range []float64{3.1, 2.6, 3.4, 2.8, 3.3, 2.7} {
		want = append([]market.ID{b.put(titled("Loom"), at(east(km)))}, want...)
	}
	for _, shift := range []float64{0, 0.05, -0.05} {
		from := east(shift)
		b.findsInOrder("by distance", search.Query{Near: &from, Sort: search.ByDistance}, want...)
		b.findsInOrder("by relevance", search.Query{Near: &from, Text: "loom"}, want...)
	}
}

func threeSorts(b *bench) {
	far := b.put(titled("Loom and loom bench"), at(east(20)))
	near := b.put(titled("Table"), at(east(2)), func(e *market.Entry) { e.Listing.Description = "Once held a loom." })
	nowhere := b.put(titled("Yarn for a loom"), func(e *market.Entry) { e.Listing.Where = market.Online })
	middle := b.put(titled("Bench"), at(east(9)), func(e *market.Entry) { e.Listing.Tags = []string{"loom"} })

	q := search.Query{Text: "loom", Near: &greenwich}
	b.sorted(q, search.ByNewest, middle, nowhere, near, far)
	b.sorted(q, search.ByDistance, near, middle, far, nowhere)
	b.sorted(q, search.ByRelevance, nowhere, far, middle, near)
	b.sorted(q, "", nowhere, far, middle, near)
	b.findsInOrder("without words, near", search.Query{Near: &greenwich}, near, middle, far, nowhere)
	b.findsInOrder("without words", search.Query{}, middle, nowhere, near, far)
}

func (b *bench) sorted(q search.Query, by search.Sort, want ...market.ID) {
	b.Helper()
	q.Sort = by
	b.findsInOrder("sorted by "+string(by), q, want...)
	q.Limit = 1
	if got := b.walk(q, len(want)+1); !slices.Equal(got, want) {
		b.Errorf("one a page, sorted by %q: %v, want %v", by, got, want)
	}
}

// walk turns pages to the end, at most so many.
func (b *bench) walk(q search.Query, most int) []market.ID {
	b.Helper()
	var got []market.ID
	for range most {
		page := b.ask(q)
		got = append(got, idsOf(page)...)
		if page.Next == "" {
			return got
		}
		q.Cursor = page.Next
	}
	b.Fatalf("no last page within %d", most)
	return nil
}
