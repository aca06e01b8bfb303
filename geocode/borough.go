package geocode

import (
	_ "embed"
	"strings"

	"wherewithal/market"
)

// Borough is one of London's 32 boroughs or the City.
type Borough struct {
	Code       string   // the statistics office's code, "E09000011"
	Name       string   // "Greenwich"
	Neighbours []string // those it shares a boundary with, along the middle of the Thames too
	Outcodes   []string // those that lie mostly in it
	Point      market.Point
}

//go:embed boroughs.csv
var boroughsCSV string

// Boroughs lists all 33 in the order of their codes.
func Boroughs() []Borough { return append([]Borough(nil), london().boroughs...) }

// BoroughNamed finds a borough by name, in any case and however formally: "greenwich",
// "Royal Borough of Greenwich", "City of Westminster".
func BoroughNamed(name string) (Borough, bool) {
	a := london()
	key := fold(name)
	if b, ok := a.byBorough[key]; ok {
		return b, true
	}
	for _, title := range []string{"london borough of ", "royal borough of ", "city and county of the ", "city of "} {
		key = strings.TrimPrefix(key, title)
	}
	for _, title := range []string{" london boro", " london borough", " b"} {
		key = strings.TrimSuffix(key, title)
	}
	b, ok := a.byBorough[key]
	return b, ok
}

// boroughCoded finds a borough by the statistics office's code.
func boroughCoded(code string) (Borough, bool) {
	for _, b := range london().boroughs {
		if b.Code == code {
			return b, true
		}
	}
	return Borough{}, false
}

// boroughName is the usual name of a borough, or the given name when it is none of London's.
func boroughName(name string) string {
	if b, ok := BoroughNamed(name); ok {
		return b.Name
	}
	return strings.TrimSpace(name)
}

// trimBorough takes off what Suggest puts behind a borough's name.
func trimBorough(text string) string { return strings.TrimSuffix(text, " (borough)") }
