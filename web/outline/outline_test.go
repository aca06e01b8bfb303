package outline

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wherewithal/market"
)

func box(south, west, north, east float64) []market.Point {
	return []market.Point{{Lat: south, Lng: west}, {Lat: south, Lng: east}, {Lat: north, Lng: east}, {Lat: north, Lng: west}}
}

// A degree east is half as long at 60° as one north: two degrees by one are a square there.
func TestAPlaceIsDrawnInItsShapeNorthAbove(t *testing.T) {
	own, hole, part, within := box(59.5, 9, 60.5, 11), box(59.9, 9.8, 60.1, 10), box(59.5, 9, 59.6, 9.1), box(60, 10, 60.5, 10.5)
	got := Draw(Area{own, hole}, []Area{{within, part}, {box(10, 10, 11, 11)}})
	km := kmPerDegree
	want := Drawing{Map: 1440, Height: 1560, WideKM: km, HighKM: km, Area: "M40 1400l1360 0 0 -1360 -1360 0zM584 856l136 0 0 -272 -136 0z",
		Within: "M720 720l340 0 0 -680 -340 0zM40 1400l68 0 0 -136 -68 0z", Bar: Bar{Metres: 50_000, X: 692, Y: 1500, Path: "M40 1488v24h612v-24"}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoAreaIsDrawnAllTheSame(t *testing.T) {
	at := market.Point{Lat: 51.48, Lng: -.01}
	for name, c := range map[string]struct {
		own    Area
		area   string
		height int
		metres int
	}{
		"nothing":     {},
		"no corner":   {own: Area{{}}},
		"a point":     {own: Area{{at, at, at}}, area: "M720 240z", height: 600, metres: 20},
		"a line west": {own: Area{{at, {Lat: 51.48, Lng: 0}, at}}, area: "M40 240l1360 0z", height: 600, metres: 200},
		"a pole":      {own: Area{box(90, -180, 90, 180)}, area: "M40 240l1360 0z", height: 600, metres: 100_000},
		"the Earth":   {own: Area{box(-90, -180, 90, 180)}, area: "M40 720l1360 0 0 -680 -1360 0z", height: 880, metres: 10_000_000},
	} {
		got := Draw(c.own, []Area{{{at}}, nil})
		if got.Area != c.area || got.Height != c.height || got.Bar.Metres != c.metres || got.Within != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The corners that are drawn are some of those there are, in their order and in the picture, however many and wherever.
func TestAnyBoundaryFitsItsPicture(t *testing.T) {
	ring := rapid.Custom(func(t *rapid.T) []market.Point {
		south, west := rapid.Float64Range(-90, 89).Draw(t, "south"), rapid.Float64Range(-180, 179).Draw(t, "west")
		span := rapid.SampledFrom([]float64{0, 1e-6, .01, 1}).Draw(t, "span")
		corner := rapid.Custom(func(t *rapid.T) market.Point {
			return market.Point{Lat: south + span*rapid.Float64Range(0, 1).Draw(t, "lat"), Lng: west + span*rapid.Float64Range(0, 1).Draw(t, "lng")}
		})
		return rapid.SliceOfN(corner, 1, 60).Draw(t, "corners")
	})
	area := rapid.Custom(func(t *rapid.T) Area { return rapid.SliceOfN(ring, 1, 4).Draw(t, "rings") })
	rapid.Check(t, func(t *rapid.T) {
		own := area.Draw(t, "own")
		d := Draw(own, rapid.SliceOfN(area, 0, 4).Draw(t, "within"))
		f := frameOf(own.bound())
		var all [][2]int
		for _, r := range f.project(own) {
			for _, p := range r[:len(r)-1] {
				x, y := whole(p)
				all = append(all, [2]int{x, y})
			}
		}
		for _, p := range corners(d.Area) {
			if p[0] < 0 || p[0] > Width || p[1] < 0 || p[1] > d.Map {
				t.Fatalf("%v is not in the picture of %d × %d", p, Width, d.Map)
			}
			at := slices.Index(all, p)
			if at < 0 {
				t.Fatalf("%v is not of the boundary, or not in its place: %s", p, d.Area)
			}
			all = all[at+1:]
		}
		if d.Area == "" || len(d.Area)+len(d.Within) > MostBytes {
			t.Fatalf("%d and %d bytes", len(d.Area), len(d.Within))
		}
	})
}

// corners reads what data writes.
func corners(path string) (all [][2]int) {
	for _, ring := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "M"), "z"), "zM") {
		x, y := 0, 0
		numbers := strings.Fields(strings.ReplaceAll(ring, "l", " "))
		for i := 0; i+1 < len(numbers); i += 2 {
			dx, _ := strconv.Atoi(numbers[i])
			dy, _ := strconv.Atoi(numbers[i+1])
			x, y = x+dx, y+dy
			all = append(all, [2]int{x, y})
		}
	}
	return all
}

// A ragged coast with as many ragged networks within as a region has is drawn more coarsely, and every one of them is drawn.
func TestMuchIsDrawnCoarsely(t *testing.T) {
	ragged := func(lat, lng, wide float64) (ring []market.Point) {
		for i := range market.MaxBoundary {
			turn, far := float64(i)/market.MaxBoundary*2*math.Pi, wide*(1+.2*float64(i%2))
			ring = append(ring, market.Point{Lat: lat + far*math.Sin(turn), Lng: lng + far*math.Cos(turn)})
		}
		return ring
	}
	var within []Area
	for i := range 33 {
		within = append(within, Area{ragged(51+.1*float64(i/6), .1*float64(i%6), .04)})
	}
	d := Draw(Area{ragged(51.25, .25, .4)}, within)
	if n := len(d.Area) + len(d.Within); n > MostBytes || n < MostBytes/8 {
		t.Errorf("%d bytes", n)
	}
	if n := strings.Count(d.Within, "M"); n != len(within) {
		t.Errorf("%d of %d are drawn", n, len(within))
	}
	var specks Area
	for i := range 20_000 {
		specks = append(specks, []market.Point{{Lat: float64(i % 90), Lng: float64(i % 180)}})
	}
	if d := Draw(specks, []Area{specks}); len(d.Area) > MostBytes || d.Area == "" {
		t.Errorf("specks in %d bytes", len(d.Area))
	}
}
