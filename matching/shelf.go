package matching

import (
	"math"
	"slices"

	"wherewithal/market"
)

// shelf is the listings of one side and kind in a coarse grid, and apart those that can be anywhere: online, without a
// point, or with a reach beyond the usual.
type shelf struct {
	cells map[cell][]*reading
	wide  []*reading
}

// cell is a square of about 2 km at the latitude of London.
type cell struct{ lat, lng int32 }

const (
	cellLat  = 0.02
	cellLng  = 0.03
	kmPerLat = 111.2 // of a degree of latitude
	// mostCells looked at one by one; a wider search takes the whole shelf.
	mostCells = 2500
)

func cellOf(p market.Point) cell {
	return cell{int32(math.Floor(p.Lat / cellLat)), int32(math.Floor(p.Lng / cellLng))}
}

func (r *reading) anywhere() bool {
	return r.Point.IsZero() || r.Listing.Where == market.Online || r.Listing.Reach() > market.AssumedReachKM
}

func (s *shelf) add(r *reading) {
	if r.anywhere() {
		s.wide = append(s.wide, r)
		return
	}
	c := cellOf(r.Point)
	s.cells[c] = append(s.cells[c], r)
}

func (s *shelf) remove(r *reading) {
	if r.anywhere() {
		s.wide = without(s.wide, r)
		return
	}
	c := cellOf(r.Point)
	if s.cells[c] = without(s.cells[c], r); len(s.cells[c]) == 0 {
		delete(s.cells, c)
	}
}

// without a reading; the last takes its place.
func without(list []*reading, r *reading) []*reading {
	if i := slices.Index(list, r); i >= 0 {
		list[i] = list[len(list)-1]
		list[len(list)-1] = nil
		list = list[:len(list)-1]
	}
	return list
}

// near adds what lies within km of a point, and some beyond; everything when the point is not known.
func (s *shelf) near(p market.Point, km float64, into []*reading) []*reading {
	into = append(into, s.wide...)
	dLat := int32(math.Ceil(km / kmPerLat / cellLat))
	dLng := int32(math.Ceil(km / kmPerLat / max(.05, math.Cos(p.Lat*math.Pi/180)) / cellLng))
	if p.IsZero() || int(2*dLat+1)*int(2*dLng+1) > mostCells {
		for _, list := range s.cells {
			into = append(into, list...)
		}
		return into
	}
	c := cellOf(p)
	for lat := c.lat - dLat; lat <= c.lat+dLat; lat++ {
		for lng := c.lng - dLng; lng <= c.lng+dLng; lng++ {
			into = append(into, s.cells[cell{lat, lng}]...)
		}
	}
	return into
}
