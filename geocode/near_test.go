package geocode

import (
	"slices"
	"strings"
	"testing"
)

func TestNearFindsWhatWasMistyped(t *testing.T) {
	for typed, want := range map[string]string{"Deptfrod": "Deptford, SE8", "grenwich": "Greenwich (borough)", "Peckam": "Peckham, SE15", "st johns wod": "St John's Wood, NW8"} {
		got := Near(typed, 5)
		if !slices.ContainsFunc(got, func(s Suggestion) bool { return s.Value == want || fold(s.Value) == fold(want) }) {
			t.Errorf("%q: no %q in %v", typed, want, got)
		}
	}
	for _, typed := range []string{"", "xx", "Atlantis", "Kidbrooke", strings.Repeat("a", 100_000)} {
		if got := Near(typed, 5); len(got) > 0 {
			t.Errorf("%.20q: %v", typed, got)
		}
	}
	if got := Near("Greenwich", 0); len(got) > 0 {
		t.Errorf("none asked for, %v given", got)
	}
}
