package geocode

import (
	"sort"

	"github.com/agnivade/levenshtein"
)

// Near offers at most n places whose name is a slip or two away from what was typed, the nearest first: "Deptfrod" is
// near Deptford. A name that reads just so is Suggest's to find.
func Near(typed string, n int) []Suggestion {
	key := fold(typed)
	slips := mostSlips(key)
	if slips == 0 || n <= 0 {
		return nil
	}
	var found []ranked
	add := func(name string, s Suggestion) {
		if d := levenshtein.ComputeDistance(key, fold(name)); d > 0 && d <= slips {
			found = append(found, ranked{s, d})
		}
	}
	for _, b := range london().boroughs {
		value := b.Name + " (borough)"
		add(b.Name, Suggestion{value, value, "", b.Name, b.Point})
	}
	for _, d := range london().districts {
		for _, place := range d.Places {
			value := place + ", " + d.Code
			add(place, Suggestion{value, value, d.Code, d.Borough, d.Point})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].before(found[j]) })
	var out []Suggestion
	for _, r := range found[:min(n, len(found))] {
		out = append(out, r.Suggestion)
	}
	return out
}

// mostSlips is how many letters may be wrong: in a short name another is another place.
func mostSlips(key string) int {
	switch n := len([]rune(key)); {
	case n < 4 || n > 40: // longer than any name
		return 0
	case n < 7:
		return 1
	}
	return 2
}
