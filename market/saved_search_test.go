package market

import "testing"

func TestASavedSearchKeepsNobodysStreet(t *testing.T) {
	for text, want := range map[string]string{
		"hall near SE10 9JF":  "hall near SE10",
		"hall near se109jf":   "hall near SE10",
		"EC1A 1BB and W1 2AA": "EC1A and W1",
		"a room for 25":       "a room for 25",
		"near SE10":           "near SE10",
	} {
		if got := WithoutPostcode(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	home := Point{Lat: 51.48263, Lng: -0.00771}
	if got := home.Coarse(); got != (Point{Lat: 51.48, Lng: -0.01}) {
		t.Errorf("a point is kept as %v", got)
	}
}
