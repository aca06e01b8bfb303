package geocode

import (
	"sort"
	"strings"
	"unicode"

	"wherewithal/market"
)

// Suggestion is one line of the place combobox.
type Suggestion struct {
	Value   string // what to put into the field: "SE10", "Deptford, SE8", "Greenwich (borough)"
	Label   string // what to show
	Outcode string // empty for a borough
	Borough string
	Point   market.Point
}

// Suggest offers at most n places that begin with what was typed: outcodes, then boroughs, then place names,
// then names with a later word that begins so. No text gives none.
func Suggest(typed string, n int) []Suggestion {
	key := fold(typed)
	if key == "" || n <= 0 {
		return nil
	}
	var found []ranked
	found = append(found, suggestOutcodes(key)...)
	found = append(found, suggestBoroughs(key)...)
	found = append(found, suggestPlaces(key)...)
	sort.SliceStable(found, func(i, j int) bool { return found[i].before(found[j]) })
	out := make([]Suggestion, 0, n)
	for _, r := range found[:min(n, len(found))] {
		out = append(out, r.Suggestion)
	}
	return out
}

// ranked is a suggestion with its order: rank first, then the shorter (an exact hit is the shortest), then the name.
type ranked struct {
	Suggestion
	rank int
}

func (r ranked) before(o ranked) bool {
	if r.rank != o.rank {
		return r.rank < o.rank
	}
	if len(r.Value) != len(o.Value) {
		return len(r.Value) < len(o.Value)
	}
	return r.Value < o.Value
}

func suggestOutcodes(key string) (out []ranked) {
	for _, d := range london().districts {
		if strings.HasPrefix(fold(d.Code), strings.ReplaceAll(key, " ", "")) {
			label := d.Code + " · " + d.Places[0] + ", " + d.Borough
			out = append(out, ranked{Suggestion{d.Code, label, d.Code, d.Borough, d.Point}, 0})
		}
	}
	return out
}

func suggestBoroughs(key string) (out []ranked) {
	for _, b := range london().boroughs {
		if rank, ok := wordPrefix(fold(b.Name), key); ok {
			value := b.Name + " (borough)"
			out = append(out, ranked{Suggestion{value, value, "", b.Name, b.Point}, rank})
		}
	}
	return out
}

func suggestPlaces(key string) (out []ranked) {
	for _, d := range london().districts {
		for _, place := range d.Places {
			if rank, ok := wordPrefix(fold(place), key); ok {
				value := place + ", " + d.Code
				out = append(out, ranked{Suggestion{value, value, d.Code, d.Borough, d.Point}, rank})
			}
		}
	}
	return out
}

// wordPrefix reports whether name, or a later word of it, begins with key; the rank is 1 or 2.
func wordPrefix(name, key string) (int, bool) {
	if strings.HasPrefix(name, key) {
		return 1, true
	}
	return 2, strings.Contains(name, " "+key)
}

// fold makes texts comparable: lower case, no apostrophes, single spaces, "saint" as "st".
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’' || r == '.':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, s)
	words := strings.Fields(s)
	for i, w := range words {
		if w == "saint" {
			words[i] = "st"
		}
	}
	return strings.Join(words, " ")
}
