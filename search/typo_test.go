package search

import (
	"slices"
	"testing"
)

func TestSlipsCountLettersAndSwaps(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"gazebo", "gazebo", 0}, {"gazbo", "gazebo", 1}, {"kichen", "kitchen", 1}, {"projecter", "projector", 1},
		{"chiars", "chairs", 1}, {"porjecter", "projector", 2}, {"", "abc", 3}, {"çay", "cay", 1},
	} {
		if got := slips(c.a, c.b); got != c.want || slips(c.b, c.a) != c.want {
			t.Errorf("slips(%q, %q) = %d, want %d both ways", c.a, c.b, got, c.want)
		}
	}
}

func TestShortWordsAndNumbersAreNotMended(t *testing.T) {
	candidates := []known{{"hat", "hat"}, {"2027", "2027"}, {"hill", "hill"}, {"halls", "hall"}, {"hull", "hull"}}
	for word, want := range map[string][]string{"hot": nil, "2026": nil, "hell": {"hill", "hull"}, "halls": nil} {
		if got := mends(word, candidates); !slices.Equal(got, want) {
			t.Errorf("mends(%q) = %v, want %v", word, got, want)
		}
	}
}
