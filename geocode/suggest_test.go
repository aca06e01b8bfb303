package geocode

import "testing"

func TestSuggestPutsTheLikeliestFirst(t *testing.T) {
	for typed, want := range map[string]string{
		"se10": "SE10", "se1": "SE1", "deptf": "Deptford, SE8", "peck": "Peckham, SE15", "greenf": "Greenford, UB6",
		"greenwich": "Greenwich, SE10", "st pauls": "St Paul's, EC4M", "hamlets": "Tower Hamlets (borough)", "n 16": "N16",
	} {
		got := Suggest(typed, 5)
		if len(got) == 0 || got[0].Value != want {
			t.Errorf("Suggest(%q) begins with %+v, want %q", typed, got, want)
		}
	}
}

func TestSuggestKeepsToItsNumber(t *testing.T) {
	if got := Suggest("s", 4); len(got) != 4 {
		t.Errorf("%d suggestions, 4 asked", len(got))
	}
	for _, typed := range []string{"", "   ", "zzzz", "'"} {
		if got := Suggest(typed, 4); len(got) != 0 {
			t.Errorf("Suggest(%q) = %v", typed, got)
		}
	}
}

func TestSuggestOffersTheBoroughBesideThePlace(t *testing.T) {
	for _, s := range Suggest("lewisham", 5) {
		if s.Value == "Lewisham (borough)" && s.Borough == "Lewisham" && s.Outcode == "" {
			return
		}
	}
	t.Error("no borough of Lewisham among the suggestions")
}

func TestEverySuggestionCanBeLocated(t *testing.T) {
	chain, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, letter := range "abcdefghijklmnopqrstuvwxyz" {
		for _, s := range Suggest(string(letter), 500) {
			a, err := chain.Locate(t.Context(), noon, s.Value)
			if err != nil || a.Point != s.Point || a.Borough != s.Borough {
				t.Errorf("%q: %+v, %v; want %+v", s.Value, a, err, s)
			}
		}
	}
}
