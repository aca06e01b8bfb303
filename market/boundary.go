package market

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
)

// ReadBoundary reads the polygon of a GeoJSON text (RFC 7946): a Polygon, or a Feature or collection of one. Its ring comes
// back without the closing corner. Nothing for an empty text; what is no simple ring of up to MaxBoundary corners on this
// planet is market.Invalid.
func ReadBoundary(text string) ([]Point, error) {
	if Tidy(text) == "" {
		return nil, nil
	}
	ring, err := ringOf([]byte(text))
	if err != nil {
		return nil, Refuse("boundary", "boundary_unread")
	}
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	switch {
	case len(ring) < 3:
		return nil, Refuse("boundary", "boundary_unread")
	case len(ring) > MaxBoundary:
		return nil, Refuse("boundary", "boundary_long", "Max", MaxBoundary)
	case crosses(ring):
		return nil, Refuse("boundary", "boundary_crosses")
	}
	return ring, nil
}

// geo is as much of a GeoJSON object as a boundary needs.
type geo struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometry    json.RawMessage `json:"geometry"`
	Features    []geo           `json:"features"`
}

var errNoRing = errors.New("no polygon of one ring")

func ringOf(text []byte) ([]Point, error) {
	var g geo
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&g); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errNoRing // something stands behind it
	}
	return g.ring()
}

func (g geo) ring() ([]Point, error) {
	switch {
	case g.Type == "FeatureCollection" && len(g.Features) == 1:
		return g.Features[0].ring()
	case g.Type == "Feature":
		var inner geo
		if err := json.Unmarshal(g.Geometry, &inner); err != nil || inner.Type == "Feature" {
			return nil, errNoRing
		}
		return inner.ring()
	case g.Type != "Polygon":
		return nil, errNoRing
	}
	var rings [][][]float64
	if err := json.Unmarshal(g.Coordinates, &rings); err != nil || len(rings) != 1 {
		return nil, errNoRing
	}
	var ring []Point
	for _, c := range rings[0] {
		if len(c) < 2 || math.Abs(c[0]) > 180 || math.Abs(c[1]) > 90 {
			return nil, errNoRing
		}
		ring = append(ring, Point{Lat: c[1], Lng: c[0]})
	}
	return ring, nil
}

// crosses reports whether two sides of a ring that are not neighbours meet.
func crosses(ring []Point) bool {
	n := len(ring)
	for i := range n {
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue
			}
			if meet(ring[i], ring[(i+1)%n], ring[j], ring[(j+1)%n]) {
				return true
			}
		}
	}
	return false
}

func meet(a, b, c, d Point) bool {
	return turn(a, b, c)*turn(a, b, d) <= 0 && turn(c, d, a)*turn(c, d, b) <= 0 && boxes(a, b, c, d)
}

func turn(a, b, c Point) float64 {
	t := (b.Lng-a.Lng)*(c.Lat-a.Lat) - (b.Lat-a.Lat)*(c.Lng-a.Lng)
	switch {
	case t > 0:
		return 1
	case t < 0:
		return -1
	}
	return 0
}

// boxes reports whether the boxes around two sides overlap: sides on one line meet only then.
func boxes(a, b, c, d Point) bool {
	over := func(a, b, c, d float64) bool { return max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d)) }
	return over(a.Lat, b.Lat, c.Lat, d.Lat) && over(a.Lng, b.Lng, c.Lng, d.Lng)
}

// GeoJSON writes a boundary as a Polygon, its ring closed.
func GeoJSON(ring []Point) []byte {
	var corners [][2]float64
	for _, p := range ring {
		corners = append(corners, [2]float64{p.Lng, p.Lat})
	}
	if len(corners) > 0 {
		corners = append(corners, corners[0])
	}
	text, _ := json.Marshal(map[string]any{"type": "Polygon", "coordinates": [][][2]float64{corners}}) // numbers only
	return text
}
