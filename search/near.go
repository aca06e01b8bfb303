package search

import (
	"math"

	"wherewithal/market"
)

// kmPerDegree of latitude, on the same sphere as market.Point.KM.
const kmPerDegree = 2 * math.Pi * 6371.0088 / 360

// around is the box, south-west and north-east, that holds everything within km of p. Near the poles it is all
// longitudes.
func around(p market.Point, km float64) [2]market.Point {
	lat := km / kmPerDegree
	lng := 180.0
	if edge := math.Abs(p.Lat) + lat; edge < 89 {
		lng = lat / math.Cos(edge*math.Pi/180)
	}
	return [2]market.Point{{Lat: p.Lat - lat, Lng: p.Lng - lng}, {Lat: p.Lat + lat, Lng: p.Lng + lng}}
}
