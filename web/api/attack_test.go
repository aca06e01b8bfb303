package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"wherewithal/config"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/api"
)

// attacker has an account, a group with places all around, needs at each, and patience.
type attacker struct {
	neighbour
	places []market.Place
	needs  []api.Listing
}

const centreLat, centreLng = 51.4826, 0.0077 // where neighbours are

func (h *house) attacker() attacker {
	h.t.Helper()
	a := attacker{neighbour: h.neighbour("Nosy neighbours", "nosy@example.org")}
	for i := range 5 {
		at := market.Point{Lat: centreLat + float64(i-2)*0.006, Lng: centreLng + float64(i*2%5-2)*0.009}
		p, err := h.accounts.AddPlace(h.ctx, a.viewer, market.Place{GroupID: a.group.ID, Outcode: "SE10", Borough: "Greenwich", Region: "London",
			Precision: market.ByPoint, Exact: at}, fmt.Sprint("nosy-", i), h.now)
		h.must(err)
		a.places = append(a.places, p)
		a.needs = append(a.needs, read[api.Listing](a.ask("POST", "/listings", write(with(choir(a.neighbour), "placeId", p.ID, "reachKm", 1+i%3))).want(201)))
	}
	return a
}

// learns is all that a is told: of searches from everywhere, of each listing and group, of previews from each of their
// places with every reach, and of the matches of their needs.
func (a attacker) learns(h *house, searches int, listings []market.ID, group market.ID) string {
	h.t.Helper()
	p := &program{h, a.token}
	var all strings.Builder
	told := func(r answer) {
		if r.status != http.StatusOK {
			h.t.Fatalf("%d: %s", r.status, r.text)
		}
		fmt.Fprintln(&all, r.text, r.header.Get("Etag"), r.header.Get("Link"))
	}
	r := rand.New(rand.NewPCG(7, 7))
	for i := range searches {
		q := fmt.Sprintf("/search?lat=%.5f&lng=%.5f&radiusKm=%.2f", centreLat+(r.Float64()-.5)*0.04, centreLng+(r.Float64()-.5)*0.06, 0.5+2*r.Float64())
		told(p.ask("GET", q+[]string{"&sort=distance", "&facets=true", "&q=hall+near+SE10&read=true", "&fields=title"}[i%4], ""))
	}
	for _, id := range listings {
		told(p.ask("GET", "/listings/"+string(id), ""))
	}
	told(p.ask("GET", "/groups/"+string(group), ""))
	for _, place := range a.places {
		for _, km := range []float64{1, 1.5, 2, 3} {
			told(p.ask("POST", "/previews", write(with(choir(a.neighbour), "placeId", place.ID, "reachKm", km))))
		}
	}
	for _, n := range a.needs {
		h.must(h.intros.Match(h.ctx, market.ID(n.ID), h.now))
		told(p.ask("GET", "/listings/"+n.ID+"/matches", ""))
	}
	return all.String()
}

// What a stranger is told depends on the public point alone: with the exact place moved to the far side of it, everything
// that they can ask is answered by the same bytes. How much the public point says of the place is market's to test.
func TestFiftyListingsAtOnePlaceAndAThousandQuestionsTellNoMoreThanItsPublicPoint(t *testing.T) {
	unlimited := func(c *config.Config) { c.PostsPerHour, c.APIPerHour = 1000, 100_000 }
	h := openWith(t, unlimited)
	victim := h.neighbour("Pennywort Hall", "hall@example.org")
	var ids []market.ID
	for i := range 40 {
		l := read[api.Listing](victim.ask("POST", "/listings", write(with(hall(victim), "title", fmt.Sprintf("Hall number %d", i+1)))).want(201))
		ids = append(ids, market.ID(l.ID))
	}
	for _, id := range ids[:10] {
		l := read[api.Listing](victim.ask("POST", "/listings/"+string(id)+"/copy", `{}`).want(201))
		victim.ask("POST", "/listings/"+l.ID+"/open", "").want(200)
		ids = append(ids, market.ID(l.ID))
	}
	// The same place entered again and again, as a postcode and as pins beside it.
	for i := range 5 {
		beside := market.Point{Lat: centreLat + float64(i-2)*0.0003, Lng: centreLng + float64(2-i)*0.0004}
		p, err := h.accounts.AddPlace(h.ctx, victim.viewer, market.Place{GroupID: victim.group.ID, Outcode: "SE10", Borough: "Greenwich", Region: "London",
			Precision: market.ByPoint, Exact: beside}, fmt.Sprint("again-", i), h.now)
		h.must(err)
		l := read[api.Listing](victim.ask("POST", "/listings", write(with(hall(victim), "placeId", p.ID, "title", fmt.Sprintf("Hall again %d", i+1)))).want(201))
		ids = append(ids, market.ID(l.ID))
	}
	points := map[market.Point]bool{}
	for _, id := range ids {
		l := read[api.Listing](h.public().ask("GET", "/listings/"+string(id), "").want(200))
		points[market.Point{Lat: l.Place.Lat, Lng: l.Place.Lng}] = true
	}
	if len(points) != 1 {
		t.Errorf("one place is shown at %d points, and where their rings cross it lies: %v", len(points), points)
	}
	nosy := h.attacker()
	rebuilt := func(h *house) *house {
		h.must(listing.NewMirror(h.store, h.search).Rebuild(h.ctx, h.now))
		return h
	}
	moved := func(set string) *house {
		_, err := h.store.Pool().Exec(h.ctx, `update places set `+set+` where group_id = $1`, victim.group.ID)
		h.must(err)
		again := openOn(t, h.store, unlimited)
		return rebuilt(again)
	}
	const searches = 500 // of either world
	before := nosy.learns(rebuilt(h), searches, ids, victim.group.ID)
	after := nosy.learns(moved(`exact_lat = 2*public_lat - exact_lat, exact_lng = 2*public_lng - exact_lng, postcode = 'SE3 9ZZ', label = 'Elsewhere'`),
		searches, ids, victim.group.ID)
	if before != after {
		t.Errorf("the exact place shows: %s", firstDifference(before, after))
	}
	if elsewhere := nosy.learns(moved(`public_lat = public_lat + 0.0036`), 20, ids, victim.group.ID); strings.HasPrefix(before, elsewhere[:2000]) {
		t.Error("the public point moved, and nothing that was told did: this test looks at nothing")
	}
}

func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%q and %q", a[max(0, i-200):min(len(a), i+200)], b[max(0, i-200):min(len(b), i+200)])
		}
	}
	return fmt.Sprintf("%d and %d bytes", len(a), len(b))
}
