package listing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
)

func heard(text string, off ...string) *listing.Heard {
	h := listing.Hear(search.Query{Text: text}, "2027-01-11", off)
	if h.Place() != "" {
		h.Query.Near = &market.Point{Lat: 51.48, Lng: 0}
	}
	h.Within()
	h.When()
	h.People()
	h.Features()
	h.Query.Near = nil
	return h
}

func TestASentenceBecomesFilters(t *testing.T) {
	thursdays := market.Window{Repeat: market.Weekly, Days: 8, Start: 18 * 60, End: 22 * 60}
	h := heard("hall for 40 near SE10 thursday evenings step free")
	want := search.Query{Text: "hall   thursday evenings", AtLeast: map[string]float64{"seated": 40}, Requires: []market.Feature{market.StepFree},
		Weekly: &search.Weekly{Days: 8, Start: 19 * 60, End: 20 * 60}}
	if diff := cmp.Diff(want, h.Query); diff != "" {
		t.Errorf("the question (-want +got):\n%s", diff)
	}
	facts := []listing.Fact{{Name: "place", Place: "SE10"}, {Name: "when", Window: &thursdays}, {Name: "people", People: 40}, {Name: "step_free"}}
	if diff := cmp.Diff(facts, h.Facts); diff != "" {
		t.Errorf("the facts (-want +got):\n%s", diff)
	}
}

// Each fact alone can be taken off, and the others stay.
func TestEachFactIsTakenOffAlone(t *testing.T) {
	const text = "room for 25 within 3 km of SE10 on thursday evenings, step-free"
	all := heard(text)
	if len(all.Facts) != 5 || all.Query.RadiusKM != 3 {
		t.Fatalf("%+v", all.Facts)
	}
	for _, f := range all.Facts {
		rest := heard(text, f.Name)
		for _, other := range rest.Facts {
			if other.Name == f.Name {
				t.Errorf("%s is still there", f.Name)
			}
		}
		if n := len(rest.Facts); n != 4 && f.Name != "place" || f.Name == "place" && n != 3 { // a distance is from a place
			t.Errorf("without %s: %+v", f.Name, rest.Facts)
		}
	}
}

func TestADayIsLookedForAsADay(t *testing.T) {
	for text, want := range map[string][2]market.Date{
		"hall on 4 May":      {"2027-05-04", "2027-05-04"},
		"hall on a thursday": {"2027-01-14", "2027-01-14"},
		"a hall":             {},
	} {
		if q := heard(text).Query; q.FreeFrom != want[0] || q.FreeUntil != want[1] || q.Weekly != nil {
			t.Errorf("%q: from %s until %s, %+v", text, q.FreeFrom, q.FreeUntil, q.Weekly)
		}
	}
}
