// Package outline draws the boundaries of networks as paths of an SVG: no tiles, and nothing asked of anybody else.
//
// It promises a picture of any boundary, be it a country, a courtyard, a line or a point, whose paths are MostBytes together at
// most: what is finer than a screen shows is left out, and more than that where there is much of it. It knows no page, no
// network and no word.
package outline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"wherewithal/market"
)

// Area is a boundary: rings of corners in order, each without its closing one. A ring inside another is a hole; one beside it is
// another part.
type Area [][]market.Point

// Width of every view box. It is drawn some 360 px wide, so that a unit is a quarter of a pixel.
const Width = 1440

// MostBytes of the paths together.
const MostBytes = 16 << 10

// Drawing is a boundary in a view box of Width × Height, and the scale in a strip below it, from Map on.
type Drawing struct {
	Height, Map    int
	Area           string  // data of a path, to be filled by the even-odd rule
	Within         string  // the same of all areas within, not to be filled; empty when none would be seen
	WideKM, HighKM float64 // from west to east along the middle, and from south to north
	Bar            Bar
}

// Bar is the scale: a line of a round number of metres, with room for its words behind X, on Y.
type Bar struct {
	Metres int
	Path   string
	X, Y   int
}

// Draw draws an area, north above, and those directly within it as far as they reach into the picture. The zero Drawing for an
// area without a corner.
func Draw(own Area, within []Area) Drawing {
	bound := own.bound()
	if bound.IsEmpty() {
		return Drawing{}
	}
	f := frameOf(bound)
	height := int(math.Ceil(f.height))
	d := Drawing{Map: height, Height: height + strip, WideKM: f.wide, HighKM: f.high, Bar: f.bar(height)}
	d.Area, d.Within = fitting(f.project(own), f.seen(within))
	return d
}

func (a Area) bound() orb.Bound {
	var all orb.MultiPoint
	for _, p := range slices.Concat(a...) {
		all = append(all, orb.Point{p.Lng, p.Lat})
	}
	return all.Bound()
}

// fitting writes rings as coarsely as MostBytes asks for. It comes to an end: a ring that is coarser than it is wide is left out,
// and what remains of the largest is two corners.
func fitting(own, within []orb.Ring) (area, inner string) {
	for tolerance := 1.0; ; tolerance *= 2 {
		largest := slices.MaxFunc(own, func(a, b orb.Ring) int { return cmp.Compare(size(a), size(b)) })
		if own = coarser(own, tolerance); len(own) == 0 {
			own = []orb.Ring{simplify.DouglasPeucker(tolerance).Ring(largest)}
		}
		within = coarser(within, tolerance)
		area, inner = data(own), data(within)
		if len(area)+len(inner) <= MostBytes {
			return area, inner
		}
	}
}

// speck is how many times the tolerance a ring measures that is still drawn: at the finest, one of a pixel.
const speck = 4

// coarser leaves out corners that lie less than tolerance beside the line, in units, and rings that would be specks.
func coarser(rings []orb.Ring, tolerance float64) (kept []orb.Ring) {
	for _, r := range rings {
		if size(r) >= speck*tolerance {
			kept = append(kept, simplify.DouglasPeucker(tolerance).Ring(r))
		}
	}
	return kept
}

// size is the longer side of the box around a ring.
func size(r orb.Ring) float64 {
	b := r.Bound()
	return max(b.Right()-b.Left(), b.Top()-b.Bottom())
}

// data writes closed rings as a path, in whole units: each corner by its way from the last, a corner in the same place not again.
func data(rings []orb.Ring) string {
	var path strings.Builder
	for _, r := range rings {
		x, y := whole(r[0])
		fmt.Fprintf(&path, "M%d %d", x, y)
		lead := "l"
		for _, p := range r[1 : len(r)-1] {
			toX, toY := whole(p)
			if toX == x && toY == y {
				continue
			}
			fmt.Fprintf(&path, "%s%d %d", lead, toX-x, toY-y)
			x, y, lead = toX, toY, " "
		}
		path.WriteByte('z')
	}
	return path.String()
}

func whole(p orb.Point) (x, y int) { return int(math.Round(p.X())), int(math.Round(p.Y())) }
