package market

import (
	"math/rand/v2"
	"testing"
)

// A look at the bytes spares most texts the patterns; it must never spare one in which a pattern finds something.
func TestTheQuickLookMissesNoContact(t *testing.T) {
	pieces := []string{"a", "hall", "www", ".", ".com", ".uk", "/", ":", "://", "http", "https", "HTTP", " ", "\n", "\t", "\v", "0", "00", "+", "44", "7", "20",
		"(", ")", "-", "@", "(at)", "[at]", "(AT)", "é", "\u017f", "\u212a", "1", "2", "3456", "0207", "946"}
	r := rand.New(rand.NewPCG(1, 2))
	found := map[string]int{}
	for range 60_000 {
		s := ""
		for range 1 + r.IntN(14) {
			s += pieces[r.IntN(len(pieces))]
		}
		want := ""
		switch {
		case addressPattern.MatchString(s):
			want = "text_address"
		case linkPattern.MatchString(s):
			want = "text_link"
		case phonePattern.MatchString(s):
			want = "text_phone"
		}
		e := &Invalid{}
		checkNoContact(e, "title", s)
		got := ""
		if len(e.Faults) > 0 {
			got = e.Faults[0].Code
		}
		if got != want {
			t.Fatalf("%q: %q, but the patterns alone say %q", s, got, want)
		}
		found[got]++
	}
	for _, key := range []string{"", "text_address", "text_link", "text_phone"} {
		if found[key] < 50 {
			t.Errorf("only %d texts with %q were tried", found[key], key)
		}
	}
}
