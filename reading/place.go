package reading

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"wherewithal/geocode"
)

// named matches what people call London's districts and boroughs, the longest name first, behind a word that says it is
// a place: "in Deptford", but not "bank details" or "the strand".
var named = sync.OnceValue(func() *regexp.Regexp {
	var names []string
	for _, d := range geocode.Outcodes() {
		names = append(names, d.Places...)
	}
	for _, b := range geocode.Boroughs() {
		names = append(names, b.Name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	names = slices.Compact(names)
	for i, n := range names {
		names[i] = regexp.QuoteMeta(n)
	}
	return regexp.MustCompile(`(?i)\b(?:in|near|around|within \d+(?:\.\d)? (?:km|miles?) of)\s+(` + strings.Join(names, "|") + `)\b`)
})

// readName is a place by its name, as a geocoder knows it, when no postcode was said.
func (s *Sentence) readName(text string) {
	if m := named().FindStringSubmatch(text); m != nil && s.Place == "" {
		s.Place = known(m[1])
	}
}

// known writes a name as the table does, whatever its case.
func known(name string) string {
	for _, d := range geocode.Outcodes() {
		for _, place := range d.Places {
			if strings.EqualFold(place, name) {
				return place
			}
		}
	}
	if b, ok := geocode.BoroughNamed(name); ok {
		return b.Name
	}
	return name
}
