package geocode

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"wherewithal/market"
)

func TestEveryOutcodeLiesWhereTheReferenceSays(t *testing.T) {
	points := reference(t)
	if points == nil {
		return // said by reference; a machine without it proves less, but nothing is wrong with it
	}
	for _, d := range Outcodes() {
		want, ok := points[d.Code]
		if !ok {
			t.Errorf("%s is not an outcode the reference knows", d.Code)
			continue
		}
		if km := d.Point.KM(want); km > 2.5 {
			t.Errorf("%s is %.1f km from where the reference has it", d.Code, km)
		}
	}
}

// reference is nil where the project was cloned without it.
func reference(t *testing.T) map[string]market.Point {
	f, err := os.Open("../../shared/data/geo/outcodes.csv")
	if err != nil {
		t.Log("the reference is not on this machine: positions are not compared")
		return nil
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	points := map[string]market.Point{}
	for _, r := range rows[1:] {
		lat, _ := strconv.ParseFloat(r[4], 64)
		lng, _ := strconv.ParseFloat(r[5], 64)
		points[r[0]] = market.Point{Lat: lat, Lng: lng}
	}
	return points
}

func TestEveryOutcodeIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Outcodes() {
		if code, err := ParseOutcode(d.Code); err != nil || code != d.Code || seen[d.Code] {
			t.Errorf("%q is no outcode or stands twice", d.Code)
		}
		seen[d.Code] = true
		if _, ok := BoroughNamed(d.Borough); !ok {
			t.Errorf("%s is in %q, which is no borough", d.Code, d.Borough)
		}
		if d.Places[0] == "" || !inBritain(d.Point) {
			t.Errorf("%s has no name or no point", d.Code)
		}
	}
	if len(seen) < 250 {
		t.Errorf("%d outcodes, London has about 270", len(seen))
	}
}

func TestOutcodeIsFoundInAnyCase(t *testing.T) {
	d, ok := Outcode(" se10 ")
	if !ok || d.Places[0] != "Greenwich" || d.Borough != "Greenwich" {
		t.Errorf("Outcode(se10) = %+v, %v", d, ok)
	}
	if _, ok := Outcode("M1"); ok {
		t.Error("Manchester is not in London")
	}
}

func TestBoroughsNeighbourEachOther(t *testing.T) {
	all := Boroughs()
	if len(all) != 33 {
		t.Fatalf("%d boroughs", len(all))
	}
	for _, b := range all {
		if len(b.Outcodes) == 0 {
			t.Errorf("%s has no outcode", b.Name)
		}
		for _, name := range b.Neighbours {
			n, ok := BoroughNamed(name)
			if !ok || !hasNeighbour(n, b.Name) {
				t.Errorf("%s names %s as its neighbour, but not the other way", b.Name, name)
			}
		}
	}
}

func hasNeighbour(b Borough, name string) bool {
	for _, n := range b.Neighbours {
		if n == name {
			return true
		}
	}
	return false
}

func TestBoroughsAreKnownByTheirTitles(t *testing.T) {
	for given, want := range map[string]string{
		"Royal Borough of Greenwich": "Greenwich", "City of Westminster": "Westminster", "city of london": "City of London",
		"London Borough of Hackney": "Hackney", "Lewisham London Boro": "Lewisham", "TOWER HAMLETS": "Tower Hamlets",
	} {
		if b, ok := BoroughNamed(given); !ok || b.Name != want {
			t.Errorf("BoroughNamed(%q) = %q, %v", given, b.Name, ok)
		}
	}
	if _, ok := BoroughNamed("Leeds"); ok {
		t.Error("Leeds is no borough of London")
	}
}
