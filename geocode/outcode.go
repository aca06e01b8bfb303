package geocode

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"wherewithal/market"
)

// District is one outcode of Greater London: the first half of a postcode.
type District struct {
	Code    string   // "SE10"
	Places  []string // what people call it, the best known first: "Greenwich", "Maze Hill"
	Borough string   // the borough that most of it lies in
	Point   market.Point
}

// Name is the place as one line, "Greenwich (SE10)".
func (d District) Name() string { return d.Places[0] + " (" + d.Code + ")" }

// Written from public knowledge of the city, points to two decimals, which is about a kilometre.
//
//go:embed london.csv
var londonCSV string

// atlas is the built-in table in the shapes it is asked for.
type atlas struct {
	districts []District
	byCode    map[string]District
	byPlace   map[string][]District
	boroughs  []Borough
	byBorough map[string]Borough
}

var london = sync.OnceValue(func() atlas {
	a := atlas{byCode: map[string]District{}, byPlace: map[string][]District{}, byBorough: map[string]Borough{}}
	for _, row := range table(londonCSV) {
		a.addDistrict(District{row[0], items(row[1]), row[2], market.Point{Lat: degrees(row[3]), Lng: degrees(row[4])}})
	}
	for _, row := range table(boroughsCSV) {
		a.addBorough(Borough{Code: row[0], Name: row[1], Neighbours: items(row[2])})
	}
	return a
})

func (a *atlas) addDistrict(d District) {
	a.districts = append(a.districts, d)
	a.byCode[d.Code] = d
	for _, place := range d.Places {
		a.byPlace[fold(place)] = append(a.byPlace[fold(place)], d)
	}
}

func (a *atlas) addBorough(b Borough) {
	for _, d := range a.districts {
		if d.Borough == b.Name {
			b.Outcodes = append(b.Outcodes, d.Code)
			b.Point.Lat += d.Point.Lat
			b.Point.Lng += d.Point.Lng
		}
	}
	n := float64(len(b.Outcodes))
	b.Point = market.Point{Lat: b.Point.Lat / n, Lng: b.Point.Lng / n}
	a.boroughs = append(a.boroughs, b)
	a.byBorough[fold(b.Name)] = b
}

// Outcode finds a district of Greater London, in any case: Outcode("se10").
func Outcode(code string) (District, bool) {
	d, ok := london().byCode[strings.ToUpper(strings.TrimSpace(code))]
	return d, ok
}

// Outcodes lists every district of Greater London that is built in.
func Outcodes() []District { return append([]District(nil), london().districts...) }

// table reads an embedded CSV without its heading. It panics on a broken one, which no build that was tested has.
func table(text string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("geocode: embedded table: %v", err))
	}
	return rows[1:]
}

func degrees(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("geocode: embedded table: %v", err))
	}
	return f
}

func items(s string) []string { return strings.Split(s, "; ") }
