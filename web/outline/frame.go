package outline

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"wherewithal/market"
)

const (
	margin      = 40  // units around a boundary: its line is thick
	strip       = 120 // units below the map, for the scale
	leastHeight = 400 // units: a street is a line from west to east
	leastKM     = .05 // across the picture of a point
)

// kmPerDegree of latitude.
var kmPerDegree = market.Point{}.KM(market.Point{Lat: 1})

// frame lays degrees on units: an equirectangular projection, true to scale on the parallel in the middle.
type frame struct {
	middle     orb.Point // in degrees
	east       float64   // km a degree of longitude
	scale      float64   // units a km
	height     float64   // of the map, in units
	wide, high float64   // what it is made for, in km
}

// frameOf has all of a bound in degrees in it, as large as there is room.
func frameOf(bound orb.Bound) frame {
	f := frame{middle: bound.Center()}
	f.east = kmPerDegree * max(math.Cos(f.middle.Lat()*math.Pi/180), .01) // at a pole all of it would be one line
	f.wide, f.high = (bound.Right()-bound.Left())*f.east, (bound.Top()-bound.Bottom())*kmPerDegree
	f.scale = (Width - 2*margin) / max(f.wide, f.high, leastKM)
	f.height = max(f.high*f.scale, leastHeight) + 2*margin
	return f
}

// project lays an area's rings on units, closed; a ring of no corner is left out.
func (f frame) project(a Area) (rings []orb.Ring) {
	for _, corners := range a {
		if len(corners) == 0 {
			continue
		}
		var r orb.Ring
		for _, p := range corners {
			r = append(r, orb.Point{Width/2 + (p.Lng-f.middle.Lon())*f.east*f.scale, f.height/2 - (p.Lat-f.middle.Lat())*kmPerDegree*f.scale})
		}
		rings = append(rings, append(r, r[0]))
	}
	return rings
}

// seen are the rings of areas that reach into the map.
func (f frame) seen(areas []Area) (rings []orb.Ring) {
	box := orb.Bound{Max: orb.Point{Width, f.height}}
	for _, a := range areas {
		for _, r := range f.project(a) {
			if box.Intersects(r.Bound()) {
				rings = append(rings, r)
			}
		}
	}
	return rings
}

// bar is the longest round length that leaves room for its words.
func (f frame) bar(top int) Bar {
	const most, rise = Width * .45, 24
	metres := roundMetres(most / f.scale * 1000)
	long := int(math.Round(float64(metres) / 1000 * f.scale))
	y := top + strip/2
	return Bar{Metres: metres, X: margin + long + margin, Y: y,
		Path: fmt.Sprintf("M%d %dv%dh%dv%d", margin, y-rise/2, rise, long, -rise)}
}

// roundMetres is the largest 1, 2 or 5 with noughts that is at most so many; 1 at least.
func roundMetres(most float64) int {
	best := 1
	for ten := 1; float64(ten) <= most; ten *= 10 {
		for _, n := range []int{1, 2, 5} {
			if float64(n*ten) <= most {
				best = n * ten
			}
		}
	}
	return best
}
